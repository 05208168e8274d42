"""Stage 1, plan 共谋: shocks strike, residents speak, matters arise, people meet."""

from __future__ import annotations

import numpy as np

from cogov_sim.agents.columns import BUILDING_MEETING, COMMUNITY_MEETING
from cogov_sim.commons import meetings, organise
from cogov_sim.commons.matters import BY_PLAN, BY_RESIDENTS, BY_STAFF, RAISED
from cogov_sim.commons.state import LABOUR_SHARE, Commons
from cogov_sim.draws import Purpose, uniforms
from cogov_sim.society import Level

CHAT_GROUP = 500  # most members of a chat group (WeChat's limit)


def strike(commons: Commons) -> None:
    """Shocks: an asset loses quality by chance, the same one in every world."""
    settings, n = commons.scenario.services, commons.society.assets.n
    hit = uniforms(commons.seed, Purpose.SHOCK, commons.month, n) < settings.shock_rate
    size = settings.shock_size * (0.5 + uniforms(commons.seed, Purpose.SHOCK, commons.month, n, 1))
    commons.shocked = hit
    commons.quality[hit] = np.maximum(0.0, commons.quality[hit] - size[hit])


def listen(commons: Commons, model: object) -> None:
    """Residents speak up and found bodies; staff answer as many requests as they have hours for."""
    board, terms = commons.residents.board, commons.terms
    organise.open_founding(commons)
    commons.residents.speak(commons.month)
    organise.found_bodies(commons, model)
    requests = np.bincount(board.community, board.voices.sum(axis=1), commons.n_communities)
    people = commons.society.units.population(Level.COMMUNITY)
    board.messages[:] = requests / people * np.minimum(CHAT_GROUP, people)
    hours = commons.scenario.government.case_hours * terms["case_cost"]
    for c, committee in enumerate(commons.committees):
        commons.answered[c] = committee.answer(int(requests[c]), float(hours[c]))
    board.answer[:] = commons.answered


def notice(commons: Commons) -> None:
    """A worn asset becomes a matter when residents speak of it, staff report it, or officials plan for it."""
    ledger, assets, terms = commons.ledger, commons.society.assets, commons.terms
    settings, month = commons.scenario.services, commons.month
    voices = np.bincount(
        commons.residents.board.asset.ravel(), commons.residents.board.voices.ravel(), assets.n
    ).astype(np.int64)
    is_open = ledger.open_matter >= 0
    np.add.at(ledger.support, ledger.open_matter[is_open], voices[is_open])
    worn = np.flatnonzero(~is_open & (commons.quality < settings.need_threshold))
    luck = uniforms(commons.seed, Purpose.NOTICE, month, worn)
    plan_luck = uniforms(commons.seed, Purpose.NOTICE, month, worn, 1)
    by_residents = voices[worn] > 0
    by_staff = luck < commons.of_community(terms["detection"], worn)
    by_plan = plan_luck < _planned(commons, worn)
    raised = worn[by_residents | by_staff | by_plan]
    if len(raised) == 0:
        return
    raiser = np.where(by_residents, BY_RESIDENTS, np.where(by_staff, BY_STAFF, BY_PLAN))
    k = assets.category[raised]
    missing = 1.0 - commons.quality[raised]
    cost = np.maximum(1, np.rint(settings.cost_factor * assets.full_cost[raised] * missing)).astype(np.int64)
    natural = assets.level[raised]
    limit = commons.scenario.government.street_limit * assets.population[raised]
    exceeds = (natural > Level.STREET) & (cost > limit)
    delay = np.rint(commons.of_community(terms["routing_delay"], raised)).astype(np.int64)
    ledger.raise_matters(
        raised,
        cost=cost,
        labour=cost * LABOUR_SHARE[k] / settings.hour_value,
        urgent=commons.shocked[raised],
        support=voices[raised],
        raised_by=raiser[by_residents | by_staff | by_plan],
        raised_month=month,
        level_now=np.where(exceeds, Level.STREET, natural),
        moves=exceeds.astype(int),
        ready_month=month + np.where(exceeds | (natural == Level.STREET), delay, 0),
        beneficiaries=assets.population[raised],
        stage=RAISED,
    )


def _planned(commons: Commons, assets: np.ndarray) -> np.ndarray:
    """Chance that officials put each asset on their plan."""
    level = commons.society.assets.level[assets]
    chances = [commons.of_community(column, assets) for column in commons.terms["government_planning"].T]
    return np.asarray(np.stack(chances)[level, np.arange(len(assets))])


def meet(commons: Commons) -> None:
    """Communities and buildings with something to decide meet; who comes is the residents' own choice."""
    board, ledger, terms, assets = (
        commons.residents.board,
        commons.ledger,
        commons.terms,
        commons.society.assets,
    )
    waiting = ledger.open(RAISED)
    communities = assets.community[ledger.asset[waiting]]
    agenda = np.zeros(commons.n_communities, bool)
    agenda[communities[communities >= 0]] = True
    luck = uniforms(commons.seed, Purpose.ORGANISATION, commons.month, commons.n_communities)
    meets = agenda & (luck < terms["meeting"])
    board.meeting[:] = -1
    board.heard[:] = 0
    in_community = meets[board.community]
    board.meeting[in_community, COMMUNITY_MEETING] = -2 - board.community[in_community]
    board.invite[:, COMMUNITY_MEETING] = terms["invitation"][board.community]
    for m in waiting[assets.level[ledger.asset[waiting]] == Level.BUILDING]:
        building = int(assets.unit[ledger.asset[m]])
        group = commons.groups.get(building)
        if group is not None:
            board.meeting[building, BUILDING_MEETING] = -2 - commons.n_communities - building
            asks = group.asks(commons.scenario.organisations, commons.scenario.government.ask_hours,
                              float(terms["coordination"][board.community[building]]))  # fmt: skip
            board.invite[building, BUILDING_MEETING] = min(1.0, asks / group.residents)
    meetings.open_doors(commons)
    commons.residents.attend(commons.month)
    commons.residents.discuss(commons.month)
    meetings.resolve(commons)
    commons.residents.converse(commons.month)
