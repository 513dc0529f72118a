"""Pages of agreements: lists, one agreement, its full text and its PDF. The other pages lie in files beside."""

from __future__ import annotations

import io
from typing import Any

from flask import g, render_template, request, send_file, session, url_for
from flask.typing import ResponseReturnValue

from app.agreements import (  # noqa: F401  (their routes, tasks and chores register here)
    deadlines,
    paper,
    printing,
    queries,
    service,
    shown,
    views_check,
    views_denials,
    views_endings,
    views_issuing,
    views_signing,
    views_steps,
)
from app.agreements.blueprint import bp
from app.agreements.endings import answering_party, may_settle, open_ending
from app.agreements.forms import SignForm
from app.agreements.key_terms import key_terms
from app.agreements.models import Agreement
from app.agreements.states import AGREEMENT, SIGNING, TURNS
from app.agreements.wording import ordinal
from app.applications.models import Guardian
from app.applications.views_guardian import ERRANDS, READINGS
from app.core.actor import Actor
from app.core.paging import page_of
from app.core.story import story_of
from app.core.web import done, requires, trying

__all__ = ["bp"]


def _errands(guardian: Guardian) -> list[tuple[str, str]]:
    """The agreements that wait for a guardian."""
    return _of_her_child(guardian, "去签三方协议", waits=True)


def _readings(guardian: Guardian) -> list[tuple[str, str]]:
    """The agreements of her child that wait for somebody else, or for nobody."""
    return _of_her_child(guardian, "看三方协议", waits=False)


def _of_her_child(guardian: Guardian, says: str, waits: bool) -> list[tuple[str, str]]:
    found = queries.own(Actor(guardian_id=guardian.id))
    wanted = (a for a in found if (a.state == "awaiting_guardian") is waits)
    return [(says, url_for("agreements.show", agreement_id=a.id)) for a in wanted]


ERRANDS.append(_errands)
READINGS.append(_readings)


@bp.get("/agreements")
@requires("signed_in")
def index() -> ResponseReturnValue:
    """A person's own agreements; for staff the desk list, with a way to her own."""
    if not g.actor.is_staff or request.args.get("own"):
        found = queries.own(g.actor)
        return render_template("agreements/own.html", lines=[(shown.line(g.actor, a), a) for a in found])
    chosen = {name: request.args.get(name, "")[:40] for name in ("state", "q")}
    page = page_of(queries.listed(g.actor, chosen["state"], chosen["q"]))
    counts, waiting = queries.counts_by_state(g.actor), queries.awaiting(g.actor)
    filters = [_filter("全部", "", chosen, sum(counts.values()))]
    if waiting["sign"]:
        filters.append(_filter("轮到我们签", "mine", chosen, waiting["sign"]))
    present = [(code, says) for code, says in AGREEMENT.states.items() if counts.get(code)]
    filters += [_filter(says, code, chosen, counts[code]) for code, says in present]
    lines = [shown.line(g.actor, a) for a in page.rows]
    return render_template(
        "agreements/index.html", page=page, lines=lines, filters=filters, chosen=chosen, waiting=waiting
    )


def _filter(text: str, state: str, chosen: dict[str, str], count: int) -> dict[str, Any]:
    href = url_for("agreements.index", state=state or None, q=chosen["q"] or None)
    return {"text": text, "href": href, "here": chosen["state"] == state, "count": count}


@bp.get("/agreements/<int:agreement_id>")
@requires("agreement.see", load=queries.agreement_seen_by)
def show(agreement: Agreement) -> ResponseReturnValue:
    return show_page(agreement)


def show_page(agreement: Agreement, form: SignForm | None = None) -> str:
    """The phone's page for the student's side, the desk's for everybody else."""
    me = service.party_of(g.actor, agreement)
    turn = TURNS.get(agreement.state)
    mine = turn is not None and turn == me
    ending = open_ending(agreement)
    facts: dict[str, Any] = {
        "agreement": agreement,
        "party": me,
        "my_turn": mine,
        "form": form or (SignForm.of(agreement, _ticked_before(agreement)) if mine else None),
        "turn": shown.turn_rows(agreement, me),
        "headline": shown.headline(agreement, me),
        "state": AGREEMENT.states[agreement.state],
        "tone": shown.tone(agreement.state),
        "signing": agreement.state in SIGNING,
        "deadline": service.deadline_of(agreement),
        "may_send_back": service.may_send_back(g.actor, agreement),
        "ending": ending,
        "ending_waits": _waits_for_me(agreement, me) if ending else "",
    }
    return _phone_page(agreement, facts) if me in ("student", "guardian") else _desk_page(agreement, facts)


