"""Rows of a measure by name, for tests."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from analysis.measures.base import Row, compute


def rows_of(
    measure: str, frame: pl.DataFrame, settings: Mapping[str, str] | None = None, *, seed: int = 0
) -> dict[str, Row]:
    """The rows without groups, by the row's name."""
    return {row.measure: row for row in compute(measure, frame, (), settings, rng=np.random.default_rng(seed))}


def estimates_by(measure: str, frame: pl.DataFrame, by: Sequence[str], name: str) -> dict[tuple[str, ...], float]:
    """The estimates of one row's name for each group that has one."""
    rows = compute(measure, frame, by, rng=np.random.default_rng(0))
    named = [row for row in rows if row.measure == name]
    return {tuple(row.group.values()): row.estimate for row in named if row.estimate is not None}
