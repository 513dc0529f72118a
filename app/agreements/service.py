"""Commands on agreements, by name: issuing, signing, closing, ending, denying, checking. Each lives beside its kin."""

from __future__ import annotations

from app.agreements.checking import by_code as check
from app.agreements.closing import REFUSAL_GROUNDS, ask_refusal, confirm_refusal, refuse, withdraw
from app.agreements.deadlines import end_overdue_endings, expire_overdue, withdraw_orphans
from app.agreements.denials import answer_denial, deny
from app.agreements.endings import (
    answer_ending,
    ask_ending,
    check_ending,
    settle_ending,
    take_back_ending,
    void,
)
from app.agreements.issuing import issue, issue_many, obstacle, obstacles, revise
from app.agreements.printing import paper_bytes, paper_of
from app.agreements.revisions import current, record_hash, terms_in
from app.agreements.signing import deadline_of, may_send_back, party_of, send_back, sign, sign_many

__all__ = [
    "REFUSAL_GROUNDS", "answer_denial", "answer_ending", "ask_ending", "ask_refusal", "check", "check_ending",
    "confirm_refusal", "current", "deadline_of", "deny", "end_overdue_endings", "expire_overdue", "issue",
    "issue_many", "may_send_back", "obstacle", "obstacles", "paper_bytes", "paper_of", "party_of", "record_hash",
    "refuse", "revise", "send_back", "settle_ending", "sign", "sign_many", "take_back_ending", "terms_in", "void",
    "withdraw", "withdraw_orphans",
]  # fmt: skip
