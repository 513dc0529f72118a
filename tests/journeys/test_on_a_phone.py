"""From the home page to a receipt on a narrow phone with a bad line, by the links and buttons of the pages alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from app.core.identifiers import make_resident_id
from tests.app.make_applications import make_picture
from tests.journeys.hands import Person
from tests.journeys.line import Line, Visit
from tests.journeys.people import years_ago
from tests.journeys.town import Town, running_town

pytestmark = [pytest.mark.browser, pytest.mark.either, pytest.mark.timeout(400)]

MOST_TAPS_AND_FIELDS = 30
MOST_SECONDS = 2.0
FIRST_PAGE, LATER_PAGES = 60 * 1024, 25 * 1024


@pytest.fixture(scope="module")
def town(make_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """An installation with one open round of three classes."""
    with running_town(make_database(), tmp_path_factory.mktemp("town")) as place:
        place.run("tests.journeys.open_round")
        yield place


class Newcomer(Person):
    """Somebody who has never been here, on a phone; every tap and every field she fills in is noted."""

    def __init__(self, town: Town, browser: Browser, phone: str, born: dt.date, *, script: bool) -> None:
        super().__init__(town, browser, narrow=True, script=script)
        self.phone, self.born = phone, born
        self.line = Line(self.page)
        self.done: list[str] = []

    def tap(self, words: str) -> Newcomer:
        self.done.append(f"tap {words}")
        self.press(words)
        return self

    def enter(self, **values: str) -> Newcomer:
        self.done += [f"fill {name}" for name in values]
        self.fill(**values)
        return self

    def signs_up(self) -> Newcomer:
        self.go("/")
        self.tap("我要报名").enter(phone=self.phone).tap("发验证码").enter(code=self.town.code_to(self.phone)).tap("下一步")
        number = make_resident_id("371002", self.born, int(self.phone[-3:]))
        return self.enter(
            name="林小禾", identity=number, terms="yes", personal_data="yes", identity_number="yes"
        ).tap("注册")  # fmt: skip

    def says_who_she_is(self) -> Newcomer:
        """Profile, the photos of her papers (not counted), and, when she is under age, her guardian."""
        self.tap("开始报名").tap("去填个人信息").enter(start_point="junior", district="371002").tap("保存个人信息")
        while self.says("去传") is not None:
            self.press("去传")
            self.hand_over("file", make_picture(900, 700)).press("上传这张")
        self.tap("下一步")
        if self.says("保存，发短信给监护人"):
            self.enter(name="林桂芳", relation="mother", phone="14000000099")
            self.tap("保存，发短信给监护人").tap("下一步")
        return self

    def ranks(self, many: int) -> Newcomer:
        for each in range(many):
            (self.tap("再加一个") if each else self).tap("加到志愿里")
        return self

    def choices(self) -> list[str]:
        """The ranked classes as the page shows them."""
        return list(self.page.locator("article.choice h2").all_inner_texts())

    def submits(self) -> None:
        self.tap("排好了，去提交报名").enter(consent="yes").tap("提交报名").sees("报名回执", "回执号")


def no_trouble(she: Newcomer) -> None:
    """The bars of the way: how much to do, how long to wait, how much to pay for."""
    assert len(she.done) <= MOST_TAPS_AND_FIELDS, (len(she.done), she.done)
    first, *later = she.line.visits
    table = she.line.table(she.town.url)
    assert first.sent <= FIRST_PAGE and max(visit.sent for visit in later) <= LATER_PAGES, table
    assert not [visit for visit in she.line.visits if visit.seconds > MOST_SECONDS and is_slow(she, visit)], table


def is_slow(she: Newcomer, visit: Visit) -> bool:
    """A machine busy with other tests may make any page late; one that is slow by itself is so when asked again."""
    she.go(visit.address)
    return she.line.visits[-1].seconds > MOST_SECONDS


def test_a_minor_with_three_choices_has_little_to_do_and_little_to_wait_for(town: Town, browser: Browser) -> None:
    she = Newcomer(town, browser, "14000000011", years_ago(17, days=30), script=True)
    she.signs_up().says_who_she_is().ranks(3).submits()
    no_trouble(she)
    assert town.complaints == []


def test_the_same_way_needs_no_script(town: Town, browser: Browser) -> None:
    she = Newcomer(town, browser, "14000000012", years_ago(19), script=False)
    she.signs_up().says_who_she_is().ranks(3)
    one, two, three = she.choices()
    for button, order in (
        ("第1志愿下移", [two, one, three]), ("第3志愿上移", [two, three, one]), ("去掉第2志愿", [two, one]),
    ):  # fmt: skip
        she.press(button)
        assert she.choices() == order
    she.submits()
    she.sees(two, one)
    no_trouble(she)
    sends_too_much(she)
    assert town.complaints == []


def sends_too_much(she: Newcomer) -> None:
    """A file beyond the limit: she reads so, instead of the browser's page about a broken line, and is led back."""
    she.line.ends()
    she.go(she.at.replace("/receipt", "/papers/graduation/general"))
    # From the disk: so many bytes handed to the browser through its protocol take it half a minute.
    huge = she.town.clock_file.with_name("paper.pdf")
    huge.write_bytes(b"%PDF-" + b"0" * (26 * 1024 * 1024))
    she.page.set_input_files("[name='file']", huge)
    with she.page.expect_navigation() as arrived:
        she.page.get_by_role("button", name="上传这张").click()
    assert arrived.value is not None and arrived.value.status == 413
    she.sees("文件太大，没传上").press("回到刚才那一页").sees("毕业证书")
