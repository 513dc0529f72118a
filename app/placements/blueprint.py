"""The blueprint that the pages of placements share."""

from app.core.web import feature

bp = feature("placements")
