"""What a person does with a page: look, fill in, press. One browser context for each person."""

from __future__ import annotations

from typing import Any


class Person:
    """Somebody with a browser of her own; ``narrow`` is a phone of 360 × 740."""

    def __init__(self, browser: Any, url: str, narrow: bool = False) -> None:
        size = {"width": 360, "height": 740} if narrow else {"width": 1280, "height": 900}
        self.page = browser.new_context(viewport=size, locale="zh-CN").new_page()
        self.url = url

    def go(self, path: str) -> Person:
        answer = self.page.goto(path if path.startswith("http") else self.url + path)
        assert answer is not None and answer.status < 400, f"{path}: {answer and answer.status}\n{self.text[:500]}"
        return self

    def fill(self, **values: str) -> Person:
        """Fill in fields by their names: text, choices, ticks."""
        for name, value in values.items():
            field = self.page.locator(f"[name='{name}']:visible").first
            kind, tag = field.get_attribute("type"), field.evaluate("e => e.tagName")
            if tag == "SELECT":
                field.select_option(value)
            elif kind == "radio":
                self.page.locator(f"[name='{name}'][value='{value}']").check()
            elif kind == "checkbox":
                field.check()
            else:
                field.fill(value)
        return self

    def press(self, words: str) -> Person:
        """Press the button (or follow the link) that says these words, and confirm if the page asks again."""
        button = self.page.get_by_role("button", name=words, exact=True)
        if button.count() == 0:
            button = self.page.get_by_role("link", name=words, exact=True)
        assert button.count() > 0, f"nothing says “{words}” here:\n{self.text[:1500]}"
        before = self.page.evaluate("performance.timeOrigin")
        button.first.click()
        self._confirm(before)
        self.page.wait_for_load_state("load")
        assert "出了点问题" not in self.text, self.text[:800]
        return self

    def _confirm(self, before: float) -> None:
        """A dialog asks again before what cannot be undone."""
        for _ in range(100):
            if self.page.evaluate("performance.timeOrigin") != before:
                return
            dialog = self.page.locator("dialog[open] button.btn-primary, dialog[open] button.btn-drop")
            if dialog.count():
                dialog.first.click()
            self.page.wait_for_timeout(50)

    def sees(self, *words: str) -> Person:
        for word in words:
            assert word in self.text, f"“{word}” is not on {self.page.url}: {self.faults}\n{self.text[:1200]}"
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
        return str(self.page.url).removeprefix(self.url)

    def fits(self) -> Person:
        """Nothing sticks out sideways."""
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{self.page.url} is {wide} px too wide"
        return self
