"""What happened: small records of matters, bodies, meetings and changes, read off at the end of each month, and their sentences.

Nothing here acts. A record holds numbers, so that it can be told in either language at any time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from cogov_sim.agents.board import COMMUNITY_MEETING
from cogov_sim.agents.organisations import BODY_KINDS
from cogov_sim.commons.build import gathered
from cogov_sim.commons.matters import NONE, Decider, Raiser, Stage
from cogov_sim.commons.state import Commons
from cogov_sim.language import Text
from cogov_sim.scenario import InstitutionSettings
from cogov_sim.scenario.institution import institution_text
from cogov_sim.society import CATEGORIES, Level, Units
from cogov_sim.society.names import unit_name


class Event(NamedTuple):
    """One thing that happened.

    Attributes:
        month: of the reform.
        kind: a key of ``KINDS``.
        level, unit: where, as ``Level`` and number.
        matter: which matter, -1 for none.
        what: a service, a kind of body (by its number) or an institution.
        numbers: what the sentence of its kind counts.
    """

    month: int
    kind: str
    level: int
    unit: int
    matter: int = NONE
    what: str = ""
    numbers: tuple[float, ...] = ()


#: Every kind of event, in the order in which a month's are told: its name, and its sentence. ``{place}`` and ``{what}`` are names,
#: ``{by}`` is who raised or decided, ``{0}`` and so on the numbers, as ``_Number`` writes them.
KINDS: dict[str, tuple[Text, Text]] = {
    "switched": (Text("institution", "制度变更"), Text("{what}.", "{what}。")),
    "opened": (Text("opened", "提出"), Text("{place}: {by} put {what} on the list.", "{place}：{by}提出{what}。")),
    "met": (Text("met", "商议"), Text("{place}: {0:person|people} came to the meeting; {by}.", "{place}：{0:.0f} 人到会商议，{by}。")),
    "voted": (Text("voted", "票决"), Text("{place}: the vote buys {0:project|projects} for {1:,.0f} yuan.", "{place}：票决选定 {0:.0f} 个项目，共 {1:,.0f} 元。")),
    "decided": (Text("decided", "决定"), Text("{place}: {by} took {what} on, for {1:,.0f} yuan; {0:,.0f} of them are to be gathered.", "{place}：{by}决定办理{what}，共 {1:,.0f} 元，其中需筹集 {0:,.0f} 元。")),
    "funded": (Text("decided", "决定"), Text("{place}: {by} took {what} on, for {1:,.0f} yuan of public money.", "{place}：{by}决定办理{what}，由财政承担 {1:,.0f} 元。")),
    "gathered": (Text("gathered", "筹集"), Text("{place}: the own part of {what} is together; {0:resident|residents} gave, {1:.0f} knew and did not.", "{place}：{what}自筹部分到位，{0:.0f} 人出力，{1:.0f} 人知情未出力。")),
    "built": (Text("built", "建成"), Text("{place}: {what} is done, with a quality of {0:.2f} (1 is best); {1:.0f} of the {2:resident|residents} it is for had given to it.", "{place}：{what}完成，质量 {0:.2f}（最好为 1）；受益居民 {2:.0f} 人，其中 {1:.0f} 人出力。")),
    "judged": (Text("judged", "评议"), Text("{place}: {0:resident|residents} judged {what}: {1:.0%}.", "{place}：{0:.0f} 名居民评议{what}，得分 {1:.0%}。")),
    "paid": (Text("grant paid", "兑付奖补"), Text("{place}: the grant of {0:,.0f} yuan for {what} is paid.", "{place}：{what}的奖补 {0:,.0f} 元已兑付。")),
    "refused": (Text("grant refused", "奖补拒付"), Text("{place}: inspection refuses the grant of {0:,.0f} yuan for {what}.", "{place}：{what}验收不合格，{0:,.0f} 元奖补拒付。")),
    "found out": (Text("found out", "查出侵占"), Text("{place}: the board found {0:,.0f} yuan of {what} missing.", "{place}：监事会查出{what}款项短缺 {0:,.0f} 元。")),
    "given up": (Text("given up", "搁置"), Text("{place}: {what} is given up; {0:,.0f} of {1:,.0f} yuan had come together.", "{place}：{what}搁置，所需 {1:,.0f} 元中筹得 {0:,.0f} 元。")),
    "dropped": (Text("dropped", "作罢"), Text("{place}: nobody decided on {what} in time; it is dropped.", "{place}：{what}迟迟无人决定，作罢。")),
    "founded": (Text("founded", "成立"), Text("{place}: {what} is founded.", "{place}：{what}成立。")),
    "leader left": (Text("new leader", "换届"), Text("{place}: {what} has a new leader.", "{place}：{what}更换带头人。")),
    "dissolved": (Text("dissolved", "解散"), Text("{place}: {what} is dissolved.", "{place}：{what}解散。")),
    "campaign": (Text("campaign", "整治"), Text("{place}: a campaign against disorder begins.", "{place}：开始整治行动。")),
}  # fmt: skip
RAISED_BY = {
    Raiser.RESIDENTS: Text("residents", "居民"), Raiser.STAFF: Text("staff", "工作人员"),
    Raiser.GOVERNMENT_PLAN: Text("officials", "官员"), Raiser.UNITS: Text("units of the neighbourhood", "驻区单位"),
}  # fmt: skip
DECIDED_BY = {
    Decider.GOVERNMENT: Text("the government", "政府"), Decider.RESIDENTS: Text("residents", "居民组织"),
    Decider.SELF_HELP: Text("neighbours by themselves", "邻里自助"), Decider.VOTERS: Text("a vote of residents", "居民票决"),
    Decider.PLATFORM: Text("the venture platform", "公益创投平台"),
}  # fmt: skip
RESOLVED = (Text("nothing was resolved", "未形成决议"), Text("they came to a resolution", "形成决议"))
_ORDER = {kind: place for place, kind in enumerate(KINDS)}


class _Number(float):
    """A number that a sentence counts things with: ``{0:resident|residents}`` is "1 resident" or "3 residents"."""

    def __format__(self, how: str) -> str:
        one, both, more = how.partition("|")
        return f"{float(self):,.0f} {one if self == 1.0 else more}" if both else format(float(self), how)


def sentence(event: Event, units: Units) -> Text:
    """An event in words, in both languages."""
    what, by = _what(event), _by(event)
    place, said = unit_name(units, Level(event.level), event.unit), KINDS[event.kind][1]
    numbers = [_Number(one) for one in event.numbers]
    return Text(
        said.en.format(*numbers, place=place.en, what=what.en, by=by.en),
        said.zh.format(*numbers, place=place.zh, what=what.zh, by=by.zh),
    )


def _what(event: Event) -> Text:
    """What it is about."""
    if event.kind == "switched":
        name, (on, strength) = institution_text(event.what), event.numbers
        if not on:
            return Text(f"{name.en} ends", f"{name.zh}停用")
        if strength >= 0.0:
            return Text(f"{name.en} goes on at strength {strength:g}", f"{name.zh}强度改为 {strength:g}")
        return Text(f"{name.en} begins", f"{name.zh}启用")
    if event.what.isdigit():
        text = BODY_KINDS[int(event.what)].text
        article = "the" if event.kind == "leader left" else "an" if text.en[0] in "aeiou" else "a"
        return Text(f"{article} {text.en}", text.zh)
    return next(
        (
            Text(f"the {one.text.en.lower()} project", f"{one.text.zh}项目")
            for one in CATEGORIES
            if one.id == event.what
        ),
        Text("", ""),
    )


def _by(event: Event) -> Text:
    """Who raised or decided it, or what a meeting came to."""
    if event.kind == "opened":
        return RAISED_BY[Raiser(int(event.numbers[0]))]
    if event.kind in ("decided", "funded"):
        body = int(event.numbers[3])
        if body != NONE:
            text = BODY_KINDS[body].text
            return Text(f"the {text.en}", text.zh)
        return DECIDED_BY[Decider(int(event.numbers[2]))]
    return RESOLVED[int(event.numbers[1])] if event.kind == "met" else Text("", "")


def of_matter(commons: Commons, m: int) -> list[Event]:
    """What became of one matter so far, from the ledger, in order."""
    ledger, assets, before = commons.ledger, commons.society.assets, commons.scenario.history.months
    asset = int(ledger.asset[m])
    what, level, unit = CATEGORIES[int(assets.category[asset])].id, int(assets.level[asset]), int(assets.unit[asset])

    def event(kind: str, month: int, *numbers: float) -> Event:
        return Event(int(month) - before, kind, level, unit, m, what, tuple(float(x) for x in numbers))

    found = [event("opened", ledger.raised_month[m], ledger.raised_by[m])]
    if ledger.decided_by[m] != NONE:
        target, by = int(ledger.own_target[m]), (ledger.cost[m], ledger.decided_by[m], ledger.body[m])
        found.append(event("decided" if target else "funded", ledger.decided_month[m], target, *by))
    closed = ledger.closed_month[m]
    if ledger.stage[m] == Stage.COMPLETED:
        found.append(
            event("built", ledger.built_month[m], ledger.quality[m], ledger.givers[m], ledger.beneficiaries[m])
        )
        if ledger.raters[m] > 0:
            found.append(event("judged", closed, ledger.raters[m], ledger.rating[m]))
        if ledger.unpaid_grant[m] > 0:
            found.append(event("refused", closed, ledger.unpaid_grant[m]))
        elif ledger.grant_promised[m] > 0:
            found.append(event("paid", closed, ledger.grant_promised[m]))
        if ledger.recovered[m] > 0:
            found.append(event("found out", closed, ledger.recovered[m]))
    elif ledger.stage[m] == Stage.EXPIRED and ledger.decided_by[m] == NONE:
        found.append(event("dropped", closed))
    elif ledger.stage[m] == Stage.EXPIRED:
        together = int(ledger.own_value(np.array([m]), commons.scenario.services)[0])
        found.append(event("given up", closed, min(together, int(ledger.own_target[m])), ledger.own_target[m]))
    return found


class Recorder:
    """Reads off at each month's end what happened since the last; it changes nothing.

    Attributes:
        events: all of them, in the order of months.
    """

    def __init__(self, commons: Commons) -> None:
        self.events: list[Event] = []
        self._leaders = _leaders(commons)
        self._campaigns = commons.campaign_months > 0
        self._together: list[int] = []
        self._working: dict[str, float] | None = None

    def record(self, commons: Commons, month: int, institutions: Mapping[str, InstitutionSettings] | None) -> None:
        """A month has passed.

        Args:
            commons: as it is now.
            month: of the reform.
            institutions: settings of those that there are this month; None before the reform, and where each community has its own time.
        """
        new = [] if institutions is None else self._switched(institutions, month)
        new += [event for m in self._touched(commons) for event in of_matter(commons, m) if event.month == month]
        new += self._gathered(commons, month) + _meetings(commons, month) + _votes(commons, month)
        new += self._bodies(commons, month)
        campaigns = commons.campaign_months > 0
        new += [_at(month, "campaign", c) for c in np.flatnonzero(campaigns & ~self._campaigns).tolist()]
        self._campaigns = campaigns
        self.events += sorted(new, key=lambda event: (_ORDER[event.kind], event.matter, event.unit))

    def _switched(self, institutions: Mapping[str, InstitutionSettings], month: int) -> list[Event]:
        """Institutions that began, ended or changed their strength; those that the reform begins with are no news."""
        before = self._working
        self._working = {
            key: one.strength
            for key, one in institutions.items()
            if one.start_month <= month <= (one.end_month or month) and one.strength > 0.0
        }
        if before is None:
            return []
        found = []
        for key in sorted({*before, *self._working}):
            old, now = before.get(key), self._working.get(key)
            if old != now:
                numbers = (float(now is not None), -1.0 if old is None or now is None else now)
                found.append(Event(month, "switched", int(Level.CITY), 0, NONE, key, numbers))
        return found

    def _touched(self, commons: Commons) -> list[int]:
        """Matters with which something happened this month."""
        now = [
            commons.ledger.column(name) == commons.month for name in ("raised_month", "decided_month", "closed_month")
        ]
        return [int(m) for m in np.flatnonzero(np.any(now, axis=0))]

    def _gathered(self, commons: Commons, month: int) -> list[Event]:
        """Matters whose own part came together, once each."""
        ledger = commons.ledger
        open_ = ledger.open(Stage.UNDER_WAY)
        closed = np.flatnonzero(
            (ledger.column("closed_month") == commons.month) & (ledger.column("stage") == Stage.COMPLETED)
        )
        matters = np.concatenate([open_[gathered(commons, open_)], closed])
        matters = matters[ledger.own_target[matters] > 0]
        new = [m for m in matters.tolist() if m not in self._together]
        self._together = sorted({*self._together, *new} - set(closed.tolist()))
        found = []
        for m in new:
            opened = of_matter(commons, m)[0]
            found.append(opened._replace(month=month, kind="gathered", numbers=_gave_and_did_not(commons, m)))
        return found

    def _bodies(self, commons: Commons, month: int) -> list[Event]:
        """Bodies founded, led by others, dissolved."""
        before, now = self._leaders, _leaders(commons)
        self._leaders = now
        found = []
        for kind, unit in sorted({*before, *now}):
            said = Event(month, "", int(BODY_KINDS[kind].level), unit, NONE, str(kind))
            if (kind, unit) not in before:
                found.append(said._replace(kind="founded"))
            elif (kind, unit) not in now:
                found.append(said._replace(kind="dissolved"))
            elif before[kind, unit] != now[kind, unit]:
                found.append(said._replace(kind="leader left"))
        return found


def _leaders(commons: Commons) -> dict[tuple[int, int], int]:
    """Who leads each body, by its kind's number and its unit."""
    return {(kind.number, unit): body.leader for kind in BODY_KINDS for unit, body in commons.bodies[kind].items()}


