"""Takes pictures of pages at one width, and says what is wrong with them."""

from __future__ import annotations

import io
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
        picture = Image.open(io.BytesIO(self.page.screenshot())).convert("RGB")
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
