"""Liveness and readiness for a load balancer, with no login and no secrets."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import select, text

from app.core.db import db
from app.core.web import requires

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@requires("public")
def alive() -> ResponseReturnValue:
    """The process answers."""
    return jsonify(status="ok")


@bp.get("/readyz")
@requires("public")
def ready() -> ResponseReturnValue:
    """The database answers and its schema is the one this code was written for."""
    from app.core.schema import head

    db.session.execute(select(1))
    found = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    if found != head():
        return jsonify(status="schema", found=found, wanted=head()), 503, {"Retry-After": "30"}
    return jsonify(status="ready")
