"""Pages of organisations."""

from app.core.web import feature

bp = feature("organisations")
