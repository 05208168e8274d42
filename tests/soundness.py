"""What must hold of any model after any month: books balance, hours suffice, everything is within its bounds."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import csr_array

from cogov_sim import CoGovModel
from cogov_sim.agents.board import LONGEST_WAIT
from cogov_sim.agents.columns import CATEGORIES
from cogov_sim.agents.social_organisations import SocialOrganisation
from cogov_sim.agents.treasury import OUTLAY_KINDS
from cogov_sim.commons.bodies import bodies_of, living
from cogov_sim.commons.matters import NONE, Decider, Stage
from cogov_sim.commons.purchase import paid_for
from cogov_sim.measures import MEASURES

#: Bounds of the residents' columns; preferences and the rest are checked by hand.
BOUNDS: dict[str, tuple[float, float]] = {
    **dict.fromkeys(("belief", "spirit", "efficacy", "trust", "expectation", "performance", "voice", "fatigue",
                     "familiarity", "need", "owner", "newcomer", "party", "spoke", "moved", "preferences", "habit", "first_belief", "first_habit", "has_seen"), (0.0, 1.0)),
    "satisfaction": (0.0, 100.0),
    **dict.fromkeys(("told", "took_part", "last_voted", "last_volunteered"), (-1000, 1000)),
    "year_acts": (0, 100),
    "year_hours": (0, 255),
    "schedule_type": (0, 3),
    "inclination": (0.2, 1.5),
    "age_band": (0, 5),
    "need_category": (0, CATEGORIES - 1),
    "attended": (0, 7),
    "ballot": (0, 2**CATEGORIES - 1),
    "voiced": (0.0, 12.0),
    "keeps": (-1, CATEGORIES - 1),
    "offences": (0, 100),
    "joined": (0, 3),
    "joined_before": (0, 3),
    "pledged": (-1000, 1300),
    "pledged_ties": (0.0, 1.0),
    "pools": (0, 1),
    "waits": (-1, LONGEST_WAIT),
    "shown": (-2.0, 1.0),
    "seen": (-1.0, 1.0),
    "given": (-1.0, 1.0),
    "aspiration": (-1.0, 100.0),
    "schedule_intercept": (-5.0, 5.0),
    "schedule_slope": (-5.0, 5.0),
    "knew": (0, 2**CATEGORIES - 1),
    "gave": (0, 2**CATEGORIES - 1),
    "acts": (0, 60),
    "lodgers": (0.0, 1000.0),
    "last_act": (-1000, 1300),
    "joint": (-(2**31), 2**31 - 1),
    **dict.fromkeys(("income", "free_time", "spent", "hours", "load", "effort", "total_money", "total_hours", "total_land"), (0, np.inf)),
}  # fmt: skip
ROUNDING = 1e-6  # of float32 columns

#: Bounds of measures by unit; None: no upper bound.
OF_UNITS: dict[str, tuple[float, float]] = {"share": (0.0, 1.0), "0-1": (0.0, 1.0), "0-100": (0.0, 100.0)}
#: Differences, and measures whose unit does not bound them.
OF_MEASURES: dict[str, tuple[float, float]] = {
    "laboratory_shortfall": (-1.0, 1.0),
    "disconfirmation": (-1.0, 1.0),
    "scolding_index": (-np.inf, np.inf),
    "effort_gini": (0.0, 1.0),
    "violations_per_1000": (0.0, 1000.0),
    **dict.fromkeys((f"meeting_bias_{group}" for group in ("newcomers", "old", "party", "activists")), (-1.0, 1.0)),
}


class Watch:
    """Runs a model month by month and checks every month; remembers what money has passed."""

    def __init__(self, model: CoGovModel) -> None:
        self.model = model
        self.envelope = self.gifts = self.given = self.minutes = self.land = 0
        self.paid_grants: dict[int, int] = {}
        self.pooled_given = self.pledged = self.mentoring = 0
        self.organisations: dict[int, SocialOrganisation] = {}

    def run(self, months: int) -> None:
        """Some months, each one checked; measures, which stay as they were recorded, of all months at the end."""
        for _ in range(months):
            before = self.model.commons.ledger.public_money.copy()
            pooled = self._pooled()
            self.model.step()
            self._money(before)
            self._pools(pooled)
            self._matters()
            self._organisations()
            hours(self.model)
            queues(self.model)
            residents(self.model)
            units(self.model)
            meetings(self.model)
            ties(self.model)
            disputes(self.model)
        measures(self.model)

    def _money(self, public_before: Any) -> None:
        commons = self.model.commons
        treasury, ledger, board = commons.treasury, commons.ledger, commons.residents.board
        self.envelope += commons.city.envelope(self.model.month)
        self.gifts += int(commons.unit_gifts[:, 1].sum())
        self.given += int(board.money.sum())
        self.minutes += int(board.minutes.sum())
        self.land += int(board.land_given.sum())
        assert np.array_equal(treasury.income + treasury.transferred, treasury.outlay.sum(axis=1) + treasury.balance)
        assert treasury.transferred.sum() == 0
        assert treasury.income.sum() == self.envelope
        assert (treasury.balance >= 0).all()
        assert ((treasury.committed >= 0) & (treasury.committed <= treasury.balance)).all()
        assert (treasury.month_outlay >= 0).all()
        # what residents and firms gave is in the ledger, to the yuan and the minute
        assert ledger.column("residents_money").sum() == self.given
        assert ledger.column("residents_minutes").sum() == self.minutes
        assert ledger.column("residents_land").sum() == self.land
        assert ledger.column("enterprise_money").sum() == self.gifts
        self.pledged += int(commons.pledges.sum())
        # what the treasury paid for matters is in the ledger
        kinds = dict(zip(OUTLAY_KINDS, treasury.outlay.sum(axis=0).tolist(), strict=True))
        assert ledger.column("public_money").sum() == kinds["projects"] + kinds["grants"]
        # what is set aside is promised to matters that are still open
        open_matters = ledger.open(Stage.UNDER_WAY)
        promised = commons.pot.sum() + commons.saved.sum() + commons.fund.sum()
        promised += ledger.grant_reserved[open_matters].sum() + ledger.public_promised[open_matters].sum()
        assert treasury.committed.sum() == promised
        # a grant is paid once, in the month the matter closes, in full or not at all
        stage, closed = ledger.column("stage"), ledger.column("closed_month")
        granted = ledger.column("grant_promised")
        done = (stage == Stage.COMPLETED) & (closed == self.model.month) & (granted > 0)
        paid = granted[done] - ledger.column("unpaid_grant")[done]
        assert ((paid == 0) | (paid == granted[done])).all()
        assert treasury.month_outlay[:, OUTLAY_KINDS.index("grants")].sum() == paid.sum()
        old = np.flatnonzero((closed > 0) & (closed < self.model.month))
        old = old[old < len(public_before)]
        assert np.array_equal(ledger.public_money[old], public_before[old]), "nothing is paid for a closed matter"
        pooled = sum(body.budget for body in living(commons))
        own = ledger.column("residents_money").sum() + ledger.column("enterprise_money").sum() + self.pledged
        assert 0 <= pooled <= own
        # what was handed down to bodies is with them, with those to come, or in matters
        held = sum(body.allowance for body in living(commons)) + sum(public for _, public in commons.left_over.values())
        assert held + ledger.column("delegated_money").sum() == kinds["delegated"]

    def _pooled(self) -> int:
        """Yuan that residents' bodies hold, or dissolved ones left."""
        commons = self.model.commons
        with_bodies = sum(body.budget for body in living(commons))
        return with_bodies + sum(own for own, _ in commons.left_over.values())

    def _pools(self, before: int) -> None:
        """Bodies hold what they held, less what they gave, and what closed matters left over or leaders paid back."""
        commons, ledger = self.model.commons, self.model.commons.ledger
        closed = np.flatnonzero(ledger.column("closed_month") == self.model.month)
        money = ledger.residents_money + ledger.enterprise_money + ledger.organisation_money + ledger.donors_money
        given = int(ledger.column("organisation_money").sum() + ledger.column("donors_money").sum())
        for m in closed.tolist():
            if ledger.stage[m] == Stage.EXPIRED:
                before += int(money[m] - ledger.refunded[m])
            elif bodies_of(commons, np.array([m]))[0] is not None:
                over = int(ledger.own_value(np.array([m]), commons.scenario.services)[0] - ledger.own_target[m])
                before += min(max(0, over), int(money[m])) + int(ledger.recovered[m])
        assert self._pooled() == before - (given - self.pooled_given) + int(commons.pledges.sum())
        self.pooled_given = given
        misused, recovered = ledger.column("misused"), ledger.column("recovered")
        assert ((recovered == 0) | (recovered == misused)).all()
        assert ((misused >= 0) & (misused <= money[: ledger.n])).all()
        assert not misused[ledger.column("stage") != Stage.COMPLETED].any()

    def _matters(self) -> None:
        commons = self.model.commons
        ledger = commons.ledger
        stage, asset = ledger.column("stage"), ledger.column("asset")
        is_open = np.flatnonzero((stage == Stage.RAISED) | (stage == Stage.UNDER_WAY))
        assert len(np.unique(asset[is_open])) == len(is_open), "one open matter per asset"
        shown = np.full(len(ledger.open_matter), NONE)
        shown[asset[is_open]] = is_open
        assert np.array_equal(shown, ledger.open_matter)
        assert ((ledger.column("closed_month") == 0) == np.isin(stage, (Stage.RAISED, Stage.UNDER_WAY))).all()
        assert (ledger.column("cost") >= 1).all()
        people = ledger.column("beneficiaries")
        done = stage == Stage.COMPLETED  # until then givers who have moved out count, and their successors may give too
        for name in ("givers", "knew", "raters", "knew_gave_nothing"):
            assert (ledger.column(name) >= 0).all(), name
            assert (ledger.column(name) <= people)[done].all(), name
        assert (ledger.column("knew_gave_nothing") <= ledger.column("knew")).all()
        for name in ("quality", "preference_match", "rating"):
            column = ledger.column(name)
            assert (np.isnan(column) | ((column >= 0.0) & (column <= 1.0))).all(), name
        assert not np.isnan(ledger.column("quality")[stage == Stage.COMPLETED]).any()
        contracted = ledger.column("contracted")
        assert ((contracted >= 0) & (contracted <= ledger.column("cost"))).all()
        assert not contracted[
            ~np.isin(ledger.column("decided_by"), (Decider.GOVERNMENT, Decider.VOTERS, Decider.PLATFORM))
        ].any()
        assert (ledger.column("unpaid_grant") <= ledger.column("grant_promised")).all()
        waited = self.model.month - ledger.column("raised_month")
        kept = np.isin(np.arange(ledger.n), commons.saves_for)
        assert (waited[(stage == Stage.RAISED) & ~kept] < commons.scenario.services.maximum_age).all()
        assert (ledger.column("closed_month")[stage == Stage.EXPIRED] > 0).all()
        quality = commons.quality
        assert ((quality >= 0.0) & (quality <= 1.0)).all()

    def _organisations(self) -> None:
        """Social organisations, living and dead: their revenue is the money that the ledger says, and their books balance."""
        commons, settings = self.model.commons, self.model.scenario.providers
        self.organisations |= commons.organisations
        assert len(self.organisations) == commons.organisations_registered
        ledger = commons.ledger
        provider, stage = ledger.column("provider"), ledger.column("stage")
        revenue = np.zeros(commons.organisations_registered, np.int64)
        done = np.flatnonzero((provider >= 0) & (stage == Stage.COMPLETED))
        np.add.at(revenue, provider[done], [paid_for(commons, m) for m in done.tolist()])
        for number, body in self.organisations.items():
            assert body.revenue == revenue[number]
            assert 0 <= body.fees <= body.revenue
            assert 0.0 <= body.experience <= 1.0
            assert 0.0 <= body.reputation <= 1.0
            assert len(body.contracts) <= settings.capacity
            under_way = np.flatnonzero((provider == number) & (stage == Stage.UNDER_WAY))
            assert set(body.contracts) == set(under_way.tolist())
            start = body.seed if body.of_residents else round(settings.reserve * settings.overhead)
            assert body.money == start + body.dues + body.fees - body.spent
            if number in commons.organisations:
                assert body.money >= 0 or body.contracts or body.fees > 0
        seeds = sum(body.seed for body in self.organisations.values())
        each = np.rint(commons.terms["mentoring"] * self.model.scenario.services.hour_value)
        mentored = [o.community for o in commons.organisations.values() if o.mentored == self.model.month]
        self.mentoring += int(each[mentored].sum())
        assert seeds + self.mentoring == commons.treasury.outlay[:, OUTLAY_KINDS.index("incubation")].sum()
        decided = ledger.column("decided_by")[provider >= 0]
        assert np.isin(decided, (Decider.GOVERNMENT, Decider.RESIDENTS, Decider.SELF_HELP, Decider.PLATFORM)).all()
        scope = ledger.column("scope")
        assert ((scope > 0.0) & (scope <= 1.0)).all() and (
            scope[ledger.column("decided_by") != Decider.PLATFORM] == 1
        ).all()


