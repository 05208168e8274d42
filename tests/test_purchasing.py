"""Purchased services: tenders among providers, their books, and how they live and die."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from worlds import run, world
from worlds import small as in_miniature

from cogov_sim import CoGovModel
from cogov_sim.agents.enterprises import BIDDERS, tender
from cogov_sim.agents.social_organisations import SocialOrganisation
from cogov_sim.scenario import EnterpriseSettings, ProviderSettings
from cogov_sim.society import CATEGORIES

pytestmark = pytest.mark.usefixtures("compiled")

SERVICES = {"elder_care", "children", "culture", "health"}
#: Providers and contracts in plenty, for small societies.
MANY = [
    "providers.per_1000=5", "providers.entry=1", "providers.overhead=100", "enterprises.per_1000=5",
    "services.need_threshold=0.9", "services.decay_factor=3", "government.envelope=40",
    "government.office_choice=0",  # street offices try everything
]  # fmt: skip


@cache
def _bought(*changes: str, months: int = 30) -> CoGovModel:
    return run(world("direct_provision", "purchased_services").changed(*MANY, *changes), months=months, residents=2000)


def _providers(n: int, **values: Any) -> list[SocialOrganisation]:
    model = run("government_run", months=0)
    return [SocialOrganisation(model, ProviderSettings(**values), number, 0) for number in range(n)]


# -- tenders -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 2, 3, 5, 8])
def test_more_bidders_are_cheaper_and_of_lower_quality(n: int) -> None:
    """The lowest of k own costs u ~ U(0, 1) wins: mean u 1/(k + 1), mean price 1 + margin 2/(k + 1).

    Quality moves by -cutting (1/2 - u), on average -cutting (1/2 - 1/(k + 1)): none with one bidder. Means of 4,000
    tenders within 4 standard errors of the smallest of k uniforms: false alarm once in 16,000.
    """
    settings, rounds, k = EnterpriseSettings(), 4000, min(n, BIDDERS)
    bidders = _providers(n)
    won = [tender(bidders, settings, 9, matter) for matter in range(rounds)]
    error = 4.0 * np.sqrt(k / ((k + 1) ** 2 * (k + 2)) / rounds)
    own_cost = np.array([bid.own_cost for bid in won])
    assert own_cost.mean() == pytest.approx(1.0 / (k + 1), abs=error)
    price = np.array([bid.price for bid in won])
    assert price.mean() == pytest.approx(1.0 + settings.margin * 2.0 / (k + 1), abs=settings.margin * error)
    craft = np.array([bid.firm.craft(bid.own_cost) for bid in won if bid.firm is not None])
    assert len(craft) == rounds
    loss = bidders[0].settings.cutting * (0.5 - 1.0 / (k + 1))
    assert craft.mean() == pytest.approx(-loss, abs=bidders[0].settings.cutting * error)
    np.testing.assert_allclose([bid.price - 1.0 - bid.gain for bid in won], settings.margin * own_cost, atol=1e-12)


def test_only_services_are_bought_and_only_where_terms_say_so() -> None:
    model = _bought()
    matters, provider = model.matters, model.matters.provider
    assert len(found := set(matters.category[provider >= 0])) >= 3 and found <= SERVICES
    assert set(matters.decided_by[provider >= 0]) == {"government"}
    assert {category.id for category in CATEGORIES if category.bought} == SERVICES
    services = matters[matters.category.isin(SERVICES) & (matters.decided_by == "government")]
    assert 0.2 < (services.provider >= 0).mean() < 0.7, "of about half of them about four in five, as the term says"
    without = run(world("direct_provision").changed(*MANY), months=30, residents=2000)
    assert without.commons.organisations_registered == 0
    assert (without.matters.provider == -1).all()
    assert without.measures.purchase_price.isna().all()


def test_prices_and_quality_are_measured() -> None:
    model = _bought()
    bought = model.matters.query("provider >= 0 and decided_month > 18")
    price = (bought.price * bought.cost).sum() / bought.cost.sum()
    assert price == pytest.approx(bought.public_money.sum() / bought.contractor_value.sum(), rel=1e-3), "to whole yuan"
    assert model.latest["purchase_price"] == pytest.approx(price)
    assert 1.0 <= price <= 1.0 + model.scenario.enterprises.margin + 1e-6
    done = bought.query("stage == 'completed'")
    quality = (done.quality * done.cost).sum() / done.cost.sum()
    assert model.latest["purchase_quality"] == pytest.approx(quality)
    assert model.latest["providers_per_10000"] == pytest.approx(
        5 * sum(organisation.may_bid() for organisation in model.commons.organisations.values())
    )


def test_who_is_alone_takes_the_whole_margin_and_without_anyone_firms_build() -> None:
    alone = _bought("providers.per_1000=0.1", "providers.capacity=100").matters.query("provider >= 0")
    assert len(alone) > 0
    margin = EnterpriseSettings().margin
    np.testing.assert_allclose(alone.public_money / alone.contractor_value, 1.0 + margin, rtol=1e-3)  # whole yuan
    nobody = _bought("providers.entry=0")
    assert nobody.commons.organisations_registered == 0
    assert (nobody.matters.decided_by == "government").sum() > 0


# -- providers ---------------------------------------------------------------------------------------------------------


def test_public_money_is_accounted_to_the_yuan() -> None:
    """What all providers ever took in is what the ledger paid for their finished matters; fees are part of it."""
    model = CoGovModel(
        scenario=in_miniature(world("direct_provision", "purchased_services").changed(*MANY)), rng=1, residents=2000
    )
    everyone: dict[int, SocialOrganisation] = {}
    for _ in range(48):
        model.step()
        everyone |= model.commons.organisations
    done = model.matters.query("provider >= 0 and stage == 'completed'")
    assert len(done) > 5
    assert sum(p.revenue for p in everyone.values()) == done.public_money.sum()
    assert 0 < sum(p.fees for p in everyone.values()) < done.public_money.sum()


@pytest.mark.parametrize("reserve", [0, 1, 6])
def test_without_contracts_a_provider_lives_as_long_as_its_reserve(reserve: int) -> None:
    (provider,) = _providers(1, reserve=float(reserve))
    lived = 0
    while provider.live_on():
        lived += 1
    assert lived == reserve


def test_a_provider_in_need_finishes_what_it_has_and_then_closes() -> None:
    (provider,) = _providers(1, reserve=1.0, overhead=1000.0)
    provider.take(7, 10_000.0, 0.05)
    assert provider.contracts == {7: 2000}, "a share of 0.15 and the gain of 0.05"
    assert provider.live_on() and provider.may_bid()
    assert provider.live_on() and not provider.may_bid(), "no money, but a contract to finish"
    provider.finish(7, 11_000, 0.9, 3)
    assert (provider.money, provider.revenue, provider.fees) == (1000, 11_000, 2000)
    assert provider.reputation == pytest.approx(0.5 + 0.2 * 0.4)
    assert provider.experience == pytest.approx(0.2)
    assert provider.live_on() and not provider.live_on()


def test_experience_and_a_good_name_are_earned() -> None:
    """n contracts leave 0.8^n to learn; a name below the least allowed keeps a provider out."""
    (provider,) = _providers(1)
    start = provider.craft(0.5)
    for n in range(1, 5):
        provider.take(n, 100.0, 0.0)
        provider.finish(n, 100, 0.0, n)
        assert provider.experience == pytest.approx(1.0 - 0.8**n)
        assert provider.reputation == pytest.approx(0.5 * 0.8**n)
        assert provider.may_bid() == (provider.reputation >= 0.35)
    assert not provider.may_bid()
    assert provider.craft(0.5) > start


def test_nobody_works_on_more_than_hands_allow() -> None:
    model = CoGovModel(scenario=in_miniature(world("direct_provision", "purchased_services").changed(*MANY, "providers.capacity=1")),
                       rng=1, residents=2000)  # fmt: skip
    busy = 0
    for _ in range(24):
        model.step()
        loads = [len(p.contracts) for p in model.commons.organisations.values()]
        assert max(loads, default=0) <= 1
        busy += sum(loads)
    assert busy > 0
