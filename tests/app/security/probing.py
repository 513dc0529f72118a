"""Finds out what a route reads: the fields of its form with what a decent person would type, and its query's names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Request
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.datastructures import ImmutableMultiDict
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    Field,
    FileField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
)
from wtforms.validators import NumberRange

from app.core.clock import today
from app.core.db import db
from app.core.forms import Form
from app.core.requests import new_key
from tests.app.make_agreements import PASSWORD
from tests.app.security.addresses import Address
from tests.app.vanishing import undone

# Words that only some fields take; everything else of its type takes what stands in _typed.
DECENT = {
    "phone": "13912345678", "credit_code": "91371000MA00000T04", "proof": PASSWORD, "password": PASSWORD,
    "code": "Z901", "email": "", "login": "13912345678", "identity": "371002200901010018",
}  # fmt: skip


@contextmanager
def forms_noted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Form]]:
    """Every form that is made meanwhile."""
    made: list[Form] = []
    begin = Form.__init__

    def note(self: Form, *arguments: Any, **named: Any) -> None:
        begin(self, *arguments, **named)
        made.append(self)

    with monkeypatch.context() as patched:
        patched.setattr(Form, "__init__", note)
        yield made


def form_of(monkeypatch: pytest.MonkeyPatch, browser: FlaskClient, address: Address) -> dict[str, Field]:
    """The fields that a POST to the address reads, by name; empty for a bare button."""
    with forms_noted(monkeypatch) as made, undone():
        address.ask(browser)
    return {name: field for form in made[:1] for name, field in form._fields.items() if name != "csrf_token"}


def decent(
    monkeypatch: pytest.MonkeyPatch, browser: FlaskClient, path: str, fields: dict[str, Field]
) -> dict[str, Any]:
    """What the page shows filled in already, and for the rest a value that its kind of field takes."""
    with forms_noted(monkeypatch) as made, undone():
        browser.get(path)
    shown = {name: field for form in made for name, field in form._fields.items()}
    data = {name: _typed(name, field, shown.get(name)) for name, field in fields.items()}
    return {name: value for name, value in data.items() if value is not None}


def _typed(name: str, field: Field, shown: Field | None) -> Any:
    there = _shown(shown) if shown is not None else None
    if there not in (None, "", []):
        return there
    if isinstance(field, FileField):
        return None
    if isinstance(field, BooleanField):
        return "y"
    if isinstance(field, SelectMultipleField | SelectField | RadioField):
        return next((str(code) for code, *_ in field.iter_choices() if code), None)
    if isinstance(field, IntegerField):
        lowest = [v.min for v in field.validators if isinstance(v, NumberRange)]
        return str(lowest[0] if lowest else 1)
    if isinstance(field, DateTimeLocalField):
        return f"{today() + dt.timedelta(days=9)}T09:00"
    if isinstance(field, DateField):
        return str(today() + dt.timedelta(days=9))
    return "" if name == "version" else DECENT.get(name, "好的")


def _shown(field: Field) -> Any:
    if isinstance(field, SelectMultipleField | SelectField | RadioField | BooleanField):
        return [str(d) for d in field.data] if isinstance(field.data, list) else field.data and str(field.data)
    return None if isinstance(field, PasswordField | FileField) else field._value()


def send(browser: FlaskClient, path: str, data: dict[str, Any]) -> Any:
    """POST, and take back whatever it changed."""
    with undone():
        return browser.post(path, data={"_key": new_key(), **data})


@contextmanager
def written() -> Iterator[list[tuple[str, list[Any]]]]:
    """Every statement that changes a row meanwhile, with its values."""
    connection, seen = db.session.connection(), []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            seen.append((statement, list(values.values()) if isinstance(values, dict) else list(values)))

    event.listen(connection, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(connection, "before_cursor_execute", note)


@contextmanager
def names_noted(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """The names under which pages look into the query of their address meanwhile."""
    asked: set[str] = set()

    class Noting(ImmutableMultiDict):  # type: ignore[type-arg]
        def get(self, key: str, *arguments: Any, **named: Any) -> Any:
            asked.add(key)
            return super().get(key, *arguments, **named)

        def getlist(self, key: str, *arguments: Any, **named: Any) -> Any:
            asked.add(key)
            return super().getlist(key, *arguments, **named)

    with monkeypatch.context() as patched:
        patched.setattr(Request, "parameter_storage_class", Noting)
        yield asked
