"""The blueprint of applications: its pages lie in several files, each a part of one story."""

from app.core.identifiers import mask_name
from app.core.web import feature

bp = feature("applications")
bp.add_app_template_filter(mask_name, "masked_name")
