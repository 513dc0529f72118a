"""Sanfang 三方: the application factory. Configuration, extensions, blueprints, error pages; no logic."""

from __future__ import annotations

import importlib
from typing import Any

from flask import Flask, flash, g, redirect, request, url_for
from flask_login import LoginManager, UserMixin
from flask_migrate import Migrate
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from app import permissions
from app.core import clock, crypto, dispatch, health, import_pages, logs, pages, senders, site
from app.core.actor import Actor
from app.core.db import db, reading
from app.core.lasting import owe_nothing, settle
from app.core.web import SAFE
from config import Config, load

FEATURES = (
    "accounts", "organisations", "ways_back", "positions", "order_classes", "rounds", "applications", "stations",
    "placements", "agreements", "privacy", "catalogue", "home",
)  # fmt: skip
MODELS = tuple(f"app.{name}.models" for name in FEATURES if name not in ("catalogue", "home"))
# Modules that register background tasks and chores: every process knows them, only workers run them.
TASKS = ("app.placements.run", "app.placements.deadlines")
COOKIE = "sanfang_login"

csrf = CSRFProtect()
login_manager = LoginManager()


def create_app(config: Config | None = None, **overrides: Any) -> Flask:
    """Build the application for one configuration (the environment's by default)."""
    config = config or load()
    config.data_folder.mkdir(parents=True, exist_ok=True)
    app = Flask(__name__, template_folder="../templates")
    app.config.update(_flask_settings(config), **overrides)
    app.extensions["sanfang.allows"] = permissions.allows
    if config.proxy_hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=config.proxy_hops, x_proto=config.proxy_hops)  # type: ignore[method-assign]
    logs.configure()
    crypto.install(config.keys)
    site.install(config.base_url)
    clock.follow(config.clock_file)
    db.init_app(app)
    dispatch.install()
    senders.install()
    Migrate(app, db, compare_type=True, render_as_batch=True)
    app.before_request(owe_nothing)
    app.before_request(_who)  # Before CSRF, whose refusal page wants to know who asks.
    csrf.init_app(app)
    login_manager.init_app(app)
    pages.install(app)
    app.after_request(settle)
    app.teardown_request(_done_reading)
    app.context_processor(_frame)
    app.register_blueprint(health.bp)
    app.register_blueprint(import_pages.bp)
    for name in (*MODELS, *TASKS):
        importlib.import_module(name)
    for name in FEATURES:
        app.register_blueprint(importlib.import_module(f"app.{name}.views").bp)
    if config.shows_demo:
        app.register_blueprint(importlib.import_module("app.demo.views").bp)
    return app


def _flask_settings(config: Config) -> dict[str, Any]:
    # An error's text goes to the log; the values of its statement are people's addresses and names.
    engine: dict[str, Any] = {"hide_parameters": True, "pool_pre_ping": not config.sqlite}
    return {
        "SANFANG": config,
        "SECRET_KEY": config.keys.secret,
        "SQLALCHEMY_DATABASE_URI": config.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine,
        "MAX_CONTENT_LENGTH": 24 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 512 * 1024,
        "MAX_FORM_PARTS": 3000,
        "SESSION_COOKIE_NAME": "__Host-sanfang" if config.secure else "sanfang",
        "SESSION_COOKIE_SECURE": config.secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_TIME_LIMIT": None,
        "LOGIN_COOKIE": f"__Host-{COOKIE}" if config.secure else COOKIE,
        "SEND_FILE_MAX_AGE_DEFAULT": 31536000,
        "TESTING": config.mode == "test",
        # Off where the data are invented or nobody else's.
        "SECOND_FACTOR": config.secure,
    }


def _done_reading(_error: BaseException | None) -> None:
    reading.set(False)


def _who() -> Any:
    """Find out who asks, before anything else touches the database; staff without a second factor get no further."""
    from app.accounts import sessions
    from app.organisations.queries import actor_of

    reading.set(request.method in SAFE)
    g.login = None
    g.actor = actor_of(None)
    if request.endpoint == "static" or request.path == "/healthz":
        return None
    from flask import current_app

    token = request.cookies.get(current_app.config["LOGIN_COOKIE"])
    login = sessions.find(token) if token else None
    actor = actor_of(login, request.remote_addr or "")
    if login is None or sessions.idle_too_long(login, actor.is_staff):
        return None
    g.login, g.actor = login, actor
    sessions.touch(login)
    return _without_second_factor(actor)


def _without_second_factor(actor: Actor) -> Any:
    """The way to setting one up, for whoever works here and has none, from wherever she wanted to go."""
    from flask import current_app

    from app.accounts import second_factor
    from app.accounts.views_second import REACHABLE

    if not (current_app.config["SECOND_FACTOR"] and actor.is_staff) or request.endpoint in REACHABLE:
        return None
    if second_factor.is_on(actor.user_id or 0):
        return None
    flash("先设好两步登录，才能办事", "wait")
    return redirect(url_for("accounts.second_factor_page"))


class _Seen(UserMixin):
    """What Flask-Login's current_user is here: the id of the user of our own server-side session."""

    def __init__(self, user_id: int) -> None:
        self.id = user_id


@login_manager.request_loader
def _flask_login_user(_request: Any) -> _Seen | None:
    return _Seen(g.actor.user_id) if g.actor.user_id else None


def _frame() -> dict[str, Any]:
    """What layouts show around a page."""
    from flask import current_app

    config: Config = current_app.config["SANFANG"]
    frame: dict[str, Any] = {
        "actor": getattr(g, "actor", None),
        "demo": config.shows_demo,
        "operator": {"name": config.operator_name, "phone": config.operator_phone},
        "may": lambda permission, row=None: permissions.allows(g.actor, permission, row),
    }
    home = importlib.import_module("app.home.menu")
    frame.update(home.frame(frame["actor"], request.path))
    return frame
