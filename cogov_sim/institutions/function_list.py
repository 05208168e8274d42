"""职能清单 function list."""

from __future__ import annotations

from cogov_sim.institutions.base import GOVERNMENT, Institution, Price
from cogov_sim.language import Text
from cogov_sim.scenario import InstitutionSettings, setting


class FunctionList(Institution):
    """职能清单、简政放权：职能、人员与经费纵向到底，区统筹、街道治理、社区服务、单元自治，各层级能定什么、能花多少写明。
    Function list: functions, staff and money move down, from the district to the building; the list says what each level
    may decide and how much it may spend. Staff leave the streets' desks with the duties that come down.
    """

    id = "function_list"
    text = Text("function list", "职能清单")
    pillar = GOVERNMENT
    levels = "D"
    price = Price(yuan=60, hours=4, what="keeping the list")
    can_fail = Text(
        "Duties are moved without money (delegated = 0) or without staff; money that bodies do not spend lies idle with them.",
        "只放事不放钱（下拨为 0）、不放人；组织不花的钱闲置。",
    )
    source = "Haicang research summary 2014; start value: the project's design, no published source"
    expects = {"settled_lowest_share": 1, "escalated_share": -1, "months_to_completion": -1}

    class Settings(InstitutionSettings):
        """Parameters of this institution."""

        community_limit: float = setting(
            1.5, "largest matter that a community may settle", "社区可决定的最大事项", unit="1 (of what exceeds a community without the list)", source="start value", low=1, high=10, term="spending_limit", levels="V"
        )  # fmt: skip
        grid_limit: float = setting(
            1.4, "largest matter that a grid may settle", "网格可决定的最大事项", unit="1 (as for communities)", source="start value", low=1, high=10, term="spending_limit", levels="G"
        )  # fmt: skip
        building_limit: float = setting(
            1.2, "largest matter that a building may settle", "楼栋可决定的最大事项", unit="1 (as for communities)", source="start value", low=1, high=10, term="spending_limit", levels="B"
        )  # fmt: skip
        duties: float = setting(
            3.0, "hours of duties that move down from the streets", "由街道下放的任务工时", unit="h per 1,000 residents and month", source="start value: as much as the staff that moves with them", low=0, high=300, term="duties_moved"
        )  # fmt: skip
        staff: float = setting(
            3.0, "hours of staff that move down with them", "随之下沉的人员工时", unit="h per 1,000 residents and month", source="start value: three tenths of the streets' desks", low=0, high=300, term="staff_moved"
        )  # fmt: skip
        delegated: float = setting(
            0.5, "public money handed down to the bodies that decide, at each level", "下拨各层级居民组织的财政资金", unit="yuan per resident and month", source="start value", low=0, high=100, term="delegated", levels="VGB"
        )  # fmt: skip
