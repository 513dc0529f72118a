#!/usr/bin/env python3
"""The one command of the project: set everything up, then run it.

Only the standard library is used here and in tooling/, because this file has to work before anything is
installed. This file itself is written for any Python 3, so that an old one can be told what it lacks.
"""

import os
import shutil
import subprocess
import sys
from typing import Optional

OLDEST = (3, 11)

USAGE = """usage: python3 run.py COMMAND [options]

  demo    set up, fill the demonstration alliance, run one whole round, serve it on http://127.0.0.1:8000
            --once          the same without serving; exit 0 only if everything held
            --from FOLDER   read the workbooks of FOLDER instead of the demonstration's own
            --port N        serve on another port
  test    set up and run every test, on SQLite and then on PostgreSQL
            --long          the slow tests too
            --install       as root on Debian: install chromium and PostgreSQL without asking
            --fail-on-skip  fail if anything was skipped (also with CI=true)
            --database D    only this one: sqlite or postgresql
            anything else is handed to pytest: run.py test tests/shape -k stamp
  serve   bring the database up to date, then run the web server and a worker until Ctrl-C
            --host H --port N --workers N
  worker  run one background worker
  check   lint, types, import contracts and the tests of the project's shape
  bench   measure the matching engine
  screenshots   pictures of the main pages into docs/screens

The first start makes .venv and installs the pinned requirements; later starts take no time."""


def is_new_enough(version: tuple) -> bool:
    """Say whether a (major, minor, ...) version can run the project."""
    return tuple(version[:2]) >= OLDEST


def newer_python() -> Optional[str]:
    """Find a Python on PATH that is new enough, or None. Each is tried, for a shim may lead nowhere."""
    names = ["python3.%d" % minor for minor in (13, 12, 11, 14)] + ["python3", "python"]
    for name in names:
        path = shutil.which(name)
        if path and starts_new_enough(path):
            return path
    return None


def starts_new_enough(path: str) -> bool:
    """Start an interpreter and ask it for its version."""
    question = "import sys; sys.exit(0 if sys.version_info[:2] >= (%d, %d) else 1)" % OLDEST
    with open(os.devnull, "w") as nothing:
        try:
            return subprocess.call([path, "-c", question], stdout=nothing, stderr=nothing) == 0
        except OSError:
            return False


def use_new_python(arguments: list) -> int:
    """Go on under a newer Python where this one is too old; explain when there is none."""
    path = newer_python()
    if path:
        os.execv(path, [path, os.path.abspath(__file__), *arguments])
    print(
        "Python %d.%d or newer is needed; this is Python %d.%d (%s) and no newer one is on the PATH.\n"
        "On Debian 12 or Ubuntu 24.04: apt-get install python3 python3-venv. Elsewhere: https://www.python.org/downloads/"
        % (OLDEST[0], OLDEST[1], sys.version_info[0], sys.version_info[1], sys.executable),
        file=sys.stderr,
    )
    return 2


def main(arguments: list) -> int:
    """Run one command and return its exit code."""
    if not is_new_enough(sys.version_info):
        return use_new_python(arguments)
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(USAGE)
        return 0 if arguments else 2
    if os.name != "posix":
        print("Sanfang runs on Linux and macOS; on Windows use WSL.", file=sys.stderr)
        return 2
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    from tooling import commands

    try:
        return commands.run(arguments[0], arguments[1:])
    except commands.Refused as refusal:
        print("run.py: %s" % refusal, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
