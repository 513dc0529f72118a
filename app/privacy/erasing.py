"""How what names a person is taken out of every table that holds it, and what stays without naming anybody.

What stays: that somebody applied, under a number, for which tracks, with which result. The round can still be computed
again and its receipts still add up, but nobody can say any more who it was. Of the birth date the year stays, of the
address nothing. History stays, for it names nobody.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import Select, delete, select, update

from app.accounts import sessions
from app.accounts.models import Consent, Invitation, LoginSession, OneTimeCode, SecondFactor, User
from app.accounts.states import USER
from app.agreements.models import Agreement, Denial, Ending, Paper, Revision, Signature
from app.applications.models import Application, CategoryClaim, Evidence, Guardian
from app.core.actor import Actor
from app.core.clock import now
from app.core.db import db
from app.core.files import StoredFile, forget
from app.core.history import record
from app.core.labels import SENSITIVE_CATEGORIES
from app.core.outbox import Message
from app.placements.models import Review
from app.positions.models import Report
from app.privacy.models import Correction
from app.stations.models import Slip
from app.ways_back.models import WayBack

NOBODY = "（已删除）"


def erase_person(actor: Actor, user: User, why: str) -> None:
    """Take everything that names this person out of the database. Whoever calls has made sure that nothing holds it.

    Agreements of hers are emptied as well: nothing may hold them any more either.
    """
    applications = db.session.scalars(select(Application.id).filter_by(user_id=user.id)).all()
    forget_what_was_said(user, applications)
    _forget_guardians(applications)
    _forget_applications(applications)
    forget_files(actor, db.session.scalars(_files_of(user)).all(), why)
    for agreement in db.session.scalars(select(Agreement).filter_by(user_id=user.id)).all():
        empty_agreement(actor, agreement)
    for correction in db.session.scalars(select(Correction).filter_by(user_id=user.id)).all():
        empty_correction(correction)
    _forget_papers_of_others(user)
    _forget_account(actor, user, why)


def _forget_papers_of_others(user: User) -> None:
    """What was asked for on her behalf: lost phones, a station's slip, and results that were doubted, in her words."""
    db.session.execute(
        update(WayBack).where(WayBack.user_id == user.id)
        .values(name=NOBODY, identity_index=None, identity_hint="", phone_sealed=None, phone_index=None, phone_hint="")
        .execution_options(synchronize_session=False)
    )
    db.session.execute(
        update(Slip).where(Slip.user_id == user.id)
        .values(name=NOBODY, identity_hint="", phone_hint="", guardian_name="", guardian_phone_hint="")
        .execution_options(synchronize_session=False)
    )
    db.session.execute(
        update(Report).where(Report.user_id == user.id).values(user_id=None, phone_sealed=None, phone_hint="")
        .execution_options(synchronize_session=False)
    )
    hers = select(Application.id).where(Application.user_id == user.id)
    db.session.execute(
        update(Review).where(Review.application_id.in_(hers)).values(says="", finding="", carried_out="")
        .execution_options(synchronize_session=False)
    )


def forget_what_was_said(user: User, applications: Iterable[int]) -> None:
    """Her messages, and those to the guardians of her applications."""
    guardians = select(Guardian.id).where(Guardian.application_id.in_(list(applications)))
    db.session.execute(delete(Message).where((Message.user_id == user.id) | Message.guardian_id.in_(guardians)))
    if user.phone_index:
        db.session.execute(delete(Message).where(Message.address_index == user.phone_index))


def _forget_guardians(applications: Iterable[int]) -> None:
    mine = Guardian.application_id.in_(list(applications))
    db.session.execute(delete(LoginSession).where(LoginSession.guardian_id.in_(select(Guardian.id).where(mine))))
    phones = select(Guardian.phone_index).where(mine)
    db.session.execute(delete(OneTimeCode).where(OneTimeCode.phone_index.in_(phones)))
    db.session.execute(
        update(Guardian).where(mine)
        .values(name=NOBODY, phone_sealed=b"", phone_index="", phone_hint="", token_hash=None)
        .execution_options(synchronize_session=False)
    )


