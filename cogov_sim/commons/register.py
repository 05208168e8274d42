"""How social organisations come to be: groups register, on their own or from an incubator 孵化器; professionals come where services are bought."""

from __future__ import annotations

import mesa
import numpy as np
from numpy.typing import NDArray

from cogov_sim.agents.organisations import MicroOrganisation, Organisation
from cogov_sim.agents.social_organisations import SocialOrganisation
from cogov_sim.commons.offers import Offers, answer_needs
from cogov_sim.commons.purchase import IS_SERVICE
from cogov_sim.commons.state import N_CATEGORIES, Commons
from cogov_sim.draws import Purpose, uniforms
from cogov_sim.society import Level

MOST_ROOMS = 1024  # of a street; keeps entities of draws apart
FIRST_GROUP = 1 << 22  # keeps groups' entities of draws apart from those of rooms
INCUBATION = 24  # months that a place in the incubator lasts (start value)
TAUGHT = 0.002  # of what is still to be learnt, by an hour of a social worker (start value)
OTHER_FIELDS = 0.3  # how much an organisation cares for services outside its own field (start value)
SERVICES = np.flatnonzero(IS_SERVICE)


def live_on(commons: Commons, model: mesa.Model) -> None:
    """Organisations take dues and pay what they cost, learn in the incubator or close down; others are founded."""
    month = commons.month
    commons.dues[:] = 0
    for number, organisation in list(commons.organisations.items()):
        paid_before = organisation.dues
        alive = organisation.live_on(members(commons, organisation))
        if organisation.of_residents:
            commons.dues[organisation.community] += organisation.dues - paid_before
        if not alive:
            del commons.organisations[number]
            organisation.remove()
        elif organisation.mentored_until > month:
            _mentor(commons, organisation)
    _professionals_come(commons, model)
    _groups_register(commons, model)


def _mentor(commons: Commons, organisation: SocialOrganisation) -> None:
    """A social worker's hours, paid by the community; without the money there are none this month."""
    c = organisation.community
    hours = float(commons.terms["mentoring"][c])
    yuan = round(hours * commons.scenario.services.hour_value)
    if yuan <= commons.treasury.free(c):
        commons.treasury.pay(c, yuan, "incubation")
        organisation.learn(TAUGHT * hours)
        organisation.mentored = commons.month


def members(commons: Commons, organisation: SocialOrganisation) -> int:
    """Members of the group behind an organisation; 0 where it has dissolved, or there never was one."""
    group = commons.bodies[MicroOrganisation].get(organisation.grid)
    return 0 if group is None or group.founded > organisation.registered else group.members


def _professionals_come(commons: Commons, model: mesa.Model) -> None:
    """Where services are bought, professional organisations fill what room there is in a street."""
    settings, month = commons.scenario.providers, commons.month
    people = commons.society.units.population(Level.COMMUNITY)
    buys = np.zeros(commons.n_streets, bool)
    bought = (commons.terms["purchasing"] > 0.0) | (commons.terms["venture_fund"] > 0.0)
    np.logical_or.at(buys, commons.society.units.parent(Level.COMMUNITY), bought)
    taken = np.array([o.luck for o in commons.organisations.values() if not o.of_residents], np.int64)
    for s in np.flatnonzero(buys).tolist():
        rooms = max(1, round(settings.per_1000 * float(people[commons.streets[s].communities].sum()) / 1000.0))
        vacant = np.setdiff1d(s * MOST_ROOMS + np.arange(min(rooms, MOST_ROOMS)), taken)
        comes = uniforms(commons.seed, Purpose.PROVIDER, month, vacant) < settings.entry
        field = SERVICES[(uniforms(commons.seed, Purpose.PROVIDER, month, vacant, 1) * len(SERVICES)).astype(np.int64)]
        for k, room in zip(field[comes].tolist(), vacant[comes].tolist(), strict=True):
            number = commons.organisations_registered
            _register(commons, SocialOrganisation(model, settings, number, s, k, month, luck=room))


def _register(commons: Commons, organisation: SocialOrganisation) -> None:
    commons.organisations[organisation.number] = organisation
    commons.organisations_registered += 1


def _groups_register(commons: Commons, model: mesa.Model) -> None:
    """Groups that have met long enough register on their own, or apply for a place in the incubator, which gives seed money."""
    settings, terms, month = commons.scenario.providers, commons.terms, commons.month
    groups = commons.bodies[MicroOrganisation]
    ready = [g for g, body in groups.items() if _may_register(body, month - settings.first_months)]
    if not ready:
        return
    grids = np.array(sorted(ready), np.int64)
    community = commons.community_of[Level.GRID][grids]
    on_their_own, luck = terms["registering"][community], uniforms(commons.seed, Purpose.REGISTER, month, grids)
    applies = luck < 1.0 - (1.0 - on_their_own) * (1.0 - terms["incubation"][community])
    places = _places(commons)
    for q in np.flatnonzero(applies).tolist():
        c, alone = int(community[q]), luck[q] < on_their_own[q]
        seed = 0 if alone else int(terms["seed_money"][c])
        if not alone and (places[c] < 1 or commons.treasury.free(c) < seed):
            continue
        places[c] -= not alone
        commons.treasury.pay(c, seed, "incubation")
        street = int(commons.society.units.parent(Level.COMMUNITY)[c])
        number, k = commons.organisations_registered, _field(commons, groups[int(grids[q])].leader)
        home = c, int(grids[q])
        new = SocialOrganisation(model, settings, number, street, k, month, home, seed, FIRST_GROUP + home[1])
        _mark(groups[int(grids[q])])
        new.mentored_until = 0 if alone else month + INCUBATION
        _register(commons, new)


def _may_register(group: Organisation, since: int) -> bool:
    """Whether a group has met since some month, and never registered."""
    assert isinstance(group, MicroOrganisation)
    return group.founded <= since and not group.has_registered


def _mark(group: Organisation) -> None:
    """The group has registered; it does so once."""
    assert isinstance(group, MicroOrganisation)
    group.has_registered = True


def _places(commons: Commons) -> NDArray[np.int64]:
    """Free places of each community's incubator."""
    thousands = commons.society.units.population(Level.COMMUNITY) / 1000.0
    inside = [o.community for o in commons.organisations.values() if o.mentored_until > commons.month]
    taken = np.bincount(np.array(inside, np.int64), minlength=commons.n_communities)
    return np.asarray(np.rint(commons.terms["incubator_places"] * thousands).astype(np.int64) - taken)


def _field(commons: Commons, founder: int) -> int:
    """The service that a founder wants most, of those that organisations offer."""
    return int(SERVICES[np.argmax(commons.residents.columns.preferences[founder, SERVICES])])


def social_workers_help(commons: Commons, matters: NDArray[np.int64]) -> None:
    """Social workers 社工 of the incubator's organisations work for what gathers, for their organisation's field first (三社联动)."""
    inside = [o for o in commons.organisations.values() if o.mentored == commons.month]
    commons.social_work[:] = 0
    if not inside or len(matters) == 0:
        return
    community = np.array([o.community for o in inside], np.int64)
    taste = np.full((len(inside), N_CATEGORIES), OTHER_FIELDS)
    taste[np.arange(len(inside)), [o.field for o in inside]] = 1.0
    minutes = (60.0 * commons.terms["mentoring"][community]).astype(np.int64)
    offers = Offers.of_one_thing(community, taste, minutes=minutes)
    taken = answer_needs(commons, offers, matters, work="social_minutes")
    np.add.at(commons.social_work, community, taken.minutes)
