"""The blueprint of home."""

from app.core.web import feature

bp = feature("home")
