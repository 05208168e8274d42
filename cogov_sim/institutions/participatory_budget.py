"""微项目票决 participatory budget."""

from __future__ import annotations

from typing import Literal

from cogov_sim.institutions.base import DELIBERATION, Institution, Offer, Price
from cogov_sim.language import Text
from cogov_sim.scenario import InstitutionSettings, setting

QUARTER = 3  # months
#: The term that holds the money which each rule settles.
METHODS = {
    "list": "budget_list",
    "greedy": "budget_greedy",
    "equal_shares": "budget_equal",
    "equal_shares_completed": "budget_completed",
}


class ParticipatoryBudget(Institution):
    """微项目票决（参与式预算）：社区把一部分经费留给居民，待办事项带着报价上选票，每年由居民投票选定。
    Participatory budget: a community sets part of its income aside, and once a year residents vote on which waiting
    matters it buys. Four rules: the government's own list whatever the votes say; by number of votes; by the Method of
    Equal Shares, where every voter disposes of the same part; the same, with what it leaves spent by number of votes.
    """

    id = "participatory_budget"
    text = Text("participatory budget", "微项目票决")
    pillar = DELIBERATION
    levels = "V"
    sets = ("ballot", *METHODS.values())
    price = Price(yuan=60, hours=3, what="quotes, ballots and counting, over the year")
    can_fail = Text(
        "By number of votes, large projects crowd out small ones; equal shares leave money unspent; on the government's list votes count for nothing; those who vote are not like those who do not.",
        "按得票多少时大项目挤掉小项目；等额份额法会有余款；按政府清单时投票不起作用；投票者缺乏代表性。",
    )
    source = "Peters, Pierczynski & Skowron 2021, NeurIPS 34:12726; Olken 2010, APSR 104:243"
    expects = {
        "participation_plan": 1,
        "voice": 1,
        "satisfaction": 1,
        "preference_match": 1,
        "government_share_deciding": -1,
    }

    class Settings(InstitutionSettings):
        """Parameters of this institution."""

        every: int = setting(
            12, "months of saving from one vote to the next", "两次票决间隔（积累）月数", unit="month",
            source="start value: a year's budget", low=1, high=120,
        )  # fmt: skip
        budget_share: float = setting(
            0.2, "share of the community's income that is put to the vote", "交付票决的社区经费比例", unit="share",
            source="start value", low=0, high=1,
        )  # fmt: skip
        reach: float = setting(
            1.0, "chance that a resident is given a ballot", "居民获得选票的概率", unit="1", source="start value: everybody",
            low=0, high=1,
        )  # fmt: skip
        method: Literal["list", "greedy", "equal_shares", "equal_shares_completed"] = setting(
            "greedy", "what settles which projects are bought", "选定项目的规则", unit="name",
            source="greedy: the usual count of votes (票决)",
        )  # fmt: skip

    def set_terms(self, offer: Offer) -> None:
        """Offer this institution's terms; a vote is held a quarter before the last month of each round of saving ends, so
        that what it leaves finds matters before it lapses.
        """
        due = (offer.months + 1 + QUARTER) % self.settings.every == 0
        offer("ballot", self.settings.reach if due else 0.0)
        for method, term in METHODS.items():
            offer(term, self.settings.budget_share if method == self.settings.method else 0.0)
