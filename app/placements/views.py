"""Pages of placements."""

from app.core.web import feature

bp = feature("placements")
