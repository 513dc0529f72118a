"""The command line: `python -m app.cli migrate | worker | keys | docs | admin-link | second-factor-off`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from config import ConfigError, Keys

ROOT = Path(__file__).resolve().parents[1]


def migrate(options: argparse.Namespace) -> int:
    """Bring the database to the newest schema; on an empty one print the first administrator's link."""
    from app import create_app
    from app.core.schema import migrate as bring

    app = create_app()
    bring(app, options.to)
    if options.to == "head":
        admin_link(options)
    return 0


def admin_link(options: argparse.Namespace) -> int:
    """Print a one-time link for the first administrator, while there is none."""
    from app import create_app
    from app.accounts.service import first_admin_token
    from app.core.web import commit

    app = create_app()
    with app.app_context():
        token = first_admin_token()
        commit()
        if token:
            print(f"First administrator, one-time link: {app.config['SANFANG'].base_url}/welcome/{token}", flush=True)
    return 0


def second_factor_off(options: argparse.Namespace) -> int:
    """Take the second factor off the account of a phone: for the only administrator, whose app is lost."""
    from app import create_app
    from app.accounts import second_factor
    from app.accounts.sealed import user_by_phone
    from app.core.actor import SYSTEM
    from app.core.errors import DomainError
    from app.core.web import commit

    with create_app().app_context():
        user = user_by_phone(options.phone)
        if user is None:
            print("There is no account with that phone.", file=sys.stderr)
            return 1
        try:
            second_factor.take_off(SYSTEM, user, "by the operator's command line")
        except DomainError:
            print("That account has no second factor.", file=sys.stderr)
            return 1
        commit()
    return 0


def worker(options: argparse.Namespace) -> int:
    """Run background work until told to stop."""
    from app import create_app
    from app.core.dispatch import work

    return work(create_app(), once=options.once)


def keys(options: argparse.Namespace) -> int:
    """Print fresh keys; keep them in a 0600 file outside the data folder (SANFANG_KEYS_FILE)."""
    print(Keys.fresh().dump())
    return 0


def documents() -> dict[Path, Callable[[], str]]:
    """The generated pages of docs/."""
    import importlib

    from app import MODELS, permissions
    from app.core.states import states_markdown
    from app.law.catalogue import law_markdown

    for name in MODELS:
        importlib.import_module(name.replace(".models", ".states"))
    docs = ROOT / "docs"
    return {
        docs / "STATES.md": states_markdown,
        docs / "PERMISSIONS.md": permissions.table_markdown,
        docs / "LAW.md": law_markdown,
    }


def docs(options: argparse.Namespace) -> int:
    """Write the generated pages of docs/ anew."""
    for path, text in documents().items():
        path.write_text(text(), "utf-8")
        print(path.relative_to(ROOT))
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m app.cli", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, function in (
        ("migrate", migrate),
        ("worker", worker),
        ("keys", keys),
        ("docs", docs),
        ("admin-link", admin_link),
        ("second-factor-off", second_factor_off),
    ):
        command = commands.add_parser(name, help=(function.__doc__ or "").splitlines()[0])
        command.set_defaults(run=function)
        if name == "migrate":
            command.add_argument("--to", default="head", help="a revision, 'base', or -1 (default: head)")
        if name == "second-factor-off":
            command.add_argument("phone", help="the eleven digits of the account's phone")
        if name == "worker":
            command.add_argument("--once", action="store_true", help="do what is due, then end")
    options = parser.parse_args(arguments)
    try:
        return int(options.run(options))
    except ConfigError as fault:
        print(f"sanfang: configuration refused: {fault}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
