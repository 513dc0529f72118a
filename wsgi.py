"""The WSGI entry point: `gunicorn wsgi:app`."""

import sys

from config import ConfigError

try:
    from app import create_app

    app = create_app()
except ConfigError as fault:
    sys.exit(f"sanfang: configuration refused: {fault}")
