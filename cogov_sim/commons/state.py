"""The commons: everything that the five stages of the month work on."""

from __future__ import annotations

from typing import Any

import mesa
import numpy as np
from numpy.typing import NDArray

from cogov_sim.agents.board import BUILDING_MEETING, COMMUNITY_MEETING, GRID_MEETING
from cogov_sim.agents.columns import NEVER
from cogov_sim.agents.duties import DEPARTMENTS, Duties, by_department
from cogov_sim.agents.enterprises import Enterprise
from cogov_sim.agents.government import City, Committee, District, Street, Workstation
from cogov_sim.agents.local_units import InstitutionalUnit, LocalUnits
from cogov_sim.agents.mediators import Mediators
from cogov_sim.agents.organisations import BODY_KINDS, Organisation, OwnersCommittee
from cogov_sim.agents.property import PropertyCompany
from cogov_sim.agents.queues import Desk, RequestQueue
from cogov_sim.agents.residents import Residents
from cogov_sim.agents.secretaries import PartySecretary
from cogov_sim.agents.social_organisations import SocialOrganisation
from cogov_sim.agents.street_offices import Approach, StreetOffices
from cogov_sim.agents.supervisors import SupervisoryBoard
from cogov_sim.agents.treasury import Treasury
from cogov_sim.commons.matters import NONE, Ledger
from cogov_sim.draws import Purpose, uniforms
from cogov_sim.scenario import Scenario
from cogov_sim.society import CATEGORIES, COMMUNITY_TYPES, Level, Society
from cogov_sim.terms import Terms

N_CATEGORIES = len(CATEGORIES)
LEVELS_OF_BODIES = (Level.COMMUNITY, Level.GRID, Level.BUILDING)
LEVEL_OF_CATEGORY: NDArray[np.int8] = np.array([c.level for c in CATEGORIES], np.int8)
DECAY: NDArray[np.float64] = np.array([c.decay for c in CATEGORIES])
COST_PER_HEAD: NDArray[np.float64] = np.array([c.cost_per_head for c in CATEGORIES])
LABOUR_SHARE: NDArray[np.float64] = np.array([c.labour_share for c in CATEGORIES])
LAND_SHARE: NDArray[np.float64] = np.array([c.land_share for c in CATEGORIES])
ROOM_SHARE: NDArray[np.float64] = np.array([c.room_share for c in CATEGORIES])
SKILL_SHARE: NDArray[np.float64] = np.array([c.skill_share for c in CATEGORIES])
VISIBLE: NDArray[np.float64] = np.array([c.visible for c in CATEGORIES])
TYPE_PREFERENCES: NDArray[np.float64] = np.array([t.preferences for t in COMMUNITY_TYPES])

#: Entries of the record of meetings: groups of people are those of ``Board.came``.
RECORD: tuple[str, ...] = (
    "meetings", "resolved", "set_out", "came", "came_newcomers", "came_old", "came_party", "came_activists", "residents",
    "newcomers", "old", "party", "activists", "error_before", "error", "apart",
)  # fmt: skip


