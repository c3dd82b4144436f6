"""The rollouts of one group as numbers per rollout, sorted for resampling and reduced as the settings say.

Knows the columns of analysis.features and the settings that several measures share; no single measure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from analysis.measures.clusters import Stratum, lay_out
from analysis.measures.estimates import estimate
from analysis.measures.statistics import Estimate, Share, Statistic
from analysis.resampling import Floats, Ints, Resampler
from analysis.types import Outcome

DECIDED = [Outcome.CORRECT.value, Outcome.INCORRECT.value]
NO_GOLD = "no rollout with a gold answer"
NO_TEXT = "no text was uploaded: candidates cannot be read"
NO_CANDIDATE = "no rollout with a candidate answer"


@dataclass(frozen=True, slots=True)
class Settings:
    """Checked values of a measure's settings, by name."""

    values: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.values[name]

    def get(self, name: str, default: str) -> str:
        return self.values.get(name, default)

    def number(self, name: str) -> float:
        return float(self.values[name])


class Sample:
    """One group's rollouts under the settings `truncated`, `text` and `average`, where a measure has them."""

    def __init__(self, frame: pl.DataFrame, settings: Settings, resampler: Resampler) -> None:
        self.settings = settings
        self.is_macro = settings.get("average", "pooled") == "macro"
        order = ["problem_set", "problem_id", "rollout_id"][0 if self.is_macro else 1 :]
        self.frame = frame.filter(*_kept(settings)).sort(order, maintain_order=True)
        self._resampler = resampler

    @cached_property
    def strata(self) -> list[Stratum]:
        labels = self.frame["problem_set"].to_list() if self.is_macro else None
        ids: Ints = self.frame["problem_id"].to_numpy().astype(np.int64)
        return lay_out(ids, labels, self._resampler)

    @cached_property
    def ones(self) -> Floats:
        return np.ones(self.frame.height)

    @cached_property
    def has_candidate(self) -> Floats:
        return self.numbers(pl.col("n_candidates") > 0)

    def numbers(self, expression: pl.Expr) -> Floats:
        """An expression per rollout as floats; null and False are 0, True is 1."""
        column = self.frame.select(expression.cast(pl.Float64).fill_null(0.0).alias("x"))["x"]
        return column.to_numpy().astype(np.float64)

    def flattened(self, column: str) -> tuple[Ints, pl.Series]:
        """All entries of a list column in order, and the row that each belongs to."""
        flat = self.frame.select(pl.int_range(pl.len()).alias("row"), column).explode(column).drop_nulls()
        return flat["row"].to_numpy().astype(np.int64), flat[column]

    def estimates(self, statistics: Sequence[Statistic]) -> list[Estimate]:
        return estimate(statistics, self.strata)

    def response_share(self) -> Share:
        """Share of rollouts whose response was read because they have no reasoning."""
        return Share("response_share", self.numbers(pl.col("read_from") == "response"), self.ones)


def _kept(settings: Settings) -> list[pl.Expr]:
    kept = [pl.lit(True)]
    truncated = settings.get("truncated", "include")
    if truncated != "include":
        kept.append(pl.col("truncated") == (truncated == "only"))
    if settings.get("text", "any") == "reasoning":
        kept.append(pl.col("read_from") == "reasoning")
    return kept
