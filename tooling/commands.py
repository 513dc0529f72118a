"""The commands of run.py: each gets its environment ready and starts the program that does the work."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from tooling import environment, serving, suite, warming
from tooling.places import ROOT, Refused, child_environment

__all__ = ["COMMANDS", "Refused", "run"]


def run(name: str, arguments: Sequence[str]) -> int:
    """Run the command called `name`; raises Refused with a plain line when that is impossible."""
    if name not in COMMANDS:
        raise Refused(f"there is no command {name!r}; there are {', '.join(COMMANDS)} (see run.py --help)")
    return COMMANDS[name](list(arguments))


def demo(arguments: list[str]) -> int:
    """Fill the demonstration alliance, run its round, serve it (app.demo takes the options)."""
    return _become(environment.ensure(environment.RUNTIME), "app.demo", arguments)


def worker(arguments: list[str]) -> int:
    """Run one background worker until it is stopped."""
    return _become(environment.ensure(environment.RUNTIME), "app.cli", ["worker", *arguments])


def serve(arguments: list[str]) -> int:
    """Migrate, then run web server and worker side by side."""
    options = serving.parse(arguments)
    python = environment.ensure(environment.RUNTIME)
    _require_module("app.cli")
    warming.begin(python)
    return serving.run(python, options)


def bench(arguments: list[str]) -> int:
    """Measure the matching engine, which compiles itself first."""
    return _become(environment.ensure(environment.DEVELOPMENT), "matching", ["bench", *arguments])


def screenshots(arguments: list[str]) -> int:
    """Take pictures of the main pages of the demonstration into docs/screens (needs chromium)."""
    return _become(environment.ensure(environment.DEVELOPMENT), "tests.journeys.screenshots", arguments)


def test(arguments: list[str]) -> int:
    """Run the whole suite on both databases."""
    options, extra = suite.parse(arguments)
    suite.install_missing(options.install)
    python = environment.ensure(environment.DEVELOPMENT)
    warming.begin(python, wait=True)
    return suite.run(python, options, extra)


def check(arguments: list[str]) -> int:
    """Run every static check, all of them even if the first fails, and name those that failed."""
    if arguments:
        raise Refused("check takes no options")
    python = environment.ensure(environment.DEVELOPMENT)
    bin_folder = python.parent
    checks: dict[str, list[str]] = {
        "lint": [str(bin_folder / "ruff"), "check", "."],
        "types": [str(bin_folder / "mypy")],
        "import contracts": [str(bin_folder / "lint-imports"), "--no-logo"],
        "shape": [str(python), "-m", "pytest", "-q", "-m", "not postgres", "tests/shape"],
    }
    failed = []
    for title, command in checks.items():
        print(f"== {title} ==", flush=True)
        if subprocess.run(command, cwd=ROOT, env=child_environment()).returncode:
            failed.append(title)
    print(f"FAILED: {', '.join(failed)}" if failed else "All checks passed.")
    return 1 if failed else 0


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "demo": demo,
    "test": test,
    "serve": serve,
    "worker": worker,
    "check": check,
    "bench": bench,
    "screenshots": screenshots,
}


def _become(python: Path, module: str, arguments: list[str]) -> int:
    """Turn this process into `python -m module`, so that signals and the exit code are the program's own."""
    _require_module(module)
    if module != "matching":
        # The demonstration's limits nest.
        warming.begin(python, nested=module == "app.demo")
    os.chdir(ROOT)
    os.execve(python, [str(python), "-m", module, *arguments], child_environment())


def _require_module(module: str) -> None:
    path = ROOT.joinpath(*module.split("."))
    if not path.with_suffix(".py").exists() and not (path / "__main__.py").exists():
        raise Refused(f"this copy of the project has no module {module}, which the command needs")
