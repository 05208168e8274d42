"""The identification contract: worlds share everything but institutions, and no institution shifts anybody else's luck."""

from __future__ import annotations

import ast
from dataclasses import fields
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from worlds import INSTITUTIONS, digests, run, small, world

import cogov_sim
from cogov_sim import CoGovModel, Scenario
from cogov_sim.experiments.where import PLACES, Place
from cogov_sim.experiments.worlds import BARE
from cogov_sim.scenario import available

pytestmark = pytest.mark.usefixtures("compiled")
PACKAGE = Path(cogov_sim.__file__).parent
CITY = "xiamen"  # the reform of one city over time, no arm: it stands on a society of its own
READY = [name for name, _ in available() if name != CITY and name not in {place.scenario for place in PLACES}]


# -- configurations --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*READY, *(f"co_governance-{key}" for key in INSTITUTIONS
                                            if key in Scenario.load("co_governance").institutions)])  # fmt: skip
def test_worlds_differ_in_institutions_only(name: str) -> None:
    """The resolved configuration of every ready world equals that of 政府包办 but for institutions, name and title."""
    own = {"institutions", "name", "title"}
    table, reference = (
        {k: v for k, v in Scenario.load(n).table().items() if k not in own} for n in (name, "government_run")
    )
    assert table == reference
    assert {"society", "services", "government", "organisations", "enterprises", "behaviour"} <= set(table)


def test_the_city_is_co_governance_rolled_out_elsewhere() -> None:
    """It differs from co-governance in its society and in when it begins where; on one society the two are arms of a comparison."""
    city, plain = (Scenario.load(name, changes=["society.preset=haicang"]).table() for name in (CITY, "co_governance"))
    assert {key for key in city if city[key] != plain[key]} == {"name", "title", "rollout"}


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.scenario)
def test_a_place_is_the_old_regime_elsewhere_with_what_is_told_of_it(place: Place) -> None:
    """It stands on a society of one kind of community; there it differs from the government-run world in institutions only."""
    told = Scenario.load(place.scenario)
    table, plain = (
        told.table(),
        Scenario.load("government_run", changes=[f"society.preset={told.society.preset}"]).table(),
    )
    assert {key for key in table if table[key] != plain[key]} == {"name", "title", "institutions"}
    assert set(place.told) <= set(told.institutions) - set(Scenario.load("government_run").institutions)


def test_the_two_worlds_do_differ_in_institutions() -> None:
    one, other = (set(Scenario.load(n).institutions) for n in ("government_run", "co_governance"))
    assert one - other and other - one


# -- the same people, the same luck ----------------------------------------------------------------------------------


def _arrays(thing: object) -> dict[str, np.ndarray]:
    found = {}
    for field in fields(thing):  # type: ignore[arg-type]
        value = getattr(thing, field.name)
        if isinstance(value, np.ndarray):
            found[field.name] = value
    return found


@pytest.mark.parametrize("name", ["co_governance", "grants_only", BARE])
def test_day_one_is_identical(name: str) -> None:
    """Residents, ties, assets and firms do not depend on the institutions."""
    one, other = (CoGovModel(scenario=small(n), rng=6, residents=500).society for n in ("government_run", name))
    for part in ("population", "assets", "ties", "enterprises"):
        first, second = _arrays(getattr(one, part)), _arrays(getattr(other, part))
        assert first.keys() == second.keys()
        for key in first:
            np.testing.assert_array_equal(first[key], second[key], err_msg=f"{part}.{key}")


@pytest.mark.parametrize("name", ["co_governance", "grants_only", BARE])
def test_shocks_and_moves_are_identical_month_by_month(name: str) -> None:
    """The same assets are hit by the same shocks and, but for those who leave because services disappoint them, the same dwellings
    change hands, whatever the institutions.
    """
    one, other = (
        CoGovModel(scenario=small(n).changed("behaviour.move_push=0"), rng=6, residents=500)
        for n in ("government_run", name)
    )
    shocks = moves = 0
    for _ in range(36):
        one.step()
        other.step()
        np.testing.assert_array_equal(one.commons.shocked, other.commons.shocked)
        np.testing.assert_array_equal(one.residents.columns.moved, other.residents.columns.moved)
        shocks += int(one.commons.shocked.sum())
        moves += int(one.residents.columns.moved.sum())
    assert shocks > 0
    assert moves > 0


def test_firms_have_the_same_ordinary_profits() -> None:
    """Before contracts and gifts, a firm's month is as good in every world."""
    one, other = (CoGovModel(scenario=small(n), rng=6, residents=2000) for n in ("government_run", "co_governance"))
    seen = []
    for model in (one, other):
        months = []
        for _ in range(6):
            model.month += 1
            model.commons.month = model.month
            for part in model.parts:
                earned = [firm.earned for firm in model.commons.firms]
                part.act(model)
                if part.name == "bodies":
                    pairs = zip(model.commons.firms, earned, strict=True)
                    months.append([round(firm.profit - contracts, 6) for firm, contracts in pairs])
        seen.append(months)
    assert seen[0] == seen[1]
    assert len(seen[0][0]) > 0


def _completed(model: CoGovModel) -> pd.DataFrame:
    frame = model.matters.assign(asset=model.commons.ledger.column("asset"))
    return frame[(frame["stage"] == "completed") & (frame["decided_by"] == "government")]


def _twins(one: CoGovModel, other: CoGovModel) -> pd.DataFrame:
    """Matters that both worlds raised and contracted in the same month over the same asset at the same cost."""
    same = ["asset", "raised_month", "decided_month", "cost"]
    return _completed(one).reset_index().merge(_completed(other).reset_index(), on=same, suffixes=("", "_other"))


