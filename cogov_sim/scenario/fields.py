"""What one setting of a scenario carries: default, range, unit, name in both languages, source."""

from __future__ import annotations

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


#: A name or title: what a terminal shows as it is.
Line = Annotated[str, AfterValidator(_line)]


class Meaning(NamedTuple):
    """What a reader needs to know of a setting, beside its value."""

    text: Text
    unit: str
    source: str
    low: float | None
    high: float | None


def setting(
    default: Any,
    en: str,
    zh: str,
    *,
    unit: str,
    source: str,
    low: float | None = None,
    high: float | None = None,
) -> Any:
    """Declare one setting of a ``Section``.

    Args:
        default: the value where no scenario says otherwise.
        en, zh: what it means, in both languages.
        unit: the unit, ``"1"`` for pure numbers and shares.
        source: where the value comes from; ``"start value"`` where nobody has measured it.
        low, high: the closed range that is allowed, where numbers are.
    """
    return Field(
        default=default,
        ge=low,
        le=high,
        description=f"{en} / {zh}",
        json_schema_extra={"en": en, "zh": zh, "unit": unit, "source": source},
    )


class Section(BaseModel):
    """A table of a scenario file. Unknown keys, wrong types and values out of range are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    @classmethod
    def meaning(cls, key: str) -> Meaning:
        """Label, unit, source and range of one setting of this section."""
        info: FieldInfo = cls.model_fields[key]
        extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
        low = high = None
        for constraint in info.metadata:
            low = getattr(constraint, "ge", low)
            high = getattr(constraint, "le", high)
        text = Text(str(extra.get("en", key)), str(extra.get("zh", key)))
        return Meaning(text, str(extra.get("unit", "")), str(extra.get("source", "")), low, high)
