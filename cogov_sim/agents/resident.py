"""One resident, as a user looks at it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from cogov_sim.agents.columns import COLUMN_TEXTS
from cogov_sim.agents.explain import Diary, Reason
from cogov_sim.language import UserError

if TYPE_CHECKING:
    from cogov_sim.agents.residents import Residents


class Resident:
    """One resident, read-only: ``model.residents[17].trust``, ``.ties``, ``print(model.residents[17])``."""

    index: int
    _residents: Residents

    def __init__(self, residents: Residents, index: int) -> None:
        object.__setattr__(self, "_residents", residents)
        object.__setattr__(self, "index", index)

    def __setattr__(self, name: str, value: Any) -> None:
        """Nobody changes a resident from outside; AttributeError."""
        raise AttributeError(f"a resident is read-only; {name!r} was not changed")

    def __getattr__(self, name: str) -> Any:
        """The value of one column; AttributeError for an unknown one."""
        if name in COLUMN_TEXTS:
            value = getattr(self._residents.columns, name)[self.index]
            if COLUMN_TEXTS[name][1] == "month":
                value = self._residents.months(value)
            return value.copy() if isinstance(value, np.ndarray) else value.item()
        raise AttributeError(f"a resident has no {name!r}; there are {', '.join(COLUMN_TEXTS)}")

    @property
    def ties(self) -> dict[int, float]:
        """Residents this one has ties with, and how strong each tie is."""
        network = self._residents.network
        row = slice(network.indptr[self.index], network.indptr[self.index + 1])
        return dict(zip(network.indices[row].tolist(), network.strength[row].tolist(), strict=True))

    def why(self, matter: int | None = None) -> list[Reason]:
        """Why this resident gave to matters or did not, each as a sentence: those of the last month, or all about one matter.

        Raises:
            UserError: the resident is not watched.
        """
        reasons = self._diary.reasons(self.index)
        if matter is not None:
            return [one for one in reasons if one.matter == matter]
        return [one for one in reasons if one.month == self._diary.last_month]

    def history(self) -> pd.DataFrame:
        """What this resident felt and did, one row a month since it was watched, with a sentence on each matter met; the last month alone where
        more than ``explain.MOST`` are watched.

        Raises:
            UserError: the resident is not watched.
        """
        return self._diary.history(self.index)

    @property
    def _diary(self) -> Diary:
        diary = self._residents.diary
        if diary is None or self.index not in diary.who:
            raise UserError(
                f"resident {self.index} is not watched; name it when the model is made, CoGovModel(..., watch=[{self.index}])",
                f"未跟踪居民 {self.index}；请在建立模型时写明：CoGovModel(..., watch=[{self.index}])",
            )
        return diary

    def __repr__(self) -> str:
        """All properties, one a line, in the user's language."""
        lines = [f"Resident {self.index}"]
        for name, (text, unit) in COLUMN_TEXTS.items():
            value = getattr(self, name)
            shown = np.round(value.astype(float), 3).tolist() if isinstance(value, np.ndarray) else round(value, 3)
            lines.append(f"  {name:20} {shown!s:>12}  {text} ({unit})")
        return "\n".join(lines)
