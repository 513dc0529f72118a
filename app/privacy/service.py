"""Commands on one's own data; how each is done lies in a module of its own."""

from app.privacy.closing import ask_closure, withdraw_closure
from app.privacy.correcting import (
    ask_correction,
    correct_directly,
    decide_correction,
    wished_number,
    withdraw_correction,
)  # fmt: skip
from app.privacy.withdrawing import consent_again

__all__ = [
    "ask_closure", "ask_correction", "correct_directly", "decide_correction", "withdraw_closure",
    "consent_again", "wished_number", "withdraw_correction",
]  # fmt: skip