def units(model: CoGovModel) -> None:
    """Units of the neighbourhood: states within their bounds; nobody offers without a seat; nothing is lent that is not there."""
    units, commons = model.commons.local_units, model.commons
    for column in (units.reputation, units.belief):
        assert ((column >= 0.0) & (column <= 1.0)).all()
    assert (units.offers <= units.seated).all() and np.isin(units.seated, (0, 1)).all()
    assert (
        (commons.premises >= 0.0).all()
        and (commons.premises_used <= commons.premises + 1e-9).all()
        and (commons.incidents >= 0).all()
    )
    ledger = commons.ledger
    assert (ledger.column("units_minutes") >= 0).all() and (ledger.column("units_space") >= 0).all()
    assert ((commons.pool_served >= 0.0) & (commons.pool_served < 1.0)).all()


def queues(model: CoGovModel) -> None:
    """Requests are there or not; what waits at a desk is undecided, and what was sent back lies where it belongs."""
    commons, ledger = model.commons, model.commons.ledger
    assert (commons.requests.waiting >= 0.0).all()
    assert (commons.requests.waiting[:, -1] == 0.0).all()
    columns = model.residents.columns
    assert columns.waits.max() < model.scenario.government.request_patience
    backlog = commons.desk_backlog
    assert np.isin(ledger.stage[backlog], (Stage.RAISED, Stage.EXPIRED)).all()
    assert (ledger.dispatched_month[backlog] == 0).all()
    natural = model.society.assets.level[ledger.column("asset")]
    steps = ledger.column("moves") - ledger.column("returns")
    assert (natural - ledger.column("level_now") == steps).all()
    assert (steps >= 0).all()


