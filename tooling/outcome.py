"""What came of the tests: counts over all passes, and loudly what was not run and why."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from tooling import debian


@dataclass
class Outcome:
    """The result of the suite on one database; `broken` means that pytest itself did not come to its end."""

    database: str
    passed: int = 0
    failed: int = 0
    skips: list[str] = field(default_factory=list)
    broken: bool = False


def report(
    outcomes: Sequence[Outcome], seconds: float, options: argparse.Namespace, missing: Sequence[str]
) -> int:
    """Print the account, its last line "N passed, N failed, N skipped", and return the exit code."""
    passed = sum(outcome.passed for outcome in outcomes)
    failed = sum(outcome.failed for outcome in outcomes)
    skipped = sum(len(outcome.skips) for outcome in outcomes)
    print()
    for outcome in outcomes:
        counts = f"{outcome.passed} passed, {outcome.failed} failed, {len(outcome.skips)} skipped"
        print(f"{outcome.database}: {counts}{' - pytest did not end normally' if outcome.broken else ''}")
    if not options.long:
        print("Slow tests were left out; `run.py test --long` runs them too.")
    if skipped:
        _say_what_was_skipped(outcomes, missing)
    print(f"{seconds:.0f} s in all")
    print(f"{passed} passed, {failed} failed, {skipped} skipped", flush=True)
    nothing = passed + failed + skipped == 0
    broken = any(outcome.broken for outcome in outcomes)
    return 1 if failed or broken or nothing or (skipped and options.fail_on_skip) else 0


def _say_what_was_skipped(outcomes: Sequence[Outcome], missing: Sequence[str]) -> None:
    print("\n" + "!" * 78)
    print("NOT EVERYTHING WAS RUN:")
    for outcome in outcomes:
        for reason, times in Counter(outcome.skips).most_common():
            print(f"  {outcome.database}: {times} skipped: {reason.removeprefix('Skipped: ')}")
    if missing and debian.can_install():
        print("`python3 run.py test --install` installs what is missing and runs everything.")
    elif missing and debian.is_debian():
        print(f"To run everything: sudo apt-get install --no-install-recommends {' '.join(missing)}")
    elif missing:
        print(f"To run everything, install what Debian calls {' '.join(missing)}.")
    print("!" * 78)
