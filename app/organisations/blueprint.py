"""The blueprint of organisations: its pages lie in two files."""

from app.core.web import feature

bp = feature("organisations")
# Both kinds of organisation share their pages: /organisations/school/7.
KIND = "<any(school, enterprise):kind>"
