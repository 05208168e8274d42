"""The settings every institution has, and how institutions are found without importing them from here."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from typing import Literal

from cogov_sim.language import Text, UserError
from cogov_sim.scenario.fields import Section, setting

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
def institution_classes() -> dict[str, type]:
    """Every institution there is, by id, in the order of its pillar; ours and other packages' alike.

    Institutions announce themselves as plug-ins of the entry-point group ``cogov_sim.institutions``; each plug-in is a
    module with a function ``institutions()`` that returns its classes. A class has ``id``, ``text`` and ``Settings``.
    """
    found: dict[str, type] = {}
    for entry in sorted(entry_points(group="cogov_sim.institutions"), key=lambda e: (e.name != "builtin", e.name)):
        for institution in entry.load().institutions():
            found.setdefault(institution.id, institution)
    if not found:
        raise UserError(
            "cogov_sim is not installed in this Python; run 'pip install -e .' in its folder",
            "本 Python 环境中未安装 cogov_sim；请在其目录下运行 pip install -e .",
        )
    return found


def settings_class(institution: str) -> type[InstitutionSettings]:
    """The settings class of one institution; KeyError for an unknown id."""
    result: type[InstitutionSettings] = institution_classes()[institution].Settings  # type: ignore[attr-defined]
    return result


def institution_text(institution: str) -> Text:
    """Name of an institution in both languages; KeyError for an unknown id."""
    text: Text = institution_classes()[institution].text  # type: ignore[attr-defined]
    return text
