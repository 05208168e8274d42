"""Why residents gave to matters, or did not: what the kernel of giving noted of those who are watched, in words."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cogov_sim.agents.kernels import build
from cogov_sim.agents.rules import TERMS_OF_GIVING
from cogov_sim.language import Text, UserError, shown
from cogov_sim.society import CATEGORIES

LABORATORY, HABIT, EXAMPLE, CHANCE, LEVY = "laboratory", "habit", "example", "chance", "levy"
#: What adds up to the share that one would give, in the order of a note, and its name.
PARTS: dict[str, Text] = {
    LABORATORY: Text("own disposition and what others are expected to give", "自身倾向与对他人的预期"),
    HABIT: Text("habit", "习惯"),
    EXAMPLE: Text("the example of whoever asks", "动员者的带头"),
    CHANCE: Text("luck", "运气"),
    "need": Text("need", "需要"),
    "match": Text("the grant", "奖补"),
    "efficacy": Text("feeling able to change something", "效能感"),
    "spirit": Text("public spirit", "共同精神"),
    "recognition": Text("praise", "表彰"),
    "reward": Text("reward", "奖励"),
    "sanction": Text("sanction", "惩戒"),
    "asked": Text("being asked", "有人动员"),
    "closeness": Text("being asked by someone close", "熟人动员"),
    "hassle": Text("trouble", "麻烦"),
    "burden": Text("what it costs", "负担"),
    "fatigue": Text("fatigue", "疲劳"),
    LEVY: Text("what is collected by force anyway", "强制分摊的部分"),
}
OUTCOMES: dict[int, Text] = {
    build.UNHEARD: Text("did not hear of it", "没有听说"),
    build.UNASKED: Text("knew of it, and nobody asked again", "知道此事，但没有人再来动员"),
    build.HAD_GIVEN: Text("had given already", "此前已经出过力"),
    build.HELD_BACK: Text("heard of it, was not asked and did not come forward", "听说了，无人动员，也没有主动参与"),
    build.NOTHING: Text("gave nothing", "没有出力"),
    build.GAVE: Text("gave", "出了力"),
}
ASKED: tuple[Text, ...] = (
    Text("came forward", "主动参与"),
    Text("was asked by staff", "经工作人员动员"),
    Text("was asked by a neighbour", "经邻居动员"),
)
MEANS: tuple[Text, ...] = (Text("in money", "出资"), Text("in labour", "出工"), Text("in land", "让地"))
#: Columns of a resident that a diary keeps.
KEPT = ("satisfaction", "trust", "belief", "spirit", "efficacy", "fatigue", "hours", "spent", "spoke", "keeps", "moved")
MOST = 200  # residents whose diary is kept; of more only the last month
NAMED, LEAST = 2, 0.005  # parts that a sentence names on either side, and how large they are at least


@dataclass(frozen=True)
class Reason:
    """Why a resident gave to one matter in one month, or did not; ``print`` makes a sentence of it. Whether one hears of a matter, is
    asked and comes forward goes before what one gives.

    Attributes:
        month, resident, matter: when, who, and which row of ``model.matters``.
        service: what the matter is about, an id.
        outcome: a key of ``OUTCOMES``.
        asked: index into ``ASKED``; 0 also where it did not come to that.
        means: index into ``MEANS``.
        share: given, of the fair share; ``fair`` is that in yuan.
        parts: what the share is made of, by the keys of ``PARTS``: all but the levy add up, are held within 0 and 1, and the levy is taken
            off; empty where nothing was decided.
    """

    month: int
    resident: int
    matter: int
    service: str
    outcome: int
    asked: int
    means: int
    share: float
    fair: float
    parts: Mapping[str, float]

    @property
    def text(self) -> Text:
        """The sentence in both languages."""
        about = next(one.text for one in CATEGORIES if one.id == self.service)
        what, done = (
            Text(f"{about.en.lower()} (matter {self.matter})", f"{about.zh}（事项 {self.matter}）"),
            OUTCOMES[self.outcome],
        )
        if not self.parts:
            return Text(f"{what.en}: {done.en}.", f"{what.zh}：{done.zh}。")
        how, paid = ASKED[self.asked], MEANS[self.means]
        if self.outcome == build.GAVE:
            done = Text(
                f"gave {self.share:.0%} of the fair share of {self.fair:,.0f} yuan {paid.en}",
                f"按应摊份额 {self.fair:,.0f} 元的 {self.share:.0%}{paid.zh}",
            )
        elif self.asked == 0:
            done = Text("in the end gave nothing", "最终没有出力")
        spoke_for, against = self._named(1.0), self._named(-1.0)
        return Text(
            f"{what.en}: {how.en} and {done.en}; for it: {spoke_for.en}; against it: {against.en}.",
            f"{what.zh}：{how.zh}，{done.zh}；促使的是{spoke_for.zh}，阻碍的是{against.zh}。",
        )

    def _named(self, sign: float) -> Text:
        """The largest parts that spoke for giving (1), or against it (-1)."""
        mine = [name for name, value in self.parts.items() if sign * value >= LEAST]
        largest = sorted(mine, key=lambda name: -abs(self.parts[name]))[:NAMED]
        if not largest:
            return Text("nothing", "无")
        said = [(PARTS[name], self.parts[name]) for name in largest]
        return Text(
            ", ".join(f"{text.en} {value:+.2f}" for text, value in said),
            "、".join(f"{text.zh} {value:+.2f}" for text, value in said),
        )

    def __str__(self) -> str:
        """The sentence in the user's language."""
        return str(self.text)


