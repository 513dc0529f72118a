"""The blueprint of accounts: its pages lie in several files, each a part of one story."""

from app.core.web import feature

bp = feature("accounts")
