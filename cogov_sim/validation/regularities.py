"""What people showed in the laboratory and in field experiments, and whether our residents show it, too.

Every row runs paired arms over seeds: the same people and luck with and without the treatment. Strengths of treatments
are those of the experiments where these have one (returns, group sizes, levies, match rates). Terms without a unit
(reward, sanction) stand at one half, the middle of their range, for want of a source. Nothing is tuned to a row.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from cogov_sim.checks import Check, interval, joined
from cogov_sim.lab import public_goods
from cogov_sim.language import Text
from cogov_sim.validation import field_regularities, form_regularities
from cogov_sim.validation.effects import Games, Target, nothing, ranged, signed, soft

ZELMER = "Zelmer 2003, Exp. Econ. 6:299"
BALLIET = "Balliet 2010, J. Conflict Res. 54:39"
INCENTIVES = "Balliet et al. 2011, Psychol. Bull. 137:594"
RESTART = "Andreoni 1988, J. Public Economics 37:291; Croson 1996, Economics Letters 53:25"
PERIODS = 10
HALF = 0.5
"""Strength of rewards and sanctions, the middle of their range: no source says what the terms' unit is worth."""
MANY = 800
"""Groups of sessions on small effects: about as many as in the studies together (711)."""
FACE = {"communication": "face_to_face"}
TOKENS = "tokens of 20"
SD = "SD"


def laboratory_parts(seeds: int = 40) -> list[Callable[[], list[Check]]]:
    """What makes the rows on regularities that need no whole society, part by part.

    Args:
        seeds: how many paired runs are behind each row; 40 for the page, 8 for a short form.
    """
    games = Games(seeds)
    return [
        lambda: signs(games),
        lambda: restart(games),
        lambda: talk(games),
        lambda: incentives(games),
        lambda: approval(games),
        lambda: crowding_out(games),
        lambda: field_regularities.matching(seeds),
        lambda: field_regularities.coproduction(seeds),
        lambda: field_regularities.direct_vote(seeds),
        lambda: form_regularities.forms(seeds),
    ]


def laboratory_checks(seeds: int = 40) -> list[Check]:
    """All rows of ``laboratory_parts``."""
    return [check for part in laboratory_parts(seeds) for check in part()]


def signs(games: Games) -> list[Check]:
    """Signs in linear public-goods games (Zelmer 2003)."""
    mpcr = games.outcomes(mpcr=0.75)[:, 0] - games.outcomes(mpcr=0.3)[:, 0]
    plus, minus = Text("positive", "正"), Text("negative", "负")
    return [
        signed(Target("zelmer_mpcr", Text("A higher return (MPCR 0.75 against 0.3)", "更高的边际回报（0.75 对 0.3）"), plus, ZELMER),
               mpcr, TOKENS),
        signed(Target("zelmer_communication", Text("Communication (face to face)", "沟通（面对面）"), plus, ZELMER),
               games.effect(FACE), TOKENS),
        signed(Target("zelmer_partners", Text("Fixed partners against strangers", "固定伙伴对陌生人"), plus, ZELMER),
               games.effect({"matching": "partners"}, groups=MANY), TOKENS),
        signed(Target("zelmer_endowments", Text("Unequal endowments (10 and 30 of mean 20)", "禀赋不均（均值 20，分别为 10 与 30）"), minus, ZELMER),
               games.effect({"endowments": "unequal"}, groups=MANY), TOKENS, sign=-1),
    ]  # fmt: skip


def restart(games: Games) -> list[Check]:
    """Contributions jump back when a game starts anew, with the very same partners (Andreoni 1988; Croson 1996)."""

    def jump(seed: int) -> float:
        frame = public_goods(rng=seed, matching="partners", periods=PERIODS, games=2)
        means = frame.groupby("period")["contribution"].mean()
        return float(means.loc[PERIODS + 1] - means.loc[PERIODS])

    sample = np.array([jump(seed) for seed in games.seeds])
    said = Text(
        "a new game of the same partners: its first period minus the last one before; the rule (restart) puts the sign in",
        "同伙伴新一局：首轮减上一局末轮；正号由规则（restart）设定",
    )
    return [
        signed(
            Target("restart", Text("A game that starts anew", "重新开局"), Text("positive", "正"), RESTART),
            sample,
            TOKENS,
            said,
        )
    ]


