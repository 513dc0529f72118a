"""Every address of the application, filled in with the rows of a story: what a curious person would try out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from app.accounts import sessions
from app.core.db import db
from app.core.requests import new_key
from app.law.settings import DEFAULTS
from tests.app.security.story import GUARDIANS_LINK, INVITATION, Person, Story

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# These load nothing an address names, only what belongs to whoever asks.
OWN_LOADERS = frozenset({"me", "signed_in_guardian"})


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


def addresses(app: Flask, story: Story) -> Iterator[Address]:
    """All routes of the application.

    Raises:
        KeyError: a route has an argument this file does not know; the story needs a row for it.
    """
    for rule in sorted(app.url_map.iter_rules(), key=str):
        view: Any = app.view_functions[rule.endpoint]
        if rule.endpoint == "static":
            continue
        loader = view.loads.__name__ if view.loads and view.loads.__name__ not in OWN_LOADERS else ""
        method = "GET" if "GET" in (rule.methods or ()) else "POST"
        for arguments in _arguments(rule, loader, story):
            with app.test_request_context():
                path = app.url_for(rule.endpoint, **arguments) + _query(rule.endpoint, story)
            yield Address(method, rule.endpoint, path, view.permission, loader, str(arguments.get("kind", "")))


def _query(endpoint: str, story: Story) -> str:
    return f"?with={story.rows['other_run_id']}" if endpoint == "placements.compare" else ""


def _arguments(rule: Rule, loader: str, story: Story) -> Iterator[dict[str, Any]]:
    """The arguments of a rule; the addresses of organisations exist once for schools and once for enterprises."""
    words = {
        "guardian_of_link": {"token": GUARDIANS_LINK}, "invitation_of": {"token": INVITATION},
        "own_paper": {"kind": "graduation", "category": "general"}, "_default": {"name": next(iter(DEFAULTS))},
    }.get(loader, {"purpose": "terms", "kind": "positions"})  # fmt: skip
    kinds = ("school", "enterprise") if rule.rule.startswith("/organisations/") else ("",)
    for kind in kinds:
        known = {**story.rows, **words, **({"kind": kind, "organisation_id": story.rows[f"{kind}_id"]} if kind else {})}
        yield {name: known[name] for name in rule.arguments}


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
