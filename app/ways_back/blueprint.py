"""The blueprint of ways back."""

from app.core.web import feature

bp = feature("ways_back", "/ways-back")
