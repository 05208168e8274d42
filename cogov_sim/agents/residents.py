"""Residents: columns for the model, a read-only view of one person for teaching, a data frame for analysts."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cogov_sim.agents.board import VENUES, Network, new_board
from cogov_sim.agents.columns import CATEGORIES, CIVIC, COLUMN_TEXTS, MANAGE, NEVER, SHARE, Columns, new_columns
from cogov_sim.agents.explain import Diary, check_watched
from cogov_sim.agents.kernels import (
    build,
    civic,
    evaluate,
    gift,
    ladder,
    manage,
    meet,
    plan,
    probe,
    settle,
    share,
    together,
)
from cogov_sim.agents.organisations import BODY_KINDS
from cogov_sim.agents.resident import Resident
from cogov_sim.agents.rules import Rules
from cogov_sim.agents.table import begin
from cogov_sim.draws import Purpose, key, uniforms
from cogov_sim.society import CATEGORIES as SERVICES
from cogov_sim.society import Level, Society

_FROM_POPULATION = (
    "schedule_type", "schedule_intercept", "schedule_slope", "preferences", "income", "free_time", "owner", "lodgers", "newcomer",
    "age_band", "party", "belief", "spirit", "efficacy", "trust",
)  # fmt: skip


def _columns(society: Society) -> Columns:
    columns = new_columns(society.population.n)
    for name in _FROM_POPULATION:
        getattr(columns, name)[:] = getattr(society.population, name)
    return columns


def _mean_income(society: Society) -> NDArray[np.float64]:
    """Mean income of those who live with each building's assets, float64 (buildings, categories)."""
    units, assets = society.units, society.assets
    total = np.concatenate([[0.0], np.cumsum(society.population.income, dtype=np.float64)])
    means = (total[assets.last] - total[assets.first]) / assets.population
    return np.ascontiguousarray(means[assets.of_building[: units.count(Level.BUILDING)]])


def _reach(society: Society) -> NDArray[np.int64]:
    """Residents [first, last) of the unit for which each kind of body would be, int64 (buildings, kinds, 2)."""
    units = society.units
    spans = {}
    for level in {kind.level for kind in BODY_KINDS}:
        unit = units.within(Level.BUILDING, level)
        spans[level] = np.stack([units.first(level)[unit], units.last(level)[unit]], axis=1)
    return np.ascontiguousarray(np.stack([spans[kind.level] for kind in BODY_KINDS], axis=1), np.int64)


@cache
def _pool(threads: int) -> ThreadPoolExecutor:
    """Threads that stay and help the calling one: new ones take as long to spread over the cores as a kernel to run."""
    return ThreadPoolExecutor(threads, thread_name_prefix="residents")


