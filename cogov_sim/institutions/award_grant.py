"""以奖代补 award grant."""

from __future__ import annotations

from cogov_sim.institutions.base import GOVERNMENT, Institution, Price
from cogov_sim.language import Text
from cogov_sim.scenario import InstitutionSettings, setting


class AwardGrant(Institution):
    """以奖代补：居民先出钱、出力、出地，验收后以奖励形式补助。
    Award grant: residents put in money or labour first; after inspection a grant rewards the result. In Xiamen 1,950
    projects took 818 million yuan, of which residents raised 223 million.
    """

    id = "award_grant"
    text = Text("award grant", "以奖代补")
    pillar = GOVERNMENT
    levels = "SV"
    price = Price(yuan=60, hours=3, what="inspection")
    can_fail = Text(
        "The poor cannot advance their part; communities compete for a purse that may be empty; a failed inspection leaves costs behind.",
        "困难群体无力先行出资；各社区竞争有限奖金；验收不过则成本自担。",
    )
    source = "Xiamen municipal government 2017 (xiamen.toml: award_grants); Karlan & List 2007, AER 97:1774"
    expects = {"participation_build": 1, "residents_money": 1, "government_share_funding": -1}

    class Settings(InstitutionSettings):
        """Parameters of this institution."""

        match_rate: float = setting(
            2.67,
            "grant per yuan of own contribution",
            "奖补配比",
            unit="yuan/yuan",
            source="(818 - 223) / 223 million yuan, if all that residents did not raise in money was grant; labour and land not "
            "counted; xiamen.toml: award_grants",
            low=0,
            high=5,
            term="match_rate",
        )
        match_cap: float = setting(
            0.73,
            "largest share of the cost that a grant pays",
            "奖补占成本上限",
            unit="share",
            source="1 - 223 / 818, if all that residents did not raise in money was grant; labour and land not counted; "
            "xiamen.toml: award_grants",
            low=0,
            high=0.95,
            term="match_cap",
        )
        acceptance: float = setting(
            0.5,
            "quality a matter must reach",
            "验收标准",
            unit="1",
            source="start value",
            low=0,
            high=1,
            term="acceptance",
        )
