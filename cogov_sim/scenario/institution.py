"""The settings every institution has, and the institutions there are, found without importing them from here."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal

from pydantic import model_validator

from cogov_sim.language import Text
from cogov_sim.scenario.fields import Section, setting
from cogov_sim.scenario.plugins import plugins
from cogov_sim.scenario.settings import Disagreement

CommunityTypeName = Literal["new_estate", "old_estate", "migrant", "village_turned_community", "rural"]


class InstitutionSettings(Section):
    """What can be said of every institution: from when until when, how strongly, where. Each institution adds its own."""

    start_month: int = setting(
        1, "first month in which it works", "起始月份", unit="month", source="user", low=1, high=1200
    )
    end_month: int | None = setting(
        None, "last month in which it works; not set: it goes on", "最后一个月；不设则一直有效", unit="month", source="user", low=1, high=1200,
    )  # fmt: skip
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

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> InstitutionSettings:
        """Disagreement where it would end before it began."""
        if self.end_month is not None and self.end_month < self.start_month:
            raise Disagreement(
                f"end_month = {self.end_month} is before start_month = {self.start_month}; it must be that month or later",
                f"end_month = {self.end_month} 早于 start_month = {self.start_month}；不得早于起始月份",
            )
        return self


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