def meetings(model: CoGovModel) -> None:
    """Nobody sits without a seat, opinions are whole, and nobody is heard without a resolution."""
    board, attended = model.residents.board, model.residents.columns.attended
    came, spans = board.came, [slice(*span) for span in zip(board.first, board.last, strict=True)]
    for v in range(came.shape[1]):
        assert came[:, v, 0].tolist() == [int((attended[span] >> v & 1).sum()) for span in spans]
        sitting = np.unique(board.meeting[:, v])
        assert all(
            came[board.meeting[:, v] == m, v, 0].sum() <= board.seats[board.meeting[:, v] == m, v][0] for m in sitting
        )
    assert (came[:, :, 0] <= board.set_out).all()
    assert (came[:, :, 1:] <= came[:, :, :1]).all()
    assert (board.agree <= came[:, :, 0]).all()
    for sums in (board.wishes, board.opinions):
        assert np.allclose(sums.sum(axis=2), came[:, :, 0], atol=1e-4)
    assert (board.heard <= board.resolved).all()
    assert (board.resolved <= (board.present > 0)).all()
    known = model.commons.views[~np.isnan(model.commons.views[:, 0])]
    assert np.allclose(known.sum(axis=1), 1.0, atol=1e-5)


def hours(model: CoGovModel) -> None:
    """No office worked more hours than it has, and all hours have a use."""
    for office in (*model.commons.committees, *model.commons.workstations):
        given = list(office.hours.values())
        assert min(given) >= 0.0
        assert sum(given) <= office.capacity * (1.0 + 1e-12) + 1e-9


