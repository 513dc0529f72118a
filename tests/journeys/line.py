"""A bad line, as a cheap phone in a village has it: slow and far away, and every byte and second of it measured."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page

LATENCY_MS = 150
BITS_PER_SECOND = 1_600_000


@dataclass
class Visit:
    """One page as it came: ``sent`` in bytes with headers, ``seconds`` from the tap to the last of its files."""

    address: str
    began: float
    sent: float = 0
    seconds: float = 0
    requests: list[str] = field(default_factory=list)


class Line:
    """Throttles one browser tab and notes every page that comes over it, redirects included.

    Measured by the browser itself, through its own protocol: it works the same where pages may run no script.
    """

    def __init__(self, page: Page) -> None:
        self.visits: list[Visit] = []
        self._page = page
        self._protocol = page.context.new_cdp_session(page)
        for name in ("Network", "Page"):
            self._protocol.send(f"{name}.enable")
        speed = BITS_PER_SECOND / 8
        self._protocol.send("Network.emulateNetworkConditions", {
            "offline": False, "latency": LATENCY_MS, "downloadThroughput": speed, "uploadThroughput": speed,
        })  # fmt: skip
        self._protocol.on("Network.requestWillBeSent", self._asked)
        self._protocol.on("Network.loadingFinished", self._came)
        self._protocol.on("Page.loadEventFired", self._usable)

    def ends(self) -> None:
        """From here on the line is a good one, and nothing is measured any more."""
        self._protocol.detach()

    def _asked(self, event: dict[str, Any]) -> None:
        request = event["request"]
        if "redirectResponse" in event:
            self.visits[-1].sent += event["redirectResponse"]["encodedDataLength"]
        elif event["type"] == "Document":
            self.visits.append(Visit(request["url"], event["timestamp"]))
        if self.visits:
            self.visits[-1].requests.append(request["url"])
            if event["type"] == "Document":
                self.visits[-1].address = request["url"]

    def _came(self, event: dict[str, Any]) -> None:
        if self.visits:
            self.visits[-1].sent += event["encodedDataLength"]

    def _usable(self, event: dict[str, Any]) -> None:
        if self.visits:
            self.visits[-1].seconds = event["timestamp"] - self.visits[-1].began

    def table(self, site: str) -> str:
        """Every page with its weight and its wait, for the message of a failed test."""
        rows = [f"{v.sent / 1024:6.1f} KB {v.seconds:5.2f} s  {v.address.removeprefix(site)}" for v in self.visits]
        return "\n" + "\n".join(rows)
