"""Reads a page strictly: what it links to, whether its elements close, and what must never stand in it."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser
from urllib.parse import urlsplit

VOID = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
# What a template leaves behind when something went wrong in it.
TRACES = ("Traceback", "jinja2", "Undefined", "sqlalchemy", "{{", "{%", "object at 0x", ">None<", "None年")


class Page(HTMLParser):
    """``faults`` are sentences; ``links`` the addresses of this site that a GET may follow."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.faults: list[str] = [f"{trace!r} stands in the page" for trace in TRACES if trace in text]
        self.links: list[str] = []
        self.forms: list[str] = []
        self._open: list[str] = []
        self._ids: Counter[str] = Counter()
        self._named: list[str] = []
        self.feed(text)
        self.close()
        self.faults += [f"<{tag}> is never closed" for tag in self._open]
        self.faults += [f"id {name!r} stands {times} times" for name, times in self._ids.items() if times > 1]
        self.faults += [f"nothing has the id {name!r}" for name in self._named if name not in self._ids]
        if not text.lower().startswith("<!doctype html>") or "<title>" not in text:
            self.faults.append("no doctype or no title")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = {name: value or "" for name, value in attrs}
        if len(facts) != len(attrs):
            self.faults.append(f"<{tag}> names an attribute twice")
        self.faults += [f"<{tag}> has inline {name}" for name in facts if name == "style" or name.startswith("on")]
        if "id" in facts:
            self._ids[facts["id"]] += 1
        self._named += [facts["for"]] if "for" in facts else []
        self._named += facts.get("aria-describedby", "").split()
        for name in ("href", "src", "hx-get"):
            if _is_ours(facts.get(name, "")):
                self.links.append(facts[name].partition("#")[0])
        if tag == "form" and facts.get("method", "").lower() == "post":
            self.forms.append(facts.get("action", ""))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1] == tag:
            self._open.pop()
        elif tag not in VOID:
            self.faults.append(f"</{tag}> closes <{self._open[-1] if self._open else 'nothing'}>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """<path … /> inside a drawing."""


def _is_ours(address: str) -> bool:
    return address.startswith("/") and not urlsplit(address).netloc
