"""The sentences a person reads on a page, one by one, and how long each of them is to her."""

from __future__ import annotations

import re
from html.parser import HTMLParser

# What stands inside a sentence rather than between two.
INSIDE = {"b", "i", "a", "strong", "em", "time"}
RUNNING = {"p", "label", "li", "h1", "h2", "h3", "figcaption", "summary"}
UNSEEN = {"script", "style", "svg", "title", "option", "head"}
VOID = {"input", "meta", "link", "br", "img", "hr", "path", "rect", "circle", "line"}
ENDS = re.compile(r"[。！？；\n]|：$")
CHINESE = re.compile(r"[一-鿿]")
FIGURE = re.compile(r"[0-9A-Za-z.,:*–\-/]+")


class Reader(HTMLParser):
    """Reads a page's main part aloud; ``sentences`` are what it says between stops, tags and lines."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self._open: list[str] = []
        self._said: list[str] = []
        self.feed(html)
        self.sentences = [s.strip() for s in ENDS.split("".join(self._said)) if CHINESE.search(s)]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self._runs_on(tag):
            self._said.append("\n")
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass
        if not self._runs_on(tag):
            self._said.append("\n")

    def handle_data(self, data: str) -> None:
        if "main" in self._open and not UNSEEN & set(self._open):
            self._said.append(data.replace("\n", ""))

    def _runs_on(self, tag: str) -> bool:
        return tag in INSIDE and bool(RUNNING & set(self._open))


def length_of(sentence: str) -> int:
    """Characters to read; a figure, a date's number or a code is taken in at one glance."""
    return len(FIGURE.sub("9", sentence).replace(" ", ""))
