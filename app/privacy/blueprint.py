"""The blueprint of one's own data; the coordinator's and the administrator's pages lie in files of their own."""

from app.core.web import feature

bp = feature("privacy")
