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

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "screens"
WIDTHS = (360, 1280)
# (file name, words in the role switch or None for a stranger, path)
SHOTS = (
    ("home", None, "/"),
    ("classes", None, "/classes"),
    ("class", None, "/classes/1"),
    ("check", None, "/check"),
    ("my-application", "还没提交", "/my-application"),
    ("my-result", "协议等本人签", "/my-result"),
    ("my-agreement", "协议等本人签", "/agreements"),
    ("desk", "协调员：周婉", "/desk"),
    ("round", "协调员：周婉", "/rounds/1"),
    ("runs", "协调员：周婉", "/rounds/1/runs"),
    ("run", "协调员：周婉", "/runs/1"),
    ("compare", "协调员：周婉", "/runs/1/compare?with=3"),
    ("school-class", "院校：东澜", "/order-classes/1"),
    ("school-desk", "院校：东澜", "/desk"),
    ("enterprise-position", "企业：澜川", "/positions/1"),
    ("enterprise-desk", "企业：澜川", "/desk"),
)


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


def become(page: Any, url: str, role: str) -> bool:
    """Take somebody's place through the role switch; False when nobody there says these words."""
    page.goto(url + "/")
    page.locator("details.roles summary").click()
    button = page.locator("details.roles button", has_text=role).first
    if button.count() == 0:
        return False
    button.click()
    page.wait_for_load_state("load")
    return True


def take(browser: Any, url: str, folder: Path) -> list[str]:
    """Take every picture; returns what is wrong."""
    wrong = []
    for width in WIDTHS:
        for name, role, path in SHOTS:
            context = browser.new_context(viewport={"width": width, "height": 800}, locale="zh-CN")
            page = context.new_page()
            if role and not become(page, url, role):
                wrong.append(f"{name}: nobody in the role switch says {role}")
                context.close()
                continue
            answer = page.goto(url + path)
            if answer is None or answer.status >= 400:
                wrong.append(f"{name}: {answer and answer.status}")
            over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if over > 0:
                wrong.append(f"{name}: {over} px too wide at {width}")
            page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)
            context.close()
    return wrong


def main() -> int:
    options = argparse.ArgumentParser(prog="run.py screenshots")
    options.add_argument("--url", help="a demonstration that is running already")
    options.add_argument("--port", type=int, default=8123)
    options.add_argument("--folder", type=Path, default=FOLDER)
    asked = options.parse_args()
    from playwright.sync_api import sync_playwright

    from tests.journeys.conftest import FLAGS

    asked.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        if asked.url:
            wrong = take(browser, asked.url, asked.folder)
        else:
            with demonstration(asked.port) as url:
                wrong = take(browser, url, asked.folder)
        browser.close()
    print("\n".join(wrong) or f"all pages taken into {asked.folder}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
