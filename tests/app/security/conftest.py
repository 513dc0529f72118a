"""The story these tests look at from every side: built once a file, and gone after it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest
from flask import Flask

from app.agreements import document
from tests.app.security.story import Story, make_story
from tests.app.vanishing import vanishing


@pytest.fixture(scope="module", autouse=True)
def _compiled_once() -> Iterator[None]:
    """No worker has printed here, so everybody who opens an agreement would wait for the same paper anew."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(document, "_compile", cache(document._compile))
        yield


@pytest.fixture(scope="module")
def story(app: Flask) -> Iterator[Story]:
    with vanishing(app):
        yield make_story()
