"""Kinds of fields of a filter: how each is checked, rendered for polars and for SQL, and said in words.

Knows features and rows of rollouts; which fields there are is the table of queries.filters.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl
from django.db.models import Q

from analysis.errors import UserError
from analysis.markers import MARKERS
from analysis.types import NOTHING, Outcome, Transition
from apps.traces.queries.asking import Asking
from apps.traces.queries.candidate_sets import find_name
from apps.traces.queries.ranges import Range

NONE = "(none)"
"""How an empty name (a problem set without one, no condition) is written in an address."""
LETTERS = {
    Transition.TT: "T→T",
    Transition.FFS: "F→F same",
    Transition.FFD: "F→F different",
    Transition.TF: "T→F",
    Transition.FT: "F→T",
}
FLOWS = {
    "cc": "right at the first attempt and at the last",
    "ci": "right at the first attempt, wrong at the last",
    "ic": "wrong at the first attempt, right at the last",
    "ii": "wrong at the first attempt and at the last",
}


class BadFilterError(UserError):
    """A filter's value that the field does not take; the message lists what it does."""


class Field:
    """How one field is checked, rendered and said. `label` is what the form writes."""

    label: str
    is_frame_only = False
    needs_analysis = True
    chooses = True

    def check(self, name: str, value: str) -> None:
        raise NotImplementedError

    def expression(self, value: str) -> pl.Expr:
        raise NotImplementedError

    def condition(self, value: str) -> Q:
        raise NotImplementedError

    def words(self, value: str) -> str:
        return f"{self.label.lower()} {value}"


@dataclass(frozen=True)
class Name(Field):
    """A name that rollouts share; any name may be asked for."""

    label: str
    column: str
    lookup: str
    needs_analysis = False

    def check(self, name: str, value: str) -> None:
        if len(value) > 300:
            raise BadFilterError(f"{name} is {len(value)} characters long; names have at most 300")
        if "\x00" in value:
            raise BadFilterError(f"{name} cannot be {value[:80]!r}; no name holds a NUL")

    def expression(self, value: str) -> pl.Expr:
        return pl.col(self.column) == _named(value)

    def condition(self, value: str) -> Q:
        return Q(**{self.lookup: _named(value)})


@dataclass(frozen=True)
class Choice(Field):
    """One of a few values, each with its words."""

    label: str
    column: str
    lookup: str
    choices: Mapping[str, str]
    stored: Mapping[str, Any]
    needs_analysis: bool = True

    def check(self, name: str, value: str) -> None:
        if value not in self.choices:
            raise BadFilterError(f"{name} cannot be {value!r}; known: {', '.join(self.choices)}")

    def expression(self, value: str) -> pl.Expr:
        return pl.col(self.column).eq_missing(self.stored.get(value, value))

    def condition(self, value: str) -> Q:
        stored = self.stored.get(value, value)
        return Q(**{self.lookup: "" if stored is None else stored})

    def words(self, value: str) -> str:
        return self.choices[value]


@dataclass(frozen=True)
class Stable(Choice):
    """Whether the first answer is the final one; only the frame knows."""

    is_frame_only = True


@dataclass(frozen=True)
class HasTransition(Field):
    label: str = "Transition"

    def check(self, name: str, value: str) -> None:
        if value not in LETTERS:
            raise BadFilterError(f"{name} cannot be {value!r}; known: {', '.join(kind.value for kind in Transition)}")

    def expression(self, value: str) -> pl.Expr:
        return pl.col(f"n_{value}") > 0

    def condition(self, value: str) -> Q:
        return Q(**{f"measured__n_{value}__gt": 0})

    def words(self, value: str) -> str:
        return f"with {LETTERS[Transition(value)]}"


@dataclass(frozen=True)
class Number(Field):
    """A column within a range; `scale` turns what is written (per cent) into what is stored."""

    label: str
    column: pl.Expr
    lookup: str
    unit: str
    prefix: str = ""
    scale: float = 1.0
    named: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    is_frame_only: bool = False
    needs_analysis: bool = True

    def check(self, name: str, value: str) -> None:
        if self._find(value) is None:
            known = f", or {', '.join(self.named)}" if self.named else ""
            raise BadFilterError(f"{name} cannot be {value!r}; write low..high, low.., ..high or one number{known}")

    def expression(self, value: str) -> pl.Expr:
        return self.range(value).expression(self.column)

    def condition(self, value: str) -> Q:
        return self.range(value).condition(self.lookup)

    def words(self, value: str) -> str:
        return f"{self.prefix} {self.range(value).scaled(1 / self.scale).words(self.unit)}".strip()

    def range(self, value: str) -> Range:
        """The range as the column holds it."""
        found = self._find(value)
        assert found is not None, "checked when it was read"
        return found.scaled(self.scale)

    def _find(self, value: str) -> Range | None:
        return Range.find(self.named.get(value, value))


@dataclass(frozen=True)
class AnyCandidateAt(Number):
    """Whether any candidate stands within a range of the lines."""

    def expression(self, value: str) -> pl.Expr:
        places = pl.col("candidate_lines").cast(pl.List(pl.Float64)) / pl.col("n_lines").cast(pl.Float64)
        return places.list.eval(self.range(value).expression(pl.element())).list.any()


@dataclass(frozen=True)
class HasMarker(Field):
    """Whether a marker word stands in the text read; only the frame knows."""

    label: str = "Marker"
    is_frame_only: bool = True

    def check(self, name: str, value: str) -> None:
        if value not in MARKERS:
            raise BadFilterError(f"{name} cannot be {value!r}; known: {', '.join(MARKERS)}")

    def expression(self, value: str) -> pl.Expr:
        return pl.col("marker_counts").list.get(MARKERS.index(value), null_on_oob=True) > 0

    def words(self, value: str) -> str:
        return f"with the marker “{value}”"


@dataclass(frozen=True)
class Texts(Field):
    """What stands in the texts: lists ask the search index, beside what columns answer."""

    label: str = "Text"
    needs_analysis: bool = False

    def check(self, name: str, value: str) -> None:
        Asking.parse(value)

    def words(self, value: str) -> str:
        return f"with the text {value}"


@dataclass(frozen=True)
class CandidatesFrom(Field):
    """By whose candidates the other fields are meant: `extractor@version`; it chooses no rollouts itself."""

    label: str = "Candidates from"
    needs_analysis: bool = False
    chooses: bool = False

    def check(self, name: str, value: str) -> None:
        if find_name(value) is None or len(value) > 80:
            raise BadFilterError(f"{name} cannot be {value[:80]!r}; write extractor@version, as in rules@1")


@dataclass(frozen=True)
class HasFlow(Field):
    """From right or wrong at the first attempt to right or wrong at the last; only the frame knows."""

    label: str = "Attempts"
    is_frame_only: bool = True

    def check(self, name: str, value: str) -> None:
        if value not in FLOWS:
            raise BadFilterError(f"{name} cannot be {value[:80]!r}; known: {', '.join(FLOWS)}")

    def expression(self, value: str) -> pl.Expr:
        outcomes = pl.col("attempt_outcomes").list
        ends = zip(value, (outcomes.first(), outcomes.last()), strict=True)
        first, last = ((outcome == Outcome.CORRECT.value) == (letter == "c") for letter, outcome in ends)
        return first & last

    def words(self, value: str) -> str:
        return FLOWS[value]


def _named(value: str) -> str:
    return "" if value == NONE else value
