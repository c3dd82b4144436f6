"""Pages of a list by key: `{"items": [...], "next": cursor or null}`. Knows no subject.

A cursor is where the next page begins, signed, and bound to the address and the filters that it was given for.
"""

import hashlib
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.core import signing
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from ninja import Field, Schema

from apps.api.errors import Refused

T = TypeVar("T")
M = TypeVar("M", bound=Model)
SALT = "afterthought.api.cursor"
PAGING = frozenset({"cursor", "limit"})


class Paging(Schema):
    """What every list takes: how many items, and where to begin (`next` of the page before)."""

    limit: int = Field(100, ge=1, le=500)
    cursor: str = Field("", max_length=4000)


class Page(Schema, Generic[T]):
    """A part of a list; `next` is null on the last page."""

    items: list[T]
    next: str | None


def page_of(
    request: HttpRequest,
    rows: QuerySet[M],
    paging: Paging,
    present: Callable[[M], T],
    *,
    newest_first: bool = False,
) -> Page[T]:
    """A page of rows in the order of their ids."""
    after = place_in(request, paging.cursor)
    if after is not None:
        rows = rows.filter(**{"pk__lt" if newest_first else "pk__gt": after})
    found = list(rows.order_by("-pk" if newest_first else "pk")[: paging.limit + 1])
    shown = found[: paging.limit]
    last = shown[-1].pk if len(found) > paging.limit else None
    return Page(items=[present(row) for row in shown], next=cursor_for(request, last))


def page_of_known(request: HttpRequest, items: list[T], paging: Paging) -> Page[T]:
    """A page of a list that is short and whole in memory (of measures, of tables)."""
    start = place_in(request, paging.cursor) or 0
    end = start + paging.limit
    return Page(items=items[start:end], next=cursor_for(request, end if end < len(items) else None))


def cursor_for(request: HttpRequest, place: Any) -> str | None:
    """The cursor of a place in the list that was asked for; None for None."""
    return None if place is None else signing.dumps([list_of(request), place], salt=SALT, compress=True)


def place_in(request: HttpRequest, cursor: str) -> Any:
    """The place that a cursor stands for; None for an empty one. Raises Refused (400) for one of another list."""
    if not cursor:
        return None
    try:
        of, place = signing.loads(cursor, salt=SALT)
    except signing.BadSignature:
        raise Refused(400, "cursor: not one that this API gave", code="bad_cursor") from None
    if of != list_of(request):
        raise Refused(400, "cursor: of another list or of other filters; begin anew without it", code="bad_cursor")
    return place


def list_of(request: HttpRequest) -> str:
    """What names a list: its address and filters, without the page."""
    asked = sorted((name, values) for name, values in request.GET.lists() if name not in PAGING)
    return hashlib.sha256(repr((request.path, asked)).encode("utf-8", "surrogatepass")).hexdigest()[:16]
