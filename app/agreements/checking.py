"""The public check: what anybody who holds the paper may learn, by its code or by the file itself. No log-in.

The number alone finds nothing, for numbers can be guessed; a check code has 80 random bits.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.agreements.models import Agreement, Paper
from app.agreements.number import normal_check_code
from app.core.db import db


@dataclass(frozen=True)
class Checked:
    """What a check shows: the agreement, and for an uploaded paper which printed state it is."""

    agreement: Agreement
    paper: Paper | None = None

    @property
    def is_current(self) -> bool:
        """Whether the uploaded paper is of the present revision and state."""
        paper = self.paper
        return paper is not None and (paper.revision_number, paper.state) == (
            self.agreement.revision_number,
            self.agreement.state,
        )


def by_code(text: str) -> Checked | None:
    """The agreement of a check code, typed or scanned."""
    code = normal_check_code(text)
    found = db.session.scalars(select(Agreement).filter_by(check_code=code)).first() if code else None
    return Checked(found) if found else None


def by_file(content: bytes) -> Checked | None:
    """The agreement whose printed paper is, to the byte, this file."""
    return by_sha256(hashlib.sha256(content).hexdigest())


def by_sha256(digest: str) -> Checked | None:
    """The agreement of a printed paper with this SHA-256 (64 hex digits)."""
    found = select(Paper).filter_by(sha256=digest.lower()).options(joinedload(Paper.agreement)).limit(1)
    paper = db.session.scalars(found).first()
    return Checked(paper.agreement, paper) if paper else None
