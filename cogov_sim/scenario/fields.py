"""What one setting of a scenario carries: default, range, unit, name in both languages, source."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo

from cogov_sim import limits
from cogov_sim.language import Text, plain

A_LINE = Text(f"one line of text, at most {limits.TEXT} characters", f"一行文字，至多 {limits.TEXT} 个字符")


def _line(text: str) -> str:
    if len(text) > limits.TEXT or plain(text) != text:
        raise ValueError(A_LINE.en)
    return text


#: Stands in the source of every value that nobody has measured.
START_VALUE = "start value"

#: A name or title: what a terminal shows as it is.
Line = Annotated[str, AfterValidator(_line)]


class Meaning(NamedTuple):
    """What a reader needs to know of a setting, beside its value."""

    text: Text
    unit: str
    source: str
    low: float | None
    high: float | None
    term: str
    levels: str
    declared: tuple[float, float] | None = None

    def plausible(self, here: float | None) -> tuple[float, float] | None:
        """The range within which a start value may well lie, of which less is known than what is allowed.

        What the setting declares; else, for a start value, from half to one and a half times what stands ``here`` (of an
        intercept, a negative number of logits: half to double the odds), within what is allowed. None for what was measured or
        fitted or is a switch, and for 0.
        """
        if self.declared is not None:
            return self.declared
        if not here or START_VALUE not in self.source:
            return None
        low, high = (here - math.log(2.0), here + math.log(2.0)) if here < 0.0 else (here / 2.0, here * 1.5)
        least = -math.inf if self.low is None else self.low
        most = math.inf if self.high is None else self.high
        return max(low, least), min(high, most)


@dataclass(frozen=True)
class _Said:
    """What a setting carries beside its value and range; pydantic calls it to complete the setting's JSON Schema."""

    text: Text
    unit: str
    source: str
    term: str = ""
    levels: str = ""
    plausible: tuple[float, float] | None = None

    def __call__(self, schema: dict[str, Any]) -> None:
        schema.update(en=self.text.en, zh=self.text.zh, unit=self.unit, source=self.source)


def setting(
    default: Any,
    en: str,
    zh: str,
    *,
    unit: str,
    source: str,
    low: float | None = None,
    high: float | None = None,
    plausible: tuple[float, float] | None = None,
    term: str = "",
    levels: str = "",
) -> Any:
    """Declare one setting of a ``Section``.

    Args:
        default: the value where no scenario says otherwise.
        en, zh: what it means, in both languages.
        unit: the unit, ``"1"`` for pure numbers and shares.
        source: where the value comes from; ``"start value"`` where nobody has measured it.
        low, high: the closed range that is allowed, where numbers are.
        plausible: the range within which the value may well lie, where the rule of ``Meaning.plausible`` does not serve.
        term: of an institution's setting, the term that it offers as it stands.
        levels: letters (C D S V G B) of the levels of matters that the offer is for, where the term has levels; all
            if empty.
    """
    return Field(
        default=default,
        ge=low,
        le=high,
        description=f"{en} / {zh}",
        json_schema_extra=_Said(Text(en, zh), unit, source, term, levels, plausible),
    )


class Section(BaseModel):
    """A table of a scenario file. Unknown keys, wrong types and values out of range are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    @classmethod
    def meaning(cls, key: str) -> Meaning:
        """Label, unit, source, range and term of one setting of this section."""
        return _meaning(cls, key)


@cache
def _meaning(section: type[Section], key: str) -> Meaning:
    """The same; institutions look it up every month."""
    info: FieldInfo = section.model_fields[key]
    said = info.json_schema_extra if isinstance(info.json_schema_extra, _Said) else _Said(Text(key, key), "", "")
    low = high = None
    for constraint in info.metadata:
        low = getattr(constraint, "ge", low)
        high = getattr(constraint, "le", high)
    return Meaning(said.text, said.unit, said.source, low, high, said.term, said.levels, said.plausible)
