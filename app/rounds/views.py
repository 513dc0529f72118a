"""Pages of rounds."""

from app.core.web import feature

bp = feature("rounds")
