"""The blueprint of order classes; views.py and parts.py hang their pages on it."""

from app.core.web import feature

bp = feature("order_classes", "/order-classes")
