"""The story these tests look at from every side: built once a file, and gone after it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.app.security.story import Story, make_story
from tests.app.vanishing import vanishing


@pytest.fixture(scope="module")
def story(app: Flask) -> Iterator[Story]:
    with vanishing(app):
        yield make_story()
