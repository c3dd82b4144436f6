"""Problems of which two arms (collection, model, condition) have answers: which of them got it right. Knows no page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from analysis.errors import UserError
from analysis.measures.arms import BY, labels_of
from analysis.types import Outcome
from apps.traces.models import Analysis
from apps.traces.queries.filters import RolloutFilter
from apps.traces.services.comparing import named
from apps.traces.services.measuring import features_of

KINDS = {
    "gained": "only the second is right",
    "lost": "only the first is right",
    "both_right": "both are right",
    "both_wrong": "both are wrong",
}


class UnknownPairError(UserError):
    """Two arms that are not there, or a kind of pair that is none; the message lists what there is."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A problem and the first sample of each arm."""

    problem_id: int
    first_id: int
    second_id: int
    kind: str


@dataclass(frozen=True, slots=True)
class Pairs:
    """`labels` name the two arms; `counts` are pairs by kind; `shown` those of one kind, by problem."""

    labels: tuple[str, str]
    counts: dict[str, int]
    shown: list[Pair]


Names = Mapping[int, str]
"""Names of collections by id."""


def arms_in(analyses: Sequence[Analysis], filters: RolloutFilter, names: Names) -> list[str]:
    """The labels of the arms that have rollouts with a gold, as a comparison names them."""
    return list(_known(_graded(analyses, filters), names))


def pairs_between(
    analyses: Sequence[Analysis], filters: RolloutFilter, names: Names, labels: Sequence[str], kind: str
) -> Pairs:
    """Of the first sample of each arm for every problem that both have. Raises UnknownPairError.

    With several samples the shares of the measure average over all of them; here each arm shows its first.
    """
    frame = _graded(analyses, filters)
    known = _known(frame, names)
    if kind not in KINDS:
        raise UnknownPairError(f"there are no pairs of kind {kind[:40]!r}; known: {', '.join(KINDS)}")
    if len(labels) != 2 or any(label not in known for label in labels):
        raise UnknownPairError(f"there are no such arms here: {' and '.join(labels)[:200]}; known: {', '.join(known)}")
    first, second = (_firsts(frame, known[label]) for label in labels)
    joined = first.join(second, on="problem_id", suffix="_b").sort("problem_id").with_columns(_kind())
    counts = dict(joined.group_by("kind").len().iter_rows())
    rows = joined.filter(pl.col("kind") == kind).select("problem_id", "rollout_id", "rollout_id_b", "kind").iter_rows()
    return Pairs((labels[0], labels[1]), {name: counts.get(name, 0) for name in KINDS}, [Pair(*row) for row in rows])


def _graded(analyses: Sequence[Analysis], filters: RolloutFilter) -> pl.DataFrame:
    return features_of(analyses).filter(filters.expression(), pl.col("has_gold"))


def _known(frame: pl.DataFrame, names: Names) -> dict[str, dict[str, Any]]:
    """The arms by their labels."""
    arms = frame.select(BY).unique().sort(BY)
    labels = [named(label, names) for label in labels_of(arms)]
    return dict(zip(labels, arms.iter_rows(named=True), strict=True))


def _firsts(frame: pl.DataFrame, arm: dict[str, Any]) -> pl.DataFrame:
    own = frame.filter(*(pl.col(name).eq_missing(value) for name, value in arm.items()))
    right = (pl.col("final_outcome") == Outcome.CORRECT.value).alias("right")
    rows = own.sort("sample", "rollout_id").unique("problem_id", keep="first", maintain_order=True)
    return rows.select("problem_id", "rollout_id", right)


def _kind() -> pl.Expr:
    first, second = pl.col("right"), pl.col("right_b")
    either = pl.when(first).then(pl.lit("lost")).when(second).then(pl.lit("gained")).otherwise(pl.lit("both_wrong"))
    return pl.when(first & second).then(pl.lit("both_right")).otherwise(either).alias("kind")
