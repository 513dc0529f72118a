"""Pages of a long list: the number of queries does not grow with the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from sqlalchemy import Select, func, select

from app.core.db import db
from app.core.numbers import page_in

SIZE = 30


@dataclass(frozen=True)
class Page:
    """One page of ``rows``; numbers count from 1."""

    rows: Sequence[Any]
    number: int
    total: int
    size: int = SIZE

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        return 0 if not self.total else (self.number - 1) * self.size + 1

    @property
    def last(self) -> int:
        return min(self.total, self.number * self.size)

    def href(self, number: int) -> str:
        """The same list at another page, keeping its filters."""
        from urllib.parse import urlencode

        rest = [(k, v) for k, v in request.args.items(multi=True) if k != "page"]
        return f"{request.path}?{urlencode([*rest, ('page', number)])}"


def page_of(query: Select[Any], size: int = SIZE, *, scalars: bool = True) -> Page:
    """Cut the page the address asks for out of an ordered query: two statements, whatever the length."""
    total = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    number = page_in(request.args.get("page"), max(1, -(-total // size)))
    cut = query.limit(size).offset((number - 1) * size)
    rows = db.session.scalars(cut).unique().all() if scalars else db.session.execute(cut).all()
    return Page(rows, number, total, size)


def cut(rows: Sequence[Any], size: int = SIZE) -> Page:
    """The page the address asks for of a list that had to be made as a whole."""
    number = page_in(request.args.get("page"), max(1, -(-len(rows) // size)))
    return Page(rows[(number - 1) * size : number * size], number, len(rows), size)


def state_filters(
    states: Mapping[str, str], counts: Mapping[str, int], here: str, endpoint: str, **kept: Any
) -> list[dict[str, Any]]:
    """For ``ui.filters``: everything, then each state that has rows, with how many; other filters are ``kept``."""
    found = [("", "全部", sum(counts.values()))]
    found += [(code, says, counts[code]) for code, says in states.items() if counts.get(code)]
    return [
        {"text": says, "href": url_for(endpoint, state=code or None, **kept), "here": code == here, "count": count}
        for code, says, count in found
    ]
