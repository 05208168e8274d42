"""公益创投 venture platform."""

from __future__ import annotations

from cogov_sim.institutions.base import TOGETHER, Institution, Offer, Price
from cogov_sim.language import Text
from cogov_sim.scenario import InstitutionSettings, setting


class VenturePlatform(Institution):
    """公益创投：居民的需求变成项目，社会组织竞标价格与质量，驻区单位与居民认领一部分，政府基金支付其余（或全额购买）。
    Venture platform: needs from meetings and wishes become projects; social organisations bid price and quality; units of the
    neighbourhood and residents bring part of the cost; the fund pays the rest. Fewer than two bids, and nothing comes of it.
    """

    id = "venture_platform"
    text = Text("venture platform", "公益创投")
    pillar = TOGETHER
    levels = "VS"
    sets = ("venture_round",)
    price = Price(yuan=30, hours=2, what="a jury and its publicity", hours_for="gathering needs, accompanying projects")
    can_fail = Text(
        "Fewer than two bidders; the price alone decides; projects drift to what bidders like.",
        "投标不足两家；唯价格论；项目偏向投标机构的喜好。",
    )
    source = "Xiamen municipal government 2017: the form, one of the reform's five highlights; bids: the symmetric equilibrium of a first-price auction (Vickrey 1961, J. Finance 16:8); numbers: start values"
    expects = {"venture_funded": 1, "providers_per_10000": 1, "purchase_quality": 1}

    class Settings(InstitutionSettings):
        """Parameters of this institution."""

        fund: float = setting(
            0.1, "share of the community's income set aside for projects", "社区经费中用于公益创投的比例", unit="share", source="start value",
            low=0, high=1, term="venture_fund",
        )  # fmt: skip
        own_share: float = setting(
            0.2, "share of the cost that sponsors and residents bring; 0: the fund buys", "须由认购方与居民自筹的比例；0 表示由基金购买", unit="share", source="start value",
            low=0, high=0.9, term="venture_own",
        )  # fmt: skip
        quality: float = setting(
            0.5, "weight of quality and name beside the price", "质量与名声相对价格的权重", unit="1", source="start value",
            low=0, high=1, term="venture_quality",
        )  # fmt: skip
        every: int = setting(
            12, "months from one round to the next", "两轮创投间隔月数", unit="month", source="start value: a round a year",
            low=1, high=120,
        )  # fmt: skip

    def set_terms(self, offer: Offer) -> None:
        """Offer this institution's terms; a round is held in the middle of each span of months."""
        super().set_terms(offer)
        due = (offer.months + 1 + self.settings.every // 2) % self.settings.every == 0
        offer("venture_round", 1.0 if due else 0.0)
