"""Who looked at whose record: a line before each page, for nobody to change, and none for one's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.core.access import AccessLine, lines_of
from app.core.db import db
from tests.app.make_accounts import make_admin
from tests.app.make_agreements import Table, make_table
from tests.app.make_applications import make_evidence
from tests.app.make_organisations import make_school_staff

LogIn, Post = Callable[..., None], Callable[..., Any]


def looks_at(user_id: int) -> list[tuple[str, str, str, str]]:
    """The lines about one person, oldest first: role, label, action, thing."""
    found = db.session.scalars(lines_of(user_id, looks=True).order_by(None).order_by(AccessLine.id))
    return [(line.by_role, line.by_label, line.action, line.thing) for line in found]


def test_a_school_that_opens_an_application_and_a_paper_leaves_a_line_for_each(
    client: Any, log_in: LogIn, post: Post, table: Table
) -> None:
    application = table.placed(age=17).application
    paper = make_evidence(application)
    log_in(client, make_school_staff(table.school, "于老师"))
    assert client.get(f"/applications/{application.id}").status_code == 200
    assert client.get(f"/applications/papers/{paper.id}").status_code == 200
    assert post(client, f"/applications/papers/{paper.id}").status_code == 200
    lines = looks_at(application.user_id)
    assert [(role, action, thing) for role, _, action, thing in lines] == [
        ("school", "view", "application"), ("school", "view", "evidence"), ("school", "open", "evidence")
    ]  # fmt: skip
    assert all(label.startswith(table.school.name) and "于老师" not in label for _, label, _, _ in lines)


def test_an_agreement_opened_by_the_enterprise_and_an_account_by_the_administrator_leave_lines(
    client: Any, log_in: LogIn, table: Table
) -> None:
    agreement = table.issued()
    for reader, path in ((table.enterprise_staff, f"/agreements/{agreement.id}"), (make_admin(), "/users/{}")):
        log_in(client, reader)
        assert client.get(path.format(agreement.user_id)).status_code == 200
    assert [(line[0], line[3]) for line in looks_at(agreement.user_id)] == [
        ("enterprise", "agreement"), ("admin", "user")
    ]  # fmt: skip


def test_ones_own_pages_and_refused_looks_leave_no_line(client: Any, log_in: LogIn, table: Table) -> None:
    agreement = table.issued(age=17)
    application = agreement.placement.application
    own = (f"/agreements/{agreement.id}", f"/my-application/{application.id}", "/account")
    log_in(client, application.user)
    assert {client.get(path).status_code for path in own} == {200}
    log_in(client, guardian=application.guardian)
    assert client.get(f"/agreements/{agreement.id}").status_code == 200
    log_in(client, make_school_staff(make_table().school))
    assert client.get(f"/applications/{application.id}").status_code == 404
    assert looks_at(application.user_id) == []


def test_what_cannot_be_written_down_is_not_shown(
    app: Any, client: Any, log_in: LogIn, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    application = table.placed().application
    log_in(client, table.school_staff)

    def full(*_: Any, **__: Any) -> None:
        raise OSError("the disk is full")

    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setattr("app.core.access.look", full)
    answer = client.get(f"/applications/{application.id}")
    assert answer.status_code == 500 and application.number not in answer.text


def test_the_database_itself_refuses_to_change_a_line(session: Any, table: Table) -> None:
    session.add(AccessLine(at=table.round.opens_at, user_id=None, by_role="school", action="view", detail={}))
    session.flush()
    with pytest.raises(DBAPIError, match="never changed"), session.begin_nested():
        session.execute(text("UPDATE access_line SET action = 'nothing'"))
    assert session.scalars(select(AccessLine.action)).all() == ["view"]
