"""A consent taken back has the consequences that stand beside its button, and can be given again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts import service as accounts
from app.accounts.consents import SIGN_UP, give_consent, has_consent
from app.applications import service
from app.applications.models import Application
from app.core.db import db
from app.core.errors import Invalid
from app.core.outbox import Message
from tests.app.make_accounts import make_applicant
from tests.app.make_agreements import Table, make_table
from tests.app.make_applications import make_application, make_claim, make_evidence
from tests.app.make_organisations import actor_for

LogIn, Post = Callable[..., None], Callable[..., Any]


@pytest.fixture
def table(session: Any) -> Table:
    made = make_table()
    made.round.state = "open"
    return made


def consenting(table: Table, state: str = "submitted") -> Application:
    user = make_applicant()
    for purpose in SIGN_UP:
        give_consent(user, purpose)
    return make_application(table.round, user, [table.track], state=state)


@pytest.mark.parametrize("purpose", SIGN_UP)
def test_without_a_consent_of_signing_up_nothing_is_handed_in_any_more(table: Table, purpose: str) -> None:
    row = consenting(table)
    accounts.withdraw_consent(actor_for(row.user), row.user, purpose)
    assert row.state == "withdrawn"
    told = select(Message.subject).filter_by(user_id=row.user_id, channel="sms")
    assert db.session.scalars(told).all() == ["报名已撤回"]
    service.restore(actor_for(row.user), row)
    with pytest.raises(Invalid, match="重新同意"):
        service.submit(actor_for(row.user), row)


def test_a_consent_given_again_opens_the_way(client: Any, log_in: LogIn, post: Post, table: Table) -> None:
    row = consenting(table, "draft")
    log_in(client, row.user)
    assert post(client, "/account/consents/withdraw", {"purpose": "personal_data"}).status_code == 303
    assert "您撤回过的同意" in client.get("/account/data").text
    with pytest.raises(Invalid):
        service.submit(actor_for(row.user), row)
    assert post(client, "/account/consents/give", {"purpose": "personal_data"}).status_code == 303
    assert has_consent(row.user_id, "personal_data") and "您撤回过的同意" not in client.get("/account/data").text
    assert post(client, "/account/consents/give", {"purpose": "personal_data"}).status_code == 422
    service.submit(actor_for(row.user), row)
    assert row.state == "submitted"


def test_a_seat_or_an_agreement_comes_first(table: Table) -> None:
    user = table.issued().placement.application.user
    give_consent(user, "terms")
    with pytest.raises(Invalid, match=r"现在还不能撤回：.*协议"):
        accounts.withdraw_consent(actor_for(user), user, "terms")


def test_sensitive_categories_go_with_their_photographs_and_others_stay(table: Table) -> None:
    row = consenting(table)
    give_consent(row.user, "sensitive_category")
    make_claim(row, "disabled")
    make_claim(row, "veteran")
    sensitive, other = make_evidence(row, "disability_card", "disabled"), make_evidence(row, "veteran_card", "veteran")
    accounts.withdraw_consent(actor_for(row.user), row.user, "sensitive_category")
    assert [claim.category for claim in row.claims] == ["veteran"]
    assert sensitive.file.content is None and other.file.content and row.state == "submitted"
