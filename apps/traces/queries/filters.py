"""One noun for "which rollouts": read from an address or a command, said in words, rendered for polars and for SQL.

Knows features and rows of rollouts, no page. `FIELDS` is the literal table of what can be filtered by; both renderings
of a field select the same rollouts (tested).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import reduce
from operator import and_
from urllib.parse import urlencode

import polars as pl
from django.db.models import Q

from analysis.types import Outcome
from apps.traces.queries.asking import Asking
from apps.traces.queries.filter_fields import (
    AnyCandidateAt,
    CandidatesFrom,
    Choice,
    Field,
    HasFlow,
    HasMarker,
    HasTransition,
    Name,
    Number,
    Stable,
    Texts,
)
from apps.traces.queries.filter_samples import Band, Confidence

NO_CANDIDATE = "no_candidate"
OF_SETS = {"model", "problem_set", "subject", "level", "condition", "problem"}
CANDIDATE_RANGES = {"none": "0", "one": "1", "many": "2.."}


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
    flow: str | None = None
    confidence: str | None = None
    band: str | None = None

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
    def keeps_sets(self) -> bool:
        """True if it takes all samples of a problem by a model under a condition, or none."""
        return set(self.choosing) <= OF_SETS

    @property
    def words(self) -> str:
        """`model Qwen3-8B, final answer incorrect, with F→T`."""
        return ", ".join(FIELDS[name].words(value) for name, value in self.given.items())


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
    "flow": HasFlow(),
    "confidence": Confidence(),
    "band": Band(),
}
assert list(FIELDS) == [each.name for each in fields(RolloutFilter)], "every field of the filter needs its line"
