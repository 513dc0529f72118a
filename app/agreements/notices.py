"""Who is told what: the student on the site and by text message, her guardian by link, staff on the site."""

from __future__ import annotations

from sqlalchemy import exists, select

from app.accounts.models import User
from app.accounts.telling import tell_person
from app.agreements.models import Agreement
from app.applications.guardians import send_link
from app.core.db import db
from app.core.outbox import Message, tell
from app.organisations.models import Member


def page_of(agreement: Agreement) -> str:
    """The path of the agreement's own page."""
    return f"/agreements/{agreement.id}"


def tell_student(agreement: Agreement, subject: str, body: str) -> None:
    """Say it on the site and on her phone."""
    tell_person(agreement.placement.application.user, subject, body, link=page_of(agreement))


def tell_coordinators(agreement: Agreement, subject: str, body: str, link: str = "") -> None:
    """Say it to every coordinator of the agreement's alliance."""
    alliance_id = agreement.placement.round.alliance_id
    _tell_members(Member.alliance_id == alliance_id, subject, body, link or page_of(agreement))


def tell_organisation(agreement: Agreement, party: str, subject: str, body: str) -> None:
    """Say it to everybody who works for the agreement's enterprise or school."""
    mine = Member.enterprise_id == agreement.enterprise_id
    if party == "school":
        mine = Member.school_id == agreement.school_id
    _tell_members(mine, subject, body, page_of(agreement))


TURN = "有协议等您签"


def tell_turn(agreement: Agreement, party: str) -> None:
    """Tell the enterprise or the school that it is their turn: once, until they have read it, however many wait."""
    mine = Member.enterprise_id == agreement.enterprise_id
    if party == "school":
        mine = Member.school_id == agreement.school_id
    told = exists().where(Message.user_id == User.id, Message.subject == TURN, Message.read_at.is_(None),
                          Message.channel == "site")
    staff = select(User).join(Member, Member.user_id == User.id).where(mine, Member.ended_at.is_(None), ~told)
    body = f"协议{agreement.number}轮到您这边签了。可能不止一份，可以一起签。"
    for user in db.session.scalars(staff.order_by(User.id)).all():
        tell_person(user, TURN, body, link="/agreements/batch")


def _tell_members(which: object, subject: str, body: str, link: str) -> None:
    found = select(Member.user_id).where(which, Member.ended_at.is_(None))  # type: ignore[arg-type]
    for user_id in db.session.scalars(found):
        tell(user_id, subject, body, link=link)


def ask_guardian(agreement: Agreement) -> None:
    """Send the guardian a link of her own: she signs there, never through the applicant's session."""
    guardian = agreement.placement.application.guardian
    if guardian is not None:
        child = agreement.placement.application.user.name
        send_link(guardian, f"{child}的三方预就业协议，请您看过再签。30天不签，算不同意", "请您看孩子的三方协议")
