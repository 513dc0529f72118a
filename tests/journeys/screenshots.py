"""Pictures of the main pages of the running demonstration: `python3 run.py screenshots` writes docs/screens/*.png.

Each page is taken as the person who uses it sees it, the whole length at 360 and 1280 px; a page that is wider than its
screen is named and the command fails.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.journeys.asides import answer_questions, look, refusals, refused, slip, too_often, ways_back
from tests.journeys.camera import Camera
from tests.journeys.decisions import decide
from tests.journeys.installations import database_away, day_after_results, demonstration
from tests.journeys.pictures import REFUSALS, SHOTS
from tests.journeys.walk import walk

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "screens"
WIDTHS = (360, 1280)


# What is walked, by the words of --only; the last one last of all, for this address is then throttled for a while.
WALKS: dict[str, Callable[[Camera], None]] = {
    "sign-up": walk, "self-check": answer_questions, "ways-back": ways_back, "slip": slip, "who-looked": look,
    "refusals": refusals, "refused": refused, "too-often": too_often,
}  # fmt: skip


def take_demonstration(browser: Any, url: str, folder: Path, only: str = "") -> list[str]:
    """Take every picture of the demonstration, or those whose names (or walks) begin with ``only``."""
    wrong = []
    for width in WIDTHS:
        camera = Camera(browser, url, folder, width)
        for name, role, path in SHOTS:
            if name.startswith(only):
                _one(camera, name, role, path)
        for name, walking in WALKS.items():
            if name.startswith(only) and walking is not too_often:
                _walk(camera, name, walking)
        wrong += camera.wrong
    return wrong + (_each_width(browser, url, folder, too_often) if "too-often".startswith(only) else [])


def _one(camera: Camera, name: str, role: str | None, path: str) -> None:
    camera.visit()
    if role and not camera.become(role):
        camera.wrong.append(f"{name}: nobody in the role switch says {role}")
    else:
        camera.go_and_take(name, path, REFUSALS.get(name, 200))
    camera.leave()


def _each_width(browser: Any, url: str, folder: Path, walking: Callable[[Camera], None]) -> list[str]:
    wrong = []
    for width in WIDTHS:
        camera = Camera(browser, url, folder, width)
        _walk(camera, walking.__name__, walking)
        wrong += camera.wrong
    return wrong


def _walk(camera: Camera, name: str, walking: Callable[[Camera], None]) -> None:
    """A walk that cannot go on is named; the others are still taken."""
    from playwright.sync_api import Error

    try:
        walking(camera)
    except (Error, AssertionError) as fault:
        camera.wrong.append(f"{name} at {camera.width} on {camera.page.url}: {fault}")


def take_elsewhere(browser: Any, folder: Path, only: str = "") -> list[str]:
    """What the demonstration cannot show: a result that is a day old, and a database that does not answer."""
    wrong = []
    for width in WIDTHS if "decide".startswith(only) else ():
        with tempfile.TemporaryDirectory() as place, day_after_results(Path(place)) as (url, people):
            camera = Camera(browser, url, folder, width)
            _walk(camera, "decide", lambda each: decide(each, people))
            wrong += camera.wrong
    if "database-away".startswith(only):
        with tempfile.TemporaryDirectory() as place, database_away(Path(place)) as url:
            wrong += _each_width(browser, url, folder, _database_away)
    return wrong


def _database_away(camera: Camera) -> None:
    camera.visit()
    camera.go_and_take("database-away", "/", 503)
    camera.leave()


def main() -> int:
    options = argparse.ArgumentParser(prog="run.py screenshots")
    options.add_argument("--url", help="a demonstration that is running already")
    options.add_argument("--port", type=int, default=8123)
    options.add_argument("--folder", type=Path, default=FOLDER)
    options.add_argument("--only", default="", help="only pictures or walks whose names begin so")
    asked = options.parse_args()
    from playwright.sync_api import sync_playwright

    from tests.conftest import browser_path
    from tests.journeys.conftest import FLAGS

    asked.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as player, contextlib.ExitStack() as ending:
        browser = player.chromium.launch(executable_path=browser_path(), args=FLAGS)
        wrong = take_elsewhere(browser, asked.folder, asked.only)
        url = asked.url or ending.enter_context(demonstration(asked.port))
        wrong += take_demonstration(browser, url, asked.folder, asked.only)
        browser.close()
    print("\n".join(wrong) or f"all pages taken into {asked.folder}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
