"""What a scenario may say of actors beside residents and government: their bodies, firms and other units, organisations."""

from __future__ import annotations

from cogov_sim.scenario.fields import Section, setting

_START = "start value"


class OrganisationSettings(Section):
    """Residents' bodies: who can found them and what keeps them alive."""

    supporters: int = setting(
        3,
        "supporters among ties that a founder needs",
        "发起人所需支持者数",
        unit="persons",
        source=_START,
        low=0,
        high=50,
    )
    grid_supporters: int = setting(
        4, "supporters among ties that the founder of a grid council or owners' committee needs",
        "网格理事会或业主委员会发起人所需支持者数", unit="persons", source=_START, low=0, high=50,
    )  # fmt: skip
    council_supporters: int = setting(
        6,
        "supporters among ties that the founder of a council needs",
        "理事会发起人所需支持者数",
        unit="persons",
        source=_START,
        low=0,
        high=100,
    )
    support_threshold: float = setting(
        0.65, "sum of tie strength and public spirit at which a tie supports a founder", "成为支持者所需的关系强度与共同精神之和",
        unit="1", source=_START, low=0, high=2,
    )  # fmt: skip
    leader_hours: float = setting(
        8.0, "hours a leader gives each month", "带头人每月投入时间", unit="h", source=_START, low=0, high=80
    )
    officer_hours: float = setting(
        4.0, "hours an officer gives each month", "骨干每月投入时间", unit="h", source=_START, low=0, high=80
    )
    burnout: float = setting(
        0.75,
        "fatigue at which a leader gives up",
        "带头人退出的疲劳水平",
        unit="1",
        source=_START,
        low=0.05,
        high=1,
    )
    capture: float = setting(
        0.5, "how much a leader without spirit favours the own building", "缺乏共同精神的带头人偏袒本楼的程度", unit="1",
        source="start value; leaders are hardly held to account: Xu & Yao 2015, APSR 109:371", low=0, high=2,
    )  # fmt: skip
    misuse: float = setting(
        0.1, "share of the money gathered that a council's leader without spirit keeps", "缺乏共同精神的理事会带头人侵占自筹款的比例",
        unit="share", source=_START, low=0, high=1,
    )  # fmt: skip
    suspicion: float = setting(
        0.03, "share of a matter's means that residents think its council's leader keeps, before they know better", "居民在了解实情之前认为理事会带头人侵占事项资金的比例",
        unit="share", source="what a leader of spirit 0.7 keeps; start value; it lowers gifts: where chiefs keep more, villagers give less to local "
        "public goods, Beekman, Bulte & Nillesen 2014, J. Public Econ. 115:37", low=0, high=1,
    )  # fmt: skip
    books_learning: float = setting(
        0.2, "how far what a board says of one matter's money moves what residents think leaders keep", "监事会对一件事项账目的说法对居民看法的影响",
        unit="1/matter", source=_START, low=0, high=1,
    )  # fmt: skip
    supervisor_hours: float = setting(
        2.0, "hours a member of a supervisory board gives each month", "监事每月投入时间", unit="h", source=_START, low=0, high=80
    )  # fmt: skip
    mediator_hours: float = setting(
        8.0, "hours a mediator can give each month", "调解员每月可投入时间", unit="h", source=_START, low=0, high=80
    )
    first_fee: float = setting(
        3.0, "property fee of the company that a developer hired, where no owners' committee lives", "尚无业主委员会时前期物业的物业费",
        unit="yuan per owner and month", source="three fifths of what committees ask for; start value", low=0, high=1000,
    )  # fmt: skip
    dispute_hours: float = setting(
        6.0,
        "hours of mediators, or of the committee, to settle one dispute",
        "调解员或居委会调处一件纠纷的工时",
        unit="h",
        source=_START,
        low=0.1,
        high=200,
    )


