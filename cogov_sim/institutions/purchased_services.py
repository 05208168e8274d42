"""政府购买服务 purchased services."""

from __future__ import annotations

from cogov_sim.institutions.base import GOVERNMENT, Institution, Price
from cogov_sim.language import Text
from cogov_sim.scenario import InstitutionSettings, setting


class PurchasedServices(Institution):
    """政府购买服务：养老、儿童、文化、健康类事项由社会组织竞标承接，不再一律交企业承包。
    Purchased services: matters of elder care, children, culture and health go out to tender among social organisations
    instead of firms. They get better with experience; the lowest bid may be of low quality.
    """

    id = "purchased_services"
    text = Text("purchased services", "政府购买服务")
    pillar = GOVERNMENT
    levels = "SV"
    price = Price(yuan=40, hours=2, what="tenders and outside evaluation", hours_for="contracts to draw up and follow")
    can_fail = Text(
        "The lowest bid is of low quality; providers live on contracts only, die without them, and where few are left the "
        "price rises.",
        "最低价中标、质量低下；机构只靠合同生存，断单即散，剩者寡而价高。",
    )
    source = (
        "start value: the project's design, no published source; xiamen.toml: 3,983 organisations, "
        "10.5 per 10,000 residents"
    )
    expects = {"build_quality": 1, "performance": 1}

    class Settings(InstitutionSettings):
        """Parameters of this institution."""

        share: float = setting(
            0.8,
            "share of the government's service matters that is bought from providers",
            "向社会组织购买的服务事项比例",
            unit="share",
            source="start value",
            low=0,
            high=1,
            term="purchasing",
        )
