"""Pages of positions."""

from app.core.web import feature

bp = feature("positions")
