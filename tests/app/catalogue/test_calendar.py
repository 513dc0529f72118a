"""日程: every step of every round with its dates, what one does, and what missing it costs."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask.testing import FlaskClient

from app.catalogue.timeline import timeline
from app.core import clock
from app.core.clock import now
from app.core.dates import moment
from app.core.db import db
from tests.app.make_organisations import make_alliance
from tests.app.make_rounds import make_round


def test_open_rounds_coming_ones_and_those_under_way_are_public(client: FlaskClient, session: Any) -> None:
    alliance = make_alliance()
    make_round(alliance, name="正在报的")
    make_round(alliance, name="快开始的", opens_at=now() + dt.timedelta(days=3))
    make_round(alliance, name="在核对的", state="checking")
    for state in ("setup", "cancelled", "settled", "archived"):
        make_round(alliance, name=f"不公开的{state}", state=state)
    db.session.commit()
    page = client.get("/classes/calendar").text
    assert "正在报的" in page and "快开始的" in page and "在核对的" in page and "不公开的" not in page
    assert page.index("正在报的") < page.index("快开始的") < page.index("在核对的")
    assert "离开始报名还有" in page and "离报名截止还有" in page and alliance.name in page


def test_each_step_says_from_when_to_when_and_what_missing_it_costs(client: FlaskClient, session: Any) -> None:
    round_ = make_round(make_alliance())
    db.session.commit()
    page = client.get("/classes/calendar").text
    for name in ("opens_at", "deadline", "guardian_due", "evidence_due", "publish_at", "respond_by", "sign_by"):
        assert moment(getattr(round_, name)) in page
    for said in ("过了这天不能再交", "到时没点，等于没报", "没核验的材料不算数", "名额让给后面的人", "名额也让出去"):
        assert said in page


def test_the_step_of_today_is_marked(session: Any) -> None:
    round_ = make_round(make_alliance())
    with clock.at(round_.guardian_due + dt.timedelta(hours=1)):
        lines = timeline(round_)
    assert [line["tone"] for line in lines] == ["done", "done", "now", "idle", "idle", "idle"]
    assert [line["here"] for line in lines].count(True) == 1


def test_without_a_round_it_says_so(client: FlaskClient, session: Any) -> None:
    assert "现在没有批次" in client.get("/classes/calendar").text


def test_the_front_page_leads_to_the_calendar_and_to_the_questions(client: FlaskClient, session: Any) -> None:
    make_round(make_alliance())
    db.session.commit()
    page = client.get("/").text
    assert 'href="/classes/calendar"' in page and 'href="/classes/check"' in page
    assert 'href="/classes/calendar"' in client.get("/classes").text
