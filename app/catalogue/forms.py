"""The six questions."""

from __future__ import annotations

from app.applications.forms import OwnOrganisationForm
from app.catalogue.distances import HOMES
from app.catalogue.visitor import ASKED_CATEGORIES, Answers
from app.core.clock import today
from app.core.errors import Invalid
from app.core.forms import Several, choose, whole
from app.core.labels import START_POINTS, choices

OLDEST = 1940
MONTHS = {str(month): f"{month}月" for month in range(1, 13)}


class CheckForm(OwnOrganisationForm):
    """What the rules of a class ask, and where one lives. Nobody's name, number or day of birth is asked."""

    year = whole("哪一年出生", OLDEST, 2100, unit="年")
    month = choose("几月出生", {"": "选月份", **MONTHS})
    start_point = choose("您的学历", {"": "选一个", **START_POINTS})
    categories = Several("您属于哪几类", choices=choices(ASKED_CATEGORIES))
    district = choose("住在哪里", {**HOMES, "other": "别的地方"}, required=False)

    @property
    def questions(self) -> int:
        """Year and month are one question."""
        return sum(name in self for name in ("year", "start_point", "categories", "school_id", "enterprise_id",
                                             "district"))  # fmt: skip

    def answers(self) -> Answers:
        """Raises Invalid where the month has not come yet (field ``year``)."""
        facts = self.facts()
        year, month = int(facts["year"]), int(facts["month"])
        if (year, month) > (today().year, today().month):
            raise Invalid("这个月还没到，再看一遍年份", "year")
        return Answers(year, month, facts["start_point"], tuple(facts["categories"] or ()), facts.get("school_id"),
                       facts.get("enterprise_id"), facts["district"] or "")  # fmt: skip
