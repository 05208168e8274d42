"""What is there on day one: units, services, residents, ties, enterprises (figures: ``data/``)."""

from cogov_sim.society.communities import AGE_BANDS, COMMUNITY_TYPES, PRESETS, CommunityType, Preset
from cogov_sim.society.enterprises import EnterpriseTable
from cogov_sim.society.layout import households_per_grid
from cogov_sim.society.levels import LABELS, Level
from cogov_sim.society.local_units import KINDS_OF_UNITS, LocalUnitTable, UnitKind
from cogov_sim.society.population import Population
from cogov_sim.society.schedules import ScheduleType, schedule_at
from cogov_sim.society.services import CATEGORIES, Assets, Category
from cogov_sim.society.society import Society
from cogov_sim.society.ties import Ties, contact_frequency, to_networkx
from cogov_sim.society.units import Units

__all__ = [
    "AGE_BANDS",
    "CATEGORIES",
    "COMMUNITY_TYPES",
    "KINDS_OF_UNITS",
    "LABELS",
    "PRESETS",
    "Assets",
    "Category",
    "CommunityType",
    "EnterpriseTable",
    "Level",
    "LocalUnitTable",
    "Population",
    "Preset",
    "ScheduleType",
    "Society",
    "Ties",
    "UnitKind",
    "Units",
    "contact_frequency",
    "households_per_grid",
    "schedule_at",
    "to_networkx",
]
