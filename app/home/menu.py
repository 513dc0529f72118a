"""What stands around a page for the person who looks at it: the side menu and the demonstration's role switch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import current_app, url_for

from app.accounts.queries import unread
from app.core.actor import Actor

# The demonstration puts its list of people here: [{label, user_id, here}] for the actor who looks.
ROLE_SWITCH: Callable[[Actor | None], list[dict[str, Any]]] | None = None

# The last two are pages of the demonstration alone.
FOOTER = [("查验协议", "agreements.check"), ("演示短信", "demo.inbox"), ("页面零件", "demo.parts")]


@dataclass(frozen=True)
class Entry:
    """One line of the menu. ``count`` is asked for only when the menu is really drawn: an error page never does."""

    text: str
    href: str
    here: bool = False
    counter: Callable[[], int] | None = None

    @property
    def count(self) -> int:
        return self.counter() if self.counter else 0


def frame(actor: Actor | None, path: str) -> dict[str, Any]:
    """What the layouts show around a page; must not touch the database before it is drawn."""
    switch = ROLE_SWITCH(actor) if ROLE_SWITCH and current_app.config["SANFANG"].shows_demo else []
    links = [(text, _address(endpoint)) for text, endpoint in FOOTER]
    return {
        "menu": menu(actor, path) if actor is not None and actor.signed_in else [],
        "role_switch": switch,
        "sign_in_href": "/log-in",
        "sign_out_href": "/log-out",
        "footer_links": [link for link in links if link[1]],
    }


def menu(actor: Actor, path: str) -> list[Entry]:
    """The lines for this actor, in the order of the work; a page that is not built (yet) is left out."""
    entries: list[Entry] = []
    for text, endpoint, arguments in _lines(actor):
        href = _address(endpoint, **arguments)
        if href and all(entry.href != href for entry in entries):
            counter = (lambda: unread(actor)) if endpoint == "accounts.inbox" else None
            entries.append(Entry(text, href, False, counter))
    here = max((e.href for e in entries if _inside(path, e.href)), key=len, default=None)
    return [Entry(e.text, e.href, e.href == here, e.counter) for e in entries]


def _inside(path: str, href: str) -> bool:
    bare = href.partition("?")[0]
    return path == bare or path.startswith(bare + "/")


def _address(endpoint: str, **arguments: Any) -> str:
    """The address of a page, or nothing when there is no such page."""
    return url_for(endpoint, **arguments) if endpoint in current_app.view_functions else ""


Line = tuple[str, str, dict[str, Any]]
_OWN: list[Line] = [("消息", "accounts.inbox", {}), ("我的资料", "accounts.account", {})]


def _lines(actor: Actor) -> list[Line]:
    if actor.guardian_id is not None:
        return [("孩子的报名", "applications.guardian_desk", {}), ("消息", "accounts.inbox", {})]
    if not actor.is_staff:
        return [
            ("我的报名", "applications.mine", {}), ("订单班", "catalogue.index", {}),
            ("录取结果", "placements.result", {}), ("我的协议", "agreements.index", {}), *_OWN,
        ]  # fmt: skip
    lines: list[Line] = [("等我处理", "home.desk", {})]
    if actor.is_coordinator:
        lines += _coordinator(actor)
    if actor.schools:
        lines += _school(actor)
    if actor.stations:
        lines += [("代填报名", "stations.desk", {}), ("核对证件", "ways_back.desk", {})]
    if actor.enterprises:
        lines += _enterprise(actor)
    if actor.is_admin:
        lines += [("用户", "accounts.users", {}), ("联盟", "organisations.alliances", {}),
                  ("院校和企业", "organisations.index", {}), ("设置", "home.settings", {}),
                  ("保存期限", "privacy.retention", {}), ("发不出的短信", "home.messages", {})]
    return [*lines, *_OWN]


def _coordinator(actor: Actor) -> list[Line]:
    return [
        ("批次", "rounds.index", {}), ("院校和企业", "organisations.index", {}), ("岗位", "positions.index", {}),
        ("举报", "positions.reports", {}),
        ("订单班", "order_classes.index", {}), ("报名", "applications.index", {}),
        ("材料核验", "applications.review", {}), ("更正申请", "privacy.corrections", {}),
        ("录取", "placements.index", {}),
        ("复核", "placements.reviews_index", {}), ("协议", "agreements.index", {}), ("表格导入", "imports.index", {}),
        ("服务站", "stations.index", {}), ("换手机号", "ways_back.index", {}), ("核对证件", "ways_back.desk", {}),
        ("联盟", "organisations.alliance", {"alliance_id": min(actor.alliances)}),
    ]  # fmt: skip


def _school(actor: Actor) -> list[Line]:
    mine = {"kind": "school", "organisation_id": min(actor.schools)}
    return [
        ("订单班", "order_classes.index", {}), ("可用的岗位", "positions.index", {}),
        ("报名", "applications.index", {}), ("材料核验", "applications.review", {}),
        ("分数", "applications.scores", {}), ("录取", "placements.index", {}), ("协议", "agreements.index", {}),
        ("表格导入", "imports.index", {}), ("本校资料", "organisations.show", mine),
        ("工作人员", "organisations.staff", mine), ("核对证件", "ways_back.desk", {}),
    ]  # fmt: skip


def _enterprise(actor: Actor) -> list[Line]:
    mine = {"kind": "enterprise", "organisation_id": min(actor.enterprises)}
    return [
        ("岗位", "positions.index", {}), ("订单班", "order_classes.index", {}), ("人选", "placements.index", {}),
        ("协议", "agreements.index", {}), ("表格导入", "imports.index", {}), ("本企业资料", "organisations.show", mine),
        ("工作人员", "organisations.staff", mine),
    ]  # fmt: skip
