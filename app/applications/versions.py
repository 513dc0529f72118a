"""Every submitted version is kept; whoever takes one back to change it does not lose it.

An application that was reopened and not submitted again by the deadline counts as it was submitted last: the receipt
the person holds stays true. It does not where she withdrew, where her guardian said no or has not said yes to that very
version, or where she withdrew the consent that named its schools.
"""

from __future__ import annotations

from sqlalchemy import select

from app.accounts.consents import has_consent
from app.applications import queries
from app.applications.guardians import is_minor
from app.applications.models import Application, Choice, ChoiceList
from app.applications.states import APPLICATION
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import WrongState
from app.core.history import History


def standing_version(application: Application) -> ChoiceList | None:
    """The version that counts if nothing more is done, while the application is reopened; None where none does."""
    if application.state != "draft" or _came_by(application) != "change":
        return None
    kept = queries.last_list(application)
    if kept is None or not has_consent(application.user_id, "schools_of_choices"):
        return None
    guardian = application.guardian
    if is_minor(application):
        agreed = guardian is not None and guardian.state == "agreed" and guardian.answered_at is not None
        if not agreed or guardian.answered_at < kept.submitted_at:  # type: ignore[union-attr, operator]
            return None
    return kept


def _came_by(application: Application) -> str | None:
    """The move that made it a draft."""
    found = select(History.action).where(
        History.thing == "application", History.thing_id == application.id, History.to_state == "draft"
    )
    return db.session.scalar(found.order_by(History.id.desc()).limit(1))


def put_back(actor: Actor, application: Application, version: int | None = None, why: str = "") -> ChoiceList:
    """Make the choices those of the last submitted version again; its receipt and its hash hold as before.

    Raises:
        WrongState: there is no version that could count.
        Conflict: the application was changed since ``version`` was seen.
    """
    kept = standing_version(application)
    if kept is None:
        raise WrongState("没有可以用的上一次提交。请改好再提交")
    APPLICATION.move(
        application, "put_back", actor, version=version, why=why, adjustable=kept.adjustable,
        choices_version=application.choices_version + 1, detail={"list": kept.number},
    )  # fmt: skip
    if [choice.track_id for choice in application.choices] != kept.tracks:
        for choice in application.choices:
            db.session.delete(choice)
        db.session.flush()
        db.session.add_all(
            Choice(application_id=application.id, rank=rank, track_id=track)
            for rank, track in enumerate(kept.tracks, start=1)
        )
        db.session.flush()
        db.session.expire(application, ["choices"])
    return kept
