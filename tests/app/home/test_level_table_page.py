"""An administrator changes the level table on the settings page."""

from __future__ import annotations

from typing import Any

from app.core.clock import today
from app.core.settings import setting
from tests.app.make_accounts import make_admin


def test_the_table_is_edited_as_text_and_a_wrong_line_is_named(
    client: Any, log_in: Any, post: Any, session: Any
) -> None:
    log_in(client, make_admin())
    assert "高级工 初中 5、4" in client.get("/settings/level_years").text
    form = {"valid_from": today().isoformat(), "value": "高级工 初中 五年", "source": "测试"}
    wrong = post(client, "/settings/level_years", form)
    assert wrong.status_code == 422 and "整年数" in wrong.text and "高级工 初中 五年" in wrong.text
    assert post(client, "/settings/level_years", form | {"value": "高级工 初中 4"}).status_code == 303
    assert setting("level_years") == {"advanced/junior": [4]}
