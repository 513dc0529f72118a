"""Whatever is sent, the answer is a page in Chinese: never a crash, never a trace, never a row that nobody meant."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from wtforms import Field, FileField

from app.core.clock import at, now
from tests.app.security.addresses import Address, addresses, browser_of
from tests.app.security.bad_values import FILES, SCRIPT, VALUES
from tests.app.security.beginnings import begun
from tests.app.security.probing import decent, form_of, names_noted, send, written
from tests.app.security.story import Story
from tests.app.security.test_matrix import let_in

pytestmark = pytest.mark.long

# What a form must never take from whoever sends it.
EXTRA = {
    "role": "admin", "is_admin": "1", "state": "accepted", "user_id": "1", "school_id": "1", "enterprise_id": "1",
    "alliance_id": "1", "id": "1", "by_user": "1", "approved_by": "1", "round_id": "1", "lottery": "1",
    "level": "verified",
}  # fmt: skip
NO_NUMBERS = ("0", "9" * 18, "9" * 30, "9" * 4000, "²", "１", "-1", "1.5", "%00", "1%00", "..%2f1")
WORKERS = ("student", "guardian", "station", "school", "enterprise", "coordinator", "admin")
FINE = (200, 302, 303, 400, 403, 404, 409, 413, 415, 422, 429)
# What a phone was proved for, by a part of the address; for logging in otherwise.
PURPOSES = {"sign-up": "sign_up", "forgotten": "new_password", "ways-back": "way_back"}
# A refusal before the form is looked at.
NOT_NOW = (403, 404, 409)
# What no page may show: a look behind it, a script that runs, a sum that was calculated.
NEVER = ("Traceback", "sqlalchemy", SCRIPT, ">49<")
# Forms that neither story is in the state for: they are read, and then answered with 409.
MOST_CLOSED = 41
# Of all values each form meets this many with every field, and each field this many alone.
AT_ONCE, ALONE = 3, 1


@dataclass(frozen=True)
class Post:
    """A form of the application in the hands of somebody who may send it; ``good`` is what she would decently send."""

    address: Address
    browser: Callable[[], FlaskClient]
    fields: dict[str, Field]
    good: dict[str, Any]

    def send(self, **data: Any) -> Any:
        return send(self.browser(), self.address.path, data)

    def wrong(self, value: str) -> dict[str, Any]:
        """Every field filled with the same value, and each picture with a file that is none."""
        return {name: _sent(field, value) for name, field in self.fields.items()}

    def __str__(self) -> str:
        return self.address.endpoint


def _sent(field: Field, value: str) -> Any:
    if not isinstance(field, FileField):
        return value
    name, content = FILES[len(value) % len(FILES)]
    return content(), name


@pytest.fixture(scope="module")
def posts(app: Flask, story: Story) -> list[Post]:
    """Every POST of the application once, in whichever of two stories its form is open."""
    patch, found = pytest.MonkeyPatch(), {}
    for chapter in (begun(story), story):
        for address in addresses(app, chapter.rows):
            name = (address.endpoint, address.kind)
            if address.method == "GET" or (name in found and found[name].send().status_code not in NOT_NOW):
                continue
            browser = _hand(app, chapter, address)
            fields = form_of(patch, browser(), address)
            found[name] = Post(address, browser, fields, decent(patch, browser(), address.path, fields))
    return list(found.values())


def _hand(app: Flask, story: Story, address: Address) -> Callable[[], FlaskClient]:
    """The browser of the first who may; for public forms each time a new one, in which a code has been asked for."""
    if address.permission != "public":
        browser = browser_of(app, story.people[next(who for who in WORKERS if who in let_in(address))])
        return lambda: browser

    def newcomer() -> FlaskClient:
        browser, path = app.test_client(), address.path
        purpose = next((word for part, word in PURPOSES.items() if part in path), "log_in")
        with browser.session_transaction() as kept:
            kept["entering"] = {"phone": "13912345678", "purpose": purpose, "proved": now().isoformat()}
            kept["half"] = {"user": story.people["student"]["user_id"], "at": now().isoformat(), "next": "/"}
        return browser

    return newcomer


def faults(answer: Any) -> list[str]:
    """What no answer to bad input may be."""
    text = answer.text if answer.mimetype == "text/html" else ""
    found = [] if answer.status_code in FINE else [f"status {answer.status_code}"]
    found += [word for word in NEVER if word in text]
    return found + ([] if "b=c" not in str(answer.headers.getlist("Set-Cookie")) else ["a header was planted"])


def turns(number: int, many: int) -> Iterator[tuple[str, str]]:
    """``many`` of the values for the thing with this number; neighbours get others, so that all take part."""
    names = list(VALUES)
    for turn in range(many):
        name = names[(number * many + turn) % len(names)]
        yield name, VALUES[name]


def test_every_form_of_the_application_is_here_and_most_are_open(app: Flask, posts: list[Post]) -> None:
    mutating = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    assert {str(post) for post in posts} == mutating
    closed = {str(post) for post in posts if post.fields and post.send(**post.good).status_code in NOT_NOW}
    assert len(closed) <= MOST_CLOSED, sorted(closed)


def test_no_form_breaks_when_every_field_is_wrong(posts: list[Post]) -> None:
    broken = {
        (str(post), name): found
        for number, post in enumerate(posts)
        for name, value in turns(number, AT_ONCE)
        if (found := faults(post.send(**post.wrong(value))))
    }
    assert broken == {}


def test_no_form_breaks_when_one_field_is_wrong_and_the_others_are_decent(posts: list[Post]) -> None:
    fields = [(post, name) for post in posts for name in post.fields]
    broken = {
        (str(post), name, kind): found
        for number, (post, name) in enumerate(fields)
        for kind, value in turns(number, ALONE)
        if (found := faults(post.send(**post.good | {name: _sent(post.fields[name], value)})))
    }
    assert broken == {}


def test_what_no_form_asks_for_changes_nothing(posts: list[Post]) -> None:
    """The same values are written whether or not somebody adds fields of her own (mass assignment). Keys and numbers
    drawn at random differ between two decent posts already: they are left out. All three are sent at one instant: a
    time kept to the second, its hash and the minute in which a session was last seen may agree in two alone."""
    moved = []
    for post in posts:
        added = {name: value for name, value in EXTRA.items() if name not in post.fields}
        with at(now()):
            once, again, greedily = (_writes(post, more) for more in ({}, {}, added))
        steady = [[a == b for a, b in zip(one, two)] for (_, one), (_, two) in zip(once, again)]
        if [say for say, _ in once] != [say for say, _ in greedily] or any(
            stays and a != b
            for stay, (_, one), (_, other) in zip(steady, once, greedily)
            for stays, a, b in zip(stay, one, other)
        ):
            moved.append(str(post))
    assert moved == []


def _writes(post: Post, more: dict[str, str]) -> list[tuple[str, list[Any]]]:
    with written() as seen:
        post.send(**post.good | more)
    return seen


def test_no_page_breaks_over_what_stands_in_its_address(app: Flask, story: Story) -> None:
    patch, broken = pytest.MonkeyPatch(), {}
    for number, address in enumerate(a for a in addresses(app, story.rows) if a.method == "GET"):
        browser = _hand(app, story, address)()
        with names_noted(patch) as names:
            browser.get(address.path)
        for name in sorted(names):
            for kind, value in turns(number, AT_ONCE):
                answer = browser.get(address.path.partition("?")[0], query_string={name: value[:3000]})
                broken |= {(str(address), name, kind): found} if (found := faults(answer)) else {}
    assert broken == {}


@pytest.mark.parametrize("number", NO_NUMBERS)
def test_a_number_in_an_address_that_names_nothing_is_404(app: Flask, story: Story, number: str) -> None:
    browser = browser_of(app, story.people["coordinator"])
    for place in ("/classes/{}", "/rounds/{}", "/agreements/{}", "/my-application/{}/choices", "/runs/{}/compare"):
        assert browser.get(place.format(number)).status_code in (404, 414), place
