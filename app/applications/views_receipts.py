"""What a person holds in her hand afterwards: the receipt of each version she submitted, and the form to print."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.applications import queries
from app.applications.blueprint import bp
from app.applications.choices import canonical
from app.applications.models import Application, ChoiceList
from app.applications.papers import expected
from app.applications.qr import picture_of
from app.applications.states import APPLICATION, EVIDENCE, GUARDIAN
from app.applications.versions import standing_version
from app.core.dates import said
from app.core.labels import CATEGORIES, DISTRICTS, EVIDENCE_LEVELS, ID_KINDS, RELATIONS, START_POINTS, label
from app.core.web import requires


@bp.get("/my-application/<int:application_id>/receipt")
@requires("application.own", load=queries.own)
def receipt(application: Application) -> ResponseReturnValue:
    versions = queries.all_lists(application)
    kept = _asked(versions)
    if kept is None:
        return render_template("applications/no_receipt.html", application=application), 404
    return render_template(
        "applications/receipt.html",
        application=application,
        versions=versions,
        standing=standing_version(application),
        state=APPLICATION.states[application.state],
        **_version_facts(application, kept),
    )


def _asked(versions: Any) -> ChoiceList | None:
    """The version the address asks for (?version=2), the newest where it asks for none that there is."""
    asked = request.args.get("version", "")
    number = int(asked) if asked.isdecimal() and len(asked) < 6 else 0
    return next((kept for kept in versions if kept.number == number), versions[0] if versions else None)


def _version_facts(application: Application, kept: ChoiceList) -> dict[str, Any]:
    code = f"三方报名回执 {application.number} {application.receipt_code} {kept.sha256}"
    return {
        "kept": kept,
        "tracks": queries.tracks_in_order(kept.tracks),
        "text": canonical(application.number, kept.tracks, kept.adjustable, kept.submitted_at),
        "qr": picture_of(code),
        "said": said,
    }


@bp.get("/my-application/<int:application_id>/form")
@requires("application.own", load=queries.own)
def printed_form(application: Application) -> ResponseReturnValue:
    """报名表, one A4 page: what was submitted last, with its receipt; numbers of papers and phones masked."""
    kept = queries.last_list(application)
    if kept is None:
        return render_template("applications/no_receipt.html", application=application), 404
    user, guardian = application.user, application.guardian
    return render_template(
        "applications/printed_form.html",
        application=application,
        state=APPLICATION.states[application.state],
        person=[
            ("姓名", user.name), ("出生日期", user.birth_date), ("证件", label(ID_KINDS, user.identity_kind)),
            ("证件号", user.identity_hint), ("手机", user.phone_hint),
            ("学历", label(START_POINTS, application.start_point)),
            ("住在", f"{label(DISTRICTS, application.district)} {application.address or ''}"),
        ],
        claims=[(CATEGORIES[claim.category], EVIDENCE_LEVELS[claim.level]) for claim in application.claims],
        papers=[(paper.name, EVIDENCE.states.get(paper.state, "还没传")) for paper in expected(application)],
        guardian=[
            ("姓名", guardian.name), ("关系", label(RELATIONS, guardian.relation)), ("手机", guardian.phone_hint),
            ("状态", GUARDIAN.states[guardian.state]),
        ] if guardian else [],
        **_version_facts(application, kept),
    )  # fmt: skip
