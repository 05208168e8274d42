"""The mechanics of laboratory sessions, and what a user of ``cogov lab`` types and gets."""

from __future__ import annotations

import inspect
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from cogov_sim import lab
from cogov_sim.agents.board import COMMUNITY_MEETING
from cogov_sim.agents.kernels import build, gift, plan, share
from cogov_sim.agents.rules import NOBODY, situation_of_giving
from cogov_sim.commands import lab as command
from cogov_sim.draws import Purpose, normals
from cogov_sim.experiments.drift import types_drift
from cogov_sim.lab import session
from cogov_sim.lab.session import GAME, Session, Situation, rules_of, subjects
from cogov_sim.language import UserError
from cogov_sim.scenario.behaviour import BehaviourSettings
from cogov_sim.society.schedules import schedule_at

SMALL = {"groups": 12, "periods": 4}
TOKENS = 20.0


def bare(n: int = 200, group_size: int = 4, rng: int = 3, **situation: float) -> Session:
    return Session(
        subjects(n, rng), group_size, "conditional_cooperation", rng, endowments=np.full(n, TOKENS),
        situation=Situation(**situation),
    )  # fmt: skip


# ---------------------------------------------------------------- the kernels themselves


def test_the_session_runs_the_kernels_of_the_field():
    """Not copies: the very functions that ``Residents`` calls."""
    for module, kernels in ((session.build, build), (session.share, share), (session.plan, plan)):
        assert module is kernels
    used = inspect.getsource(Session.play)
    for name in ("plan.converse(", "build.give(", "share.meet_neighbours(", "share.drift("):
        assert name in used


def test_the_bare_game_is_the_laboratory_response_and_nothing_else():
    """Whole tokens of clip(k0 + rho k1 b + k2 a(b) + rho sigma eps), worked out here by hand."""
    game = bare()
    columns, constants = game.columns, BehaviourSettings()
    belief = columns.belief.astype(float)
    schedule = schedule_at(columns.schedule_type, columns.schedule_intercept, columns.schedule_slope, belief)
    rho = np.where(columns.schedule_type == 1, constants.free_rider_response, 1.0)
    noise = constants.sigma * normals(3, Purpose.GIVE, 1, len(belief), GAME)
    wanted = constants.k0 + rho * (constants.k1 * belief + noise) + constants.k2 * schedule
    wanted = np.clip(wanted, 0.0, 1.0)
    wanted[wanted < constants.smallest_act] = 0.0
    by_hand = np.floor(TOKENS * wanted + 0.5)
    played = game.play()
    assert played.sum() > 0
    assert np.mean(by_hand != played) < 0.01  # single precision may turn a half token


def test_the_bare_games_terms_are_all_zero():
    game = bare()
    for name in ("talk", "recognition", "reward", "sanction", "levy", "example", "hassle", "match", "ask", "ask_staff"):
        assert not getattr(game.board, name).any(), name
    assert game.board.quality[0] == 1.0  # nothing is missing, so no need is felt
    rules, columns = rules_of("conditional_cooperation"), game.columns
    burden = TOKENS / (gift.SPARE_INCOME * float(columns.income[0]))
    situation = situation_of_giving(
        rules, 0, 0.0, columns.efficacy[0], columns.spirit[0], float(columns.trust[0]), columns.fatigue[0], 0.0, NOBODY,
        0.0, 0.0, 0.0, 0.0, 0.0, burden,
    )  # fmt: skip
    assert abs(situation) < 1e-7


# ---------------------------------------------------------------- mechanics of a session


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"mpcr": 0.75, "group_size": 3},
        {"match_rate": 1.0},
        {"forced": 0.25},
        {"forced": 0.1, "match_rate": 0.5, "endowments": "unequal"},
    ],
)
def test_no_token_is_lost_or_made(settings):
    """Of all payoffs together: what was kept, and the returns on what was given, matched and levied."""
    frame = lab.public_goods(**SMALL, rng=4, **settings)
    size, mpcr = settings.get("group_size", 4), settings.get("mpcr", 0.4)
    levied = settings.get("forced", 0.0) * frame["endowment"]
    kept = frame["endowment"] - levied - frame["contribution"]
    assert (kept >= 0.0).all() and (frame["contribution"] >= 0).all()
    pot = frame["contribution"] * (1.0 + settings.get("match_rate", 0.0)) + levied
    groups = [frame["period"], frame["group"]]
    expected = kept.groupby(groups).sum() + mpcr * size * pot.groupby(groups).sum()
    np.testing.assert_allclose(frame["payoff"].groupby(groups).sum(), expected)
    assert (frame.groupby(["period", "group"]).size() == size).all()
    assert (frame.groupby("period")["member"].nunique() == 12 * size).all()


