"""``python -m app.demo``: make the demonstration, say what happened, check what was promised, serve it.

    --once          make it anew, do not serve; exit 0 only if every promise held
    --from FOLDER   read organisations.xlsx, positions.xlsx, classes.xlsx (and scores.xlsx) of a folder of one's own
    --fresh         make it anew even if a complete one is there
    --port N        serve on another port than 8000
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.demo import keeping

if TYPE_CHECKING:
    from flask import Flask

    from app.demo.stage import Stage


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="run.py demo", allow_abbrev=False)
    parser.add_argument("--once", action="store_true", help="make it and check it, do not serve")
    parser.add_argument("--from", dest="folder", type=Path, metavar="FOLDER", help="read one's own workbooks")
    parser.add_argument("--fresh", action="store_true", help="make it anew even if it is there")
    parser.add_argument("--port", type=int, default=8000)
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    options = parse(arguments)
    os.environ["SANFANG_MODE"] = "demo"
    address = f"http://127.0.0.1:{options.port}"
    os.environ.setdefault("SANFANG_BASE_URL", address)
    if options.folder and not options.folder.is_dir():
        print(f"There is no folder {options.folder}.", file=sys.stderr)
        return 2
    record = None if options.once or options.fresh or options.folder else keeping.load()
    code = 0
    if not keeping.usable(record):
        code = make(options.folder)
        record = keeping.load()
    elif record is not None:
        print("The demonstration is there already (--fresh makes it anew).")
    if record is not None:
        print(*_doors(record, address), sep="\n", flush=True)
    if options.once or record is None:
        return code
    return serve(options.port)


def _doors(record: dict[str, Any], address: str) -> list[str]:
    lines = [f"Log in at {address}/log-in, or change roles at the top of any page. Text messages: {address}/demo/inbox"]
    for account in record["accounts"]:
        how = f"password {account['password']}" if account["password"] else "no password"
        lines.append(f"  {account['role']} {account['label']}: phone {account['phone']}, {how}; {account['why']}")
    return lines


def make(folder: Path | None) -> int:
    """Empty the database, tell the story, print the figures, check the promises. Returns the exit code."""
    from app import create_app
    from app.core import clock
    from app.core.db import db
    from app.demo.calendar import Calendar
    from app.demo.stage import FILES, Broken, Stage
    from app.demo.telling import tell

    print("Making the demonstration: an invented alliance lives through one whole round", flush=True)
    keeping.clear()
    app = create_app()
    prepare(app)
    _collect_seldom()
    with app.app_context():
        stage = Stage(Calendar(clock.today()), folder or FILES, lanes=2)
        try:
            tell(stage)
        except Broken as fault:
            print("The demonstration stopped:", *fault.lines, sep="\n  ", file=sys.stderr)
            return 1
        code = report(stage)
        db.session.remove()
        db.engine.dispose()
    return code


def _collect_seldom() -> None:
    """Thousands of rows come and go; looking for cycles among all that is loaded took a quarter of the time."""
    import gc

    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def prepare(app: Flask) -> None:
    """An empty, migrated database. Another's database is never emptied."""
    from sqlalchemy import inspect

    from app.core.db import db
    from app.core.schema import migrate

    with app.app_context():
        if inspect(db.engine).get_table_names():
            sys.exit("The database named by DATABASE_URL is not empty; the demonstration needs one of its own.")
    migrate(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            # If the machine stops now the demonstration is made anew, so no commit need wait for the disk. Whoever
            # serves it later opens connections of his own, with the usual safety.
            connection = db.engine.raw_connection()
            connection.cursor().execute("PRAGMA synchronous=OFF")
            connection.close()


def report(stage: Stage) -> int:
    """Print and keep what happened."""
    from app.demo.promises import PROMISES, broken
    from app.demo.summary import summary

    lines = summary(stage)
    print(*lines, sep="\n")
    failed = broken(stage)
    accounts = [dataclasses.asdict(account) for account in stage.accounts]
    keeping.save(accounts, lines, not failed)
    if failed:
        print(f"NOT KEPT ({len(failed)} of {len(PROMISES)} promises):", *failed, sep="\n  ", flush=True)
        return 1
    print(f"All {len(PROMISES)} promises held.", flush=True)
    return 0


def serve(port: int) -> int:
    """Web server and worker until Ctrl-C."""
    from tooling import serving

    return serving.keep_up(Path(sys.executable), serving.parse(["--port", str(port), "--workers", "1"]))


if __name__ == "__main__":
    sys.exit(main())
