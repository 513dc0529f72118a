"""Who acts for whom, read afresh for every request."""

from __future__ import annotations

from typing import Any

from app.core.clock import now
from tests.app.make_accounts import make_admin, make_applicant
from tests.app.make_organisations import (
    actor_for,
    employ,
    make_alliance,
    make_coordinator,
    make_enterprise,
    make_enterprise_staff,
    make_school,
    make_school_staff,
)  # fmt: skip


def test_an_actor_carries_exactly_the_organisations_she_works_for(session: Any) -> None:
    alliance, school, enterprise = make_alliance(), make_school(), make_enterprise()
    assert actor_for(make_coordinator(alliance)).alliances == {alliance.id}
    assert actor_for(make_school_staff(school)).schools == {school.id}
    assert actor_for(make_enterprise_staff(enterprise)).enterprises == {enterprise.id}
    assert actor_for(make_admin()).role == "admin"
    applicant = actor_for(make_applicant())
    assert applicant.is_applicant and not applicant.is_staff


def test_a_colleague_who_has_left_acts_for_nobody(session: Any) -> None:
    school, user = make_school(), make_applicant()
    member = employ(user, school)
    assert actor_for(user).schools == {school.id}
    member.ended_at = now()
    session.flush()
    assert not actor_for(user).schools
