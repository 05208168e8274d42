"""文化德治 moral culture."""

from __future__ import annotations

from cogov_sim.institutions.base import SPIRIT, Institution, Price
from cogov_sim.language import Text
from cogov_sim.scenario import InstitutionSettings, setting


class MoralCulture(Institution):
    """弯柳树村：文艺队的活动大家一起参加，当众承诺守规矩；违规时在已承诺的熟人面前丢脸。
    Moral culture: a troupe's events draw many; in front of the others people pledge to keep order, those with public spirit first,
    others when enough of those they know have. Who breaks order is ashamed before acquaintances who pledged.
    """

    id = "moral_culture"
    text = Text("moral culture", "文化德治")
    pillar = SPIRIT
    levels = "V"
    price = Price(yuan=60, hours=1, what="costumes, stage, festivals")
    can_fail = Text(
        "Pledges fade when the events stop; below a committed minority, and among strangers, nothing happens.",
        "活动一停承诺即淡；没有坚定的少数人、或互不相识时不起作用。",
    )
    source = "弯柳树 in the reports (signs only); thresholds: Granovetter 1978, AJS 83:1420; committed minorities: Centola et al. 2018, Science 360:1116; numbers: start values"
    expects = {"pledged": 1, "violations_per_1000": -1, "familiarity": 1}

    class Settings(InstitutionSettings):
        """Parameters of this institution."""

        events: float = setting(
            1.0, "how open the month's events are", "每月活动的开放度", unit="1", source="start value",
            low=0, high=1, term="events",
        )  # fmt: skip
