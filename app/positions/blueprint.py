"""The blueprint of positions: the posting's own pages, and what people report about it."""

from app.core.web import feature

bp = feature("positions", "/positions")
