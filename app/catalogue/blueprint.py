"""The blueprint of the catalogue: what anybody may read before signing up."""

from app.core.web import feature

bp = feature("catalogue", "/classes")
