"""The settings every institution has, and the institutions there are, found without importing them from here."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal

from cogov_sim.language import Text
from cogov_sim.scenario.fields import Section, setting
from cogov_sim.scenario.plugins import plugins

CommunityTypeName = Literal["new_estate", "old_estate", "migrant", "village_turned_community", "rural"]


class InstitutionSettings(Section):
    """What can be said of every institution: from when, how strongly, where. Each institution adds its own."""

    start_month: int = setting(
        1, "first month in which it works", "起始月份", unit="month", source="user", low=1, high=1200
    )
    strength: float = setting(
        1.0, "strength: 0 is as good as absent, 1 is as designed", "强度：0 等于没有，1 为设计强度", unit="1",
        source="user", low=0, high=1,
    )  # fmt: skip
    communities: list[CommunityTypeName] = setting(
        [], "community types where it works; empty: everywhere", "适用的社区类型；空表示全部", unit="list of types",
        source="user",
    )  # fmt: skip
    cost: float = setting(
        0.0,
        "running cost",
        "运行成本",
        unit="yuan per 1,000 residents and month",
        source="start value",
        low=0,
        high=1e6,
    )
    hours: float = setting(
        0.0, "committee hours it takes", "占用居委会工时", unit="h per 1,000 residents and month", source="start value",
        low=0, high=1e4,
    )  # fmt: skip


@cache
def institution_classes() -> dict[str, Any]:
    """Every institution there is, by id, in the order of its pillar; ours and other packages' alike.

    Raises:
        UserError: as ``plugins.plugins``.
    """
    return {institution.id: institution for plugin in plugins() for institution in plugin.institutions}


def settings_class(institution: str) -> type[InstitutionSettings]:
    """The settings class of one institution; KeyError for an unknown id."""
    result: type[InstitutionSettings] = institution_classes()[institution].Settings
    return result


def institution_text(institution: str) -> Text:
    """Name of an institution in both languages; KeyError for an unknown id."""
    text: Text = institution_classes()[institution].text
    return text
