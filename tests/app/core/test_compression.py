"""Answers go out small, stay the same answers, and tell no stranger what stands in them."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.app.make_accounts import make_applicant

ASKS = {"Accept-Encoding": "gzip, deflate, br"}


def is_small(answer: Any) -> bool:
    return bool(answer.headers.get("Content-Encoding") == "gzip")


@pytest.mark.parametrize("path", ["/", "/classes", "/log-in", "/nothing-here", "/static/theme.css"])
def test_a_page_comes_compressed_and_is_the_same_page(client: FlaskClient, path: str) -> None:
    small, whole = client.get(path, headers=ASKS), client.get(path)
    assert is_small(small) and not is_small(whole)
    assert int(small.headers["Content-Length"]) == len(small.data) < len(whole.data) * 2 / 3
    assert "Accept-Encoding" in small.headers["Vary"] and "Accept-Encoding" in whole.headers["Vary"]
    assert small.status_code == whole.status_code
    if path.startswith("/static/"):
        assert gzip.decompress(small.data) == whole.data


def test_who_cannot_read_it_gets_it_whole(client: FlaskClient) -> None:
    assert not is_small(client.get("/", headers={"Accept-Encoding": "gzip;q=0, identity"}))
    assert not is_small(client.get("/", headers={"Accept-Encoding": "br"}))


def test_a_static_file_that_the_browser_has_already_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/static/theme.css", headers=ASKS)
    again = client.get("/static/theme.css", headers={**ASKS, "If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304 and again.data == b""


def test_a_file_is_kept_for_a_year_only_under_its_content_mark(client: FlaskClient) -> None:
    page = client.get("/").text
    marked = page[page.index("/static/theme.css?") :].partition('"')[0]
    assert client.get(marked).headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert client.get("/static/theme.css").headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("asked_from", "small"),
    [({"Sec-Fetch-Site": "same-origin"}, True), ({"Sec-Fetch-Site": "none"}, True),
     ({"Sec-Fetch-Site": "cross-site"}, False), ({"Sec-Fetch-Site": "same-site"}, False), ({}, False),
     ({"Referer": "http://localhost/classes"}, True), ({"Referer": "http://localhost.evil.example/"}, False),
     ({"Sec-Fetch-Site": "cross-site", "Referer": "http://localhost/"}, False)],
)  # fmt: skip
def test_a_signed_in_persons_page_is_compressed_only_when_asked_for_from_here(
    client: FlaskClient, log_in: Callable[..., None], asked_from: dict[str, str], small: bool
) -> None:
    """Otherwise a stranger's page could open hers with guesses in the address, and measure what stands in it."""
    log_in(client, make_applicant("林小禾"))
    assert is_small(client.get("/my-application", headers=ASKS | asked_from)) is small
    assert is_small(client.get("/static/theme.css", headers=ASKS | asked_from))


def test_a_picture_or_a_short_word_is_left_as_it_is(client: FlaskClient) -> None:
    assert not is_small(client.get("/healthz", headers=ASKS))