class Residents:
    """All residents of a society and the rules they follow.

    The methods ``settle`` ... ``share`` are the residents' part of the month's stages. They run compiled kernels over
    blocks of buildings, on ``threads`` threads, with the same result for any number of threads.

    Attributes:
        columns: one array a property, residents in the order of their buildings.
        board: what residents face and what they did this month, per building.
        network: their ties.
        before: months before month 1, from which users count months.
        watched, notes: who is watched and why they gave or did not this month (``kernels.build.give``); empty where nobody is.
        diary: what those who are watched went through, month by month.
    """

    def __init__(self, society: Society, rules: Rules, seed: int, threads: int = 1, before: int = 0) -> None:
        units = society.units
        self.society = society
        self.rules = rules
        self.seed = seed
        self.threads = threads
        self.before = before
        self.columns = _columns(society)
        ties = society.ties
        self.network = Network(ties.indptr, ties.indices, np.array(ties.strength, np.float32), ties.strength)
        community = units.within(Level.BUILDING, Level.COMMUNITY)
        first, last = units.first(Level.BUILDING), units.last(Level.BUILDING)
        self.board = new_board(
            units.count(Level.BUILDING),
            units.count(Level.COMMUNITY),
            community=np.ascontiguousarray(community, np.int32),
            first=np.ascontiguousarray(first, np.int64),
            last=np.ascontiguousarray(last, np.int64),
            asset=np.ascontiguousarray(society.assets.of_building, np.int32),
            quality=np.array(society.assets.quality, np.float64),
            income=_mean_income(society),
            turnover=np.array(society.turnover, np.float64) / 12.0,
        )
        self.watched: NDArray[np.int32] = np.zeros(0, np.int32)
        self.notes: NDArray[np.float64] = np.zeros((0, CATEGORIES, build.ENTRIES))
        self.diary: Diary | None = None
        self._reach = _reach(society)
        self._newcomers = np.array(
            [
                (float(np.mean(column)), float(np.std(column)))
                for column in (
                    self.columns.belief,
                    self.columns.spirit,
                    self.columns.efficacy,
                    self.columns.trust,
                )
            ]
        )
        self.board.hassle[:] = rules.hassle
        self._set_familiarity()
        share.first_perception(self.columns, self.board)
        gift.begin_on_day_one(self.columns, rules)

    def _set_familiarity(self) -> None:
        degree = np.diff(self.network.indptr)
        row = np.repeat(np.arange(len(degree)), degree)
        total = np.bincount(row, weights=self.network.strength, minlength=len(degree))
        self.columns.familiarity[:] = np.divide(total, degree, out=np.zeros(len(degree)), where=degree > 0)

    # -- the month -------------------------------------------------------------------------------------------------

    def probe(self, month: int) -> None:
        """The same standard matter is put to everybody, to see what they would give; nothing comes of it."""
        self._begin("probe")
        self._run(probe.probe, self.columns, self.board, self.rules, *self._keys(month, Purpose.PROBE))

    def settle(self, month: int) -> None:
        """Some move out; strangers move in."""
        self._begin("settle")
        self._run(settle.settle, month, self.columns, self.board, self.rules, self._keys(month, Purpose.MOVE, Purpose.NEWCOMER),
                  self._newcomers, self._chances_to_move())  # fmt: skip

    def _chances_to_move(self) -> NDArray[np.float64]:
        """Per resident, this month: tenants sooner, and who is disappointed of services; in the mean of a community as its kind has it."""
        board, columns, rules = self.board, self.columns, self.rules
        gap = columns.expectation.astype(np.float64) - columns.performance
        readiness = np.where(columns.owner, 1.0, rules.move_tenant) * np.exp(rules.move_push * gap)
        heads = board.last - board.first
        total, people = (
            np.bincount(board.community, x, len(board.turnover))
            for x in (np.add.reduceat(readiness, board.first), heads)
        )
        return np.asarray(readiness * np.repeat((board.turnover * people / total)[board.community], heads))

    def speak(self, month: int) -> None:
        """Residents speak up, and may found a body of their own."""
        self._begin("speak")
        keys = self._keys(month, Purpose.VOICE, Purpose.FOUND)
        self._run(plan.speak, month, self.columns, self.board, self.network, self.rules, keys, self._reach)

    def attend(self, month: int) -> None:
        """Those invited come to meetings or stay away; who comes too late for the last seat turns back."""
        self._begin("attend")
        self._run(plan.attend, month, self.columns, self.board, self.rules, self._keys(month, Purpose.ATTEND))
        self._fill_seats(month)
        self._run(meet.sit, month, self.columns, self.board, self.rules, self._keys(month, Purpose.ARRIVE))

    def _fill_seats(self, month: int) -> None:
        """When the last seat of each meeting is taken, by the order in which those who set out arrive."""
        board = self.board
        for v in range(VENUES):
            set_out = np.flatnonzero(board.set_out[:, v])
            meeting, which = np.unique(board.meeting[set_out, v], return_inverse=True)
            came = np.bincount(which, board.set_out[set_out, v], len(meeting))
            crowded = set_out[came[which] > board.seats[set_out, v]]
            for number in np.unique(board.meeting[crowded, v]):
                buildings = np.flatnonzero(board.meeting[:, v] == number)
                first, last = int(board.first[buildings[0]]), int(board.last[buildings[-1]])
                who = first + np.flatnonzero(self.columns.attended[first:last] & (1 << v))
                seats = int(board.seats[buildings[0], v])
                arrivals = uniforms(self.seed, Purpose.ARRIVE, month, who, v)
                board.full[buildings, v] = np.partition(arrivals, seats)[seats]

    def discuss(self, month: int) -> None:
        """Those who sit together exchange opinions."""
        self._begin("discuss")
        columns, board = self.columns, self.board
        for v in range(VENUES):
            who = np.flatnonzero(columns.attended & (1 << v))
            if len(who) == 0:
                continue
            building = np.searchsorted(board.last, who, side="right")
            meeting = board.meeting[building, v]
            starts = np.concatenate([[0], np.flatnonzero(np.diff(meeting)) + 1, [len(who)]])
            keys = self._keys(0, Purpose.SUSCEPTIBLE)
            meet.discuss(v, who, building, starts, month, columns, board, self.rules, keys)

    def converse(self, month: int) -> None:
        """Those who met talked, and those who posted wrote to each other."""
        self._run(plan.converse, self.columns, self.board, self.rules)

    def vote(self, month: int) -> None:
        """Residents vote on projects, where a budget is put to the vote."""
        self._begin("vote")
        self._run(plan.vote, month, self.columns, self.board, self.rules, self._keys(month, Purpose.BALLOT))

    def elect(self, month: int) -> None:
        """Residents vote for their committee, where its term ends."""
        self._begin("elect")
        self._run(civic.elect, month, self.columns, self.board, self.rules, *self._keys(month, Purpose.ELECTION))

    def give(self, month: int) -> None:
        """Residents contribute to open matters, and answer calls to volunteer or donate."""
        self._begin("give")
        keys = self._keys(month, Purpose.HEAR, Purpose.GIVE, Purpose.SEEN, Purpose.CALL)
        self.notes.fill(0.0)
        self._run(build.give, month, self.columns, self.board, self.rules, keys, self.watched, self.notes)

    def come_together(self, month: int, occasion: NDArray[np.int64]) -> None:
        """Residents come to classes and events, where there are any; ``occasion``: ids of the first community's."""
        self._begin("come_together")
        self.columns.joined_before[:], self.columns.joined[:] = self.columns.joined, 0
        key = self._keys(month, Purpose.GATHERING)
        self._run(together.come_together, month, self.columns, self.board, self.network, self.rules, *key, occasion)

    def look_at_pledges(self, month: int) -> None:
        """Residents know which of those they know have pledged to keep order; where nobody has there is nothing to see."""
        self._begin("look_at_pledges")
        if (self.columns.pledged > NEVER).any():
            self._run(together.look_at_pledges, month, self.columns, self.board, self.network, self.rules)

    def pool(self, month: int) -> None:
        """Residents share things of their own, or take them back."""
        self._begin("pool")
        self._run(together.pool, self.columns, self.board, self.rules, *self._keys(month, Purpose.POOL))

    def keep(self, month: int) -> None:
        """Residents keep assets up, and keep or break order."""
        self._begin("keep")
        keys = self._keys(month, Purpose.ADOPT, Purpose.DROP)
        self._run(manage.keep, month, self.columns, self.board, self.rules, keys)
        self._run(manage.keep_order, self.columns, self.board, self.rules, self._keys(month, Purpose.VIOLATE))

    def pay_fees(self, month: int) -> None:
        """Owners pay the property fee, or part of it."""
        self._begin("pay_fees")
        self._run(manage.pay_fees, self.columns, self.board, self.rules, self._keys(month, Purpose.FEE))

    def evaluate(self, month: int) -> None:
        """Residents judge what was finished."""
        self._begin("evaluate")
        keys = self._keys(month, Purpose.JUDGE, Purpose.JUDGEMENT, Purpose.ENJOY)
        self._run(evaluate.evaluate, month, self.columns, self.board, self.rules, keys)

    def share(self, month: int) -> None:
        """Residents perceive, feel and learn; then they are counted."""
        self._begin("share")
        self._run(share.meet_neighbours, self.columns, self.board, self.network, self.rules)
        self._run(share.perceive, self.columns, self.board, self.rules, self._keys(month, Purpose.ANSWER))
        self._run(share.drift, self.columns, self.board, self.rules)
        self._run(ladder.climb, month, self.columns, self.board)
        self._run(share.count, month, self.columns, self.board)

    def supporters(self, founder: int, first: int, last: int, owners: bool = False) -> list[int]:
        """Ties of a founder among residents [first, last) who support a body: close or public-spirited enough.

        ``owners``: only owners count.
        """
        row = slice(self.network.indptr[founder], self.network.indptr[founder + 1])
        ties = self.network.indices[row]
        support = self.network.strength[row].astype(float) + self.columns.spirit[ties]
        near = (ties >= first) & (ties < last)
        if owners:
            near &= self.columns.owner[ties] != 0
        return [int(j) for j in ties[near & (support >= self.rules.support_threshold)]]

    def serve(self, hours: dict[int, float], month: int) -> None:
        """Leaders and officers of bodies give their hours (resident: hours) this month."""
        columns = self.columns
        for i, given in hours.items():
            columns.acts[i] += 1
            columns.hours[i] += given
            columns.load[i] += given
            columns.total_hours[i] += given
            columns.last_act[i, MANAGE] = columns.took_part[i] = month

    def donate(self, who: NDArray[np.int64], yuan: NDArray[np.int64], month: int) -> None:
        """Donors pay what they pledged."""
        columns, board = self.columns, self.board
        gave = yuan > 0
        who, yuan = who[gave], yuan[gave]
        columns.spent[who] += yuan
        columns.acts[who] += 1
        columns.last_act[who, CIVIC] = columns.took_part[who] = month
        building = np.searchsorted(board.last, who, side="right")
        for b, given in zip(building.tolist(), yuan.tolist(), strict=True):
            board.civic[b, 2] += 1.0
            board.civic[b, 3] += given

    def gather(self, friends: dict[int, int], month: int) -> None:
        """Members of micro-organisations (resident: id of the occasion) do something together, for the fun of it."""
        columns = self.columns
        who = np.fromiter(friends.keys(), np.int64, len(friends))
        occasion = np.fromiter(friends.values(), np.int32, len(friends))
        columns.last_act[who, SHARE] = month
        free = columns.joint[who] == -1
        columns.joint[who[free]] = occasion[free]

    def _begin(self, act: str) -> None:
        """What this act makes anew starts from where its tables say."""
        begin(act, self.columns, self.board)

    def _keys(self, month: int, *purposes: Purpose) -> tuple[np.uint64, ...]:
        return tuple(key(self.seed, purpose, month) for purpose in purposes)

    def _run(self, kernel: Callable[..., None], *args: Any) -> None:
        """Run a kernel over all buildings, in one block a thread."""
        n = len(self.board.first)
        if self.threads <= 1 or n < 2 * self.threads:
            kernel(0, n, *args)
            return
        cuts = np.linspace(0, n, self.threads + 1).astype(int)
        (_, mine), *others = itertools.pairwise(cuts.tolist())
        helpers = [_pool(self.threads - 1).submit(kernel, a, b, *args) for a, b in others]
        kernel(0, mine, *args)
        for helper in helpers:
            helper.result()

    def watch(self, who: Sequence[int]) -> None:
        """From now on note why these residents give to matters, or do not; rows of ``notes`` are in their order.

        Raises:
            UserError: a resident that there is not, or the same twice.
        """
        check_watched(who, len(self))
        self.watched = np.full(len(self), -1, np.int32)
        self.watched[list(who)] = np.arange(len(who))
        self.notes = np.zeros((len(who), CATEGORIES, build.ENTRIES))
        self.diary = Diary([int(i) for i in who], self.rules.payoff_learning != 0.0)

    def months(self, column: Any) -> Any:
        """Months of a column as users count them; ``NEVER`` stays."""
        return np.where(column == NEVER, column, column - self.before)

    # -- looking -----------------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        """Number of residents."""
        return len(self.columns.belief)

    def __getitem__(self, i: int) -> Resident:
        """A read-only view of one resident; IndexError beyond the last."""
        if not -len(self) <= i < len(self):
            raise IndexError(f"resident {i} of {len(self)}")
        return Resident(self, i % len(self))

    def to_frame(self) -> pd.DataFrame:
        """A copy of all columns, one row a resident; preferences and last acts as one column each service or stage."""
        data: dict[str, NDArray[Any]] = {
            "building": self.society.units.of_residents(Level.BUILDING),
            "community": self.society.units.of_residents(Level.COMMUNITY),
        }
        for name in Columns._fields:
            column = getattr(self.columns, name)
            if name == "preferences":
                data |= {f"prefers_{SERVICES[k].id}": column[:, k].copy() for k in range(CATEGORIES)}
            elif name == "last_act":
                stages = ("plan", "build", "manage", "evaluate", "share", "civic")
                data |= {f"last_{stage}": self.months(column[:, s]) for s, stage in enumerate(stages)}
            elif COLUMN_TEXTS[name][1] == "month":
                data[name] = self.months(column)
            elif name in ("year_acts", "year_hours"):
                data[name] = column.sum(axis=1, dtype=np.int64) * (0.1 if name == "year_hours" else 1)
            else:
                data[name] = column.copy()
        return pd.DataFrame(data).rename_axis("resident")
