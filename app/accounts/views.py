"""Pages of accounts."""

from app.core.web import feature

bp = feature("accounts")
