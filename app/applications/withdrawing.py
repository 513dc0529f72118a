"""Withdrawing the consent that names the schools takes back every application that rests on it."""

from __future__ import annotations

from sqlalchemy import select

from app.accounts.consents import SIGN_UP, WORDS, withdrawn_purposes
from app.accounts.models import User
from app.accounts.service import ON_WITHDRAW
from app.accounts.telling import tell_person
from app.applications.models import Application
from app.applications.states import APPLICATION
from app.applications.windows import is_checking
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import Invalid

PURPOSE = "schools_of_choices"
WHY = "撤回了给院校看资料的同意"
RESTING = ("awaiting_guardian", "submitted", "returned", "checked")


def require_consents(user: User) -> None:
    """Nobody applies without what she consented to when signing up. Raises Invalid with the way back."""
    withdrawn = withdrawn_purposes(user.id)
    gone = [WORDS[purpose].title for purpose in SIGN_UP if purpose in withdrawn]
    if gone:
        raise Invalid(f"您撤回了“{gone[0]}”的同意。要报名，先在“我的全部资料”里重新同意")


def take_back(actor: Actor, user: User, purpose: str) -> None:
    """What has been handed in and is not frozen yet is withdrawn. A draft shows to no school and stays."""
    if purpose != PURPOSE:
        return
    found = select(Application).where(Application.user_id == user.id, Application.state.in_(RESTING))
    for application in db.session.scalars(found.order_by(Application.id)).all():
        if is_checking(application.round):
            APPLICATION.move(application, "withdraw", actor, why=WHY)
            body = f"报名{application.number}：您{WHY}，报名跟着撤回了，院校不再看得到"
            tell_person(user, "报名已撤回", body, link="/my-application")


ON_WITHDRAW.append(take_back)
