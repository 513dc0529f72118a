"""Pages of applications."""

from app.core.web import feature

bp = feature("applications")
