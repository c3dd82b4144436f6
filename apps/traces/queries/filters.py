"""One noun for "which rollouts": read from an address or a command, said in words, rendered for polars and for SQL.

Knows features and rows of rollouts, no page. `FIELDS` is the literal table of what can be filtered by; both renderings
of a field select the same rollouts (tested).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import reduce
from operator import and_
from typing import Any
from urllib.parse import urlencode

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
NO_CANDIDATE = "no_candidate"
LETTERS = {
    Transition.TT: "T→T",
    Transition.FFS: "F→F same",
    Transition.FFD: "F→F different",
    Transition.TF: "T→F",
    Transition.FT: "F→T",
}
CANDIDATE_RANGES = {"none": "0", "one": "1", "many": "2.."}


class BadFilterError(UserError):
    """A filter's value that the field does not take; the message lists what it does."""


@dataclass(frozen=True, slots=True)
class RolloutFilter:
    """Which rollouts; None leaves a field open. Ranges are written `low..high` (high not included), or one value."""

    model: str | None = None
    problem_set: str | None = None
    subject: str | None = None
    level: str | None = None
    condition: str | None = None
    outcome: str | None = None
    first_outcome: str | None = None
    truncated: str | None = None
    transition: str | None = None
    candidates: str | None = None
    changes: str | None = None
    tokens: str | None = None
    position: str | None = None
    at: str | None = None
    read_tokens: str | None = None
    stable: str | None = None
    marker: str | None = None
    problem: str | None = None
    q: str | None = None
    extractor: str | None = None

    @classmethod
    def parse(cls, given: Mapping[str, str], *, with_text: bool = False) -> "RolloutFilter":
        """The filter in the parameters of an address; others are left alone. Raises BadFilterError, BadSearchError.

        `with_text` reads the query for texts too, which only lists answer (queries.search): no column knows it.
        """
        wanted = {name: given[name].strip() for name in FIELDS if given.get(name, "").strip()}
        if not with_text:
            wanted.pop("q", None)
        for name, value in wanted.items():
            FIELDS[name].check(name, value)
        return cls(**wanted)

    @property
    def given(self) -> dict[str, str]:
        """The fields that are not open."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: value for name, value in values.items() if value is not None}

    @property
    def choosing(self) -> dict[str, str]:
        """The fields that are not open and choose rollouts; by whose candidates is no choice of rollouts."""
        return {name: value for name, value in self.given.items() if FIELDS[name].chooses}

    def __bool__(self) -> bool:
        return bool(self.choosing)

    def __iter__(self) -> Iterator[tuple[str, "RolloutFilter"]]:
        """Each field that chooses, with the filter of that field alone."""
        return ((name, RolloutFilter(**{name: value})) for name, value in self.choosing.items())

    def having(self, **more: str | None) -> "RolloutFilter":
        return replace(self, **more)

    def without(self, name: str) -> "RolloutFilter":
        return replace(self, **{name: None})

    @property
    def query(self) -> str:
        """The filter as the end of an address: `?model=Qwen3-8B`, empty when all is open."""
        return f"?{urlencode(self.given)}" if self.given else ""

    @property
    def cleared(self) -> "RolloutFilter":
        """All fields open, by the same candidates."""
        return RolloutFilter(extractor=self.extractor)

    def expression(self) -> pl.Expr:
        """Over the columns of analysis.features; never null."""
        assert self.q is None, "features know no text"
        parts = [FIELDS[name].expression(value) for name, value in self.choosing.items()]
        if not parts:
            return pl.lit(True)  # polars 2.1 breaks a large frame filtered by lit(True).fill_null(False)
        return reduce(and_, parts).fill_null(False)

    def condition_of_rollouts(self) -> Q:
        """Over Rollout with the relation `measured` to its feature row; only of the fields that SQL knows."""
        known = {name: value for name, value in self.without("q").choosing.items() if not FIELDS[name].is_frame_only}
        return reduce(and_, (FIELDS[name].condition(value) for name, value in known.items()), Q())

    @property
    def frame_only(self) -> "RolloutFilter":
        """The part that only the features frame can answer."""
        return RolloutFilter(**{name: value for name, value in self.given.items() if FIELDS[name].is_frame_only})

    @property
    def asking(self) -> Asking | None:
        """What is asked of the texts, if anything is."""
        return None if self.q is None else Asking.parse(self.q)

    @property
    def needs_analysis(self) -> bool:
        return any(FIELDS[name].needs_analysis for name in self.given)

    @property
    def words(self) -> str:
        """`model Qwen3-8B, final answer incorrect, with F→T`."""
        return ", ".join(FIELDS[name].words(value) for name, value in self.given.items())


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


def _named(value: str) -> str:
    return "" if value == NONE else value


OUTCOME_WORDS = {outcome.value: outcome.value.replace("_", " ") for outcome in Outcome}
YES_NO = {"yes": True, "no": False}
FIRST_POSITION = pl.col("candidate_lines").list.first() / pl.col("n_lines")
OF_LINES = "% of the lines"

FIELDS: dict[str, Field] = {
    "model": Name("Model", "model", "model__name"),
    "problem_set": Name("Problem set", "problem_set", "problem__problem_set__name"),
    "subject": Name("Subject", "subject", "problem__subject"),
    "level": Name("Level", "level", "problem__level"),
    "condition": Name("Condition", "condition", "condition__label"),
    "outcome": Choice(
        "Final answer",
        "final_outcome",
        "measured__outcome",
        {value: f"final answer {words}" for value, words in OUTCOME_WORDS.items()},
        {},
    ),
    "first_outcome": Choice(
        "First answer",
        "first_outcome",
        "measured__first_outcome",
        {value: f"first answer {words}" for value, words in OUTCOME_WORDS.items()} | {NO_CANDIDATE: "no first answer"},
        {NO_CANDIDATE: None},
    ),
    "truncated": Choice(
        "Truncated", "truncated", "truncated", {"yes": "truncated", "no": "not truncated"}, YES_NO, needs_analysis=False
    ),
    "transition": HasTransition(),
    "candidates": Number(
        "Candidates", pl.col("n_candidates"), "measured__n_candidates", "candidate", named=CANDIDATE_RANGES
    ),
    "changes": Number("Changes", pl.col("n_changed"), "measured__n_changed", "change of answer"),
    "tokens": Number("Tokens", pl.col("n_tokens"), "measured__n_tokens", "token"),
    "position": Number(
        "First candidate at", FIRST_POSITION, "measured__position", OF_LINES, "first candidate at", scale=0.01
    ),
    "at": AnyCandidateAt(
        "Any candidate at", FIRST_POSITION, "", OF_LINES, "a candidate at", scale=0.01, is_frame_only=True
    ),
    "read_tokens": Number("Tokens read", pl.col("n_read_tokens"), "", "token of the text read", is_frame_only=True),
    "stable": Stable(
        "Stability",
        "first_is_final",
        "",
        {"yes": "first answer is the final one", "no": "first answer is not the final one"},
        YES_NO,
    ),
    "marker": HasMarker(),
    "problem": Number("Problem", pl.col("problem_id"), "problem_id", "", "problem", needs_analysis=False),
    "q": Texts(),
    "extractor": CandidatesFrom(),
}
assert list(FIELDS) == [each.name for each in fields(RolloutFilter)], "every field of the filter needs its line"
