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

    @property
    def is_macro(self) -> bool:
        return self.get("average", "pooled") == "macro"

    @property
    def sort_order(self) -> tuple[str, ...]:
        """By what a frame must be sorted so that strata and problems stand together and sums run in one order."""
        return ("problem_set", "problem_id", "rollout_id") if self.is_macro else ("problem_id", "rollout_id")


class Group:
    """All rollouts of one group, sorted by the `sort_order` of the settings, with their layout for resampling."""

    def __init__(self, label: Mapping[str, str], frame: pl.DataFrame, is_macro: bool, resampler: Resampler) -> None:
        self.label = label
        self.frame = frame
        self._is_macro = is_macro
        self.resampler = resampler

    @cached_property
    def strata(self) -> list[Stratum]:
        return self.lay_out(self.frame)

    def lay_out(self, frame: pl.DataFrame) -> list[Stratum]:
        """The layout of these rollouts, a part of the group's in their order."""
        ids: Ints = frame["problem_id"].to_numpy().astype(np.int64)
        sets = frame["problem_set"].rle_id().to_numpy().astype(np.int64) if self._is_macro else None
        return lay_out(ids, sets, self.resampler)


class Sample:
    """One group's rollouts under the settings `truncated` and `text`, where a measure has them."""

    def __init__(self, group: Group, settings: Settings) -> None:
        self.settings = settings
        kept = _kept(settings)
        self.frame = group.frame.filter(*kept) if kept else group.frame
        self._group = group

    @cached_property
    def strata(self) -> list[Stratum]:
        is_whole = self.frame.height == self._group.frame.height
        return self._group.strata if is_whole else self._group.lay_out(self.frame)

    @property
    def resampler(self) -> Resampler:
        return self._group.resampler

    @cached_property
    def ones(self) -> Floats:
        return np.ones(self.frame.height)

    @cached_property
    def has_candidate(self) -> Floats:
        return self.numbers(pl.col("n_candidates") > 0)

    def numbers(self, of: str | pl.Expr) -> Floats:
        """A column or expression per rollout as floats; null and False are 0, True is 1."""
        values = self.frame[of] if isinstance(of, str) else self.frame.select(of.alias("x"))["x"]
        return values.cast(pl.Float64).fill_null(0.0).to_numpy().astype(np.float64)

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
    kept = []
    truncated = settings.get("truncated", "include")
    if truncated != "include":
        kept.append(pl.col("truncated") == (truncated == "only"))
    if settings.get("text", "any") == "reasoning":
        kept.append(pl.col("read_from") == "reasoning")
    return kept
