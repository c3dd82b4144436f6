"""What lists can be sorted by, and places in them: how addresses write both. Knows columns, no query."""

import json
from dataclasses import dataclass, replace
from typing import Any

from analysis.errors import UserError

SORTS: dict[str, str] = {
    "id": "pk",
    "problem": "problem_id",
    "model": "model__name",
    "condition": "condition__label",
    "sample": "sample",
    "outcome": "measured__outcome",
    "first": "measured__first_outcome",
    "candidates": "measured__n_candidates",
    "changes": "measured__n_changed",
    "tokens": "measured__n_tokens",
    "length": "n_chars",
    "position": "measured__position",
    "tokens_first": "measured__tokens_first",
}
"""What a list can be sorted by; rollouts of equal value are in the order in which they were read."""
INDEXED = frozenset(SORTS) - {"model", "condition", "sample"}
"""Orders that an index of a whole collection follows."""
MOST = 2**63


class BadPlaceError(UserError):
    """An address that says no place in a list, or no order that lists have."""


@dataclass(frozen=True, slots=True)
class Order:
    """A sort column and its direction, as addresses write it: `tokens`, `-tokens`."""

    name: str = "id"
    is_descending: bool = False

    @classmethod
    def parse(cls, text: str) -> "Order":
        name = text.removeprefix("-") or "id"
        if name not in SORTS:
            raise BadPlaceError(f"cannot sort by {name!r}; known: {', '.join(SORTS)}")
        return cls(name, text.startswith("-"))

    def __str__(self) -> str:
        return f"-{self.name}" if self.is_descending else self.name

    @property
    def column(self) -> str:
        return SORTS[self.name]

    @property
    def needs_analysis(self) -> bool:
        return self.column.startswith("measured__")


@dataclass(frozen=True, slots=True)
class Place:
    """The row that a page starts after (or, going back, ends before): its sort value and its id."""

    value: Any
    pk: int
    is_backwards: bool = False

    @classmethod
    def parse(cls, after: str, before: str) -> "Place | None":
        text = after or before
        if not text:
            return None
        try:
            value, pk = json.loads(text)
        except (ValueError, TypeError) as error:
            raise BadPlaceError(f"{text!r} is no place in a list of rollouts") from error
        if not isinstance(value, str | int | float | None) or isinstance(value, bool):
            raise BadPlaceError(f"{text!r} is no place in a list of rollouts")
        if not isinstance(pk, int) or abs(pk) >= MOST:
            raise BadPlaceError(f"{text!r} is no place in a list of rollouts")
        return cls(value, pk, is_backwards=not after)

    def turned(self, order: Order) -> "Place":
        """Where the page begins that ends here, or ends where this one begins: the row of the place is on it."""
        is_up = self.is_backwards == (order.column == "pk" and order.is_descending)
        return replace(self, pk=self.pk + (1 if is_up else -1), is_backwards=not self.is_backwards)
