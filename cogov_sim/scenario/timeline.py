"""Dated changes of a scenario's institutions: switched on or off, made weaker or stronger, between two months."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cogov_sim.language import Text, UserError, shown
from cogov_sim.scenario import files
from cogov_sim.scenario.fields import Line, Section, setting
from cogov_sim.scenario.institution import InstitutionSettings, institution_classes, settings_class


class Change(Section):
    """One change: from a month on an institution is there, or is not."""

    month: int = setting(
        ..., "first month in which it holds", "生效月份", unit="month", source="user", low=1, high=1200
    )
    institution: Line = setting(..., "institution", "制度", unit="name", source="user")
    on: bool = setting(True, "switched on, or off", "启用或停用", unit="true/false", source="user")
    strength: float | None = setting(
        None, "strength from then on; not set: as before, or as designed", "此后的强度；不设则不变（新启用的为设计强度）", unit="1", source="user",
        low=0, high=1,
    )  # fmt: skip

    @classmethod
    def of(cls, month: int, institution: Any, on: Any, strength: Any) -> Change:
        """A change from values that a user gave.

        Raises:
            UserError: what is no institution's name, neither on nor off, or no strength.
        """
        if not isinstance(institution, str):
            raise files.unknown(shown(institution), institution_classes(), Text("institution", "制度"), "change()")
        flag = bool(on) if isinstance(on, np.bool_) else on
        number = strength.item() if isinstance(strength, np.number) else strength
        try:
            if isinstance(number, bool | str):
                raise TypeError("no number")
            return cls(
                month=month, institution=institution, on=flag, strength=None if number is None else float(number)
            )
        except (TypeError, ValueError, OverflowError) as error:  # what pydantic refuses is a ValueError
            given = f"change({shown(institution)}, on={shown(on)}, strength={shown(strength)})"
            raise UserError(
                f"{given}: on is True or False, a strength a number from 0 to 1",
                f"{given}：on 为 True 或 False，强度为 0 到 1 的数",
            ) from error

    @property
    def text(self) -> Text:
        """What is changed, in words."""
        name = institution_classes()[self.institution].text
        if not self.on:
            return Text(f"{name.en} off", f"停用{name.zh}")
        how = (
            Text("", "")
            if self.strength is None
            else Text(f", strength {self.strength:g}", f"，强度 {self.strength:g}")
        )
        return Text(f"{name.en} on{how.en}", f"启用{name.zh}{how.zh}")


@dataclass(frozen=True)
class Phase:
    """Settings of the institutions that there are from a month on."""

    month: int
    institutions: Mapping[str, InstitutionSettings]


@dataclass(frozen=True)
class Phases:
    """Phases as they were found, and of which institutions to begin with."""

    first: Mapping[str, InstitutionSettings]
    found: tuple[Phase, ...]


def phases(
    first: Mapping[str, InstitutionSettings], changes: Iterable[Change], kept: Sequence[Phase] = ()
) -> tuple[Phase, ...]:
    """What there is when, in order of months; the first phase begins with month 1.

    Whatever is switched on anew begins anew, in its month; what works already goes on, with the strength that is said, and ends when it
    was to end; a strength alone moves no date. To switch off what is off already changes nothing.

    Args:
        first: what the scenario says of its institutions.
        changes: in the order in which they are to be made.
        kept: phases of the same scenario that are taken over as they are, with changes up to the last of them.

    Raises:
        UserError: an institution that there is not, or one switched off that was never there.
    """
    found = list(kept) or [Phase(1, dict(first))]
    since = kept[-1].month if kept else 0
    for change in sorted(changes, key=lambda one: one.month):
        if change.month <= since:
            continue
        ever = {key for phase in found for key in phase.institutions} | set(first)
        now = _changed(dict(found[-1].institutions), first, change, ever)
        if change.month == found[-1].month:
            found.pop()
        found.append(Phase(change.month, now))
    return tuple(found)


def _changed(
    now: dict[str, InstitutionSettings], first: Mapping[str, InstitutionSettings], change: Change, ever: Collection[str]
) -> dict[str, InstitutionSettings]:
    """What there is after one change."""
    key, month = change.institution, change.month
    if key not in institution_classes():
        raise files.unknown(key, institution_classes(), Text("institution", "制度"), f"timeline, month {month}")
    if not change.on:
        if key not in ever:
            raise UserError(
                f"timeline, month {month}: {key} was never there, and cannot be switched off",
                f"timeline 第 {month} 个月：从未有过 {key}，无法停用",
            )
        return {one: settings for one, settings in now.items() if one != key}
    new: dict[str, Any] = {} if change.strength is None else {"strength": change.strength}
    there = now.get(key)
    works = there is not None and there.start_month <= month <= (there.end_month or month)
    if there is None or not (works or new):
        there = there or first.get(key) or settings_class(key)()
        new |= {"start_month": month, "end_month": None}
    return now | {key: there.model_copy(update=new)}
