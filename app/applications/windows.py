"""Until when what may be done, always by the server's clock: choices to the deadline, papers to their own day."""

from __future__ import annotations

from app.core.clock import now
from app.core.dates import said
from app.core.errors import WrongState
from app.rounds.models import Round


def may_choose(round_: Round) -> bool:
    """Whether applications may be started, changed and submitted."""
    return round_.state == "open" and now() < round_.deadline


def require_choosing(round_: Round) -> None:
    if may_choose(round_):
        return
    if round_.state in ("setup", "cancelled"):
        raise WrongState("这个批次现在不能报名")
    raise WrongState(f"报名{said(round_.deadline)}已经截止，现在不能改了。可以等下一批或者补录")


def may_send_papers(round_: Round) -> bool:
    """Whether papers, categories and a returned application may still be sent."""
    return round_.state in ("open", "checking") and now() < round_.evidence_due


def require_sending_papers(round_: Round) -> None:
    if not may_send_papers(round_):
        raise WrongState(f"交材料{said(round_.evidence_due)}已经截止")


def is_checking(round_: Round) -> bool:
    """Whether papers may be decided and scores entered; afterwards eligibility is frozen."""
    return round_.state in ("open", "checking")


def require_checking(round_: Round) -> None:
    if not is_checking(round_):
        raise WrongState("核对已经结束，材料和分数不能再改")


def guardian_may_answer(round_: Round) -> bool:
    """Whether a guardian's answer to the submission still counts; silence until then is no submission."""
    return round_.state in ("open", "checking") and now() < round_.guardian_due
