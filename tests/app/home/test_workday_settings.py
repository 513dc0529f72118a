"""An administrator writes down the year's holidays; what is due in working days reckons with them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from app.core.actor import Actor
from app.core.settings import set_value, setting
from app.core.workdays import workdays
from tests.app.make_accounts import make_admin

FRIDAY, MONDAY = dt.date(2027, 12, 31), dt.date(2028, 1, 3)


def test_the_days_are_typed_on_the_page_and_a_wrong_one_is_named(
    client: Any, log_in: Any, post: Any, session: Any
) -> None:
    log_in(client, make_admin())
    assert "还没有填" in client.get("/settings/holidays").text and "还没有填" in client.get("/settings").text
    form = {"valid_from": "2020-01-01", "value": "2027-02-05至2027-02-07\n元旦", "source": "测试"}
    wrong = post(client, "/settings/holidays", form)
    assert wrong.status_code == 422 and "“元旦”不是日子" in wrong.text
    right = form | {"value": "2027-02-05至2027-02-07"}
    assert post(client, "/settings/holidays", right).status_code == 303
    assert [day.day for day in setting("holidays")] == [5, 6, 7]
    page = client.get("/settings/holidays").text
    assert "2027-02-06" in page and "3天" in client.get("/settings").text


def test_next_years_arrangement_counts_for_days_of_next_year_although_it_is_not_in_force_yet(session: Any) -> None:
    assert workdays().later(FRIDAY, 1) == MONDAY
    set_value(Actor(), "holidays", dt.date(2027, 1, 1), "2027-12-31、2028-01-04", "去年的")
    set_value(Actor(), "holidays", dt.date(2028, 1, 1), "2028-01-03", "今年的")
    set_value(Actor(), "makeup_workdays", dt.date(2028, 1, 1), "2028-01-08", "今年的")
    found = workdays()
    assert not found.is_workday(FRIDAY) and found.later(FRIDAY, 1) == dt.date(2028, 1, 4)
    assert found.is_workday(dt.date(2028, 1, 8)) and not found.is_workday(dt.date(2028, 1, 9))