@pytest.fixture(scope="module")
def twins() -> pd.DataFrame:
    """The same public matters in a world where grid workers report in villages, so that ledgers number matters differently."""
    base = ("direct_provision", "campaign_promises", "top_down_assessment")
    villages = {"communities": ["rural"], "detection": 1.0}
    worlds = [w.changed("government.envelope=60") for w in (world(*base), world(*base, grid_linkage=villages))]
    one, other = (run(w, seed=2, months=18, residents=8000) for w in worlds)
    pairs = _twins(one, other)
    assert (pairs["matter"] != pairs["matter_other"]).sum() >= 20, "ledgers do number them differently"
    return pairs


def test_a_matter_has_the_same_workmanship_and_estimate_in_every_world(twins: pd.DataFrame) -> None:
    """Luck belongs to the asset and the month, not to the row of the ledger."""
    np.testing.assert_array_equal(twins["quality"], twins["quality_other"])
    np.testing.assert_array_equal(twins["estimate"], twins["estimate_other"])


def test_a_matter_has_the_same_tender_in_every_world(twins: pd.DataFrame) -> None:
    """The same bidders bid the same for the same matter in the same month: an institution that lets other matters be
    raised, and so renumbers the ledger, must not change the price.
    """
    np.testing.assert_array_equal(twins["public_money"], twins["public_money_other"])


def test_a_grant_meets_the_same_inspector_in_every_world(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether a grant is accepted depends on the matter, not on how many matters were raised elsewhere before it."""
    from cogov_sim.commons import evaluate as stage
    from cogov_sim.draws import Purpose

    seen: list[dict[tuple[int, ...], float]] = []
    real = stage.normals
    base = ("award_grant", "building_groups", "resident_councils")
    villages = {"communities": ["rural"], "detection": 1.0}
    for scenario in (world(*base), world(*base, grid_linkage=villages)):
        model = CoGovModel(scenario=small(scenario), rng=2, residents=8000)
        luck: dict[tuple[int, ...], float] = {}

        def watched(seed, purpose, month, entities, draw=0, model=model, luck=luck):
            values = real(seed, purpose, month, entities, draw)
            if purpose == Purpose.INSPECTION:
                ledger = model.commons.ledger
                done = ledger.column("built_month") == model.month
                for m, z in zip(np.flatnonzero(done), values, strict=True):
                    luck[int(ledger.asset[m]), int(ledger.raised_month[m]), model.month] = float(z)
            return values

        monkeypatch.setattr(stage, "normals", watched)
        model.run(24)
        seen.append(luck)
    both = seen[0].keys() & seen[1].keys()
    assert len(both) >= 10
    assert {k: seen[0][k] for k in both} == {k: seen[1][k] for k in both}


def test_a_late_institution_changes_nothing_before_it_starts() -> None:
    """Over a full world: every institution in turn, added from month 7 on, leaves the first six months as they were."""
    base = ("direct_provision", "resident_councils", "award_grant")
    reference = digests(run(world(*base), months=6))
    for key in set(INSTITUTIONS) - set(base):
        assert digests(run(world(*base, **{key: {"start_month": 7}}), months=6)) == reference, key


def test_what_belongs_to_a_street_is_nobody_communitys_business() -> None:
    """A street-level matter that residents must help to pay for is not the business of the city's last community: its
    committee does not go round for it, and its firms do not give to it.
    """
    worn = ["services.need_threshold=0.9", "government.envelope=60", "institutions.direct_provision.public_share=0.5"]
    shared = Scenario.load("government_run", changes=worn)
    model = CoGovModel(scenario=small(shared), rng=1, residents=2000)
    spied: list[int] = []
    for community, committee in enumerate(model.commons.committees):
        real = committee.ask
        committee.ask = lambda hours, people, c=community, real=real: (spied.append((c, people)), real(hours, people))[
            1
        ]
    model.run(24)
    matters = model.matters
    assert ((matters["level"] == "street") & (matters["decided_by"] == "government")).any()
    own = model.society.units.population(3)
    assert all(people <= own[c] for c, people in spied), "a committee goes round in its own community only"


def test_firms_give_to_matters_of_their_own_community() -> None:
    """A street-level matter is not the business of the firms of the city's last community either."""
    changes = ["government.envelope=60", "services.need_threshold=0.9", "institutions.direct_provision.public_share=0.5",
               "enterprises.join_base=5", "enterprises.giving=0.1", "enterprises.per_1000=20"]  # fmt: skip
    model = CoGovModel(
        scenario=world("direct_provision", "enterprise_council").changed(*changes), rng=1, residents=2000
    )
    before = np.zeros(0, np.int64)
    for _ in range(12):
        model.step()
        ledger = model.commons.ledger
        given = ledger.column("enterprise_money").copy()
        given[: len(before)] -= before
        community = model.society.assets.community[ledger.column("asset")]
        local = np.bincount(community[community >= 0], given[community >= 0], model.commons.n_communities)
        np.testing.assert_array_equal(local, model.commons.unit_gifts[:, 1])
        before = ledger.column("enterprise_money").copy()
    assert (model.matters["level"] == "street").any()
    assert before.sum() > 0


# -- nobody asks where he lives --------------------------------------------------------------------------------------


def _sources(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((PACKAGE / folder).rglob("*.py"))]


@pytest.mark.parametrize("path", _sources("agents", "commons", "society"), ids=lambda p: p.name)
def test_residents_and_commons_never_ask_for_an_institution_or_a_scenarios_name(path: Path) -> None:
    """No code below the model mentions an institution's settings or a ready scenario."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    assert not names & set(READY)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute):
            assert not (node.value.attr == "scenario" and node.attr in {"institutions", "name", "title", "fingerprint"})
