"""What happens to agreements and to one's own data, move by move."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.accounts.models import User
from app.agreements import service as agreements
from app.agreements.deadlines import expire_overdue, withdraw_orphans
from app.agreements.models import Agreement
from app.core.clock import now
from app.core.db import db
from app.privacy import service as privacy
from tests.app.make_agreements import Table, sign_turn
from tests.app.make_organisations import actor_for
from tests.app.make_privacy import make_closure, make_correction
from tests.app.telling.applying import applied
from tests.app.telling.told import DAY, STORIES, Act, Story, tells


def of(agreement: Any) -> User:
    user: User = agreement.placement.application.user
    return user


@tells("agreement", "issue")
def is_issued(table: Table) -> tuple[User, Act]:
    seat = table.placed()
    return seat.application.user, lambda: agreements.issue(actor_for(table.coordinator), seat)


def _next_signature(state: str, age: int = 20) -> Story:
    def story(table: Table) -> tuple[User, Act]:
        agreement = table.signed(state, age=age)
        return of(agreement), lambda: sign_turn(table, agreement)

    return story


STORIES["agreement", "sign_adult"] = _next_signature("awaiting_applicant")
STORIES["agreement", "sign_minor"] = _next_signature("awaiting_applicant", age=17)
STORIES["agreement", "sign_guardian"] = _next_signature("awaiting_guardian", age=17)
STORIES["agreement", "sign_enterprise"] = _next_signature("awaiting_enterprise")
STORIES["agreement", "sign_school"] = _next_signature("awaiting_school")


@tells("agreement", "return")
def sends_back(table: Table) -> tuple[User, Act]:
    agreement = table.issued()
    return of(agreement), lambda: agreements.send_back(actor_for(of(agreement)), agreement, "名字错了")


@tells("agreement", "refuse")
@tells("placement", "release")
def refuses(table: Table) -> tuple[User, Act]:
    agreement = table.issued()
    return of(agreement), lambda: agreements.refuse(actor_for(of(agreement)), agreement, "不去了")


@tells("agreement", "withdraw")
def is_withdrawn(table: Table) -> tuple[User, Act]:
    agreement = table.issued()
    agreement.placement.state = "released"
    db.session.flush()
    return of(agreement), withdraw_orphans


@tells("agreement", "expire")
def expires(table: Table) -> tuple[User, Act]:
    agreement = table.issued()
    agreement.sign_by = now() - DAY
    return of(agreement), expire_overdue


@tells("agreement", "ask_ending")
def asks_to_end(table: Table) -> tuple[User, Act]:
    agreement = table.signed("in_force")
    actor = actor_for(of(agreement))
    return of(agreement), lambda: agreements.ask_ending(actor, agreement, ground="further_study", why="要升学")


@tells("agreement", "keep")
def goes_on(table: Table) -> tuple[User, Act]:
    user, ask = asks_to_end(table)
    ask()
    agreement = db.session.scalars(select(Agreement).filter_by(user_id=user.id)).one()
    return user, lambda: agreements.take_back_ending(actor_for(user), agreement)


@tells("agreement", "void")
def is_voided(table: Table) -> tuple[User, Act]:
    agreement = table.signed("in_force")
    return of(agreement), lambda: agreements.void(actor_for(table.coordinator), agreement, "写错了人")


# --- one's own data ---------------------------------------------------------------------------------------------------


def _corrected(applies: bool) -> Story:
    def story(table: Table) -> tuple[User, Act]:
        row = make_correction(applied(table, "submitted").user)
        return row.user, lambda: privacy.decide_correction(actor_for(table.coordinator), row, applies, "对过了")

    return story


STORIES["correction", "apply"] = _corrected(True)
STORIES["correction", "refuse"] = _corrected(False)


@tells("correction", "withdraw")
def takes_the_correction_back(table: Table) -> tuple[User, Act]:
    row = make_correction(applied(table, "submitted").user)
    return row.user, lambda: privacy.withdraw_correction(actor_for(row.user), row)


@tells("closure", "withdraw")
def keeps_the_account(table: Table) -> tuple[User, Act]:
    row = make_closure(applied(table, "draft").user)
    return row.user, lambda: privacy.withdraw_closure(actor_for(row.user), row)
