"""The engine's command line: python -m matching solve | verify | explain | generate | bench.

Exit codes: 0 all is well · 1 something does not hold · 2 wrong use or a refused bundle · 130 interrupted.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from matching.faults import BundleFaults


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; every failure is a sentence on standard error, never a traceback."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except BundleFaults as refused:
        for fault in refused.faults:
            print(fault, file=sys.stderr)
        print(f"{len(refused.faults)} faults: the bundle is refused whole", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    except (OSError, ValueError, ArithmeticError) as error:
        print(f"cannot go on: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m matching", description="Solve and check rounds of order classes.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    command = commands.add_parser("solve", help="solve a bundle and write its outcome")
    command.add_argument("bundle", type=Path)
    command.add_argument("--out", type=Path, required=True, help="folder or .zip for the outcome")
    command.add_argument("--time-limit", type=float, help="seconds for improvement and proof")
    command.add_argument("--quiet", action="store_true", help="no progress")
    command.set_defaults(run=_solve)
    command = commands.add_parser("verify", help="check an outcome against its bundle")
    command.add_argument("bundle", type=Path)
    command.add_argument("outcome", type=Path)
    command.set_defaults(run=_verify)
    return parser


def _solve(options: argparse.Namespace) -> int:
    from matching import read_bundle, solve, verify, write_outcome

    instance = read_bundle(options.bundle)

    def progress(fraction: float, text: str) -> None:
        if not options.quiet:
            print(f"{fraction:4.0%} {text}", file=sys.stderr, flush=True)

    outcome = solve(instance, progress, time_limit=options.time_limit)
    write_outcome(outcome, options.out)
    print(f"guarantee {outcome.guarantee}, placed {outcome.placed} of {instance.applicants}, bound {outcome.bound}")
    return _print_faults(verify(instance, outcome))


def _verify(options: argparse.Namespace) -> int:
    from matching import read_bundle, read_outcome, verify

    instance = read_bundle(options.bundle)
    return _print_faults(verify(instance, read_outcome(options.outcome, instance)))


def _print_faults(faults: list[str]) -> int:
    for fault in faults:
        print(fault)
    print(f"{len(faults)} faults" if faults else "verified: everything claimed holds")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
