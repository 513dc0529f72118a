"""Pages of schools and enterprises: registering, checking, joining. Alliances and colleagues lie in views_people.py."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from flask import g, render_template, request, send_file
from flask.typing import ResponseReturnValue

from app.accounts.entering import enter
from app.core.db import db
from app.core.errors import Invalid, NotFound
from app.core.files import StoredFile, content_of
from app.core.labels import DISTRICTS
from app.core.paging import page_of, state_filters
from app.core.story import story_of
from app.core.web import done, requires, trying
from app.organisations import queries, service, views_people, workbook  # noqa: F401  (routes and workbook register)
from app.organisations.blueprint import KIND, bp
from app.organisations.forms import (
    EnterpriseForm,
    JoinForm,
    NewEnterpriseForm,
    NewSchoolForm,
    OrganisationForm,
    ReasonForm,
    SchoolForm,
)  # fmt: skip
from app.organisations.models import Membership, School
from app.organisations.queries import Organisation, kind_of
from app.organisations.states import MEMBERSHIP

SAYS = {"school": "院校", "enterprise": "企业"}


@bp.get("/organisations")
@requires("organisation.list")
def index() -> ResponseReturnValue:
    kind = "school" if request.args.get("kind") == "school" else "enterprise"
    state, words = request.args.get("state", "")[:20], request.args.get("q", "").strip()[:40]
    machine, counts = service.MACHINES[kind], queries.counts_by_state(g.actor, kind)
    filters = state_filters(machine.states, counts, state, "organisations.index", kind=kind)
    return render_template(
        "organisations/index.html", kind=kind, says=SAYS, machine=machine, filters=filters, state=state, words=words,
        page=page_of(queries.listed(g.actor, kind, state=state, words=words)), districts=DISTRICTS,
        waiting=queries.waiting_memberships(g.actor),
    )


# --- registering ------------------------------------------------------------------------------------------------


def _new_form(kind: str, **given: Any) -> Any:
    form = NewSchoolForm(**given) if kind == "school" else NewEnterpriseForm(**given)
    form.offer(queries.alliances())
    return form


@bp.get(f"/organisations/{KIND}/new")
@requires("organisation.register")
def new(kind: str) -> ResponseReturnValue:
    return _new_page(kind, _new_form(kind))


def _new_page(kind: str, form: Any) -> str:
    return render_template("organisations/form.html", form=form, kind=kind, says=SAYS[kind], row=None)


@bp.post(f"/organisations/{KIND}/new")
@requires("organisation.register")
def create(kind: str) -> ResponseReturnValue:
    form = _new_form(kind)
    register = service.register_school if kind == "school" else service.register_enterprise
    with trying(form, lambda: _new_page(kind, form)):
        row = register(g.actor, **form.facts())
    says = "已提交，协调员1个工作日内审核。结果会发消息给您"
    # Whoever registers now works for it: a new session for new rights.
    return enter(done("organisations.show", says, kind=kind, organisation_id=row.id), user_id=g.actor.user_id)


# --- one organisation -------------------------------------------------------------------------------------------


@bp.get(f"/organisations/{KIND}/<int:organisation_id>")
@requires("organisation.see", load=queries.organisation_seen_by)
def show(row: Organisation) -> ResponseReturnValue:
    return _show_page(row, ReasonForm(version=row.version))


def _show_page(row: Organisation, form: ReasonForm) -> str:
    kind = kind_of(row)
    join = JoinForm(formdata=None)
    memberships = queries.memberships_of(row)
    held = {m.alliance_id for m in memberships if m.state in ("applied", "joined")}
    join.offer([a for a in queries.alliances() if a.id not in held])
    return render_template(
        "organisations/show.html", row=row, kind=kind, says=SAYS[kind], machine=service.MACHINES[kind], form=form,
        memberships=memberships, membership_states=MEMBERSHIP.states, join=join, district=DISTRICTS.get(row.district),
        story=story_of(kind, row.id), members=queries.members_of(row),
    )


@bp.get(f"/organisations/{KIND}/<int:organisation_id>/edit")
@requires("organisation.edit", load=queries.organisation_seen_by)
def edit(row: Organisation) -> ResponseReturnValue:
    return _edit_page(row, _edit_form(row, obj=row))


def _edit_form(row: Organisation, **given: Any) -> OrganisationForm:
    return SchoolForm(**given) if isinstance(row, School) else EnterpriseForm(**given)


def _edit_page(row: Organisation, form: OrganisationForm) -> str:
    kind = kind_of(row)
    return render_template("organisations/form.html", form=form, kind=kind, says=SAYS[kind], row=row)


@bp.post(f"/organisations/{KIND}/<int:organisation_id>/edit")
@requires("organisation.edit", load=queries.organisation_seen_by)
def save(row: Organisation) -> ResponseReturnValue:
    form = _edit_form(row)
    with trying(form, lambda: _edit_page(row, form)):
        service.edit(g.actor, row, form.seen_version(), **form.facts())
    return done("organisations.show", "已保存", kind=kind_of(row), organisation_id=row.id)


@bp.get(f"/organisations/{KIND}/<int:organisation_id>/licence")
@requires("organisation.see", load=queries.organisation_seen_by)
def licence(row: Organisation) -> ResponseReturnValue:
    file = db.session.get(StoredFile, row.licence_file_id) if row.licence_file_id else None
    if file is None:
        raise NotFound("还没有传执照照片")
    ending = "pdf" if file.media_type == "application/pdf" else "jpg"
    name = f"licence-{kind_of(row)}-{row.id}.{ending}"
    return send_file(io.BytesIO(content_of(file)), file.media_type, as_attachment=True, download_name=name, max_age=0)


def _step(row: Organisation, command: Callable[..., Any], says: str, asks_why: bool = True) -> ResponseReturnValue:
    form = ReasonForm()
    why = {"why": form.why.data or ""} if asks_why else {}
    with trying(form, lambda: _show_page(row, form)):
        command(g.actor, row, version=form.seen_version(), **why)
    return done("organisations.show", says, kind=kind_of(row), organisation_id=row.id)


@bp.post(f"/organisations/{KIND}/<int:organisation_id>/approve")
@requires("organisation.check", load=queries.organisation_seen_by)
def approve(row: Organisation) -> ResponseReturnValue:
    return _step(row, service.approve, "登记已通过。再同意它加入联盟，它就能办事了")


@bp.post(f"/organisations/{KIND}/<int:organisation_id>/send-back")
@requires("organisation.check", load=queries.organisation_seen_by)
def send_back(row: Organisation) -> ResponseReturnValue:
    return _step(row, service.send_back, "已退回，对方会收到原因")


@bp.post(f"/organisations/{KIND}/<int:organisation_id>/suspend")
@requires("organisation.check", load=queries.organisation_seen_by)
def suspend(row: Organisation) -> ResponseReturnValue:
    return _step(row, service.suspend, "已暂停")


@bp.post(f"/organisations/{KIND}/<int:organisation_id>/resume")
@requires("organisation.check", load=queries.organisation_seen_by)
def resume(row: Organisation) -> ResponseReturnValue:
    return _step(row, service.resume, "已恢复")


@bp.post(f"/organisations/{KIND}/<int:organisation_id>/resubmit")
@requires("organisation.edit", load=queries.organisation_seen_by)
def resubmit(row: Organisation) -> ResponseReturnValue:
    return _step(row, service.resubmit, "已重新提交", asks_why=False)


# --- joining an alliance ----------------------------------------------------------------------------------------


@bp.post(f"/organisations/{KIND}/<int:organisation_id>/apply")
@requires("organisation.edit", load=queries.organisation_seen_by)
def apply(row: Organisation) -> ResponseReturnValue:
    form = JoinForm()
    form.offer(queries.alliances())
    if not form.validate_on_submit():
        raise Invalid("请选要加入的联盟")
    alliance = next(a for a in queries.alliances() if str(a.id) == form.alliance_id.data)
    service.apply_to_join(g.actor, alliance, row)
    return done("organisations.show", f"已申请加入{alliance.name}", kind=kind_of(row), organisation_id=row.id)


@bp.post("/memberships/<int:membership_id>/accept")
@requires("membership.decide", load=queries.membership_seen_by)
def accept(membership: Membership) -> ResponseReturnValue:
    return _decide(membership, True, "已同意加入")


@bp.post("/memberships/<int:membership_id>/refuse")
@requires("membership.decide", load=queries.membership_seen_by)
def refuse(membership: Membership) -> ResponseReturnValue:
    return _decide(membership, False, "已答复不同意，对方会收到原因")


def _decide(membership: Membership, yes: bool, says: str) -> ResponseReturnValue:
    form, row = ReasonForm(), membership.school or membership.enterprise
    assert row is not None
    with trying(form, lambda: _show_page(row, form)):
        service.decide(g.actor, membership, yes, form.why.data or "", form.seen_version())
    return done("organisations.show", says, kind=kind_of(row), organisation_id=row.id)