def _forget_applications(applications: Iterable[int]) -> None:
    ids = list(applications)
    db.session.execute(
        update(Application).where(Application.id.in_(ids))
        .values(address="", district=None, returned_because="")
        .execution_options(synchronize_session=False)
    )
    db.session.execute(
        update(Evidence).where(Evidence.application_id.in_(ids)).values(returned_because="")
        .execution_options(synchronize_session=False)
    )
    sensitive = CategoryClaim.category.in_(SENSITIVE_CATEGORIES)
    db.session.execute(delete(CategoryClaim).where(CategoryClaim.application_id.in_(ids), sensitive))


def _files_of(user: User) -> Select[tuple[StoredFile]]:
    return select(StoredFile).where(StoredFile.owner_id == user.id, StoredFile.content.is_not(None))


def forget_files(actor: Actor, files: Iterable[StoredFile], why: str) -> int:
    """Delete the bytes; that there was such a file, when it went and by whom stays. Returns how many."""
    count = 0
    for file in files:
        forget(file)
        record("stored_file", file.id, actor, "erase", why=why)
        count += 1
    return count


def empty_agreement(actor: Actor, agreement: Agreement) -> None:
    """Take names, numbers and printed papers out of an agreement; who signed when, and the hashes, stay."""
    mine = Revision.agreement_id == agreement.id
    db.session.execute(update(Revision).where(mine, Revision.terms_sealed != b"").values(terms_sealed=b""))
    hers = Signature.party.in_(("student", "guardian"))
    revisions = select(Revision.id).where(mine)
    db.session.execute(
        update(Signature).where(Signature.revision_id.in_(revisions), hers, Signature.signer_name != "")
        .values(signer_name="", address="").execution_options(synchronize_session=False)
    )
    db.session.execute(delete(Paper).where(Paper.agreement_id == agreement.id))
    _forget_endings(actor, agreement)
    db.session.execute(
        update(Denial).where(Denial.agreement_id == agreement.id).values(text=NOBODY, answer="")
        .execution_options(synchronize_session=False)
    )
    record("agreement", agreement.id, actor, "erase", why="保存的期限到了")


def _forget_endings(actor: Actor, agreement: Agreement) -> None:
    rows = db.session.scalars(select(Ending).filter_by(agreement_id=agreement.id)).all()
    forget_files(actor, [row.file for row in rows if row.file and row.file.content], "协议保存的期限到了")
    for row in rows:
        row.why = row.answer = row.closed_because = ""


def empty_correction(correction: Correction) -> None:
    """What was wished has been decided: the numbers go, who decided and when stays."""
    correction.name, correction.identity_sealed, correction.identity_hint = NOBODY, None, ""
    correction.birth_date, correction.why, correction.answer = None, "", ""


def _forget_account(actor: Actor, user: User, why: str) -> None:
    if user.phone_index:
        db.session.execute(delete(OneTimeCode).where(OneTimeCode.phone_index == user.phone_index))
    db.session.execute(delete(SecondFactor).where(SecondFactor.user_id == user.id))
    db.session.execute(update(Invitation).where(Invitation.used_by == user.id).values(name=""))
    db.session.execute(
        update(Consent).where(Consent.user_id == user.id, Consent.withdrawn_at.is_(None)).values(withdrawn_at=now())
        .execution_options(synchronize_session=False)
    )
    sessions.end_all(user.id)
    year = dt.date(user.birth_date.year, 1, 1) if user.birth_date else None
    USER.move(
        user, "erase", actor, why=why, name=NOBODY, phone_sealed=None, phone_index=None, phone_hint="",
        identity_sealed=None, identity_index=None, identity_hint="", password_hash=None, birth_date=year,
    )
