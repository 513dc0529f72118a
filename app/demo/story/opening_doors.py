"""Last chapter: some of the people get a password, so that whoever looks at the demonstration can be each of them."""

from __future__ import annotations

from sqlalchemy import Select, select

from app.accounts.models import User
from app.accounts.sealed import phone_of
from app.accounts.service import set_password
from app.agreements.models import Agreement
from app.applications.guardians import guardian_phone
from app.applications.models import Application, Guardian
from app.core.db import db
from app.core.web import commit
from app.demo.stage import Account, Stage
from app.demo.story.doing import PASSWORD, proof_of
from app.organisations.queries import actor_of_user
from app.placements.models import Placement, Review


def open_doors(stage: Stage) -> None:
    """One applicant in each situation worth seeing, and a guardian who is waited for."""
    with stage.at(-1, 23):
        for label, found in _situations(stage).items():
            user = db.session.scalars(found.order_by(User.id)).first()
            if user is not None and all(account.key != str(user.id) for account in stage.accounts):
                _give_password(stage, user, label)
        guardian = _waited_for(stage)
        if guardian is not None:
            child = guardian.application.user.name
            stage.accounts.append(
                Account("监护人", f"{guardian.name}（{child}的家长）", f"g{guardian.id}", guardian_phone(guardian), "",
                        "点短信里的链接，用验证码进：孩子的协议等她签")
            )  # fmt: skip


def _situations(stage: Stage) -> dict[str, Select[tuple[User]]]:
    signing = select(User).join(Agreement, Agreement.user_id == User.id)
    first = select(User).join(Application, Application.user_id == User.id).where(
        Application.round_id == stage.notes["round"]
    )
    following = select(User).join(Application, Application.user_id == User.id).where(
        Application.round_id == stage.notes["next"]
    )
    placed = select(Placement.application_id).where(Placement.round_id == stage.notes["round"])
    return {
        "协议等本人签": signing.where(Agreement.state == "awaiting_applicant"),
        "协议已生效": signing.where(Agreement.state == "in_force", Agreement.guardian_id.is_(None)),
        "未成年，协议等家长签": signing.where(Agreement.state == "awaiting_guardian"),
        "满16岁刚定岗，协议生效": signing.where(Agreement.id.in_(stage.notes["given_positions"])),
        "这一批没有录取": first.where(Application.state == "in_round", Application.id.not_in(placed)),
        "申请过复核，有了答复": select(User).join(Application, Application.user_id == User.id).join(
            Review, Review.application_id == Application.id
        ).where(Review.id.in_(stage.notes.get("doubted", [])[:1])),
        "补录：还没提交": following.where(Application.state == "draft"),
        "补录：退回补材料": following.where(Application.state == "returned"),
        "补录：等家长同意": following.where(Application.state == "awaiting_guardian"),
    }


def _give_password(stage: Stage, user: User, label: str) -> None:
    actor = actor_of_user(user)
    set_password(actor, user, PASSWORD, proof_of(actor))
    commit()
    shown = f"{user.name}（{label}）"
    stage.accounts.append(Account("申请人", shown, str(user.id), phone_of(user) or "", PASSWORD, label))


def _waited_for(stage: Stage) -> Guardian | None:
    found = select(Guardian).join(Agreement, Agreement.guardian_id == Guardian.id)
    return db.session.scalars(found.where(Agreement.state == "awaiting_guardian").order_by(Guardian.id)).first()