def _gave_and_did_not(commons: Commons, m: int) -> tuple[float, float]:
    """Residents who live with a matter and gave to it, and who know of it and did not."""
    ledger, assets, columns = commons.ledger, commons.society.assets, commons.residents.columns
    if ledger.stage[m] == Stage.COMPLETED:
        return float(ledger.givers[m]), float(ledger.knew_gave_nothing[m])
    asset = int(ledger.asset[m])
    span, bit = slice(int(assets.first[asset]), int(assets.last[asset])), np.uint16(1 << int(assets.category[asset]))
    gave, knew = columns.gave[span] & bit, columns.knew[span] & bit
    return float(np.count_nonzero(gave)), float(np.count_nonzero(knew & ~gave))


def _meetings(commons: Commons, month: int) -> list[Event]:
    """Meetings of communities to which somebody came."""
    board, found = commons.residents.board, []
    held = np.flatnonzero((board.meeting[:, COMMUNITY_MEETING] < -1) & (board.present[:, COMMUNITY_MEETING] > 0))
    for c in np.unique(board.community[held]).tolist():
        b = held[board.community[held] == c][0]
        numbers = float(board.present[b, COMMUNITY_MEETING]), float(board.resolved[b, COMMUNITY_MEETING])
        found.append(_at(month, "met", c, numbers))
    return found


