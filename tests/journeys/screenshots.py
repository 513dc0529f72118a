"""Pictures of the main pages of the running demonstration: `python3 run.py screenshots` writes docs/screens/*.png.

Each page is taken as the person who uses it sees it, the whole length at 360 and 1280 px; a page that is wider than its
screen is named and the command fails.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.journeys.camera import Camera
from tests.journeys.pictures import REFUSALS, SHOTS
from tests.journeys.walk import answer_questions, refusals, too_often, walk

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "screens"
WIDTHS = (360, 1280)


@contextmanager
def demonstration(port: int) -> Iterator[str]:
    """The demonstration on a port of its own."""
    server = subprocess.Popen([sys.executable, "-m", "app.demo", "--port", str(port)], cwd=ROOT)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                if urllib.request.urlopen(f"{url}/readyz", timeout=2).status == 200:
                    break
            except OSError:
                time.sleep(0.5)
        yield url
    finally:
        server.terminate()
        server.wait(30)


def take(browser: Any, url: str, folder: Path, only: str = "") -> list[str]:
    """Take every picture (or those whose names begin with ``only``); returns what is wrong."""
    wrong = []
    for width in WIDTHS:
        camera = Camera(browser, url, folder, width)
        for name, role, path in SHOTS:
            if not name.startswith(only):
                continue
            camera.visit()
            if role and not camera.become(role):
                camera.wrong.append(f"{name}: nobody in the role switch says {role}")
            else:
                camera.go_and_take(name, path, REFUSALS.get(name, 200))
            camera.leave()
        if not only:
            for walking in (walk, answer_questions, refusals):
                walking(camera)
        wrong += camera.wrong
    return wrong + ([] if only else _throttled(browser, url, folder))


def _throttled(browser: Any, url: str, folder: Path) -> list[str]:
    wrong = []
    for width in WIDTHS:
        camera = Camera(browser, url, folder, width)
        too_often(camera)
        wrong += camera.wrong
    return wrong


def main() -> int:
    options = argparse.ArgumentParser(prog="run.py screenshots")
    options.add_argument("--url", help="a demonstration that is running already")
    options.add_argument("--port", type=int, default=8123)
    options.add_argument("--folder", type=Path, default=FOLDER)
    options.add_argument("--only", default="", help="only pictures whose names begin so")
    asked = options.parse_args()
    from playwright.sync_api import sync_playwright

    from tests.journeys.conftest import FLAGS

    asked.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        if asked.url:
            wrong = take(browser, asked.url, asked.folder, asked.only)
        else:
            with demonstration(asked.port) as url:
                wrong = take(browser, url, asked.folder, asked.only)
        browser.close()
    print("\n".join(wrong) or f"all pages taken into {asked.folder}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