def talk(games: Games) -> list[Check]:
    """Communication: the strongest single lever, more so face to face and in larger groups (Balliet 2010)."""
    face = games.cohens_d(FACE)
    levers = {
        "mpcr": games.cohens_d({"mpcr": 0.75}),
        "partners": games.cohens_d({"matching": "partners"}),
        "equality": -games.cohens_d({"endowments": "unequal"}),
    }
    carrots = {name: games.cohens_d({name: HALF}, groups=MANY) for name in ("reward", "sanction")}
    written = games.effect(FACE) - games.effect({"communication": "written"})
    large = games.effect(FACE, group_size=8, groups=100) - games.effect(FACE)
    said = Text(
        f"d of face-to-face talk {face.mean():.2f} (people: 1.21; all communication 1.01)",
        f"面对面沟通的 d 为 {face.mean():.2f}（人群：1.21；各种沟通合计 1.01）",
    )
    more = Text("talk stronger", "沟通更强")
    return [
        signed(Target("balliet_strongest", Text("Talk against the strongest other lever of the game (return 0.75, partners, equal endowments)",
                      "沟通与博弈中其他最强因素（回报 0.75、固定伙伴、禀赋均等）之差"), more, BALLIET),
               face - np.max(list(levers.values()), axis=0), SD, joined(said, _sizes(levers))),
        signed(Target("balliet_incentives", Text("Talk against reward and sanction at half strength", "沟通与半强度奖惩之差"), more, f"{BALLIET}; {INCENTIVES}"),
               games.cohens_d(FACE, groups=MANY) - np.max(list(carrots.values()), axis=0), SD,
               joined(_sizes(carrots), Text("the terms have no unit that experiments fix", "奖惩条件的单位没有实验依据"))),
        signed(Target("balliet_face", Text("Talk face to face against in writing", "面对面沟通对书面沟通"), Text("face to face stronger", "面对面更强"), BALLIET),
               written, TOKENS),
        signed(Target("balliet_groups", Text("Effect of talk in groups of 8 against groups of 4", "沟通效果：8 人组对 4 人组"), Text("stronger in larger groups", "大组更强"), BALLIET),
               large, TOKENS),
    ]  # fmt: skip


def _sizes(effects: dict[str, np.ndarray]) -> Text:
    """Effect sizes by name."""
    said = ", ".join(f"{name} {values.mean():.2f}" for name, values in effects.items())
    return Text(f"d: {said}", f"d：{said}")


def incentives(games: Games) -> list[Check]:
    """Reward and punishment help about equally; sanctions gain nothing where trust is low."""
    reward, sanction = games.cohens_d({"reward": HALF}), games.cohens_d({"sanction": HALF})
    distrust = games.effect({"sanction": HALF}, trust=0.1)
    spread = games.outcomes()[:, 1].mean()
    between = Text(
        f"at half strength; people differ by {spread:.1f} tokens (SD of means over ten periods)",
        f"半强度；人与人之间相差 {spread:.1f} 个筹码（十期均值的标准差）",
    )
    size = Text("d 0.3 to 1.0 (people: 0.51)", "d 为 0.3–1.0（人群：0.51）")
    size_of_sanction = Text("d 0.3 to 1.0 (people: 0.70)", "d 为 0.3–1.0（人群：0.70）")
    return [
        soft(Target("reward", Text("Reward for giving", "奖励"), size, INCENTIVES), reward, 0.3, 1.0, SD, between),
        soft(Target("punishment", Text("Punishment for not giving", "惩罚"), size_of_sanction, INCENTIVES), sanction, 0.3, 1.0, SD, between),
        soft(Target("reward_punishment", Text("Punishment against reward", "惩罚与奖励之差"), Text("about equal (people: 0.19)", "大致相等（人群：0.19）"), INCENTIVES),
             sanction - reward, -0.2, 0.2, SD),
        soft(Target("sanction_distrust", Text("Sanctions at low trust (0.1)", "低信任（0.1）下的惩戒"), Text("no gain or harm", "无益或有害"), "Herrmann et al. 2008, Science 319:1362"),
             distrust, -20.0, 0.0, TOKENS, Text("a form of the rule: trust below sanction_trust turns the sign", "规则形式：信任低于 sanction_trust 时变号")),
    ]  # fmt: skip


def approval(games: Games) -> list[Check]:
    """Approval alone does not reduce free riding, with familiarity it does (Gaechter & Fehr 1999)."""
    source = "Gaechter & Fehr 1999, JEBO 39:341"
    alone = games.effect({"recognition": 1.0}, matching="partners")
    friends = games.effect({"recognition": 1.0}, matching="partners", familiarity=0.5)
    return [
        nothing(Target("approval_alone", Text("Approval among unknown partners", "陌生伙伴间的赞许"), Text("no effect", "无效果"), source), alone, TOKENS,
                Text("a form of the rule: praise counts only times familiarity", "规则形式：赞许只与熟悉度相乘才起作用")),
        signed(Target("approval_familiar", Text("What familiarity (0.5) adds to the effect of approval", "熟悉（0.5）对赞许效果的增量"),
                      Text("positive", "正"), source), friends - alone, TOKENS),
    ]  # fmt: skip


def crowding_out(games: Games) -> list[Check]:
    """Forced contribution replaces some of what is given freely; groups of three, taxed 2 of 7 tokens (Andreoni 1993).

    In that experiment giving pays for oneself up to an equilibrium in the interior. Ours is the linear game; the note
    has the other extreme, a return of 1, where giving costs nothing.
    """
    levy = 2.0 / 7.0
    per_unit = {
        m: games.effect({"forced": levy}, mpcr=m, group_size=3, groups=MANY) / (levy * 20.0) for m in (0.4, 1.0)
    }
    free = interval(per_unit[1.0])[0]
    return [
        ranged(Target("crowding_out", Text("Giving lost per unit of forced contribution (2/7 of the endowment, groups of 3)",
                      "每单位强制分摊挤出的自愿贡献（禀赋的 2/7，3 人组）"), Text("-0.4 to -0.9", "-0.4 至 -0.9"),
                      "Andreoni 1993, AER 83:1317; de Wit & Bekkers 2017"),
               per_unit[0.4], -0.9, -0.4, "per unit", Text(f"where giving costs nothing (return 1): {free:.2f}", f"贡献无成本（回报 1）时：{free:.2f}")),
    ]  # fmt: skip
