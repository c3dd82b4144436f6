"""A list of rollouts as its page shows it: heads that sort, lines of cells, what is missing. Knows no query."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from apps.core.templatetags.numbers import DASH, count
from apps.traces.presenters.snippets import Snippet
from apps.traces.queries.filters import RolloutFilter
from apps.traces.queries.listing import Order, Page

HEADS: tuple[tuple[str, str, bool], ...] = (
    ("problem", "problem", False),
    ("model", "model", False),
    ("condition", "condition", False),
    ("sample", "sample", True),
    ("outcome", "final", False),
    ("first", "first", False),
    ("candidates", "candidates", True),
    ("changes", "transitions", False),
    ("tokens", "tokens", True),
    ("length", "characters", True),
)
"""Sort column, head, whether it holds numbers."""
TRANSITIONS = ("tt", "ffs", "ft", "ffd", "tf")


@dataclass(frozen=True, slots=True)
class Head:
    """`sort` is aria-sort's word; `href` sorts by this column, the other way round where it already is."""

    label: str
    href: str
    is_num: bool
    sort: str


@dataclass(frozen=True, slots=True)
class Line:
    """One rollout; `transitions` are (kind, n), `flags` words."""

    pk: int
    external_id: str
    problem: str
    question: str
    problem_id: int
    model: str
    condition: str
    sample: int
    outcome: str
    first_outcome: str
    n_candidates: str
    transitions: Sequence[tuple[str, int]]
    tokens: str
    tokens_note: str
    characters: str
    flags: Sequence[str]
    error: str
    snippet: Snippet | None


@dataclass(frozen=True, slots=True)
class Listing:
    heads: Sequence[Head]
    lines: Sequence[Line]
    after: str
    before: str
    csv: str
    has_models: bool
    has_conditions: bool
    reader_query: str


@dataclass(frozen=True, slots=True)
class Address:
    """Of the list itself: what of it changes from link to link."""

    url: str
    filters: RolloutFilter
    order: Order

    def to(self, **more: str) -> str:
        order = {} if self.order == Order() else {"sort": str(self.order)}
        return f"{self.url}?{urlencode(self.filters.given | order | more)}".removesuffix("?")


def listing(
    page: Page,
    address: Address,
    csv_url: str,
    choices: Mapping[str, Sequence[str]],
    snippets: Mapping[int, Snippet],
) -> Listing:
    """`choices` are the names that occur in the whole list: a column with one name only is left out."""
    single = {name for name in ("model", "condition") if len(choices[name]) < 2}
    heads = [_head(name, label, address, is_num=is_num) for name, label, is_num in HEADS if name not in single]
    return Listing(
        heads,
        [_line(row, snippets.get(row["pk"])) for row in page.rows],
        address.to(after=page.after) if page.after else "",
        address.to(before=page.before) if page.before else "",
        csv_url + address.filters.query,
        "model" not in single,
        "condition" not in single,
        f"?{urlencode({'q': address.filters.q})}" if address.filters.q else "",
    )


def _head(name: str, label: str, address: Address, *, is_num: bool) -> Head:
    order = address.order
    is_this = order.name == name
    ascends = not order.is_descending if is_this else None
    turned = Order(name, is_descending=(ascends is True) if is_this else name in {"changes", "candidates", "tokens"})
    sort = {True: "ascending", False: "descending", None: ""}[ascends]
    return Head(label, Address(address.url, address.filters, turned).to(), is_num, sort)


def _line(row: Mapping[str, Any], snippet: Snippet | None) -> Line:
    is_measured = row["measured__outcome"] is not None
    return Line(
        pk=row["pk"],
        external_id=row["external_id"],
        problem=row["problem__key"],
        question=_short(row["question"]) or row["problem__key"],
        problem_id=row["problem_id"],
        model=row["model__name"],
        condition=row["condition__label"],
        sample=row["sample"],
        outcome=row["measured__outcome"] or "",
        first_outcome=row["measured__first_outcome"] or "",
        n_candidates=count(row["measured__n_candidates"]) if is_measured else DASH,
        transitions=[(kind, n) for kind in TRANSITIONS if (n := row[f"measured__n_{kind}"])],
        tokens=_tokens(row),
        tokens_note="estimated from characters" if _is_estimated(row) else "",
        characters=count(row["n_chars"]),
        flags=_flags(row),
        error=row["error"],
        snippet=snippet,
    )


def _is_estimated(row: Mapping[str, Any]) -> bool:
    return row["n_tokens"] is None and row["measured__n_tokens"] is not None


def _tokens(row: Mapping[str, Any]) -> str:
    """The uploaded count where no analysis has one; an estimate is marked."""
    n = row["measured__n_tokens"]
    return f"≈ {count(n)}" if _is_estimated(row) else count(row["n_tokens"] if n is None else n)


def _flags(row: Mapping[str, Any]) -> list[str]:
    flags = {"truncated": row["truncated"], "error": row["error"], "changed": row["measured__n_changed"]}
    return [name for name, is_set in flags.items() if is_set and not (name == "changed" and _has_transitions(row))]


def _has_transitions(row: Mapping[str, Any]) -> bool:
    return any(row[f"measured__n_{kind}"] for kind in TRANSITIONS)


def _short(question: str) -> str:
    line = " ".join(question.split())
    return line if len(line) <= 90 else f"{line[:89].rstrip()}…"