class EnterpriseSettings(Section):
    """Firms and other units of the neighbourhood 驻区单位 (per kind: society/data/local_units.toml)."""

    per_1000: float = setting(
        1.5, "enterprises per 1,000 residents", "每千居民企业数", unit="firms", source=_START, low=0, high=50
    )
    public_per_1000: float = setting(
        1.0, "public units (schools, clinics, offices, banks) per 1,000 residents", "每千居民机关事业单位数（学校、医院、机关、银行）",
        unit="units", source="a neighbourhood of 3,300 has a school, a clinic, a bank (general knowledge); start value", low=0, high=50,
    )  # fmt: skip
    holders_per_1000: float = setting(
        0.2, "holders of property, public or private, with premises to let or lend, per 1,000 residents", "每千居民物业产权单位数",
        unit="units", source=_START, low=0, high=50,
    )  # fmt: skip
    profit: float = setting(
        40_000.0, "mean monthly profit", "平均月利润", unit="yuan", source=_START, low=0, high=10_000_000
    )
    cycle: float = setting(
        0.2, "spread of the business cycle that all firms share (standard deviation of log profits)", "景气波动幅度（利润对数的标准差）",
        unit="1", source=_START, low=0, high=2,
    )  # fmt: skip
    profit_growth: float = setting(
        0.0, "yearly growth of all firms' profits", "企业利润年增长率", unit="1/year", source=_START, low=-0.9, high=1,
        plausible=(-0.05, 0.05),
    )  # fmt: skip
    join_base: float = setting(
        -4.0, "joining a council: intercept", "加入理事会：截距", unit="logit", source=_START, low=-10, high=5
    )
    join_peers: float = setting(
        2.0,
        "joining a council: belief that those at the table give",
        "加入理事会：相信在席单位会付出",
        unit="logit",
        source=_START,
        low=0,
        high=10,
    )
    join_reputation: float = setting(
        2.0,
        "joining a council: own reputation and propensity",
        "加入理事会：声誉与意愿",
        unit="logit",
        source=_START,
        low=0,
        high=10,
    )
    closing: float = setting(
        0.5, "chance that a firm closes which earns less than half of what is usual when a quarter ends", "季末利润不足平常一半的企业关闭的概率",
        unit="share", source="about 8 % of firms close in a year so, as small firms do (order of magnitude; general knowledge); start value",
        low=0, high=1,
    )  # fmt: skip
    custom: float = setting(
        0.2, "what the best name adds to profits where all customers live in the community and know", "顾客均为本社区且知情时好名声带来的利润增幅",
        unit="share", source=_START, low=0, high=1,
    )  # fmt: skip
    name_fading: float = setting(
        0.02, "share of a name, good or bad, that is forgotten in a month", "名声每月被淡忘的比例", unit="1/month", source=_START,
        low=0, high=1,
    )  # fmt: skip
    offer_base: float = setting(
        -1.5,
        "offering something in a quarter: intercept",
        "本季提供支持：截距",
        unit="logit",
        source=_START,
        low=-20,
        high=5,
    )
    offer_peers: float = setting(
        2.0, "offering: belief that the other units at the table give", "提供支持：相信同桌单位也会付出", unit="logit", source=_START,
        low=0, high=10,
    )  # fmt: skip
    offer_custom: float = setting(
        2.0,
        "offering: what a better name would bring",
        "提供支持：名声可带来的生意",
        unit="logit",
        source=_START,
        low=0,
        high=20,
    )
    offer_use: float = setting(
        1.0, "offering: what is missing of the services that a unit uses itself", "提供支持：本单位所用公共服务之不足", unit="logit",
        source=_START, low=0, high=20,
    )  # fmt: skip
    offer_propensity: float = setting(
        2.0, "offering: own propensity", "提供支持：自身意愿", unit="logit", source=_START, low=0, high=20
    )
    offer_hardship: float = setting(
        4.0,
        "not offering: share of the usual profit that is missing",
        "不提供支持：利润缺口",
        unit="logit",
        source=_START,
        low=0,
        high=20,
    )
    tolerance: float = setting(
        1.0, "leaving the table: share of the own willingness to give below which what others give is too little",
        "退席：他人付出低于自身意愿的该比例即退出", unit="share",
        source="1: below its own schedule, the design of such councils; start value", low=0, high=2,
    )  # fmt: skip
    lease_base: float = setting(
        -7.0, "lending idle premises: intercept", "出借闲置场所：截距", unit="logit", source=_START, low=-20, high=5
    )
    lease_talk: float = setting(
        1.0, "lending idle premises: log of one and the talks held so far", "出借闲置场所：已协商次数（对数）", unit="logit",
        source="eleven visits, five meetings and two agreements brought 19 shops (闸弄口); start value", low=0, high=5,
    )  # fmt: skip
    lease_rent: float = setting(
        2.0,
        "not lending: all of the market rent forgone",
        "不出借：放弃全部市场租金",
        unit="logit",
        source=_START,
        low=0,
        high=10,
    )
    giving: float = setting(
        0.01, "mean share of its profit, and of its employees' hours, that a unit gives in a month of a quarter in which it offers something",
        "提供支持的单位每月拿出的利润与员工工时平均比例", unit="share", source=_START, low=0, high=0.5,
    )  # fmt: skip
    margin: float = setting(
        0.3, "largest margin in a bid", "投标的最高利润率", unit="share", source=_START, low=0, high=2
    )


