"""自治章程 self-government charter."""

from __future__ import annotations

from cogov_sim.institutions.base import LAW, Institution, Price
from cogov_sim.language import Text
from cogov_sim.scenario import InstitutionSettings, setting


class Charter(Institution):
    """自治章程、自治公约、村规民约：居民自己的规矩，规约明确，惩戒由轻到重、逐级递进。
    Self-government charter: residents' own rules. Norms are written down, so that public spirit restrains more, and
    whoever breaks order meets a sanction that begins mildly and grows with repetition. The charter also covers
    contributions; offences against order are remembered, gifts not given are not, so there the sanction stays mild.
    """

    id = "charter"
    text = Text("self-government charter", "自治章程")
    pillar = LAW
    levels = "BV"
    price = Price(yuan=20, hours=4, what="drafting and a few hearings")
    can_fail = Text(
        "Sanctions backfire where trust is low: whoever does not trust those behind the rules breaks them more.",
        "信任低处惩戒适得其反：不信任定规者的人违规更多。",
    )
    source = "Ostrom 1990, Governing the Commons (graduated sanctions); Herrmann et al. 2008, Science 319:1362"
    expects = {"violations_per_1000": -1, "disputes_per_1000": -1, "knew_and_did_not_give": -1}

    class Settings(InstitutionSettings):
        """Parameters of this institution."""

        sanction: float = setting(
            0.3,
            "sanction for repeated violations",
            "对屡犯者的惩戒",
            unit="1",
            source="start value",
            low=0,
            high=1,
            term="sanction",
        )
        graduation: float = setting(
            0.7,
            "how much milder it is with first offenders",
            "对初犯的减轻程度",
            unit="share",
            source="start value",
            low=0,
            high=1,
            term="graduation",
        )
        clarity: float = setting(
            0.3,
            "how much more public spirit restrains where norms are clear",
            "规约明确对公共精神约束力的增强",
            unit="1",
            source="start value",
            low=0,
            high=5,
            term="norm_clarity",
        )
        procedure: float = setting(
            0.2, "how far rules of procedure give everybody the same time to speak", "议事规则保障平等发言的程度", unit="1",
            source="start value", low=0, high=1, term="facilitation",
        )  # fmt: skip
