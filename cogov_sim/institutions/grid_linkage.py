"""网格联动 grid linkage."""

from __future__ import annotations

from cogov_sim.institutions.base import GOVERNMENT, Institution, Price
from cogov_sim.language import Text
from cogov_sim.scenario import InstitutionSettings, setting


class GridLinkage(Institution):
    """三级/四级联动网格：区、街道、社区联动指挥，网格员上报，案件排队、派遣、退回与答复。
    Grid linkage: district, street and community command together; grid workers report, cases reach the street's desk
    sooner and take it less time, and what a community can pay for itself comes back. What is easy to report is also
    easy to pass on.
    """

    id = "grid_linkage"
    text = Text("grid linkage", "网格联动")
    pillar = GOVERNMENT
    levels = "DSVG"
    price = Price(yuan=300, hours=6, what="grid workers' allowance")
    can_fail = Text(
        "Everything is passed up and the street's desk drowns; grid workers drown in forms, which take hours from the committee.",
        "凡事上交，街道受理积压；网格员忙于填表，挤占居委会工时。",
    )
    source = "start value: the project's design, no published source"
    expects = {"months_to_completion": -1, "trust": 1}

    class Settings(InstitutionSettings):
        """Parameters of this institution."""

        detection: float = setting(
            0.15, "chance that a grid worker reports a worn asset", "网格员上报概率", unit="1/month", source="start value", low=0, high=1,
            term="detection",
        )  # fmt: skip
        delay: float = setting(
            0.4, "routing time, relative to without", "流转时间（相对无联动）", unit="1", source="start value", low=0, high=1,
            term="routing_delay",
        )  # fmt: skip
        case_cost: float = setting(
            0.7, "hours per request, relative to without", "每件诉求工时（相对无联动）", unit="1", source="start value", low=0.05, high=1,
            term="case_cost",
        )  # fmt: skip
        dispatch: float = setting(
            0.6, "hours of the street's desk per matter, relative to without", "街道受理每件事项工时（相对无联动）", unit="1",
            source="start value", low=0.05, high=1, term="dispatch_cost",
        )  # fmt: skip
        returning: float = setting(
            0.5, "share of its free money for which a community gets back what was passed up", "可退回社区办理的金额占其可用资金比例",
            unit="share", source="start value", low=0, high=1, term="returning",
        )  # fmt: skip
        passing: float = setting(
            0.05, "chance that a committee passes up what it could not decide this month", "社区把当月未能决定的事项上交街道的概率",
            unit="1/month", source="reporting is easy; start value", low=0, high=1, term="passing_up",
        )  # fmt: skip
        forms: float = setting(
            0.03, "share of committee hours that forms take", "填表占用工时比例", unit="share", source="start value", low=0, high=0.5,
            term="administration",
        )  # fmt: skip
