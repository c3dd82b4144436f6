"""A list of rollouts as its page shows it: heads that sort, lines of cells, what is missing. Knows no query."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from apps.core.templatetags.numbers import DASH, count, decimal, percent
from apps.traces.presenters.snippets import Snippet
from apps.traces.queries.columns import COLUMNS, Columns
from apps.traces.queries.filters import RolloutFilter
from apps.traces.queries.listing import Page
from apps.traces.queries.orders import Order

TRANSITIONS = ("tt", "ffs", "ft", "ffd", "tf")
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Head:
    """`sort` is aria-sort's word; `href` sorts by this column, the other way round where it already is."""

    label: str
    href: str
    is_num: bool
    sort: str
    title: str


@dataclass(frozen=True, slots=True)
class Cell:
    """`kind` is how the template shows it: text, name, num, grade (a chip), transitions ((kind, n)), flags (words)."""

    kind: str
    text: str = ""
    title: str = ""
    parts: Sequence[Any] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One rollout: its problem, then its cells in the order of the heads."""

    pk: int
    external_id: str
    question: str
    cells: Sequence[Cell]
    snippet: Snippet | None


@dataclass(frozen=True, slots=True)
class Choice:
    """One column in the form that chooses them."""

    name: str
    label: str
    words: str
    is_shown: bool


@dataclass(frozen=True, slots=True)
class Stop:
    """That a search went no further: `words` say what it has looked at, `href` goes on from there."""

    words: str
    href: str


@dataclass(frozen=True, slots=True)
class Listing:
    heads: Sequence[Head]
    lines: Sequence[Line]
    after: str
    before: str
    reader_query: str
    columns: Sequence[Choice]
    kept: Sequence[tuple[str, str]]
    usual: str
    exports: Sequence[tuple[str, str, str]]
    stop: Stop | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """Of the list itself: what of it changes from link to link."""

    url: str
    filters: RolloutFilter
    order: Order
    columns: Columns = field(default_factory=Columns)

    def to(self, **more: str) -> str:
        return f"{self.url}?{urlencode(self.state | more)}".removesuffix("?")

    @property
    def state(self) -> dict[str, str]:
        """What a saved view keeps: filters, order, columns."""
        order = {} if self.order == Order() else {"sort": str(self.order)}
        columns = {"columns": self.columns.text} if self.columns.text else {}
        return self.filters.given | order | columns


def listing(
    page: Page,
    address: Address,
    choices: Mapping[str, Sequence[str]],
    snippets: Mapping[int, Snippet],
    exports: Sequence[tuple[str, str, str]] = (),
) -> Listing:
    """`choices` are the names that occur in the whole list: a usual column with one name only is left out.

    `exports` are (label, address, words) of files that hold the whole list.
    """
    chosen = address.columns
    single = {name for name in ("model", "condition") if len(choices.get(name, ())) < 2} if not chosen.text else set()
    names = [name for name in chosen.names if name not in single]
    return Listing(
        [_head("problem", "problem", address), *(_head(name, COLUMNS[name].sort, address) for name in names)],
        [_line(row, names, snippets.get(row["pk"])) for row in page.rows],
        address.to(after=page.after) if page.after else "",
        address.to(before=page.before) if page.before else "",
        _for_reader(address.filters),
        [Choice(name, column.label, column.words, name in names) for name, column in COLUMNS.items()],
        [(name, value) for name, value in address.state.items() if name != "columns"],
        Address(address.url, address.filters, address.order).to(),
        [(label, f"{url}?{urlencode(address.state)}".removesuffix("?"), words) for label, url, words in exports],
        _stop(page, address),
    )


def _stop(page: Page, address: Address) -> Stop | None:
    if not page.n_looked:
        return None
    side = "before" if page.is_backwards else "after"
    onward = {side: (page.before if page.is_backwards else page.after) or ""}
    words = (
        f"For this page {count(page.n_looked)} rollouts were looked at, and {count(len(page.rows))} of them match; "
        f"those {side} them in the list have not been looked at."
    )
    return Stop(words, address.to(**onward))


def _for_reader(filters: RolloutFilter) -> str:
    """What the reader keeps of a list: the words that were searched, and whose candidates are shown."""
    kept = {name: value for name, value in filters.given.items() if name in ("q", "extractor")}
    return f"?{urlencode(kept)}" if kept else ""


def _head(name: str, sort: str, address: Address) -> Head:
    column = COLUMNS.get(name)
    label, is_num, title = (column.label, column.is_num, column.words) if column else (name, False, "")
    if not sort:
        return Head(label, "", is_num, "", title)
    order = address.order
    is_this = order.name == sort
    ascends = not order.is_descending if is_this else None
    turned = Order(sort, is_descending=(ascends is True) if is_this else column is not None and column.largest_first)
    aria = {True: "ascending", False: "descending", None: ""}[ascends]
    return Head(label, Address(address.url, address.filters, turned, address.columns).to(), is_num, aria, title)


def _line(row: Row, names: Sequence[str], snippet: Snippet | None) -> Line:
    return Line(
        pk=row["pk"],
        external_id=row["external_id"],
        question=short_question(row),
        cells=[CELLS[name](row) for name in names],
        snippet=snippet,
    )


def _text(column: str) -> Callable[[Row], Cell]:
    return lambda row: Cell("name", str(row[column] or ""))


def _number(column: str) -> Callable[[Row], Cell]:
    return lambda row: Cell("num", count(row[column]))


def _grade(column: str) -> Callable[[Row], Cell]:
    return lambda row: Cell("grade", row[column] or "")


def _transitions(row: Row) -> Cell:
    return Cell("transitions", parts=[(kind, n) for kind in TRANSITIONS if (n := row[f"measured__n_{kind}"])])


def _position(row: Row) -> Cell:
    value = row["measured__position"]
    return Cell("num", DASH if value is None else f"{percent(value, 0)}\u202f%")


def _markers(row: Row) -> Cell:
    return Cell("num", count(row.get("n_markers")))


def _confidence(row: Row) -> Cell:
    return Cell("num", decimal(row.get("confidence"), 2))


def _scores(row: Row) -> Cell:
    found: Mapping[str, float] = row.get("scores") or {}
    words = [f"{name} {decimal(value, 2)}" for name, value in found.items()]
    return Cell("text", ", ".join(words[:3]) + ("…" if len(words) > 3 else ""), ", ".join(words))


def _tokens(row: Row) -> Cell:
    """The uploaded count where no analysis has one; an estimate is marked."""
    n = row["measured__n_tokens"]
    if row["n_tokens"] is None and n is not None:
        return Cell("num", f"≈ {count(n)}", "estimated from characters")
    return Cell("num", count(row["n_tokens"] if n is None else n))


def _flags(row: Row) -> Cell:
    flags = {"truncated": row["truncated"], "error": row["error"], "changed": row["measured__n_changed"]}
    found = [name for name, is_set in flags.items() if is_set and not (name == "changed" and _has_transitions(row))]
    return Cell("flags", title=row["error"], parts=found)


def _has_transitions(row: Row) -> bool:
    return any(row[f"measured__n_{kind}"] for kind in TRANSITIONS)


def short_question(row: Row) -> str:
    """The beginning of the problem on one line, its key where it has no words."""
    line = " ".join(row["question"].split()) or str(row["problem__key"])
    return line if len(line) <= 90 else f"{line[:89].rstrip()}…"


CELLS: dict[str, Callable[[Row], Cell]] = {
    "set": _text("problem__problem_set__name"),
    "subject": _text("problem__subject"),
    "level": _text("problem__level"),
    "model": _text("model__name"),
    "condition": _text("condition__label"),
    "collection": _text("collection__name"),
    "id": _text("external_id"),
    "sample": _number("sample"),
    "final": _grade("measured__outcome"),
    "first": _grade("measured__first_outcome"),
    "uploaded": lambda row: Cell("grade", row.get("uploaded") or ""),
    "candidates": _number("measured__n_candidates"),
    "transitions": _transitions,
    "position": _position,
    "tokens": _tokens,
    "tokens_first": _number("measured__tokens_first"),
    "length": _number("n_chars"),
    "markers": _markers,
    "confidence": _confidence,
    "finish": lambda row: Cell("text", row.get("finish") or ""),
    "scores": _scores,
    "flags": _flags,
}
assert list(CELLS) == list(COLUMNS), "every column needs its cell"
