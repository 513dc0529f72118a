"""Who takes part in the journey, and how each of them comes in: by invitation, by signing up, by a link."""

from __future__ import annotations

import datetime as dt
import re

from playwright.sync_api import Browser

from app.core.clock import today
from app.core.identifiers import make_resident_id
from tests.journeys.hands import Person
from tests.journeys.town import Town

PASSWORD = "海风吹过青石板2027"


def joins(town: Town, browser: Browser, link: str, name: str, phone: str) -> Person:
    """Follow an invitation, make an account, and stand at the desk."""
    person = Person(town, browser)
    person.phone = phone
    return person.go(link).fill(name=name, phone=phone, password=PASSWORD).press("建账号，接受邀请")


def signs_up(
    town: Town, browser: Browser, name: str, phone: str, born: dt.date, *, narrow: bool = True, script: bool = True
) -> Person:
    """Prove the phone by a code, say who one is, consent to each purpose by itself."""
    person = Person(town, browser, narrow=narrow, script=script)
    person.phone = phone
    person.go("/sign-up").fill(phone=phone).press("发验证码").fill(code=town.code_to(phone)).press("下一步")
    person.fill(name=name, identity_kind="resident_id", identity=make_resident_id("371002", born, int(phone[-3:])))
    return person.fill(terms="yes", personal_data="yes", identity_number="yes", password=PASSWORD).press("注册")


def comes_back(person: Person) -> Person:
    """Log in again: time has passed and the old session with it."""
    return person.go("/log-in").fill(login=person.phone, password=PASSWORD).press("登录")


def opens_the_guardians_link(town: Town, guardian: Person) -> Person:
    """A guardian has no account: the newest link in the text message, then a code to the same phone."""
    guardian.go(town.link_to(guardian.phone)).press("发验证码给我")
    return guardian.fill(code=town.code_to(guardian.phone)).press("看报名")


def years_ago(years: int, days: int = 0) -> dt.date:
    """A birthday: somebody who turned so many years old, so many days ago."""
    day = today()
    return dt.date(day.year - years, day.month, min(day.day, 28)) - dt.timedelta(days=days)


def invitation_on(person: Person) -> str:
    found = re.search(r"https?://[^\s\"]+/welcome/[^\s\"]+", person.page.content())
    assert found, person.text[:1000]
    return found.group(0)
