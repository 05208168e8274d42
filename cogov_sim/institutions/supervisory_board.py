"""监事会 supervisory board."""

from __future__ import annotations

from cogov_sim.institutions.base import LAW, Institution, Price
from cogov_sim.language import Text
from cogov_sim.scenario import InstitutionSettings, setting


class SupervisoryBoard(Institution):
    """监事会：居民推选监事，查看理事会账目，追回侵占款项，带头人因此去职；居民据其结论决定今后是否出资。
    Supervisory board: a few elected residents look into the books of their community's council. Money they find is paid
    back and the leader loses office. Members who have ties to the leader or officers look away. Neighbours hear what was found, or
    that all was well, and give to the next matter accordingly.
    """

    id = "supervisory_board"
    text = Text("supervisory board", "监事会")
    pillar = LAW
    levels = "V"
    price = Price(yuan=20, hours=2, what="meetings and copies of the books")
    can_fail = Text(
        "Captured itself: neighbours elect whom many know, and those know the leaders they should watch; residents are reassured all the same. What it does find keeps people from giving.",
        "监事会自身被俘获：当选者多为熟人，与被监督的带头人相识，居民却因此放心；而查出问题又使居民不愿出资。",
    )
    source = (
        "Xu & Yao 2015, APSR 109:371 (leaders finance, accountability does not follow); form and numbers: start values"
    )
    expects = {"recovered_money": 1, "misused_money": -1, "build_quality": 1}

    class Settings(InstitutionSettings):
        """Parameters of this institution."""

        oversight: float = setting(
            0.5,
            "chance that an independent board finds what a leader kept",
            "独立监事会查出侵占的概率",
            unit="1",
            source="start value",
            low=0,
            high=1,
            term="oversight",
        )
