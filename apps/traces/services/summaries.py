"""What a collection is made of, counted from its features once: the facts of the dashboard, the choices of filters."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl

from apps.traces.models import Analysis
from apps.traces.queries.filters import RolloutFilter
from apps.traces.services import measuring
from apps.traces.services.frames import columns_of, files_of

CHOICES = ("model", "problem_set", "subject", "level", "condition")
OTHERS = ("problem_id", "truncated", "read_from", "n_candidates", "has_gold", "final_outcome", "token_source")
COUNTED = tuple(pl.col(name) for name in (*CHOICES, *OTHERS))
_NAME = "summary@2"


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts of rollouts; `outcomes` of final answers; `choices` are the names that occur, by column."""

    n_rollouts: int
    n_problems: int
    n_truncated: int
    n_no_candidate: int
    n_no_gold: int
    n_without_text: int
    n_from_response: int
    outcomes: Mapping[str, int]
    token_sources: Mapping[str, int]
    choices: Mapping[str, Sequence[str]]

    @property
    def has_gold(self) -> bool:
        return self.n_no_gold < self.n_rollouts

    @property
    def n_models(self) -> int:
        return len(self.choices["model"])


def summary_of(analyses: Sequence[Analysis], filters: RolloutFilter) -> Summary:
    """Of the rollouts that the filter selects; counted once, then one query."""
    known = measuring.remembered(analyses, _NAME, filters)
    if known is not None:
        return Summary(**known)
    chosen = filters.expression()
    summary = _counted(columns_of(files_of(analyses), [*COUNTED, chosen]).filter(chosen))
    measuring.remember(analyses, _NAME, filters, asdict(summary))
    return summary


def narrowest(analyses: Sequence[Analysis], filters: RolloutFilter) -> str | None:
    """The field of a filter that selects the fewest rollouts on its own; None if none is given."""
    if not filters:
        return None
    counts = [part.expression().sum().alias(name) for name, part in filters]
    row: dict[str, Any] = columns_of(files_of(analyses), counts).select(counts).row(0, named=True)
    return min(row, key=lambda name: row[name])


def _counted(frame: pl.DataFrame) -> Summary:
    has_text = pl.col("read_from") != "none"
    counts: dict[str, Any] = frame.select(
        n_rollouts=pl.len(),
        n_problems=pl.col("problem_id").n_unique(),
        n_truncated=pl.col("truncated").sum(),
        n_no_candidate=(has_text & (pl.col("n_candidates") == 0)).sum(),
        n_no_gold=(~pl.col("has_gold")).sum(),
        n_without_text=(~has_text).sum(),
        n_from_response=(pl.col("read_from") == "response").sum(),
    ).row(0, named=True)
    return Summary(
        **counts,
        outcomes=_by(frame, "final_outcome"),
        token_sources=_by(frame, "token_source"),
        choices={column: sorted(frame[column].unique().to_list(), key=_in_order) for column in CHOICES},
    )


def _by(frame: pl.DataFrame, column: str) -> dict[str, int]:
    """Rollouts per value, most frequent first."""
    return dict(frame.group_by(column).len().sort(["len", column], descending=[True, False]).iter_rows())


def _in_order(name: str) -> tuple[bool, float, str]:
    """Numbers by value before words by letter: level 2 before level 10."""
    return (False, float(name), name) if name.isdecimal() and name.isascii() else (True, 0.0, name.casefold())
