"""Alliances and those who work for an alliance, a school or an enterprise."""

from __future__ import annotations

from typing import Any

from flask import g, render_template, session
from flask.typing import ResponseReturnValue

from app.core.site import address
from app.core.web import done, requires, trying
from app.organisations import queries, service
from app.organisations.blueprint import KIND, bp
from app.organisations.forms import AllianceForm, InviteForm
from app.organisations.members import Employer
from app.organisations.models import Alliance, Member, Station
from app.organisations.queries import Organisation, kind_of


@bp.get("/alliances")
@requires("alliance.manage")
def alliances() -> ResponseReturnValue:
    return render_template("organisations/alliances.html", rows=queries.alliances(), form=AllianceForm())


@bp.post("/alliances")
@requires("alliance.manage")
def create_alliance() -> ResponseReturnValue:
    form = AllianceForm()
    with trying(form, lambda: render_template("organisations/alliances.html", rows=queries.alliances(), form=form)):
        row = service.create_alliance(g.actor, form.facts())
    return done("organisations.alliance", "联盟已建。下一步：邀请至少两位协调员", alliance_id=row.id)


@bp.get("/alliances/<int:alliance_id>")
@requires("coordinator.invite", load=queries.alliance_seen_by)
def alliance(row: Alliance) -> ResponseReturnValue:
    return _alliance_page(row, InviteForm())


def _alliance_page(row: Alliance, form: InviteForm) -> str:
    return render_template(
        "organisations/alliance.html", row=row, form=form, members=queries.members_of(row), link=_link_once(),
        schools=queries.joined(row.id, "school"), enterprises=queries.joined(row.id, "enterprise"),
    )


@bp.post("/alliances/<int:alliance_id>/invite")
@requires("coordinator.invite", load=queries.alliance_seen_by)
def invite_coordinator(row: Alliance) -> ResponseReturnValue:
    form = InviteForm()
    with trying(form, lambda: _alliance_page(row, form)):
        _invite(form, row)
    return done("organisations.alliance", "邀请好了", alliance_id=row.id)


@bp.get(f"/organisations/{KIND}/<int:organisation_id>/staff")
@requires("organisation.edit", load=queries.organisation_seen_by)
def staff(row: Organisation) -> ResponseReturnValue:
    return _staff_page(row, InviteForm())


def _staff_page(row: Organisation, form: InviteForm) -> str:
    return render_template(
        "organisations/staff.html", row=row, kind=kind_of(row), form=form, members=queries.members_of(row),
        link=_link_once(), me=g.actor.user_id,
    )


@bp.post(f"/organisations/{KIND}/<int:organisation_id>/staff")
@requires("organisation.edit", load=queries.organisation_seen_by)
def invite(row: Organisation) -> ResponseReturnValue:
    form = InviteForm()
    with trying(form, lambda: _staff_page(row, form)):
        _invite(form, row)
    return done("organisations.staff", "邀请好了", kind=kind_of(row), organisation_id=row.id)


def _invite(form: InviteForm, employer: Employer) -> None:
    """Make the link; it is shown once, on the next page, to whoever made it."""
    token = service.invite_member(g.actor, employer, form.title.data, form.phone.data or "")
    session["invitation"] = address(f"/welcome/{token}")


def _link_once() -> str:
    return str(session.pop("invitation", ""))


@bp.post("/members/<int:member_id>/end")
@requires("member.end", load=queries.member_seen_by)
def end_member(member: Member) -> ResponseReturnValue:
    employer = queries.employer_of(member)
    service.end_member(g.actor, member)
    says = "已结束。这个人下一次打开页面就看不到这里了"
    if employer is None or isinstance(employer, Alliance):
        return done("organisations.alliance", says, alliance_id=member.alliance_id)
    if isinstance(employer, Station):
        return done("stations.show", says, station_id=employer.id)
    arguments: dict[str, Any] = {"kind": kind_of(employer), "organisation_id": employer.id}
    return done("organisations.staff", says, **arguments)
