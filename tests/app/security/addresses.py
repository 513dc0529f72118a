"""Every address of the application, filled in with the rows of a story: what a curious person would try out."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from app.accounts import sessions
from app.core.db import db
from app.core.requests import new_key
from app.law.settings import DEFAULTS
from tests.app.security.story import GUARDIANS_LINK, INVITATION, OBJECTION, REFERENCE, SLIP_CODE, Person

# The word of an address (agreement_id) → the numbers to try.
Rows = Mapping[str, Sequence[Any]]
# These load nothing an address names, only what belongs to whoever asks.
OWN_LOADERS = frozenset({"me", "signed_in_guardian", "own_station"})


@dataclass(frozen=True)
class Address:
    """One method of one route with its arguments; ``loader`` is blank where the address names no row."""

    method: str
    endpoint: str
    path: str
    permission: str
    loader: str
    kind: str = ""

    def __str__(self) -> str:
        return f"{self.method} {self.path} ({self.endpoint})"

    def ask(self, client: FlaskClient, data: dict[str, Any] | None = None, **options: Any) -> Any:
        if self.method == "GET":
            return client.get(self.path, **options)
        return client.post(self.path, data={"_key": new_key(), **(data or {})}, **options)


def addresses(app: Flask, rows: Rows) -> Iterator[Address]:
    """All routes of the application, filled in with every row given.

    Raises:
        KeyError: a route has an argument this file does not know; the story needs a row for it.
    """
    for rule in sorted(app.url_map.iter_rules(), key=str):
        view: Any = app.view_functions[rule.endpoint]
        if rule.endpoint == "static":
            continue
        loader = view.loads.__name__ if view.loads and view.loads.__name__ not in OWN_LOADERS else ""
        method = "GET" if "GET" in (rule.methods or ()) else "POST"
        for arguments in _arguments(rule, loader, rows):
            with app.test_request_context():
                path = app.url_for(rule.endpoint, **arguments) + _query(rule.endpoint, rows)
            yield Address(method, rule.endpoint, path, view.permission, loader, str(arguments.get("kind", "")))


def _query(endpoint: str, rows: Rows) -> str:
    return f"?with={rows['run_id'][-1]}" if endpoint == "placements.compare" and rows["run_id"] else ""


def _arguments(rule: Rule, loader: str, rows: Rows) -> Iterator[dict[str, Any]]:
    """The arguments of a rule; the addresses of organisations exist once for schools and once for enterprises."""
    words = {
        "guardian_of_link": {"token": GUARDIANS_LINK}, "invitation_of": {"token": INVITATION},
        "objection_of": {"token": OBJECTION}, "request_of": {"reference": REFERENCE},
        "slip_of_code": {"code": SLIP_CODE},
        "own_paper": {"kind": "graduation", "category": "general"}, "_default": {"name": next(iter(DEFAULTS))},
    }.get(loader, {"purpose": "terms", "kind": "positions"})  # fmt: skip
    kinds = ("school", "enterprise") if rule.rule.startswith("/organisations/") else ("",)
    for kind in kinds:
        known = {**rows, **{word: [text] for word, text in words.items()}}
        if kind:
            known |= {"kind": [kind], "organisation_id": rows[f"{kind}_id"]}
        names = sorted(rule.arguments)
        for values in itertools.product(*(known[name] for name in names)):
            yield dict(zip(names, values))


def rows_of(**models: Any) -> Rows:
    """Every row there is: the word of the address → the ids of the model's table."""
    return {word: list(db.session.scalars(select(model.id).order_by(model.id))) for word, model in models.items()}


def browser_of(app: Flask, person: Person) -> FlaskClient:
    """A browser in which this person is signed in, whatever she presses; with nobody in it for none."""
    client = app.test_client(use_cookies=False)
    if person:
        client.environ_base["HTTP_COOKIE"] = f"{app.config['LOGIN_COOKIE']}={sessions.begin(**person)}"
        db.session.commit()
    return client


def is_refused(answer: Any) -> bool:
    """Not permitted, not to be seen, or asked to log in first."""
    return answer.status_code in (403, 404) or answer.headers.get("Location", "").startswith("/log-in")