def _phone_page(agreement: Agreement, facts: dict[str, Any]) -> str:
    return render_template(
        "agreements/show_phone.html",
        **facts,
        terms=key_terms(service.terms_in(service.current(agreement))),
        denials=queries.own_denials(g.actor, agreement),
        ending_rows=shown.ending_rows(facts["ending"], sees_ground=True) if facts["ending"] else [],
        phone=_phone_hint(agreement, facts["party"]),
    )


def _phone_hint(agreement: Agreement, me: str | None) -> str:
    """Where a code goes, masked."""
    application = agreement.placement.application
    if me == "guardian":
        return application.guardian.phone_hint if application.guardian else ""
    return application.user.phone_hint


def _desk_page(agreement: Agreement, facts: dict[str, Any]) -> str:
    readable = queries.shows_person(g.actor, agreement)
    sees_ground = facts["party"] != "enterprise"
    return render_template(
        "agreements/show_desk.html",
        **facts,
        readable=readable,
        person=shown.person_rows(g.actor, agreement),
        terms=shown.term_rows(agreement) if readable else [],
        signatures=shown.signature_rows(agreement) if readable else [],
        story=story_of("agreement", agreement.id),
        steps=views_steps.open_steps(g.actor, agreement),
        ending_rows=shown.ending_rows(facts["ending"], sees_ground=sees_ground) if facts["ending"] else [],
        proof=queries.proof_seen_by(g.actor, agreement.id) if facts["ending"] else None,
    )


def _waits_for_me(agreement: Agreement, me: str | None) -> str:
    """Which step of an ending waits for this reader: answer · check · settle, or blank."""
    ending = open_ending(agreement)
    if ending is None:
        return ""
    if me is not None and answering_party(agreement, ending) == me:
        return "answer"
    if me == "school" and (ending.notice or agreement.state == "ending_agreed"):
        return "check"
    if agreement.placement.round.alliance_id in g.actor.alliances and may_settle(agreement, ending):
        return "settle"
    return ""


def _ticked_before(agreement: Agreement) -> list[str]:
    """What was ticked when the code was sent for, if it was for these very words."""
    kept = session.get("ticked") or {}
    return list(kept.get("names", [])) if kept.get("words") == service.current(agreement).text_sha256 else []


@bp.post("/agreements/<int:agreement_id>/sign")
@requires("agreement.sign", load=queries.agreement_seen_by)
def sign(agreement: Agreement) -> ResponseReturnValue:
    form = SignForm()
    facts: dict[str, Any] = {
        "text_sha256": form.text_sha256.data or "",
        "ticked": form.ticked(),
        "proof": form.proof.data or "",
        "nonce": form.nonce.data or "",
        "version": form.seen_version(),
    }
    with trying(form, lambda: show_page(agreement, form)):
        service.sign(g.actor, agreement, **facts)
    session.pop("ticked", None)
    says = "三方都签好了，协议生效了" if agreement.state == "in_force" else "签好了，已记下时间和文本的指纹"
    return done("agreements.show", says, agreement_id=agreement.id)


@bp.get("/agreements/<int:agreement_id>/text")
@requires("agreement.see", load=queries.agreement_read_by)
def full_text(agreement: Agreement) -> ResponseReturnValue:
    """Every word that is signed, on the page."""
    revision = service.current(agreement)
    words = paper.paper(service.terms_in(revision))
    return render_template(
        "agreements/text.html",
        agreement=agreement,
        revision=revision,
        words=words,
        paper=paper,
        ordinal=ordinal,
        heads={x.letter: [*x.head[:1], *((head, "num") for head in x.head[1:])] for x in words.annexes},
        marks={x.letter: [(mark[0], "，".join(mark[1:])) for mark in x.marks] for x in words.annexes},
        state=AGREEMENT.states[agreement.state],
        tone=shown.tone(agreement.state),
    )


@bp.get("/agreements/<int:agreement_id>/paper.pdf")
@requires("agreement.see", load=queries.agreement_read_by)
def pdf(agreement: Agreement) -> ResponseReturnValue:
    """The printed paper of the present state; made now when the worker has not come to it yet. Writes nothing."""
    content = service.paper_bytes(agreement)
    name = f"三方预就业协议-{agreement.number}.pdf"
    return send_file(io.BytesIO(content), mimetype="application/pdf", as_attachment=True, download_name=name)
