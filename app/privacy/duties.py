"""What the daily retention job erases, duty by duty, and in which order: files first, people last.

How long each is kept stands in the dated settings; what holds somebody's identity beyond that, in holding.py.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, literal, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute

from app.accounts.models import User
from app.agreements.models import Agreement, Paper, Revision
from app.agreements.states import NEVER_BOUND, OVER
from app.applications.models import Application, Evidence
from app.core.access import AccessLine
from app.core.actor import SYSTEM
from app.core.alone import each_alone
from app.core.clock import china, day_of, now, today
from app.core.db import db
from app.core.files import StoredFile
from app.core.history import History
from app.core.jobs import Job
from app.core.outbox import Message
from app.core.retention import duty
from app.core.settings import whole
from app.law.contracts import add_months
from app.law.records import must_keep
from app.organisations.models import Member
from app.placements.models import Run
from app.privacy.closing import carry_out_closures, closures_due
from app.privacy.erasing import empty_agreement, empty_correction, erase_person, forget_files
from app.privacy.holding import ENDED, holds
from app.privacy.models import Correction
from app.rounds.models import Round

# Finished background work is of no use to anybody after this; a run keeps its own.
JOBS_KEPT = dt.timedelta(days=90)
# Beforehand people and agreements are looked at one by one: the page says "500" and means "500 or more".
MOST_COUNTED = 500


def months_ago(setting_name: str) -> dt.datetime:
    """What this setting keeps has to go when it is older than this: the last day counts to its end, in China."""
    return china(add_months(today(), -whole(setting_name)))


def _count(query: Select[tuple[int]]) -> int:
    return db.session.scalar(select(func.count()).select_from(query.subquery())) or 0


def _first(column: InstrumentedAttribute[int], where: ColumnElement[bool], most: int) -> list[int]:
    return list(db.session.scalars(select(column).where(where).order_by(column).limit(most)))


# --- papers ---------------------------------------------------------------------------------------------------------


def _papers_due() -> ColumnElement[bool]:
    """Files of papers none of whose rounds was still being checked within the last months. A supplementary round
    shares the files of the round it follows, so the last one counts."""
    used = select(Evidence.file_id).join(Application).join(Round)
    still = used.where(Round.evidence_due >= months_ago("retention_evidence_months"))
    return and_(StoredFile.content.is_not(None), StoredFile.id.in_(used), StoredFile.id.not_in(still))


@duty("evidence", "证明材料的照片", ["retention_evidence_months"],
      lambda: _count(select(StoredFile.id).where(_papers_due())))
def erase_papers(most: int) -> int:
    """Photographs of certificates: looked at, decided, not needed any more. Who decided what and when stays."""
    found = db.session.scalars(select(StoredFile).where(_papers_due()).order_by(StoredFile.id).limit(most)).all()
    return forget_files(SYSTEM, found, "核对期过了，按期限删除")


def _corrections_due() -> ColumnElement[bool]:
    return and_(
        Correction.state != "asked", Correction.why != "",
        func.coalesce(Correction.decided_at, Correction.created_at) < months_ago("retention_evidence_months"),
    )


@duty("corrections", "更正申请里的证件", ["retention_evidence_months"],
      lambda: _count(select(Correction.id).where(_corrections_due())))
def erase_corrections(most: int) -> int:
    found = db.session.scalars(select(Correction).where(_corrections_due()).order_by(Correction.id).limit(most)).all()
    forget_files(SYSTEM, [row.file for row in found if row.file and row.file.content], "更正办完了，按期限删除")
    for row in found:
        empty_correction(row)
    return len(found)


# --- messages, access lines, finished work --------------------------------------------------------------------------


def _addresses_due() -> ColumnElement[bool]:
    long_ago = now() - dt.timedelta(days=whole("retention_sent_days"))
    return and_(Message.channel != "site", Message.address_sealed.is_not(None), Message.created_at < long_ago)


@duty("addresses", "发出去的短信里的号码和内容", ["retention_sent_days"],
      lambda: _count(select(Message.id).where(_addresses_due())))
def erase_addresses(most: int) -> int:
    """Of a text message it stays that it went out, and when; what was never carried is given up."""
    ids = _first(Message.id, _addresses_due(), most)
    gone = {"address_sealed": None, "address_index": None, "body_sealed": None, "body": "", "link": None}
    _update_messages(ids, **gone)
    never = select(Message.id).where(Message.id.in_(ids), Message.state.in_(("queued", "sending")))
    _update_messages(list(db.session.scalars(never)), state="failed")
    return len(ids)


def _update_messages(ids: Sequence[int], **values: object) -> None:
    db.session.execute(
        update(Message).where(Message.id.in_(ids)).values(**values).execution_options(synchronize_session=False)
    )


def _messages_due() -> ColumnElement[bool]:
    return Message.created_at < months_ago("retention_message_months")


@duty("messages", "站内消息", ["retention_message_months"], lambda: _count(select(Message.id).where(_messages_due())))
def erase_messages(most: int) -> int:
    ids = _first(Message.id, _messages_due(), most)
    db.session.execute(delete(Message).where(Message.id.in_(ids)).execution_options(synchronize_session=False))
    return len(ids)


def _lines_due() -> ColumnElement[bool]:
    return AccessLine.at < months_ago("retention_access_log_months")


@duty("access_lines", "登录和查看的记录", ["retention_access_log_months"],
      lambda: _count(select(AccessLine.id).where(_lines_due())))
def erase_access_lines(most: int) -> int:
    ids = _first(AccessLine.id, _lines_due(), most)
    db.session.execute(delete(AccessLine).where(AccessLine.id.in_(ids)).execution_options(synchronize_session=False))
    return len(ids)


def _jobs_due() -> ColumnElement[bool]:
    kept = exists().where(Run.job_id == Job.id)
    return and_(Job.state.in_(("done", "failed", "cancelled")), Job.ended_at < now() - JOBS_KEPT, ~kept)


@duty("jobs", "做完的后台任务", [], lambda: _count(select(Job.id).where(_jobs_due())))
def erase_jobs(most: int) -> int:
    ids = _first(Job.id, _jobs_due(), most)
    db.session.execute(delete(Job).where(Job.id.in_(ids)).execution_options(synchronize_session=False))
    return len(ids)


# --- agreements and people ------------------------------------------------------------------------------------------


def _agreements_due() -> ColumnElement[bool]:
    """Ended so long ago that nobody asks for them any more; the ones never in force go with the unplaced."""
    bound = [state for state in OVER if state not in NEVER_BOUND]
    still_there = or_(
        exists().where(Paper.agreement_id == Agreement.id),
        exists().where(Revision.agreement_id == Agreement.id, Revision.terms_sealed != b""),
    )
    never = and_(Agreement.state.in_(NEVER_BOUND), Agreement.turn_since < months_ago("retention_unplaced_months"))
    ended = and_(Agreement.state.in_(bound), Agreement.turn_since < months_ago("retention_agreement_months"))
    return and_(still_there, or_(never, ended))


@duty("agreements", "结束的协议、没签成的协议", ["retention_agreement_months", "retention_unplaced_months"],
      lambda: len(_agreements_found(MOST_COUNTED)))
def erase_agreements(most: int) -> int:
    found = _agreements_found(most)
    for agreement in found:
        empty_agreement(SYSTEM, agreement)
    return len(found)


def _agreements_found(most: int) -> list[Agreement]:
    """The law's own count has the last word: two years at least, whatever the setting says."""
    rows = db.session.scalars(select(Agreement).where(_agreements_due()).order_by(Agreement.id).limit(most)).all()
    months = whole("retention_agreement_months")
    return [
        row for row in rows
        if row.state in NEVER_BOUND or not must_keep(day_of(row.turn_since), today(), months)
    ]  # fmt: skip