def companions(frame: pd.DataFrame) -> list[set[frozenset[int]]]:
    """Of each period: who sat together."""
    return [{frozenset(rows["member"]) for _, rows in period.groupby("group")} for _, period in frame.groupby("period")]


def test_partners_stay_together_and_strangers_are_mixed():
    first, *later = companions(lab.public_goods(**SMALL, matching="partners"))
    assert all(period == first for period in later)
    first, *later = companions(lab.public_goods(groups=200, periods=3))
    assert all(not first & period for period in later)  # the chance that one of 200 groups comes again is below 1e-4


def test_sorted_groups_hold_like_givers():
    frame = lab.public_goods(groups=20, periods=5, matching="sorted", rng=2)
    for period in range(2, 6):
        before = frame[frame["period"] == period - 1].set_index("member")["contribution"]
        now = frame[frame["period"] == period]
        ranked = before.loc[now["member"]].to_numpy()  # seats go group by group
        assert (np.diff(ranked) <= 1).all()  # sorted by share, so by whole tokens up to rounding
    assert (np.diff(lab.public_goods(groups=20, periods=2, rng=2)["contribution"]) > 1).any()


def test_the_same_seed_is_the_same_session():
    frame = lab.public_goods(**SMALL, rng=5)
    pd.testing.assert_frame_equal(frame, lab.public_goods(**SMALL, rng=5))
    assert not frame.equals(lab.public_goods(**SMALL, rng=6))


@pytest.mark.parametrize("extra", [{}, {"communication": "face_to_face"}, {"forced": 1.0}, {"sanction": 1.0}])
def test_beliefs_stay_within_bounds(extra):
    frame = lab.public_goods(groups=50, **extra)
    assert frame["belief"].between(0.0, frame["endowment"]).all()
    assert frame["belief"].nunique() > 10


def test_beliefs_follow_what_the_others_of_the_group_gave():
    game = bare(n=8)
    before = game.columns.belief.astype(float)
    given = game.play() / TOKENS
    others = (np.repeat(given.reshape(2, 4).sum(axis=1), 4) - given) / 3
    rules = BehaviourSettings()
    # what was seen is the share before it was rounded to whole tokens: half a token at most
    expected = rules.d0 + rules.d1 * before + rules.d2 * others
    np.testing.assert_allclose(game.columns.belief, expected, atol=rules.d2 * 0.5 / TOKENS + 1e-6)


def test_a_one_shot_situation_teaches_nothing():
    game = bare()
    before = game.columns.belief.copy()
    game.play(learn=False)
    assert (game.columns.belief == before).all()


def test_an_hour_in_the_laboratory_changes_no_attitude():
    game = bare(talk=1.0)
    for _ in range(3):
        game.play()
    for name in ("efficacy", "spirit", "trust"):
        assert (getattr(game.columns, name) == 0.5).all()
    assert game.columns.attended[0] == 1 << COMMUNITY_MEETING


def test_ties_grow_between_people_who_meet_and_not_between_terminals():
    apart, together = (bare(met=met) for met in (False, True))
    for game in (apart, together):
        game.play()
    assert (apart.columns.familiarity == 0.0).all()
    assert (together.columns.familiarity > 0.0).mean() > 0.5


def test_payoff_learning_is_another_rule():
    """What one gives is a habit that payoffs move; beliefs play no part."""
    frame = lab.public_goods(groups=50, behaviour="payoff_learning", rng=1)
    assert frame["contribution"].mean() > 0.0
    assert not frame["contribution"].equals(lab.public_goods(groups=50, rng=1)["contribution"])
    talked = lab.public_goods(groups=50, behaviour="payoff_learning", communication="face_to_face", rng=1)
    assert (talked["contribution"] == frame["contribution"]).all()
    game = Session(subjects(40, 1), 4, "payoff_learning", 1, endowments=np.full(40, TOKENS))
    before = game.columns.habit.copy()
    game.play()
    assert (game.columns.habit != before).any()


def test_shares_of_types_can_be_chosen():
    frame = lab.public_goods(**SMALL, schedules={"free_rider": 1.0})
    assert set(frame["type"]) == {"free_rider"}
    mixed = lab.public_goods(groups=500, periods=1, schedules={"conditional": 0.5})
    assert mixed["type"].value_counts(normalize=True)["other"] == pytest.approx(0.5, abs=0.05)  # 4 standard errors


