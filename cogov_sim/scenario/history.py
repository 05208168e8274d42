"""What was before a reform: months under the old regime, the same in every world that is compared."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from pydantic import model_validator

from cogov_sim.language import UserError, shown
from cogov_sim.scenario import files
from cogov_sim.scenario.fields import Line, Section, setting
from cogov_sim.scenario.settings import Disagreement

YEAR = 12


class HistorySettings(Section):
    """The months before month 1, in which no world has its institutions yet."""

    months: int = setting(
        36, "months under the old regime before the reform begins in month 1; whole years", "改革（第 1 个月）之前旧体制下的月数；须为整年",
        unit="months", source="design: long enough for services, beliefs and money to leave day one behind", low=0, high=240,
    )  # fmt: skip
    regime: Line = setting(
        "government_run", "the old regime: a ready scenario, of which the institutions count", "旧体制：现成情景（取其制度）", unit="name",
        source="what every Chinese city had before its reform",
    )  # fmt: skip

    @model_validator(mode="after")
    def _whole_years(self) -> HistorySettings:
        """Disagreement where the reform would not begin in January: budgets are a year's."""
        if self.months % YEAR:
            raise Disagreement(
                f"history.months = {self.months} must be whole years: 0, 12, 24, 36, ...",
                f"history.months = {self.months} 须为整年：0、12、24、36……",
            )
        return self


@lru_cache(maxsize=64)
def institutions_of(regime: str) -> dict[str, Any]:
    """What a ready scenario says of its institutions.

    Raises:
        UserError: it is none; a file of one's own would not be found again by whoever reads the results elsewhere.
    """
    if not any(regime == name or regime.startswith((f"{name}-", f"{name}+")) for name in files.ready_names()):
        names = files.ready_names()
        raise UserError(
            f"history.regime = {shown(regime)} is not allowed; allowed: {', '.join(names)}, each also with -institution or +institution",
            f"history.regime = {shown(regime)} 不被允许；允许：{'、'.join(names)}，均可附加 -制度 或 +制度",
        )
    return dict(files.load_layers(regime).values.get("institutions", {}))
