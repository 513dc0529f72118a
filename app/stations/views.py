"""Pages."""

from app.core.web import feature

bp = feature("stations")
