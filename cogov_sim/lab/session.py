"""A laboratory session: subjects in small groups, played by the very kernels that residents run in the field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cogov_sim.agents.board import COMMUNITY_MEETING, Board, Network, new_board
from cogov_sim.agents.columns import CATEGORIES, Columns, new_columns
from cogov_sim.agents.kernels import build, gift, plan, share
from cogov_sim.agents.kernels.gift import SPARE_INCOME
from cogov_sim.agents.rules import Rules, make_rules
from cogov_sim.agents.table import begin
from cogov_sim.draws import Purpose, key, uniforms
from cogov_sim.scenario.actors import OrganisationSettings
from cogov_sim.scenario.behaviour import BehaviourSettings
from cogov_sim.scenario.settings import ServiceSettings, SocietySettings
from cogov_sim.society.schedules import ScheduleType, draw_beliefs, draw_schedule_types, draw_schedules

GAME = 0  # the service category that stands for the public good
WINDFALL = 1e-8
"""The least burden, that of an experimenter's money: what one is asked for relative to spare monthly means."""
ATTITUDES = ("efficacy", "spirit", "trust", "fatigue")
"""What an hour in a laboratory does not change."""

_NOBODY, _NO_NOTES = np.zeros(0, np.int32), np.zeros((0, CATEGORIES, build.ENTRIES))  # nobody is watched


@dataclass(frozen=True)
class Situation:
    """The terms of a laboratory situation; all zero is the bare game of Fischbacher & Gaechter (2010).

    Attributes:
        need: felt need for the public good, beyond that of the bare game.
        talk: exchange before every period, 1 for face to face.
        recognition, reward, sanction, match, levy, example: as the terms of these names.
        asked: chance to be asked by a neighbour (one's familiar) to give.
        hassle: trouble of giving.
        burden: the fair share relative to spare monthly means.
        hear: chance to take notice at all.
        visibility: chance that a contribution is seen by the others of the group.
        met: whether members see each other's faces; ties grow between people who meet, not between terminals.
    """

    need: float = 0.0
    talk: float = 0.0
    recognition: float = 0.0
    reward: float = 0.0
    sanction: float = 0.0
    match: float = 0.0
    levy: float = 0.0
    asked: float = 0.0
    example: float = 0.0
    hassle: float = 0.0
    burden: float = 0.0
    hear: float = 1.0
    visibility: float = 1.0
    met: bool = False


def rules_of(behaviour: str | BehaviourSettings) -> Rules:
    """The kernels' constants: the shipped ones under a named rule of behaviour, or those of given settings."""
    if isinstance(behaviour, str):
        behaviour = BehaviourSettings(rule=behaviour)  # type: ignore[arg-type]
    return make_rules(behaviour, ServiceSettings(), OrganisationSettings())


def subjects(
    n: int,
    rng: int,
    *,
    shares: Mapping[str, float] | None = None,
    efficacy: float | None = None,
    trust: float | None = None,
) -> Columns:
    """Columns of ``n`` subjects as the society draws its residents: schedules and first beliefs from the laboratory.

    Attitudes are in the middle (0.5), where the situation's terms that rest on them are zero.

    Args:
        n: how many.
        rng: seed.
        shares: share of each ``ScheduleType`` by its name in small letters; None for the published ones.
        efficacy, trust: the same for all, instead of 0.5.
    """
    chosen = SocietySettings() if shares is None else SocietySettings(
        conditional_cooperator_share=float(shares.get("conditional", 0.0)),
        free_rider_share=float(shares.get("free_rider", 0.0)),
        hump_share=float(shares.get("hump", 0.0)),
    )  # fmt: skip
    types = draw_schedule_types(chosen, n, rng)
    intercept, slope = draw_schedules(types, rng)
    columns = new_columns(n)._replace(
        schedule_type=types, schedule_intercept=intercept, schedule_slope=slope, belief=draw_beliefs(n, rng)
    )
    columns.spirit[:] = 0.5
    columns.efficacy[:] = 0.5 if efficacy is None else efficacy
    columns.trust[:] = 0.5 if trust is None else trust
    columns.preferences[:, GAME] = 0.2  # felt need is 5 x weight x what is missing
    return columns