def disputes(model: CoGovModel) -> None:
    """Queues are never negative, no dispute is older than the run, and mediators give no more hours than they have."""
    commons, most = model.commons, model.scenario.organisations.mediator_hours
    open_for, rounding = commons.dispute_months, 1e-9
    assert (commons.disputes >= 0.0).all() and (commons.settled >= 0.0).all()
    assert ((open_for >= -rounding) & (open_for <= commons.disputes * model.month + rounding)).all()
    assert all(0.0 <= mediators.hours <= most + rounding for mediators in commons.mediators)


def residents(model: CoGovModel) -> None:
    """Every column within its bounds; gifts are to open matters only."""
    columns = model.residents.columns
    assert set(columns._fields) == set(BOUNDS), "every column has bounds"
    for name in ("shown", "seen", "given"):  # a share, or a negative code
        column = getattr(columns, name)
        assert np.isin(column[column < 0.0], (-1.0, -2.0)).all()
    for name, (low, high) in BOUNDS.items():
        column = getattr(columns, name)
        assert np.isfinite(column).all(), name
        assert column.min() >= low - ROUNDING, (name, column.min())
        assert column.max() <= high + ROUNDING, (name, column.max())
    np.testing.assert_allclose(columns.preferences.sum(axis=1), 1.0, atol=1e-4)
    assert (columns.last_act.max(axis=1) <= model.month).all()
    assert not (columns.gave & ~columns.knew).any(), "who gave knew"
    assert not (columns.gave & ~open_bits(model)).any(), "gifts to matters that are not open"


