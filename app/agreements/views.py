"""Pages of agreements."""

from app.core.web import feature

bp = feature("agreements")
