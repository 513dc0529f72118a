"""What follows when somebody takes back a consent: the words beside the button are kept (app/accounts/consents.py).

Without the consents of signing up nobody applies: what is handed in is taken back, and until she consents again nothing
new begins. Without the one for sensitive categories these are forgotten, with their papers.
"""

from __future__ import annotations

from sqlalchemy import select

from app.accounts.consents import SIGN_UP, WORDS, give_consent, withdrawn_purposes
from app.accounts.models import Consent, User
from app.accounts.service import ON_WITHDRAW
from app.accounts.telling import tell_person
from app.applications.models import Application
from app.applications.papers import drop_sensitive
from app.applications.states import APPLICATION
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import Invalid
from app.privacy.closing import refusal
from app.privacy.erasing import forget_files
from app.privacy.holding import open_holds

LINK = "/my-application"
SENSITIVE = "sensitive_category"


def stop_applying(actor: Actor, user: User, purpose: str) -> None:
    """Take back what is handed in.

    Raises:
        Invalid: a seat, an agreement or a round that is being computed comes first.
    """
    if purpose not in SIGN_UP or actor.is_staff:
        return
    held = open_holds(user)
    if held:
        raise Invalid(f"现在还不能撤回：{refusal(held)}")
    for application in db.session.scalars(select(Application).filter_by(user_id=user.id)).all():
        if application.state != "draft" and APPLICATION.allows(application, "withdraw"):
            APPLICATION.move(application, "withdraw", actor, why=f"撤回了“{WORDS[purpose].title}”的同意")
            body = f"报名{application.number}：您撤回了同意，报名跟着撤回了。重新同意以后可以再报"
            tell_person(user, "报名已撤回", body, link=LINK)


def forget_categories(actor: Actor, user: User, purpose: str) -> None:
    """Forget the sensitive categories of what is not frozen yet, and the photographs that prove them."""
    if purpose != SENSITIVE:
        return
    for application in db.session.scalars(select(Application).filter_by(user_id=user.id)).all():
        if application.state in ("in_round", "left_out"):
            continue
        papers = drop_sensitive(actor, application)
        forget_files(actor, [paper.file for paper in papers if paper.file.content], "本人撤回了同意")
        if papers:
            body = f"报名{application.number}：残疾、困难、脱贫这些类别和照片都去掉了，不再按它们看"
            tell_person(user, "类别去掉了", body, link=LINK)


def taken_back(user: User) -> list[Consent]:
    """The consents of signing up that she has taken back and may give again, the latest of each."""
    gone = withdrawn_purposes(user.id).intersection(SIGN_UP)
    found = select(Consent).where(Consent.user_id == user.id, Consent.purpose.in_(gone)).order_by(Consent.id)
    return list({consent.purpose: consent for consent in db.session.scalars(found)}.values())


def consent_again(actor: Actor, user: User, purpose: str) -> None:
    """Give one of them again, to the words as they are now.

    Raises:
        Invalid: it was not taken back.
    """
    if purpose not in {consent.purpose for consent in taken_back(user)}:
        raise Invalid("这一项不用重新同意")
    give_consent(user, purpose)


ON_WITHDRAW += [stop_applying, forget_categories]
