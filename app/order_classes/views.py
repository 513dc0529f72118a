"""Pages of order_classes."""

from app.core.web import feature

bp = feature("order_classes")