class Diary:
    """What watched residents went through; of more than ``MOST`` only the last month is kept.

    Attributes:
        who: residents, in the order of the rows of notes.
        last_month: the last month that was written down; 0 before the first.
    """

    def __init__(self, who: list[int], learns: bool) -> None:
        self.who = who
        self._learns = learns
        self._months: list[int] = []
        self._notes: list[NDArray[np.float64]] = []
        self._felt: list[NDArray[np.float64]] = []

    @property
    def last_month(self) -> int:
        """The last month that was written down; 0 before the first."""
        return self._months[-1] if self._months else 0

    def write(self, residents: Any, month: int) -> None:
        """A month has passed."""
        if len(self.who) > MOST:
            self._months, self._notes, self._felt = [], [], []
        self._months.append(month)
        self._notes.append(residents.notes.copy())
        columns = [getattr(residents.columns, name)[self.who].astype(np.float64) for name in KEPT]
        self._felt.append(np.stack(columns, axis=1))

    def reasons(self, resident: int) -> list[Reason]:
        """All reasons of one of them, in order of months; KeyError for anybody else."""
        row, found = self._row(resident), zip(self._months, self._notes, strict=True)
        return [one for month, notes in found for one in reasons(notes[row], month, resident, learns=self._learns)]

    def history(self, resident: int) -> pd.DataFrame:
        """One row a month that is kept: ``KEPT``, and what was said of every matter, in the user's language."""
        row = self._row(resident)
        frame = pd.DataFrame([felt[row] for felt in self._felt], columns=list(KEPT))
        said = [
            " ".join(str(one) for one in reasons(notes[row], month, resident, learns=self._learns))
            for month, notes in zip(self._months, self._notes, strict=True)
        ]
        return frame.assign(month=self._months, matters=said).set_index("month")

    def _row(self, resident: int) -> int:
        return self.who.index(resident)


def reasons(notes: NDArray[np.float64], month: int, resident: int, *, learns: bool = False) -> list[Reason]:
    """What one row of notes says, service by service.

    Args:
        notes: float64 (services, entries), as ``kernels.build.give`` writes them.
        month, resident: of which month and whom.
        learns: whether residents learn from payoffs, so that habit stands where else disposition and expectation do.
    """
    found = []
    for k, note in enumerate(notes):
        outcome, matter, asked, means, share, fair, *parts = note.tolist()
        if int(outcome) == build.NO_MATTER:
            continue
        decided = int(outcome) in (build.NOTHING, build.GAVE)
        named = (
            dict(zip((HABIT if learns else LABORATORY, EXAMPLE, CHANCE, LEVY, *TERMS_OF_GIVING), parts, strict=True))
            if decided
            else {}
        )
        found.append(
            Reason(
                month, resident, int(matter), CATEGORIES[k].id, int(outcome), int(asked), int(means), share, fair, named
            )
        )
    return found


def to_frame(found: Sequence[Reason]) -> pd.DataFrame:
    """Reasons as a table: month, resident, matter, service, outcome (in words), share, fair share, every part, and the sentence in both
    languages.
    """
    rows = [
        {"month": one.month, "resident": one.resident, "matter": one.matter, "service": one.service, "outcome": OUTCOMES[one.outcome].en,
         "share": one.share if one.parts else np.nan, "fair_share": one.fair if one.parts else np.nan,
         **{name: one.parts.get(name, np.nan) for name in PARTS}, "en": one.text.en, "zh": one.text.zh}
        for one in found
    ]  # fmt: skip
    columns = ["month", "resident", "matter", "service", "outcome", "share", "fair_share", *PARTS, "en", "zh"]
    return pd.DataFrame(rows, columns=columns)


def check_watched(who: Sequence[int], n: int) -> None:
    """That all of them are residents, each once.

    Raises:
        UserError: one is not, or stands twice.
    """
    odd = [i for i in who if isinstance(i, bool) or not isinstance(i, int | np.integer) or not 0 <= i < n]
    if odd or len(set(who)) != len(who):
        wrong: Collection[Any] = odd or [i for i in who if list(who).count(i) > 1]
        raise UserError(
            f"watch: {shown(next(iter(wrong)))} is not allowed; allowed: numbers of residents from 0 to {n - 1}, each once",
            f"watch：{shown(next(iter(wrong)))} 不被允许；允许：0 至 {n - 1} 的居民编号，各一次",
        )