class Commons:
    """One society in one month: residents, bodies, money, matters and terms.

    Attributes:
        scenario, society, seed: what the run is about.
        month: the month that is under way, counted from day one, 1 for the first.
        residents, ledger, treasury, terms: the state.
        city, districts, streets, committees, workstations: government bodies, in the order of their units.
        local_units: the units of the neighbourhood; ``firms`` are those that bid for contracts, ``firms_of_street[s]`` picks
            them, and ``others`` the rest.
        space_lent: int64 per unit, month until which it has lent its space to a matter; 0 before.
        unit_gifts: float64 (communities, 4), what units gave this month: gifts, yuan, minutes of work, 0.01 m2 of space.
        bodies: residents' bodies by kind and unit.
        companies: property companies by grid: where the developer hired one, or an owners' committee lives.
        sold_with_company: bool (grids,), where the developer hired one.
        unit_of_building: the grid, community or itself that holds each building, by level.
        community_of: the community that holds each building, each grid, or itself, by level.
        has_ground: bool (communities,), whether owners have ground of their own beside the house.
        places: int32 (assets, 4), community, grid and building of each asset (-1 where it is larger) and its category.
        purse_of_asset: int64 (assets,), the purse that pays for each asset: its community's, or its street's behind those.
        people_at: int64, residents of each community, grid and building, by level; static.
        quarrels: float64 (communities,), disputes of this month between owners and property companies.
        allowed: bool (communities,) by kind of body, whether such bodies may live, also where they cannot be paid for.
        left_over: yuan that a dissolved body left to its unit (own, public), by kind of body and unit; the next of its
            kind has it.
        mediators, supervisory_boards: a body for each community, without members where nobody sits.
        type_preferences: float64 per asset, what is known of the community's type: its mean weight of the category.
        true_preferences, preference_spread: float64 per asset, mean and standard deviation of its category's weight among
            those who live with it.
        fit: float64 per asset, the mean relative to their largest weight.
        building_span: int64 (assets, 2), buildings [first, last) that live with an asset.
        views: float64 (communities, categories), what the last meeting of a community wanted; NaN before the first.
        building_views, grid_views: the same for buildings' own talks and grids' meetings.
        last_met: per kind of meeting, int64 (units of its level,), month of the last that had a quorum; ``NEVER`` before.
        people_of, wants_of: float64 (buildings, 4) and (buildings, categories), who lives in a building (all, newcomers,
            over 60, party members) and their summed preferences; static.
        meetings: float64 (12, communities, entries), the record of the past twelve months' meetings
            (``RECORD``).
        disputes: float64 (communities,), open disputes.
        heard: float64 (communities,), disputes that the committee settled this month.
        dispute_months: float64 (communities,), months that the open disputes have been open, summed.
        settled, settled_months: float64 (communities,), disputes settled this month, and how long they were open, summed.
        campaign_months: int64 (communities,), months that the campaign against disorder goes on; 0 without one.
        in_vain: int64 per asset, month in which a matter of it was given up for want of the residents' part; ``NEVER`` before.
        shocked: bool per asset, hit by a shock this month.
        gifts: int64 (communities,), enterprises' money this month.
        pot: int64 (communities,), yuan set aside for the next vote on a budget.
        voted_on: int64 (communities, 3), yuan put to the vote this month, spent by it, and projects that it bought.
        saves_for, saved: int64 per purse, the matter that officials save for (-1 for none), and yuan that they have put by
            (committed in the treasury); free again once somebody else decides the matter.
        year_outlay: float64 (12, communities), public outlay per head in the past twelve months;
            the envelope for the year before day one.
        year_performance: float64 (12, communities), mean perceived performance in the past twelve months; NaN before day one.
        promise_belief, grant_belief: float64 (communities,), how far residents believe publicity, and expect grants to be
            paid: 1 before they know better.
        thought_kept: float64 (communities,), share of a matter's means that residents think its council's leader keeps.
        year_end: int64 (communities + 1,), yuan spent in a hurry last December; the last entry is the streets'.
        answered: float64 (communities,), share of the waiting requests that staff had hours for this month.
        requests: residents' requests that wait for an answer, per community.
        organisations: living social organisations, by number; ``organisations_registered`` ever were.
        secretaries: party secretaries, one a community; nobody holds the office where there is no joint party committee.
        party_members: float64 (communities,), party members who live there.
        fund: int64 (communities,), yuan set aside for the next round of the venture platform.
        venture: int64 (communities, 4), projects put out this month, bids for them, projects paid for, yuan promised.
        pledges: int64 (communities,), yuan that donors pledged to their association this month.
        dues: int64 (communities,), yuan that members paid to their organisations this month.
        social_work: int64 (communities,), minutes that social workers gave to matters this month.
        leases, talks: per unit, month in which its premises fall back to it (0: not lent), and talks held with it so far.
        premises, premises_used: float64 (communities,), m2 lent to the neighbourhood, and what services use of it.
        exposure: float64 (communities,), how exposed each is to incidents, relative to the mean resident.
        incidents: int64 (communities,), this month's.
        pool_served: float64 (grids,), share of the users whom pooled things serve.
        organised: int64, residents who lead, serve in or belong to a body this month.
        duties: what departments have handed down to committees.
        offices: how the streets' offices deal with communities and services.
        desks: one a street, where what was passed up waits; ``desk_backlog``: matters they had no hours for this month.
    """

    def __init__(
        self, model: mesa.Model, scenario: Scenario, society: Society, residents: Residents, seed: int
    ) -> None:
        self.scenario = scenario
        self.society = society
        self.residents = residents
        self.seed = seed
        self.month = 0
        units, assets = society.units, society.assets
        self.n_communities = units.count(Level.COMMUNITY)
        self.n_streets = units.count(Level.STREET)
        self.terms = Terms(self.n_communities)
        self.ledger = Ledger(assets, units)
        self.treasury = Treasury(self.n_communities, self.n_streets, units.count(Level.DISTRICT))
        self._found_government(model)
        self._place_firms(model)
        self.bodies: dict[type[Organisation], dict[int, Organisation]] = {kind: {} for kind in BODY_KINDS}
        self.companies: dict[int, PropertyCompany] = {}
        self.unit_of_building = {level: units.within(Level.BUILDING, level) for level in LEVELS_OF_BODIES}
        self.community_of = {level: units.within(level, Level.COMMUNITY) for level in LEVELS_OF_BODIES}
        self._first_home = {
            level: np.searchsorted(of_building, np.arange(units.count(level) + 1))
            for level, of_building in self.unit_of_building.items()
        }
        building = np.where(assets.level == Level.BUILDING, assets.unit, NONE)
        self.places = np.stack([assets.community, _grid_of_asset(society), building, assets.category], axis=1)
        self.purse_of_asset = np.where(assets.community >= 0, assets.community, self.n_communities + assets.street)
        self.people_at = {level: units.population(level) for level in LEVELS_OF_BODIES}
        kind = units.kind
        self.has_ground, managed = (
            np.array([getattr(t, x) for t in COMMUNITY_TYPES])[kind] for x in ("ground", "company")
        )
        self.sold_with_company = managed[self.community_of[Level.GRID]]
        everything = np.arange(assets.n)
        self.type_preferences = self.of_community(TYPE_PREFERENCES[kind], everything)[everything, assets.category]
        self.true_preferences, self.preference_spread, self.fit = _preferences_of_assets(
            residents.columns.preferences, society
        )
        self.building_span = _building_span(society)
        borders = list(zip(units.first(Level.COMMUNITY).tolist(), units.last(Level.COMMUNITY).tolist(), strict=True))
        self.mediators = [Mediators(model, c, *border) for c, border in enumerate(borders)]
        self.supervisory_boards = [SupervisoryBoard(model, c, *border) for c, border in enumerate(borders)]
        self.secretaries = [PartySecretary(model, c, *border) for c, border in enumerate(borders)]
        self.left_over: dict[tuple[type[Organisation], int], tuple[int, int]] = {}
        self.allowed = {kind: np.zeros(self.n_communities, bool) for kind in BODY_KINDS}
        self.views = np.full((self.n_communities, N_CATEGORIES), np.nan)
        self.building_views = np.full((units.count(Level.BUILDING), N_CATEGORIES), np.nan)
        self.grid_views = np.full((units.count(Level.GRID), N_CATEGORIES), np.nan)
        self.last_met = {
            venue: np.full(units.count(level), NEVER, np.int64)
            for venue, level in (
                (BUILDING_MEETING, Level.BUILDING),
                (COMMUNITY_MEETING, Level.COMMUNITY),
                (GRID_MEETING, Level.GRID),
            )
        }
        self.people_of, self.wants_of = _who_lives_where(residents)
        self.meetings = np.zeros((12, self.n_communities, len(RECORD)))
        self.quarrels, self.disputes, self.dispute_months = (np.zeros(self.n_communities) for _ in range(3))
        self.heard, self.settled, self.settled_months = (np.zeros(self.n_communities) for _ in range(3))
        self.campaign_months, self.pot = (np.zeros(self.n_communities, np.int64) for _ in range(2))
        self.in_vain = np.full(assets.n, NEVER, np.int64)
        self.shocked = np.zeros(assets.n, bool)
        self.voted_on = np.zeros((self.n_communities, 3), np.int64)
        self.saves_for = np.full(len(self.treasury.balance), NONE, np.int64)
        self.saved = np.zeros_like(self.saves_for)
        self.year_outlay = np.full((12, self.n_communities), scenario.government.envelope)
        self.year_performance = np.full((12, self.n_communities), np.nan)
        self.promise_belief, self.grant_belief = np.ones(self.n_communities), np.ones(self.n_communities)
        self.thought_kept = np.full(self.n_communities, scenario.organisations.suspicion)
        self.year_end = np.zeros(self.n_communities + 1, np.int64)
        self.answered = np.ones(self.n_communities)
        self.organisations: dict[int, SocialOrganisation] = {}
        self.organisations_registered = 0
        self._begin_common_life()

    def _begin_common_life(self) -> None:
        """What units, organisations and residents do together has not begun."""
        units = self.society.units
        self.fund, self.pledges, self.dues, self.social_work, self.incidents = (
            np.zeros(self.n_communities, np.int64) for _ in range(5)
        )
        self.venture = np.zeros((self.n_communities, 4), np.int64)
        self.leases, self.talks = np.zeros(self.local_units.table.n, np.int64), np.zeros(self.local_units.table.n)
        self.premises, self.premises_used = np.zeros(self.n_communities), np.zeros(self.n_communities)
        self.pool_served = np.zeros(units.count(Level.GRID))
        self.organised = np.zeros(0, np.int64)
        self.exposure = _exposure(self.people_of, self.unit_of_building[Level.COMMUNITY])
        self.party_members = np.bincount(self.unit_of_building[Level.COMMUNITY], self.people_of[:, 3])

    def _place_firms(self, model: mesa.Model) -> None:
        table, street_of = self.society.local_units, self.society.units.parent(Level.COMMUNITY)
        self.local_units = LocalUnits(table)
        self.firms = [Enterprise(model, self.local_units, i) for i in range(table.firms)]
        self.others = [InstitutionalUnit(model, self.local_units, i) for i in range(table.firms, table.n)]
        self.space_lent = np.zeros(table.n, np.int64)
        self.unit_gifts = np.zeros((self.n_communities, 4))
        self.firms_of_street: list[list[Enterprise]] = [[] for _ in range(self.n_streets)]
        for firm in self.firms:
            self.firms_of_street[street_of[firm.community]].append(firm)

    def _found_government(self, model: mesa.Model) -> None:
        settings, units = self.scenario.government, self.society.units
        people = units.population(Level.COMMUNITY)
        self.city = City(model, settings, units.n_residents)
        self.districts = [District(model, settings, d, int(n)) for d, n in enumerate(units.population(Level.DISTRICT))]
        self.streets: list[Street] = []
        for s, district in enumerate(units.parent(Level.STREET)):
            members = np.flatnonzero(units.parent(Level.COMMUNITY) == s).tolist()
            street = Street(model, settings, s, members, [int(people[c]) for c in members])
            self.streets.append(street)
            self.districts[district].streets.append(street)
        hours = settings.staff_per_1000 * people / 1000.0 * settings.staff_hours
        self.workstations = [Workstation(model, c, float(h) / 2.0) for c, h in enumerate(hours)]
        self.requests = RequestQueue(self.n_communities, settings.request_patience)
        thousands = units.population(Level.STREET) / 1000.0
        self.desk_backlog = np.zeros(0, np.int64)
        self.desks = [Desk(settings.desk_hours * float(x)) for x in thousands]
        self.offices = StreetOffices(self.n_communities, self.n_streets)
        luck = uniforms(self.seed, Purpose.DUTY, 0, self.n_communities * DEPARTMENTS * 2)
        self.duties = Duties(by_department(luck, self.n_communities))
        self.committees = [Committee(model, c, float(h) / 2.0, self.workstations[c]) for c, h in enumerate(hours)]

    @property
    def reform_month(self) -> int:
        """The month that is under way, counted from the reform, 1 for its first; before it 0 and less."""
        return self.month - self.scenario.history.months

    @property
    def quality(self) -> NDArray[np.float64]:
        """Quality of every asset in [0, 1]; residents see the same array."""
        quality: NDArray[np.float64] = self.residents.board.quality
        return quality

    def approaches(self, assets: NDArray[Any]) -> NDArray[np.int8]:
        """How their streets' offices deal with assets (``Approach``); what is larger than a community they do themselves."""
        place = self.places[assets, 0]
        of_cell = self.offices.approach[np.maximum(place, 0), self.society.assets.category[assets]]
        return np.where(place < 0, np.int8(Approach.DO), of_cell)

    @property
    def grid_of_asset(self) -> NDArray[np.int32]:
        """The grid that each asset lies in; -1 above grids."""
        return self.places[:, 1]

    @property
    def owners(self) -> dict[int, Organisation]:
        """Owners' committees by grid."""
        return self.bodies[OwnersCommittee]

    def units_of_assets(self, assets: NDArray[Any] | int, level: Level) -> Any:
        """The unit at a level (building, grid, community) that holds each asset; -1 if the asset is larger."""
        return self.places[assets, LEVELS_OF_BODIES.index(level)]

    def unit_of_asset(self, asset: int, level: Level) -> int:
        """The same for one asset."""
        return int(self.units_of_assets(asset, level))

    def homes(self, level: Level, unit: int) -> slice:
        """The buildings of a grid or community, or a building itself."""
        first = self._first_home[level]
        return slice(int(first[unit]), int(first[unit + 1]))

    def cells(self, matters: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Where matters stand on the board: each building that lives with one, its category, and its place in ``matters``."""
        asset = self.ledger.asset[matters]
        first, last = self.building_span[asset].T
        n = last - first
        which = np.repeat(np.arange(len(matters)), n)
        within = np.arange(len(which)) - np.repeat(np.cumsum(n) - n, n)
        return first[which] + within, self.society.assets.category[asset][which], which

    def purses_of(self, matters: NDArray[np.int64]) -> NDArray[np.int64]:
        """The purse that pays for each matter: the street's for what lies there, else the community's."""
        asset = self.ledger.asset[matters]
        up = self.ledger.level_now[matters] <= Level.STREET
        return np.where(up, self.n_communities + self.society.assets.street[asset], self.purse_of_asset[asset])

    def of_community(self, values: NDArray[np.float64], assets: NDArray[Any]) -> NDArray[np.float64]:
        """A term per community (and level) looked up for assets; for a street's assets the mean over its communities."""
        return self._by_purse(values)[self.purse_of_asset[assets]]

    def of_purses(self, term: str) -> NDArray[np.float64]:
        """A term per community for every purse that spends: the communities', then the streets'."""
        return self._by_purse(self.terms[term])

    def _by_purse(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Values per community, and behind them each street's mean, weighted by residents."""
        street_of = self.society.units.parent(Level.COMMUNITY)
        people = self.people_at[Level.COMMUNITY].astype(float)
        everyone = np.bincount(street_of, people)
        means = [np.bincount(street_of, column * people) / everyone for column in np.atleast_2d(values.T)]
        return np.concatenate([values, np.stack(means, axis=-1).reshape(-1, *values.shape[1:])])


def _exposure(people: NDArray[np.float64], community: NDArray[np.int32]) -> NDArray[np.float64]:
    """How exposed each community is to incidents, relative to the mean resident: twice as much where all are newcomers as where
    nobody is (start value; direction: thefts are most where people come and go).

    Args:
        people: as ``Commons.people_of``.
        community: of each building.
    """
    heads, newcomers = (np.bincount(community, people[:, q]) for q in (0, 1))
    raw = 1.0 + newcomers / heads
    return np.asarray(raw * heads.sum() / (raw * heads).sum())


def _preferences_of_assets(preferences: NDArray[np.float32], society: Society) -> tuple[NDArray[np.float64], ...]:
    """Mean and standard deviation of the weight of each asset's category among those who live with it, and the mean
    relative to their largest weight.
    """
    units, assets = society.units, society.assets
    none = np.zeros((1, N_CATEGORIES))
    total, squares = (
        np.concatenate([none, np.cumsum(x, axis=0, dtype=np.float64)])
        for x in (preferences, preferences.astype(float) ** 2)
    )
    true, spread, fit = np.empty(assets.n), np.empty(assets.n), np.empty(assets.n)
    for k, level in enumerate(LEVEL_OF_CATEGORY):
        rows = slice(assets.offset[k], assets.offset[k + 1])
        bounds = units.bounds[level]
        weights = np.diff(total[bounds], axis=0) / np.diff(bounds)[:, None]
        square = np.diff(squares[bounds, k]) / np.diff(bounds)
        true[rows] = weights[:, k]
        spread[rows] = np.sqrt(np.maximum(0.0, square - weights[:, k] ** 2))
        fit[rows] = weights[:, k] / weights.max(axis=1)
    return true, spread, fit


def _grid_of_asset(society: Society) -> NDArray[np.int32]:
    """The grid that each asset lies in; -1 for assets of communities and streets."""
    assets = society.assets
    grid = np.full(assets.n, -1, np.int32)
    home, whole = assets.level == Level.BUILDING, assets.level == Level.GRID
    grid[home] = society.units.within(Level.BUILDING, Level.GRID)[assets.unit[home]]
    grid[whole] = assets.unit[whole]
    return grid


def _who_lives_where(residents: Residents) -> tuple[NDArray[np.float64], ...]:
    """Per building: residents, newcomers, those over 60, party members; and their summed preferences."""
    columns, first = residents.columns, residents.board.first
    everyone = np.ones(len(columns.newcomer))
    people = np.stack([everyone, columns.newcomer, columns.age_band >= 4, columns.party], axis=1)
    sums = [np.add.reduceat(x.astype(np.float64), first, axis=0) for x in (people, columns.preferences)]
    return sums[0], sums[1]


def _building_span(society: Society) -> NDArray[np.int64]:
    first = society.units.first(Level.BUILDING)
    span = np.stack([np.searchsorted(first, society.assets.first), np.searchsorted(first, society.assets.last)], axis=1)
    return span.astype(np.int64)
