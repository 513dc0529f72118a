"""Every route stands in the permission table, has a plain address, and is guarded as the walls demand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from app import permissions
from app.core import imports

WORD = r"[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z]+)?"
# A number is typed; a word (a kind, a one-time token) needs no converter.
PART = rf"(?:{WORD}|<(?:[a-z]+(?:\([a-z, ]+\))?:)?[a-z_]+>)"
KEBAB = re.compile(rf"^/(?:{PART}(?:/{PART})*)?$")
SAFE = {"GET", "HEAD", "OPTIONS"}


def rules(app: Flask) -> Iterator[tuple[Rule, Any]]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static":
            yield rule, app.view_functions[rule.endpoint]


def test_every_route_names_a_permission_of_the_table(app: Flask) -> None:
    unguarded = [str(rule) for rule, view in rules(app) if getattr(view, "permission", None) not in permissions.TABLE]
    assert unguarded == []


def test_every_permission_of_the_table_is_used_by_a_route(app: Flask) -> None:
    used = {view.permission for _, view in rules(app)}
    importers = {importer.permission for importer in imports.IMPORTERS.values()}
    only_in_the_demonstration = {"demo.switch"}
    assert set(permissions.TABLE) - used - importers - only_in_the_demonstration == set()


def test_addresses_are_plain_and_their_arguments_typed(app: Flask) -> None:
    odd = [str(rule) for rule, _ in rules(app) if not KEBAB.match(str(rule))]
    assert odd == []


def test_no_route_answers_get_and_changes_things_at_once(app: Flask) -> None:
    mixed = [str(rule) for rule, _ in rules(app) if rule.methods and rule.methods - SAFE and rule.methods & {"GET"}]
    assert mixed == []


def test_a_route_with_an_id_loads_its_row_as_the_person_may_see_it(app: Flask) -> None:
    blind = [str(rule) for rule, view in rules(app) if "<int:" in str(rule) and view.loads is None]
    assert blind == []


def test_every_identifier_in_an_address_is_a_typed_number(app: Flask) -> None:
    loose = [str(rule) for rule, _ in rules(app) if re.search(r"<[a-z]+_id>", str(rule))]
    assert loose == []


def test_no_address_carries_an_identity_or_phone_number(app: Flask) -> None:
    addresses = [str(rule) for rule, _ in rules(app)]
    telling = [a for a in addresses if re.search("phone|identity|id_number", a.replace("phones", ""))]
    assert [t for t in telling if "<" in t] == []


@pytest.mark.parametrize("rule", ["/desk", "/account", "/my-application", "/rounds", "/positions"])
def test_a_stranger_is_sent_to_log_in_and_comes_back(client: Any, rule: str) -> None:
    answer = client.get(rule)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/log-in?next=")
