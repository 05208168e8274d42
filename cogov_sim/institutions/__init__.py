"""Every institution of the reform: one module, one class each, behind the contract of ``base.Institution``."""

from __future__ import annotations

from cogov_sim.institutions.adoption import Adoption
from cogov_sim.institutions.award_grant import AwardGrant
from cogov_sim.institutions.base import Institution
from cogov_sim.institutions.building_groups import BuildingGroups
from cogov_sim.institutions.campaign_promises import CampaignPromises
from cogov_sim.institutions.deburdening import Deburdening
from cogov_sim.institutions.deliberation import Deliberation
from cogov_sim.institutions.direct_provision import DirectProvision
from cogov_sim.institutions.disclosure import Disclosure
from cogov_sim.institutions.enterprise_council import EnterpriseCouncil
from cogov_sim.institutions.grid_linkage import GridLinkage
from cogov_sim.institutions.information_platform import InformationPlatform
from cogov_sim.institutions.newcomer_inclusion import NewcomerInclusion
from cogov_sim.institutions.resident_councils import ResidentCouncils
from cogov_sim.institutions.top_down_assessment import TopDownAssessment


def institutions() -> list[type[Institution]]:
    """All institutions of this package, pillar by pillar; the plug-in hook of ``scenario.institution``."""
    return [
        DirectProvision,
        CampaignPromises,
        TopDownAssessment,
        Deburdening,
        GridLinkage,
        AwardGrant,
        BuildingGroups,
        ResidentCouncils,
        Adoption,
        Deliberation,
        Disclosure,
        InformationPlatform,
        NewcomerInclusion,
        EnterpriseCouncil,
    ]