# ---------------------------------------------------------------- villages, neighbours, letters


def test_a_vote_that_invites_no_more_than_the_meeting_is_the_meeting():
    """The arms differ in who is invited, and in nothing else."""
    frame = lab.vote(villages=4, residents=150, representatives=1.0, rng=2)
    meeting, ballot = (
        frame[frame["arm"] == arm].drop(columns="arm").reset_index(drop=True) for arm in ("meeting", "vote")
    )
    pd.testing.assert_frame_equal(meeting, ballot)


def test_a_vote_gives_more_people_a_say_and_builds_one_village_project_in_each():
    frame = lab.vote(villages=6, residents=200, rng=1)
    wide = frame.pivot(index="village", columns="arm", values="had_say")
    assert (wide["vote"] > wide["meeting"]).all()
    assert len(frame) == 12 and set(frame["project"].astype(str)) <= {
        "facilities", "safety", "elder_care", "children", "culture", "information",
    }  # fmt: skip
    nothing = lab.vote(villages=6, residents=200, gain=0.0, rng=1)
    assert (frame["performance"] > nothing["performance"]).all()


def test_letters_that_are_not_read_bring_nothing_and_offers_change_no_luck():
    plain, match, back = (
        lab.fundraising(letters=2000, rng=1, **offer) for offer in ({}, {"match_rate": 1.0}, {"rebate": 0.25})
    )
    assert (plain["read"] == match["read"]).all() and (plain["belief"] == match["belief"]).all()
    assert (plain.loc[~plain["read"], "gift"] == 0).all() and plain["read"].mean() == pytest.approx(0.2, abs=0.04)
    assert plain["gift"].sum() > 0
    np.testing.assert_allclose(match["received"], 2.0 * match["gift"])
    np.testing.assert_allclose(back["cost"], 0.75 * back["gift"])
    assert plain["belief"].nunique() == 1 and 0.0 < plain["belief"][0] < 0.5


def test_people_expect_of_letters_what_readers_really_give():
    """Everybody reads, so the belief of the twelfth letter is the mean gift of the eleventh."""
    ten, eleven = (lab.fundraising(letters=3000, read=1.0, rng=3, earlier=count) for count in (10, 11))
    assert eleven["belief"][0] == pytest.approx(ten["gift"].mean() / 100.0)
    assert abs(eleven["belief"][0] - ten["belief"][0]) < 0.03  # and has settled
    assert lab.fundraising(letters=3000, rng=3, earlier=0)["belief"].nunique() > 100


def test_provision_has_a_row_a_resident_and_month():
    frame = lab.provision(neighbourhoods=3, residents=5, months=4)
    assert len(frame) == 60 and frame["contribution"].between(0.0, 1.0).all()
    assert (frame.groupby("resident")["neighbourhood"].nunique() == 1).all()
    assert frame["contribution"].mean() > 0.0


# ---------------------------------------------------------------- bad values

BAD = [
    ("public-goods", "--group-size", "1", "group_size", "2"),
    ("public-goods", "--mpcr", "1.5", "mpcr", "1"),
    ("public-goods", "--mpcr", "nan", "mpcr", "1"),
    ("public-goods", "--matching", "friends", "matching", "sorted"),
    ("public-goods", "--communication", "loud", "communication", "face_to_face"),
    ("public-goods", "--endowments", "rich", "endowments", "unequal"),
    ("public-goods", "--behaviour", "bold", "behaviour", "payoff_learning"),
    ("public-goods", "--trust", "-1", "trust", "0"),
    ("public-goods", "--groups", "1000000000", "groups", "1000000"),
    ("public-goods", "--group-size", "9999", "group_size", "100000000"),
    ("public-goods", "--schedules", "bold=0.4", "schedules", "free_rider"),
    ("public-goods", "--schedules", "conditional", "schedules", "conditional=0.5"),
    ("public-goods", "--schedules", "conditional=2", "schedules", "1"),
    ("public-goods", "--rng", "-1", "rng", "0"),
    ("strategy-method", "--n", "0", "n", "1"),
    ("vote", "--residents", "10", "residents", "150"),
    ("vote", "--villages", "9999999", "villages", "10000"),
    ("vote", "--representatives", "2", "representatives", "1"),
    ("provision", "--performance", "2", "performance", "1"),
    ("provision", "--residents", "1", "residents", "2"),
    ("fundraising", "--rebate", "3", "rebate", "1"),
    ("fundraising", "--match-rate", "9", "match_rate", "5"),
]


