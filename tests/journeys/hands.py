"""What a person does with a page: look, fill in, press. One browser context for each person."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Error, Locator, Page

from tests.journeys.town import Town

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text("utf-8")
# What has no script has no dialog either; with one, some buttons ask again before what cannot be undone.
ASKS = "b => !!(b.dataset.confirm && document.querySelector('script[src]'))"


class Person:
    """Somebody with a browser of her own; ``narrow`` is a phone of 360 × 740."""

    def __init__(self, town: Town, browser: Browser, *, narrow: bool = False, script: bool = True) -> None:
        size = {"width": 360, "height": 740} if narrow else {"width": 1280, "height": 900}
        self.page = browser.new_context(viewport=size, locale="zh-CN", java_script_enabled=script).new_page()
        self.page.set_default_timeout(20_000)
        self.town, self.narrow, self.script = town, narrow, script
        self.phone = ""

    def go(self, path: str) -> Person:
        answer = self.page.goto(path if path.startswith("http") else self.town.url + path)
        assert answer is not None and answer.status < 400, f"{path}: {answer and answer.status}\n{self.text[:500]}"
        # A photograph that opens by itself is no page of ours.
        return self._examine() if "text/html" in answer.headers.get("content-type", "") else self

    def fill(self, **values: str) -> Person:
        """Fill in fields by their names: text, choices, ticks."""
        for name, value in values.items():
            fields = self.page.locator(f"[name='{name}']:visible")
            kind = fields.first.evaluate("e => e.type")
            if kind == "select-one":
                fields.first.select_option(value)
            elif kind in ("radio", "checkbox"):
                (fields if fields.count() == 1 else self.page.locator(f"[name='{name}'][value='{value}']")).check()
            else:
                fields.first.fill(value)
        return self

    def hand_over(self, field: str, picture: bytes) -> Person:
        """Choose a picture for an upload."""
        file: Any = {"name": "paper.jpg", "mimeType": "image/jpeg", "buffer": picture}
        self.page.set_input_files(f"[name='{field}']", file)
        return self

    def says(self, words: str) -> Locator | None:
        """The button or link that says exactly these words, or else one that begins with them."""
        for name in (re.compile(f"^{re.escape(words)}$"), re.compile(f"^{re.escape(words)}")):
            for role in ("button", "link"):
                found = self.page.get_by_role(role, name=name)  # type: ignore[arg-type]
                if found.count():
                    return found.first
        return None

    def press(self, words: str) -> Person:
        """Press the button (or follow the link) that says these words, and confirm if the page asks again."""
        found = self.says(words)
        assert found is not None, f"nothing says “{words}” on {self.at}:\n{self.text[:1500]}"
        with self._arriving():
            asks = self.script and found.evaluate(ASKS)
            found.click()
            if asks:
                self.page.locator("dialog[open] button:not(.btn-plain)").click()
        return self._examine()

    @contextlib.contextmanager
    def _arriving(self) -> Iterator[None]:
        """Wait for the next page; one with faults beside its fields (422) is a page as well."""
        with self.page.expect_navigation(wait_until="load") as arrived:
            yield
        answer = arrived.value
        assert answer is None or answer.status in (200, 304, 422), f"{self.at}: {answer.status}\n{self.text[:800]}"

    def sees(self, *words: str) -> Person:
        for word in words:
            assert word in self.text, f"“{word}” is not on {self.at}: {self.faults}\n{self.text[:1200]}"
        return self

    @property
    def text(self) -> str:
        return str(self.page.locator("body").inner_text())

    @property
    def faults(self) -> list[str]:
        """What the page says is wrong."""
        return list(self.page.locator(".err, .note.is-stop").all_inner_texts())

    @property
    def at(self) -> str:
        return str(self.page.url).removeprefix(self.town.url)

    def follows_every_link(self) -> Person:
        """Visit each kind of page that links lead to from here, and that nobody in town has seen at this width."""
        waiting = self._links()
        while waiting:
            place = waiting.pop()
            if self._seen_as(place) in self.town.looked_at:
                continue
            try:
                waiting += self.go(place)._links()
            except Error as fault:
                # A file to keep is no page to look at.
                assert "Download is starting" in fault.message, fault.message
            self.town.looked_at.add(self._seen_as(place))
        return self

    def _links(self) -> list[str]:
        here = self.page.locator("a[href^='/']").evaluate_all("all => all.map(a => a.getAttribute('href'))")
        return [str(place) for place in here]

    def _seen_as(self, address: str) -> str:
        """The address without numbers and secret tokens: pages of one template are looked at once for each width."""
        path = re.sub(r"\d+", "N", re.sub(r"/[\w-]{16,}", "/SECRET", re.sub(r"[?#].*", "", address)))
        return path + " narrow" * self.narrow

    def _examine(self) -> Person:
        """On a page not seen before: nothing sticks out sideways, and axe finds nothing against anybody."""
        seen = self._seen_as(self.at)
        if seen not in self.town.looked_at:
            self.town.looked_at.add(seen)
            said = too_wide(self.page) + (axe_says(self.page) if self.script else [])
            self.town.complaints += [f"{seen}: {complaint}" for complaint in said]
        return self


def too_wide(page: Page) -> list[str]:
    """What sticks out sideways."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"{wide} px too wide"] * (wide > 0)


def axe_says(page: Page) -> list[str]:
    """What axe has against a page: the rule, the element, what is wrong with it. Axe is a script itself."""
    page.evaluate(AXE)
    found = page.evaluate("axe.run({resultTypes: ['violations'], preload: false}).then(r => r.violations)")
    return [f"{v['id']}: {n['html'][:160]} {n['failureSummary'][:200]}" for v in found for n in v["nodes"]]
