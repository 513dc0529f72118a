"""The blueprint of agreements: its pages lie in several files, each a part of one story."""

from app.core.web import feature

bp = feature("agreements")