@pytest.mark.parametrize(("experiment", "option", "value", "named", "allowed"), BAD)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_bad_values_get_one_clear_sentence(cogov, monkeypatch, experiment, option, value, named, allowed, language):
    monkeypatch.setenv("COGOV_LANG", language)
    code, out, said = cogov("lab", experiment, option, value)
    assert (code, out) == (2, "")
    (sentence,) = said.splitlines()
    assert named in sentence and allowed in sentence and "Traceback" not in sentence
    assert any("一" <= sign <= "鿿" for sign in sentence) == (language == "zh")


def test_bad_values_in_python_are_user_errors():
    for call in (
        lambda: lab.public_goods(groups=True),
        lambda: lab.public_goods(group_size=2.5),
        lambda: lab.public_goods(mpcr="high"),
        lambda: lab.fundraising(behaviour="selfish"),
        lambda: lab.provision(hassle=2.0),
    ):
        with pytest.raises(UserError):
            call()


def test_a_folder_that_cannot_be_written_is_known_before_anything_is_played(cogov, tmp_path):
    path = tmp_path / "file"
    path.write_text("mine", encoding="utf-8")
    code, out, said = cogov("lab", "public-goods", "--groups", "2", "--out", path)
    assert (code, out) == (2, "") and str(path) in said and path.read_text(encoding="utf-8") == "mine"


# ---------------------------------------------------------------- the command line


def test_lab_lists_the_experiments_in_both_languages(cogov):
    code, out, _ = cogov("lab")
    lines = out.splitlines()
    assert code == 0 and [line.split()[0] for line in lines] == list(command.EXPERIMENTS)
    assert "公共品" in out and "public-goods game" in out


@pytest.mark.parametrize("name", command.EXPERIMENTS)
def test_every_argument_of_an_experiment_is_an_option_with_the_same_default(name):
    function = name.replace("-", "_")
    typed = inspect.signature(getattr(command, function)).parameters
    played = inspect.signature(types_drift if name == "types" else getattr(lab, function)).parameters
    assert set(typed) - {"plot", "out"} == set(played)
    assert all(typed[key].default == played[key].default for key in played)


RUNS = {
    "public-goods": (["--groups", "20", "--periods", "3", "--mpcr", "0.75", "--schedules", "conditional=0.6"], 240),
    "strategy-method": (["--n", "200"], 200),
    "vote": (["--villages", "3", "--residents", "150"], 6),
    "provision": (["--neighbourhoods", "3", "--residents", "4", "--months", "2"], 24),
    "fundraising": (["--letters", "300", "--match-rate", "1"], 300),
}


@pytest.mark.parametrize("name", RUNS)
def test_an_experiment_prints_a_table_and_writes_rows_and_a_figure(cogov, tmp_path, name):
    options, rows = RUNS[name]
    code, out, said = cogov("lab", name, *options, "--out", tmp_path, "--plot")
    assert code == 0 and str(tmp_path) in said
    heading = "".join(out.splitlines()[:2])
    assert heading.isascii() is False and any("a" <= sign <= "z" for sign in heading)
    assert {path.name for path in tmp_path.iterdir()} == {f"{name}.csv", f"{name}.png"}
    assert len(pd.read_csv(tmp_path / f"{name}.csv")) == rows
    assert (tmp_path / f"{name}.png").read_bytes().startswith(b"\x89PNG")


def test_nothing_is_written_unless_asked_for(cogov, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cogov("lab", "strategy-method", "--n", "50")[0] == 0
    assert list(tmp_path.iterdir()) == []
    assert cogov("lab", "strategy-method", "--n", "50", "--plot")[0] == 0
    assert [path.relative_to(tmp_path) for path in tmp_path.rglob("*.*")] == [Path("results/lab/strategy-method.png")]


def test_every_experiment_has_help():
    for name in command.EXPERIMENTS:
        result = CliRunner().invoke(command.lab, [name, "--help"])
        assert result.exit_code == 0 and "--rng" in result.output


def test_figures_have_a_glyph_for_every_sign():
    from cogov_sim.report import laboratory
    from cogov_sim.report.fonts import characters

    signs = {ord(sign) for sign in Path(laboratory.__file__).read_text(encoding="utf-8") if sign > "~"}
    assert signs <= characters()


def test_people_stand_beside_the_first_game_only(cogov):
    """They played one game; what comes after it is compared with nobody."""
    code, out, _ = cogov("lab", "public-goods", "--games", "2", "--periods", "3", "--groups", "10")
    rows = [line.split() for line in out.splitlines() if line[:1].isdigit()]
    assert code == 0 and [len(row) for row in rows] == [7, 7, 7, 5, 5, 5]
