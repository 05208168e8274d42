"""Rows on forms: what follows from how a rule is written, checked with numbers on the kernels themselves."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cogov_sim.agents.residents import Residents
from cogov_sim.agents.rules import satisfied
from cogov_sim.checks import Check
from cogov_sim.draws import Purpose, uniforms
from cogov_sim.lab.session import rules_of
from cogov_sim.lab.vote import rural_society
from cogov_sim.language import Text
from cogov_sim.scenario.behaviour import BehaviourSettings
from cogov_sim.validation.effects import Target, exact, signed

ZHU = "direction: Zhu, Yao & Jiang 2023 (Xiamen, n = 286); 1-3 is the range allowed"
XU = "Xu & Yao 2015, APSR 109:371"
FORM = Text("form of the rule", "规则形式")
SERVICE = 0
"""The service of the one open matter."""
ASKED = 0.5
"""Chance to be asked for it by a neighbour."""


def forms(seeds: int) -> list[Check]:
    """Expectation, disconfirmation, trust, and what leaders who give first do and do not do."""
    return [*expectation(), *trust(), *leaders(seeds)]


def _village(seed: int = 1) -> Residents:
    return Residents(rural_society(1, 300, seed), rules_of(BehaviourSettings()), seed)


def expectation() -> list[Check]:
    """Expectations follow past performance; disconfirmation enters satisfaction with a weight whose range holds 0."""
    people = _village()
    columns, rate = people.columns, float(people.rules.expectation_rate)
    before = uniforms(1, Purpose.SOCIETY, 0, len(people), 500)
    columns.expectation[:] = before
    people.share(1)
    rule = before + rate * (columns.performance.astype(float) - before)
    off = float(np.abs(columns.expectation - rule).max())
    lost = {weight: _shortfall(weight) for weight in (BehaviourSettings().disconfirmation_weight, 0.0)}
    shipped, zero = lost.values()
    return [
        exact(Target("expectation", Text("Expectation after a month: largest deviation from E + alpha (P - E)", "一月后的期望与 E + α (P - E) 的最大偏差"),
                     Text("0", "0"), "direction: Van der Voet & van den Bekerom 2024, Public Management Review, doi 10.1080/14719037.2024.2392131"), off, 0.0, 1e-6, "1", FORM),
        Check("disconfirmation", Text("Satisfaction lost when services fall short of expectation by 0.1", "服务低于期望 0.1 时满意度的损失"),
              Text("contested: the weight may be 0", "有争议：权重可为 0"), "Van Ryzin 2013; Grimmelikhuijsen & Porumbescu 2017", "free",
              shipped, np.nan, np.nan, "points of 100", "reported",
              note=Text(f"{zero:.1f} at a weight of 0, which is in its range", f"权重为 0 时为 {zero:.1f}，0 在其取值范围内")),
    ]  # fmt: skip


def _shortfall(weight: float) -> float:
    """Points of satisfaction that a shortfall of 0.1 costs, performance being the same."""
    rules: Any = rules_of(BehaviourSettings(disconfirmation_weight=weight))
    return 100.0 * float(satisfied(rules, 0.5, 0.5, 0.0) - satisfied(rules, 0.5, 0.6, 0.0))


def trust() -> list[Check]:
    """Own bad experience weighs one to three times a good one; reported events weigh the same both ways."""
    own = -_moved(answer=0.0) / _moved(answer=1.0)
    reported = -_moved(news=0.0) / _moved(news=1.0)
    return [
        exact(Target("own_experience", Text("Trust: one bad experience of one's own against one good", "信任：一次坏的亲身经历相对一次好的"), Text("1 to 3", "1 至 3"), ZHU),
              own, 1.0, 3.0, "1", FORM),
        exact(Target("reported_events", Text("Trust: bad news against good news", "信任：坏消息相对好消息"), Text("1", "1"), ZHU),
              reported, 0.999, 1.001, "1", FORM),
    ]  # fmt: skip


def _moved(answer: float | None = None, news: float = -1.0) -> float:
    """Change of trust from one half in a month of one answered or unanswered request, or of news."""
    people = _village()
    people.columns.trust[:] = 0.5
    people.columns.spoke[:] = answer is not None
    people.board.answer[:] = 0.0 if answer is None else answer
    people.board.report[:], people.board.news[:] = 1.0, news
    people.share(1)
    return float(people.columns.trust.astype(float).mean() - 0.5)


def leaders(seeds: int) -> list[Check]:
    """Leaders who give first bring in money (financing); they do not move trust or the feeling of having a say."""
    effects = np.array([_example(seed) for seed in range(1, seeds + 1)])
    money, accountability = effects.T
    return [
        signed(Target("leaders_financing", Text("Money gathered where those who ask have given first", "带头人先出资时的筹款变化"), Text("positive", "正"), XU),
               100.0 * money, "%", FORM),
        exact(Target("leaders_accountability", Text("Largest change of trust or of having a say by the same", "同一情形下信任与话语权的最大变化"), Text("0", "0"), XU),
              float(np.abs(accountability).max()), 0.0, 1e-6, "1", FORM),
    ]  # fmt: skip


def _example(seed: int) -> tuple[float, float]:
    """What an example adds to the money gathered, as a share, and by how much it moves trust or voice at most."""
    (plain, before), (led, after) = (_asked(seed, example) for example in (0.0, 1.0))
    return led / plain - 1.0, float(np.abs(after - before).max())


def _asked(seed: int, example: float) -> tuple[float, NDArray[np.float64]]:
    """Yuan gathered in a month in which neighbours ask, and trust and voice of all residents after it."""
    people = _village(seed)
    board = people.board
    board.matter[:, SERVICE], board.fair[:, SERVICE], board.ask[:, SERVICE] = 0, 100.0, ASKED
    board.example[:] = example
    people.give(1)
    people.share(1)
    state = np.stack([people.columns.trust, people.columns.voice]).astype(float)
    return float(board.money[:, SERVICE].sum()), state
