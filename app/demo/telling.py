"""The whole story, chapter after chapter."""

from __future__ import annotations

from collections.abc import Callable

from app.demo.stage import Stage
from app.demo.story import (
    answering,
    applying,
    assisting,
    checking,
    founding,
    next_round,
    offering,
    opening_doors,
    signing,
    solving,
    waiting,
)
from app.demo.story.doing import phones_ring

CHAPTERS: tuple[tuple[str, Callable[[Stage], None]], ...] = (
    ("the alliance and its coordinators", founding.found),
    ("schools and enterprises register, are checked, join", founding.join),
    ("enterprises post positions", offering.post),
    ("schools open order classes", offering.open_classes),
    ("the round opens", offering.open_round),
    ("people apply, guardians answer", applying.apply),
    ("papers are checked", checking.check),
    ("scores are entered", checking.enter_scores),
    ("the round closes, the lottery is drawn", solving.close),
    ("three trial runs are solved and verified", solving.solve),
    ("two coordinators decide, results are published", solving.publish),
    ("people answer", answering.answer),
    ("one repair run", answering.repair),
    ("positions for those who turned 16", signing.give_position),
    ("agreements are signed", signing.sign),
    ("workers begin to print", signing.begin_printing),
    ("a supplementary round opens", next_round.open_next),
    ("a station enters for people without a phone", assisting.assist),
    ("more waits to be checked", waiting.leave_waiting),
    ("papers are printed", signing.print_papers),
    ("accounts of every role", opening_doors.open_doors),
)


def tell(stage: Stage) -> None:
    """Run every chapter, each timed.

    Raises:
        Broken: a file has faults, or a run was not solved.
    """
    for title, chapter in CHAPTERS:
        with stage.step(title):
            chapter(stage)
    phones_ring()