def open_bits(model: CoGovModel) -> Any:
    """For each resident one bit per category in which a matter of the own units is under way, as in ``knew``."""
    board, ledger = model.residents.board, model.commons.ledger
    building = np.repeat(np.arange(len(board.first)), board.last - board.first)
    matter = ledger.open_matter[board.asset]
    gathers = (matter >= 0) & (ledger.stage[matter] == Stage.UNDER_WAY)
    return (gathers * (1 << np.arange(CATEGORIES))).sum(axis=1).astype(np.uint16)[building]


def ties(model: CoGovModel) -> None:
    """The network is symmetric, strengths included, without self ties, and strengths are in (0, 1]."""
    network, n = model.residents.network, len(model.residents)
    graph = csr_array((network.strength, network.indices, network.indptr), shape=(n, n))
    assert graph.has_canonical_format
    assert (graph != graph.T).nnz == 0
    assert not graph.diagonal().any()
    if len(network.strength):
        assert network.strength.min() > 0.0
        assert network.strength.max() <= 1.0


def measures(model: CoGovModel) -> None:
    """Every measure of every month is missing or within its range; acts imply participation of that stage."""
    frames = {"city": model.measures, "community": model.measures_by("community")}
    for where, frame in frames.items():
        for measure in MEASURES:
            if measure.name not in frame:
                continue
            low, high = OF_MEASURES.get(measure.name, OF_UNITS.get(measure.unit, (0.0, np.inf)))
            values = frame[measure.name].to_numpy(float)
            sound = np.isnan(values) | ((values >= low - ROUNDING) & (values <= high + ROUNDING))
            assert sound.all(), (where, measure.name, values[~sound])
    city = frames["city"]
    stages = city[[f"participation_{s}" for s in ("plan", "build", "manage", "evaluate", "share", "civic")]]
    rungs = city[["told", "contacted", "participation", "active", "carried"]].to_numpy()
    assert (np.diff(rungs, axis=1) <= ROUNDING).all(), "each rung stands on the one below"
    assert (stages.max(axis=1, skipna=False) - ROUNDING <= city["contacted"]).all()
    kinds = city[[f"outlay_{kind}" for kind in OUTLAY_KINDS]].sum(axis=1, skipna=False)
    np.testing.assert_allclose(city["outlay_per_head"], kinds, atol=1e-9)
