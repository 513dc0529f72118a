"""Pages of home."""

from __future__ import annotations

from typing import Any

from flask import g, redirect, render_template, url_for

from app.core.web import feature, requires

bp = feature("home")


@bp.get("/start")
@requires("signed_in")
def start() -> Any:
    """Where a person goes after logging in: staff to their desk, applicants to their application."""
    if g.actor.is_staff:
        return redirect(url_for("home.desk"))
    return redirect("/my-application" if g.actor.is_applicant else "/")


@bp.get("/")
@requires("public")
def index() -> Any:
    return render_template("home/index.html")


@bp.get("/desk")
@requires("desk")
def desk() -> Any:
    return render_template("home/desk.html")
