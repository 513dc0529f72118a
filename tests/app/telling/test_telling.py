"""Every change of state tells the person, on the site and by text message: each move there is, proved by a story."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from app.accounts.sealed import identity_of
from app.core.clock import now
from app.core.db import db
from app.core.history import History
from app.core.outbox import LONGEST_TEXT, Message, as_text, body_of
from app.core.states import MACHINES
from tests.app.make_agreements import Table
from tests.app.telling import applying, signing
from tests.app.telling.told import STORIES

LOOKS_LIKE_A_NUMBER = re.compile(r"(?<!\d)[1-9]\d{16}[\dXx](?!\d)")
assert applying and signing, "their stories are entered when they are loaded"
# Moves by which nobody's own matter changes, or that are told in the moves beside them: each with its reason.
ELSEWHERE = {
    ("agreement", "fulfil"): "no command makes it yet",
    ("agreement", "end"): "endings: told by app/agreements/endings.py in the same words as keep",
    ("agreement", "agree_ending"): "endings: below, from the student's side",
    ("application", "put_back"): "tests/app/applications/test_when_choices_freeze.py",
    ("closure", "carry_out"): "told by text message alone: tests/app/privacy/test_closing.py",
    ("closure", "stop"): "tests/app/privacy/test_closing.py",
}
# Whose moves are a person's own matter.
THINGS = ("application", "evidence", "placement", "review", "agreement", "correction", "closure")
# She reads the answer on the very page on which she sends one paper after the other.
ON_THE_SITE_ALONE = {("evidence", "replace"), ("correction", "withdraw")}


def test_no_move_is_forgotten() -> None:
    moves = {(thing, move.action) for thing in THINGS for move in MACHINES[thing].moves}
    assert moves == set(STORIES) | set(ELSEWHERE)


@pytest.mark.parametrize(("thing", "action"), list(STORIES), ids=["-".join(move) for move in STORIES])
def test_the_move_tells_the_person_on_the_site_and_on_her_phone(table: Table, thing: str, action: str) -> None:
    user, act = STORIES[thing, action](table)
    db.session.flush()
    last = max(db.session.scalars(select(Message.id)), default=0)
    act()
    db.session.flush()
    assert db.session.scalars(select(History.id).filter_by(thing=thing, action=action)).first(), "it did not happen"
    told = db.session.scalars(select(Message).where(Message.id > last, Message.user_id == user.id)).all()
    assert {m.channel for m in told} == ({"site"} if (thing, action) in ON_THE_SITE_ALONE else {"site", "sms"})
    for message in told:
        words = as_text(message.subject, body_of(message))
        assert identity_of(user) not in words and not LOOKS_LIKE_A_NUMBER.search(words)
        assert message.channel == "site" or len(words) <= LONGEST_TEXT, words
        assert message.channel == "sms" or message.link


def test_every_member_of_the_next_house_hears_once_that_it_is_their_turn(table: Table) -> None:
    def told() -> list[tuple[int | None, str]]:
        found = select(Message.user_id, Message.channel).filter_by(subject="有协议等您签").order_by(Message.id)
        return list(db.session.execute(found).tuples())

    table.signed("awaiting_enterprise", "甲")
    staff = table.enterprise_staff.id
    assert told() == [(staff, "site"), (staff, "sms")]
    table.signed("awaiting_enterprise", "乙")
    assert len(told()) == 2, "they have not read the first yet"
    for message in db.session.scalars(select(Message).filter_by(user_id=staff)):
        message.read_at = now()
    table.signed("awaiting_school", "丙")
    assert told()[2:] == [(staff, "site"), (staff, "sms"), (table.school_staff.id, "site"),
                          (table.school_staff.id, "sms")]
