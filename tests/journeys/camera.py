"""Takes pictures of pages at one width, and says what is wrong with them."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

from PIL import Image

# Enough for flat pages, and a third of the bytes.
COLOURS = 64
HEIGHT = 800


class Camera:
    """One browser window of one width; ``wrong`` names pages that fail or that are wider than their screen."""

    def __init__(self, browser: Any, url: str, folder: Path, width: int) -> None:
        self._browser, self.url, self.folder, self.width = browser, url, folder, width
        self.wrong: list[str] = []

    def visit(self) -> None:
        """Begin again as somebody who has never been here."""
        context = self._browser.new_context(viewport={"width": self.width, "height": HEIGHT}, locale="zh-CN")
        self.page = context.new_page()
        self.page.set_default_timeout(20_000)

    def leave(self) -> None:
        self.page.context.close()

    def become(self, role: str) -> bool:
        """Take somebody's place through the role switch; False when nobody there says these words."""
        self.page.goto(self.url + "/")
        self.page.locator("details.roles summary").click()
        button = self.page.locator("details.roles button", has_text=role).first
        if button.count() == 0:
            return False
        button.click()
        self.page.wait_for_load_state("load")
        return True

    def log_in(self, phone: str, password: str) -> None:
        """Where there is no role switch."""
        self.page.goto(self.url + "/log-in")
        self.fill(login=phone, password=password)
        self.press("登录")

    def newest_to(self, phone: str, pattern: str) -> str:
        """The newest code or link that the demonstration's inbox shows for a phone."""
        inbox = self.page.context.new_page()
        inbox.goto(f"{self.url}/demo/inbox?q={phone}")
        found = re.search(pattern, inbox.locator("main").inner_text())
        inbox.close()
        assert found, f"the demonstration's inbox shows {phone} nothing like {pattern}"
        return found.group()

    def enter_code(self, phone: str) -> None:
        """Fill in the code that has just been sent to a phone."""
        self.fill(code=self.newest_to(phone, r"(?<!\d)\d{6}(?!\d)"))

    def fill(self, **values: str) -> None:
        """Fill in fields by their names: text, choices, dates."""
        for name, value in values.items():
            field = self.page.locator(f"[name='{name}']:visible").first
            kind = field.evaluate("e => e.type")
            if kind == "select-one":
                field.select_option(value)
            elif kind == "radio":
                self.page.locator(f"[name='{name}'][value='{value}']").check()
            else:
                field.fill(value)

    def tick(self, name: str, value: str = "") -> None:
        self.page.locator(f"[name='{name}']" + (f"[value='{value}']" if value else "")).first.check()

    def press(self, *words: str) -> None:
        """Press the first button or link that begins with any of these words, and say yes if it asks again."""
        pattern = re.compile("^(" + "|".join(map(re.escape, words)) + ")")
        found = self.page.locator("main button, main a, .dock button, .dock a").filter(has_text=pattern).first
        with self.page.expect_navigation(wait_until="load"):
            asks = found.get_attribute("data-confirm")
            found.click()
            if asks:
                self.page.locator("dialog[open] button:not(.btn-plain)").click()

    def follow(self, words: str) -> bool:
        """Follow the first link that says these words; False where none does."""
        link = self.page.locator("main a", has_text=words).first
        if link.count() == 0:
            return False
        link.click()
        self.page.wait_for_load_state("load")
        return True

    def take(self, name: str) -> None:
        """The whole length of the page as it is now."""
        over = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            self.wrong.append(f"{name}: {over} px too wide at {self.width}")
        # As tall a window as the page: what sticks to the lower edge of a screen then lies at the end.
        tall = max(HEIGHT, int(self.page.evaluate("document.documentElement.scrollHeight")))
        self.page.set_viewport_size({"width": self.width, "height": tall})
        # A page that is at least as tall as the window has grown with it, so its end lies lower now.
        picture = Image.open(io.BytesIO(self.page.screenshot(full_page=True))).convert("RGB")
        self.page.set_viewport_size({"width": self.width, "height": HEIGHT})
        flat = picture.quantize(COLOURS, dither=Image.Dither.NONE)
        flat.save(self.folder / f"{name}-{self.width}.png", optimize=True)

    def go_and_take(self, name: str, path: str, status: int = 200) -> None:
        """``path`` with the words of links to follow after it; the picture is of where they lead."""
        first, *links = path.split(" > ")
        answer = self.page.goto(self.url + first)
        if answer is None or answer.status != status:
            self.wrong.append(f"{name}: {answer and answer.status}")
        for words in links:
            if not self.follow(words):
                self.wrong.append(f"{name}: no link says {words}")
        self.take(name)
