"""Measures of analysed collections, computed once per question. Knows features and rows, no page.

Every call draws from a generator seeded with SEED, so that equal data give equal intervals, on any page and in the
shell; resamples depend on the order of the problems only, so that it matters neither which measures are asked for
together nor which keys this database gave to the problems.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

import analysis as analysis_package
from analysis import features
from analysis.measures import MEASURES
from analysis.measures.base import Row, UnknownMeasureError, compute_all
from analysis.registry import UnknownName
from apps.core import blobs
from apps.core.models import Blob
from apps.traces.models import Analysis, MeasureResult
from apps.traces.queries.filters import RolloutFilter
from apps.traces.services.frames import columns_of, files_of

SEED = 20251009
"""The seed of every interval: the day on which First Try Matters appeared."""
CODE = ("*.py", "measures/*.py", "calibration/*.py", "sampling/*.py")
"""What a measure's numbers depend on: a change to any of these files makes the cached results old."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One measure with its grouping and settings."""

    name: str
    by: tuple[str, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()


@cache
def code_version() -> str:
    """A hash of the code that computes measures."""
    folder = Path(analysis_package.__file__).parent
    files = sorted(path for pattern in CODE for path in folder.glob(pattern))
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()


def measure(
    analyses: Sequence[Analysis],
    name: str,
    by: Sequence[str] = (),
    settings: Mapping[str, str] | None = None,
    filters: RolloutFilter | None = None,
) -> list[Row]:
    """Rows of one measure over all rollouts of the finished analyses.

    Raises UnknownMeasureError, GroupingError, SettingError: all with what is known in the message.
    """
    label_of(name)
    wanted = Wanted(name, tuple(by), tuple(sorted((settings or {}).items())))
    return measured(analyses, [wanted], filters or RolloutFilter())[wanted]


def measured(analyses: Sequence[Analysis], wanted: Iterable[Wanted], filters: RolloutFilter) -> dict[Wanted, list[Row]]:
    """Rows of several measures over the analyses' rollouts: one query for what is known, one write for what is new."""
    keys = {each: _key(analyses, [each.name, each.by, each.settings], filters) for each in wanted}
    known = {key: [_row(row) for row in rows] for key, rows in _known(analyses[0], keys.values()).items()}
    missing = [each for each, key in keys.items() if key not in known]
    if missing:
        new = _computed(features_of(analyses).filter(filters.expression()), missing)
        _keep(analyses[0], {keys[each]: [asdict(row) for row in rows] for each, rows in new.items()})
        known |= {keys[each]: rows for each, rows in new.items()}
    return {each: known[key] for each, key in keys.items()}


def features_of(analyses: Sequence[Analysis]) -> pl.DataFrame:
    """The features of all rollouts of the analyses, with the columns of analysis.features.SCHEMA."""
    frames = [_frame(analysis.features.sha256) for analysis in analyses if analysis.features]
    return frames[0] if len(frames) == 1 else pl.concat(frames)


def remembered(analyses: Sequence[Analysis], name: str, filters: RolloutFilter) -> Any | None:
    """What was kept under a name that is no measure's, None if nothing was."""
    key = _key(analyses, [f"/{name}"], filters)
    return _known(analyses[0], [key]).get(key)


def remember(analyses: Sequence[Analysis], name: str, filters: RolloutFilter, value: Any) -> None:
    _keep(analyses[0], {_key(analyses, [f"/{name}"], filters): value})


def matching_ids(analyses: Sequence[Analysis], filters: RolloutFilter) -> list[int]:
    """Ids of the rollouts that a filter selects, by the features."""
    chosen = filters.expression()
    ids: list[int] = columns_of(files_of(analyses), [chosen]).filter(chosen)["rollout_id"].to_list()
    return ids


def label_of(name: str) -> str:
    """A measure's label; raises UnknownMeasureError."""
    try:
        return MEASURES.label(name)
    except UnknownName as error:
        raise UnknownMeasureError(str(error)) from error


def _computed(frame: pl.DataFrame, wanted: Sequence[Wanted]) -> dict[Wanted, list[Row]]:
    frame = frame.with_columns(pl.col("problem_id").rank("dense").cast(pl.Int64))
    together: dict[tuple[Any, Any], list[Wanted]] = {}
    for each in wanted:
        together.setdefault((each.by, each.settings), []).append(each)
    found: dict[Wanted, list[Row]] = {}
    for (by, settings), group in together.items():
        names = [each.name for each in group]
        rows = compute_all(names, frame, by, dict(settings), rng=np.random.default_rng(SEED))
        found |= {each: rows[each.name] for each in group}
    return found


def _key(analyses: Sequence[Analysis], question: Sequence[Any], filters: RolloutFilter) -> str:
    parts = [code_version(), SEED, [analysis.pk for analysis in analyses], *question, filters.choosing]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _known(analysis: Analysis, keys: Iterable[str]) -> dict[str, Any]:
    return dict(MeasureResult.objects.filter(analysis=analysis, key__in=list(keys)).values_list("key", "rows"))


def _keep(analysis: Analysis, results: Mapping[str, Any]) -> None:
    rows = [MeasureResult(analysis=analysis, key=key, rows=value) for key, value in results.items()]
    MeasureResult.objects.bulk_create(rows, ignore_conflicts=True)


def _row(stored: Mapping[str, Any]) -> Row:
    edges = stored["edges"]
    return Row(**{**stored, "edges": None if edges is None else (edges[0], edges[1])})


@lru_cache(maxsize=2)
def _frame(sha256: str) -> pl.DataFrame:
    return features.completed(pl.read_parquet(blobs.path_of(Blob(sha256=sha256))))
