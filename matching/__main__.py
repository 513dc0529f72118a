"""The engine's command line: python -m matching solve | verify | explain | generate | bench | warm.

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
    except BrokenPipeError:
        sys.stderr.close()  # whoever read the output has seen enough
        return 0
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
    command = commands.add_parser("explain", help="say for one applicant, or per class, why it came out so")
    command.add_argument("bundle", type=Path)
    command.add_argument("outcome", type=Path)
    command.add_argument("--applicant", help="identifier; without it, one line per class is printed")
    command.set_defaults(run=_explain)
    command = commands.add_parser("generate", help="write a city-like round")
    command.add_argument("bundle", type=Path)
    command.add_argument("--applicants", type=_positive, required=True)
    command.add_argument("--seats-ratio", type=float, default=0.8, help="seats per applicant")
    command.add_argument("--seed", type=int, default=1)
    command.add_argument("--crossing", action="store_true", help="positions and enterprises bind as well")
    command.add_argument("--reserves", action="store_true", help="seats reserved for three groups")
    command.add_argument("--under-16", type=float, default=0.0, help="share who may only take seat-only tracks")
    command.add_argument("--adjustable", type=float, default=0.0, help="share who agree to adjustment")
    command.add_argument("--rule", choices=("stable", "maximum"), default="stable")
    command.set_defaults(run=_generate)
    command = commands.add_parser("bench", help="measure every policy and write the table and the plot")
    command.add_argument("--sizes", default="10000,100000,1000000,2000000", help="numbers of applicants, with commas")
    command.add_argument("--out", type=Path, default=Path("docs"))
    command.add_argument("--no-peers", action="store_true", help="do not install and measure other packages")
    command.set_defaults(run=_bench)
    command = commands.add_parser("warm", help="compile the engine ahead of its first round")
    command.add_argument("--nested", action="store_true", help="only what rounds whose limits nest need")
    command.set_defaults(run=_warm)
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


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


def _explain(options: argparse.Namespace) -> int:
    from matching import explain, read_bundle, read_outcome

    instance = read_bundle(options.bundle)
    outcome = read_outcome(options.outcome, instance)
    notes = explain(instance, outcome)
    if options.applicant is None:
        for note in notes.classes:
            state = f"open with {note.filled}" if note.open else f"not open, {note.missing} more people needed"
            print(f"{note.class_id}: {state}; next in line: {note.next_in_line or 'nobody'}")
        return 0
    if options.applicant not in instance.applicant_ids:
        print(f"{options.applicant} is unknown", file=sys.stderr)
        return 2
    for row in outcome.reason_rows():
        if row.applicant_id == options.applicant:
            distance = "" if row.distance is None else f", {row.distance} short"
            print(f"{row.rank or '-'} {row.track_id}: {row.reason} {row.limit}{distance}")
    for room in notes.rooms:
        if room.applicant_id == options.applicant:
            print(f"there was room in {room.track_id}" + (", which she had chosen" if room.listed else ""))
    return 0


def _generate(options: argparse.Namespace) -> int:
    from matching import write_bundle
    from matching.generate import City, generate

    city = City(
        options.applicants,
        options.seats_ratio,
        options.seed,
        options.crossing,
        options.reserves,
        under_16=options.under_16,
        adjustable=options.adjustable,
        rule=options.rule,
    )
    instance = generate(city)
    write_bundle(instance, options.bundle)
    print(f"{instance.applicants} applicants, {instance.choices} choices, {len(instance.class_ids)} classes")
    return 0


def _bench(options: argparse.Namespace) -> int:
    from matching.bench import run

    cases = run([_positive(size) for size in options.sizes.split(",")], options.out, not options.no_peers)
    missed = [f"missed: {case.name} at {case.applicants:,}: {what}" for case in cases for what in case.missed()]
    print("\n".join(missed) or "every target is met")
    return 1 if missed else 0


def _warm(options: argparse.Namespace) -> int:
    from matching.warming import warm

    warm(nested=options.nested)
    print("the engine is compiled")
    return 0


def _print_faults(faults: list[str]) -> int:
    for fault in faults:
        print(fault)
    print(f"{len(faults)} faults" if faults else "verified: everything claimed holds")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
