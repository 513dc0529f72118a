"""The six questions."""

from __future__ import annotations

from app.catalogue.distances import HOMES
from app.catalogue.visitor import ASKED_CATEGORIES, Answers
from app.core.clock import today
from app.core.errors import Invalid
from app.core.forms import Form, Several, choose, whole
from app.core.labels import START_POINTS, choices

OLDEST = 1940
MONTHS = {str(month): f"{month}月" for month in range(1, 13)}


class CheckForm(Form):
    """What the rules of a class ask, and where one lives. Nobody's name, number or day of birth is asked."""

    year = whole("哪一年出生", OLDEST, 2100, unit="年")
    month = choose("几月出生", {"": "选月份", **MONTHS})
    start_point = choose("您的学历", {"": "选一个", **START_POINTS})
    categories = Several("您属于哪几类", choices=choices(ASKED_CATEGORIES))
    school_id = choose("在读的学校", {}, required=False)
    enterprise_id = choose("上班的企业", {}, required=False)
    district = choose("住在哪里", {**HOMES, "other": "别的地方"}, required=False)

    def offer(self, schools: dict[str, str], enterprises: dict[str, str]) -> CheckForm:
        """Ask for the own school or employer only where a class is for its people alone."""
        for name, options in (("school_id", schools), ("enterprise_id", enterprises)):
            if options:
                self[name].choices = [("", "都不是"), *options.items()]
            else:
                del self[name]
        return self

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
        own = {name: int(facts[name]) if facts.get(name) else None for name in ("school_id", "enterprise_id")}
        return Answers(year, month, facts["start_point"], tuple(facts["categories"] or ()),
                       district=facts["district"] or "", **own)  # fmt: skip