@duty("closures", "申请注销、期限到了的账号", ["account_closing_days"], closures_due)
def close_accounts(most: int) -> int:
    return carry_out_closures(most)


def _candidates() -> Select[tuple[User]]:
    """Applicants whose rounds ended long ago, and people who never applied and have not come back."""
    works = exists().where(Member.user_id == User.id, Member.ended_at.is_(None))
    applied = exists().where(Application.user_id == User.id)
    long_ago = months_ago("retention_unplaced_months")
    lately = exists().where(Application.user_id == User.id, Application.round_id == Round.id, _over_since(long_ago))
    came = exists().where(AccessLine.user_id == User.id, AccessLine.at >= months_ago("retention_idle_months"))
    # Who came when is known only as far back as the access log reaches.
    known = whole("retention_idle_months") <= whole("retention_access_log_months")
    idle = and_(literal(known), ~applied, User.created_at < months_ago("retention_idle_months"), ~came)
    return select(User).where(
        User.state != "erased", User.is_admin.is_(False), ~works, ~_bound(), or_(and_(applied, ~lately), idle)
    ).order_by(User.id)


def _over_since(long_ago: dt.datetime) -> ColumnElement[bool]:
    """Rounds that are not over, or whose end (`holding.ended_on`) is no longer ago than this. They hold whoever took
    part, so the thousands of people of a round that was settled yesterday are not asked one by one every night."""
    settled = exists().where(
        History.thing == "round", History.thing_id == Round.id, History.to_state.in_(("settled", "cancelled")),
        History.at >= long_ago,
    )
    return or_(and_(Round.state.not_in(ENDED), Round.sign_by >= long_ago), and_(Round.state.in_(ENDED), settled))


def _bound() -> ColumnElement[bool]:
    """Whose agreement lives, or has ended not long enough ago: thousands of people, for years."""
    long_ago = months_ago("retention_agreement_months")
    lately = and_(Agreement.state.not_in(NEVER_BOUND), Agreement.turn_since >= long_ago)
    kept = or_(Agreement.state.not_in(OVER), lately)
    return exists().where(Agreement.user_id == User.id, kept)


def _people_due(after: int, most: int) -> list[User]:
    """The next people nothing holds any more. The database narrows, the rules of holding.py decide."""
    found: list[User] = []
    while len(found) < most:
        rows = db.session.scalars(_candidates().where(User.id > after).limit(most)).all()
        found += [user for user in rows if not holds(user)]
        if len(rows) < most:
            break
        after = rows[-1].id
    return found[:most]


@duty("people", "没录取的人、很久不用的账号的身份资料", ["retention_unplaced_months", "retention_idle_months"],
      lambda: len(_people_due(0, MOST_COUNTED)))
def erase_people(most: int) -> int:
    return each_alone(_people_due(0, most), lambda user: erase_person(SYSTEM, user, "保存的期限到了"))
