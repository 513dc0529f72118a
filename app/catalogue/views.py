"""Pages of catalogue."""

from app.core.web import feature

bp = feature("catalogue")
