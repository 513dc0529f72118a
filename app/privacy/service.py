"""Commands on one's own data; how each is done lies in a module of its own."""

from app.privacy.closing import ask_closure, withdraw_closure
from app.privacy.correcting import (
    ask_correction,
    correct_directly,
    decide_correction,
    wished_number,
    withdraw_correction,
)  # fmt: skip

__all__ = [
    "ask_closure", "ask_correction", "correct_directly", "decide_correction", "withdraw_closure",
    "wished_number", "withdraw_correction",
]  # fmt: skip