class ProviderSettings(Section):
    """Social organisations: professional ones come where services are bought, groups of residents register."""

    per_1000: float = setting(
        0.3, "providers that there is room for per 1,000 residents of a street", "街道每千居民可容纳的服务机构数", unit="providers",
        source="1.05 organisations per 1,000 residents of all kinds (xiamen.toml); start value", low=0, high=10,
    )  # fmt: skip
    entry: float = setting(
        0.1,
        "chance that a vacant room is filled",
        "空缺被新机构填补的概率",
        unit="1/month",
        source=_START,
        low=0,
        high=1,
    )
    capacity: int = setting(
        3,
        "contracts a provider can work on at a time",
        "机构可同时承接的合同数",
        unit="contracts",
        source=_START,
        low=1,
        high=100,
    )
    overhead: float = setting(
        3000.0, "what a provider costs with or without contracts", "机构固定开支", unit="yuan/month",
        source="somebody half-time; start value", low=0, high=1_000_000,
    )  # fmt: skip
    overhead_share: float = setting(
        0.15, "share of a contract's value that pays for overhead", "合同额中的管理费比例", unit="share", source=_START,
        low=0, high=1,
    )  # fmt: skip
    reserve: float = setting(
        6.0, "months of overhead that founders bring along", "创办时自带的开支储备", unit="months", source=_START,
        low=0, high=120,
    )  # fmt: skip
    expertise: float = setting(
        0.15,
        "build quality that full experience adds",
        "经验充分时的质量提升",
        unit="1",
        source=_START,
        low=0,
        high=0.5,
    )
    learning: float = setting(
        0.2, "share of what is still to be learnt that one contract teaches", "每份合同带来的经验增长", unit="share",
        source=_START, low=0, high=1,
    )  # fmt: skip
    cutting: float = setting(
        0.2, "build quality between the cheapest and the dearest way to deliver", "最省与最费做法的质量之差", unit="1",
        source=_START, low=0, high=1,
    )  # fmt: skip
    first_months: int = setting(
        6, "months that a group has met before it may register", "小组登记前须活动的月数", unit="months",
        source="start value: half a year of regular activity", low=0, high=60,
    )  # fmt: skip
    keeping: float = setting(
        150.0, "what a registered organisation of residents costs without a contract (room, audit, stamps)", "无合同时登记组织的维持费",
        unit="yuan/month", source=_START, low=0, high=100_000,
    )  # fmt: skip
    dues: float = setting(10.0, "dues of a member", "会员会费", unit="yuan/month", source=_START, low=0, high=1000)
    lively_members: int = setting(
        5, "members whose meetings make a registered organisation a lively one", "登记组织有活力所需的活动成员数", unit="persons",
        source=_START, low=1, high=100,
    )  # fmt: skip
    breadth: float = setting(
        0.3, "chance that an organisation bids for a project outside its own field", "机构跨领域投标的概率", unit="1", source=_START,
        low=0, high=1,
    )  # fmt: skip
    drift: float = setting(
        0.3, "how far a project outside its field is bent to what the organisation likes", "跨领域项目偏向机构偏好的程度", unit="1",
        source=_START, low=0, high=1,
    )  # fmt: skip
    least_reputation: float = setting(
        0.35,
        "reputation without which a provider may not bid",
        "允许投标的最低声誉",
        unit="1",
        source=_START,
        low=0,
        high=1,
    )
