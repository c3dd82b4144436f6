"""What columns of a list show beside the rows themselves: of turns, grades, scores and features, for one page of it."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from apps.traces.models import Analysis, Grade, Score, Turn
from apps.traces.queries.columns import Columns
from apps.traces.queries.many import among
from apps.traces.services.frames import columns_of, files_of

Rows = Sequence[dict[str, Any]]


def add_cells(rows: Rows, columns: Columns, analyses: Sequence[Analysis]) -> None:
    """Add to each row what the chosen columns need: at most a query for each kind, however many rows."""
    by_id = {row["pk"]: row for row in rows}
    wanted = set(columns.names)
    if "uploaded" in wanted:
        _add_uploaded(by_id)
    if wanted & {"confidence", "finish"}:
        _add_of_last_attempt(by_id)
    if "scores" in wanted:
        _add_scores(by_id)
    if "markers" in wanted and analyses:
        _add_markers(by_id, analyses)


def _add_uploaded(by_id: dict[int, dict[str, Any]]) -> None:
    grades = Grade.objects.filter(among("rollout_id", by_id), source=Grade.Source.UPLOADED).order_by("turn_index")
    for rollout, outcome in grades.values_list("rollout_id", "outcome"):
        by_id[rollout]["uploaded"] = outcome


def _add_of_last_attempt(by_id: dict[int, dict[str, Any]]) -> None:
    turns = Turn.objects.filter(among("rollout_id", by_id), is_attempt=True).order_by("index")
    for rollout, confidence, finish in turns.values_list("rollout_id", "confidence", "finish_reason"):
        by_id[rollout] |= {"confidence": confidence, "finish": finish}


def _add_scores(by_id: dict[int, dict[str, Any]]) -> None:
    scores = Score.objects.filter(among("rollout_id", by_id), turn_index__isnull=True).order_by("name", "pk")
    for rollout, name, value in scores.values_list("rollout_id", "name", "value"):
        by_id[rollout].setdefault("scores", {})[name] = value


def _add_markers(by_id: dict[int, dict[str, Any]], analyses: Sequence[Analysis]) -> None:
    collections = {row["collection_id"] for row in by_id.values()}
    for analysis in analyses:
        if analysis.collection_id in collections:
            frame = columns_of(files_of([analysis]), [pl.col("n_markers_words")])
            for n, rollout in frame.filter(pl.col("rollout_id").is_in(list(by_id))).iter_rows():
                by_id[rollout]["n_markers"] = n