class Session:
    """Subjects in groups who play period after period; a group is a building, a period's game an open matter.

    Attributes:
        columns: the subjects in the order of their seats; ``person`` says who sits there.
        person: int64 (n,), number of the subject in each seat.
        period: periods played.
    """

    def __init__(
        self,
        columns: Columns,
        group_size: int,
        behaviour: str | BehaviourSettings,
        rng: int,
        *,
        situation: Situation = Situation(),
        endowments: NDArray[np.float64],
        mpcr: float = 0.4,
        familiarity: float = 0.0,
    ) -> None:
        n = len(columns.belief)
        whole = rules_of(behaviour)
        # a subject is put the question, and no other; a period is what beliefs in the laboratory are measured by; games begin
        # when told to
        alone = {"volunteer_call": 0.0, "donation_call": 0.0}
        self.rules = whole._replace(forward_base=np.inf, month_sight=1.0, restart=0.0, **alone)
        self.restart_share = whole.restart
        self.columns, self.situation, self.rng = columns, situation, rng
        self.group_size, self.groups, self.mpcr = group_size, n // group_size, mpcr
        self.endowments = endowments
        self.person = np.arange(n)
        self.period = 0
        self.familiarity = familiarity
        self.income = 1.0 / (SPARE_INCOME * max(WINDFALL, situation.burden))  # yuan per token of endowment
        columns.income[:] = self.income * endowments
        columns.familiarity[:] = familiarity
        columns.performance[:] = mpcr * group_size * columns.belief / max(1e-9, self.rules.service_value)
        gift.begin_on_day_one(columns, self.rules)
        self.board = self._board()
        self.network = self._network()
        self._attitudes = {name: getattr(columns, name).copy() for name in ATTITUDES}

    def _board(self) -> Board:
        seat = np.arange(self.groups, dtype=np.int64) * self.group_size
        board = new_board(
            self.groups, 1, community=np.zeros(self.groups, np.int32), first=seat, last=seat + self.group_size,
            asset=np.zeros((self.groups, CATEGORIES), np.int32), quality=np.array([1.0 - self.situation.need]),
            income=np.full((self.groups, CATEGORIES), self.income * float(self.endowments.mean())), turnover=np.zeros(1),
        )  # fmt: skip
        for name in ("talk", "recognition", "reward", "sanction", "levy", "example", "hassle"):
            getattr(board, name)[:] = getattr(self.situation, name)
        board.match[:, GAME] = self.situation.match
        board.ask[:, GAME] = self.situation.asked
        board.hear[:, GAME] = self.situation.hear
        board.fair[:, GAME] = float(self.endowments.mean())
        board.visibility[:] = self.situation.visibility
        board.matter[:, GAME] = np.arange(self.groups)
        board.present[:, COMMUNITY_MEETING] = self.group_size
        return board

    def _network(self) -> Network:
        """Everybody in a group sees everybody else."""
        n, size = len(self.person), self.group_size
        seat = np.arange(size)
        others = np.array([[j for j in seat if j != i] for i in seat])
        indices = (others[None] + size * np.arange(self.groups)[:, None, None]).reshape(-1)
        strength = np.full(len(indices), self.familiarity, np.float32)
        indptr = np.arange(n + 1, dtype=np.int64) * (size - 1)
        return Network(indptr, indices.astype(np.int32), strength, strength.copy())

    def play(self, *, learn: bool = True) -> NDArray[np.int64]:
        """One period: talk if there is talk, give, see what the others gave, learn from it.

        Args:
            learn: whether to go on to seeing and learning, which a one-shot situation has no use for.

        Returns:
            int64 (n,), whole tokens given of one's own will, by seat.
        """
        self.period += 1
        columns, board, rules, groups = self.columns, self.board, self.rules, self.groups
        keys = tuple(
            key(self.rng, purpose, self.period) for purpose in (Purpose.HEAR, Purpose.GIVE, Purpose.SEEN, Purpose.CALL)
        )
        for act in ("speak", "attend", "give"):
            begin(act, columns, board)
        columns.knew[:], columns.gave[:] = 0, 0  # a new matter every period
        columns.attended[:] = (1 << COMMUNITY_MEETING) if self.situation.talk > 0.0 else 0
        plan.converse(0, groups, columns, board, rules)
        build.give(0, groups, self.period, columns, board, rules, keys, _NOBODY, _NO_NOTES)
        tokens = np.rint(columns.spent).astype(np.int64)
        if not self.situation.met:
            columns.joint[:] = -1
        if learn:
            share.meet_neighbours(0, groups, columns, board, self.network, rules)
            columns.performance[:] = self.mpcr * self._pot(tokens) / self.endowments / max(1e-9, rules.service_value)
            share.drift(0, groups, columns, board, rules)
            for name, values in self._attitudes.items():
                getattr(columns, name)[:] = values
        return tokens

    def restart(self) -> None:
        """A new game begins: beliefs and habits return part of the way to what they were before anything was seen."""
        columns, share = self.columns, np.float32(self.restart_share)
        columns.belief[:] += share * (columns.first_belief - columns.belief)
        columns.habit[:] += share * (columns.first_habit - columns.habit)

    def _pot(self, tokens: NDArray[np.int64]) -> NDArray[np.float64]:
        """What everybody's group has gathered, in tokens, levy and match included."""
        given = tokens * (1.0 + self.situation.match) + self.situation.levy * self.endowments
        return np.repeat(given.reshape(self.groups, self.group_size).sum(axis=1), self.group_size)

    def payoffs(self, tokens: NDArray[np.int64]) -> NDArray[np.float64]:
        """Tokens that everybody has after a period: what was kept, and the return from the group's account."""
        kept = self.endowments * (1.0 - self.situation.levy) - tokens
        return np.asarray(kept + self.mpcr * self._pot(tokens))

    def reseat(self, order: NDArray[np.int64]) -> None:
        """New groups: seat i is taken by whoever sat in ``order[i]``; people who have not met have no ties."""
        for column in self.columns:
            column[:] = column[order]
        self.person, self.endowments = self.person[order], self.endowments[order]
        self._attitudes = {name: values[order] for name, values in self._attitudes.items()}
        self.network.strength[:] = self.network.usual
        self.columns.familiarity[:] = self.familiarity

    def mix(self) -> None:
        """Random strangers for the next period."""
        luck = uniforms(self.rng, Purpose.SOCIETY, self.period, len(self.person), 99)
        self.reseat(np.argsort(luck, kind="stable"))

    def sort(self) -> None:
        """Groups of like givers for the next period, by what was given in this one."""
        self.reseat(np.argsort(-self.columns.given, kind="stable"))


TYPE_NAMES = {t: t.name.lower() for t in ScheduleType}


def types_of(columns: Columns) -> Any:
    """The name of everybody's type, by seat, as a pandas Categorical."""
    return pd.Categorical.from_codes(columns.schedule_type, pd.Index(list(TYPE_NAMES.values())))