def _votes(commons: Commons, month: int) -> list[Event]:
    """Votes on a budget."""
    voted = np.flatnonzero(commons.voted_on[:, 0] > 0).tolist()
    return [_at(month, "voted", c, (float(commons.voted_on[c, 2]), float(commons.voted_on[c, 1]))) for c in voted]


def _at(month: int, kind: str, community: int, numbers: tuple[float, ...] = ()) -> Event:
    return Event(month, kind, int(Level.COMMUNITY), community, NONE, "", numbers)


def to_frame(events: Iterable[Event], units: Units) -> pd.DataFrame:
    """Events as a table: month, kind, level, unit, matter, and a sentence in both languages."""
    rows = [
        (one.month, one.kind, Level(one.level).name.lower(), one.unit, one.matter, said.en, said.zh)
        for one in events
        for said in (sentence(one, units),)
    ]
    return pd.DataFrame(rows, columns=["month", "kind", "level", "unit", "matter", "en", "zh"])


class Matters(pd.DataFrame):
    """The ledger as a data frame that can tell the story of each of its rows."""

    _metadata = ["_commons"]

    @property
    def _constructor(self) -> Any:
        return pd.DataFrame

    @classmethod
    def of(cls, commons: Commons, before: int) -> Matters:
        """All matters; months count from the reform, ``before`` months after day one."""
        matters = cls(commons.ledger.to_frame(before))
        object.__setattr__(matters, "_commons", commons)
        return matters

    def __reduce__(self) -> Any:
        """Kept or sent elsewhere it is the data alone."""
        return pd.DataFrame, (pd.DataFrame(self),)

    def story(self, matter: int) -> str:
        """What became of one matter, a line a step, in the user's language; KeyError where there is no such matter."""
        commons: Commons = object.__getattribute__(self, "_commons")
        if isinstance(matter, bool) or not isinstance(matter, int | np.integer) or not 0 <= matter < commons.ledger.n:
            raise KeyError(f"matter {matter!r}: there are 0 to {commons.ledger.n - 1}")
        lines = []
        for event in of_matter(commons, int(matter)):
            month = Text(f"month {event.month}", f"第 {event.month} 个月")
            lines.append(f"{month}  {sentence(event, commons.society.units)}")
        return "\n".join(lines)
