"""What was said in a report is forgotten in its time: the posting, the kind and how it ended stay for the ledger."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, func, select, update

from app.core.clock import china, today
from app.core.db import db
from app.core.retention import duty
from app.core.settings import whole
from app.law.contracts import add_months
from app.positions.models import Report
from app.positions.queries import UNDECIDED


def _due() -> ColumnElement[bool]:
    before = china(add_months(today(), -whole("retention_ledger_months")))
    return and_(Report.state.not_in(UNDECIDED), Report.text != "", Report.created_at < before)


def _count() -> int:
    return db.session.scalar(select(func.count()).select_from(Report).where(_due())) or 0


@duty("reports", "办完的举报里的话", ["retention_ledger_months"], _count)
def forget_reports(most: int) -> int:
    """Empty what was said, what was answered and who wanted to know; returns how many reports."""
    ids = list(db.session.scalars(select(Report.id).where(_due()).order_by(Report.id).limit(most)))
    gone = update(Report).where(Report.id.in_(ids)).values(text="", answer="", user_id=None)
    db.session.execute(gone.execution_options(synchronize_session=False))
    return len(ids)
