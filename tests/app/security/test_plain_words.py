"""What applicants, guardians and the public read is short: one idea in a sentence."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.app.security.addresses import browser_of
from tests.app.security.beginnings import begun
from tests.app.security.sentences import Reader, length_of
from tests.app.security.story import Story
from tests.app.security.test_reading import crawl

pytestmark = pytest.mark.either

READERS = ("nobody", "stranger", "student", "guardian")
SHORT, LONGEST = 25, 40
SHARE_OF_SHORT = 0.95
# Texts whose words are the law's or a contract's, and are summed up in plain words beside them.
WORD_FOR_WORD = ("/text", "/consents/", "/parts")


@pytest.fixture(scope="module")
def sentences(app: Flask, story: Story) -> dict[str, str]:
    """Every sentence of the pages that these readers reach by links → where it stands; somebody who is still filling in
    her application is one of them."""
    found: dict[str, str] = {}
    people = [*(story.people[who] for who in READERS), begun(story).people["student"]]
    for person in people:
        for path, answer in crawl(browser_of(app, person)):
            if answer.mimetype == "text/html" and not any(part in path for part in WORD_FOR_WORD):
                found |= dict.fromkeys(Reader(answer.text).sentences, path)
    return found


def test_no_sentence_is_longer_than_a_breath(sentences: dict[str, str]) -> None:
    long = {s: (length_of(s), path) for s, path in sentences.items() if length_of(s) > LONGEST}
    assert long == {}


def test_most_sentences_are_short(sentences: dict[str, str]) -> None:
    assert len(sentences) > 300, "the crawl got nowhere"
    short = sum(length_of(sentence) <= SHORT for sentence in sentences)
    assert short / len(sentences) >= SHARE_OF_SHORT, short / len(sentences)
