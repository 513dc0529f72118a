"""The blueprint of stations: coordinators set them up, helpers enter, people confirm."""

from app.core.web import feature

bp = feature("stations")
