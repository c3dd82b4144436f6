"""The rollouts of one group as numbers per rollout, sorted for resampling and reduced as the settings say.

Knows the columns of analysis.features and the settings that several measures share; no single measure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import polars as pl

from analysis.measures.clusters import Stratum, lay_out
from analysis.measures.estimates import estimate
from analysis.measures.statistics import Estimate, Share, Statistic
from analysis.measures.table import Part
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

    def __init__(
        self, label: Mapping[str, str], rows: pl.DataFrame | Part, is_macro: bool, resampler: Resampler
    ) -> None:
        self.label = label
        self.rows = rows if isinstance(rows, Part) else Part.whole(rows)
        self._is_macro = is_macro
        self.resampler = resampler
        self._samples: dict[tuple[str, str], Laid] = {}

    @property
    def strata(self) -> list[Stratum]:
        return self.reduced("include", "any").strata

    def reduced(self, truncated: str, text: str) -> "Laid":
        """Its rollouts under these values of the settings, laid out; the same object for the same values."""
        key = (truncated, text)
        if key not in self._samples:
            self._samples[key] = self._reduced(*key)
        return self._samples[key]

    def _reduced(self, truncated: str, text: str) -> "Laid":
        rows = self.rows
        if truncated != "include":
            rows = rows.at(rows.numbers(pl.col("truncated") == (truncated == "only")) > 0)
        if text == "reasoning":
            rows = rows.at(rows.numbers(pl.col("read_from") == "reasoning") > 0)
        is_whole = len(rows) == len(self.rows) and rows is not self.rows
        return self.reduced("include", "any") if is_whole else Laid(rows, self.lay_out(rows))

    def lay_out(self, rows: Part) -> list[Stratum]:
        """The layout of these rollouts, a part of the group's in their order."""
        ids: Ints = rows.numbers("problem_id").astype(np.int64)
        sets = rows.codes(("problem_set",))[1] if self._is_macro else None
        return lay_out(ids, sets, self.resampler)


class Laid(NamedTuple):
    """Rollouts and their layout for resampling."""

    rows: Part
    strata: list[Stratum]


class Sample:
    """One group's rollouts under the settings `truncated` and `text`, where a measure has them."""

    def __init__(self, group: Group, settings: Settings) -> None:
        self.settings = settings
        self.resampler = group.resampler
        self.rows, self.strata = group.reduced(settings.get("truncated", "include"), settings.get("text", "any"))

    @property
    def frame(self) -> pl.DataFrame:
        """All columns of all its rollouts: a copy; `rows.columns` takes those that are needed."""
        return self.rows.frame

    @cached_property
    def ones(self) -> Floats:
        return np.ones(len(self.rows))

    @cached_property
    def has_candidate(self) -> Floats:
        return self.numbers(pl.col("n_candidates") > 0)

    def numbers(self, of: str | pl.Expr) -> Floats:
        """A column or expression per rollout as floats; null and False are 0, True is 1."""
        return self.rows.numbers(of)

    def flattened(self, column: str) -> tuple[Ints, pl.Series]:
        """All entries of a list column in order, and the row that each belongs to."""
        flat = self.rows.columns([column]).with_row_index("row").explode(column).drop_nulls()
        return flat["row"].to_numpy().astype(np.int64), flat[column]

    def estimates(self, statistics: Sequence[Statistic]) -> list[Estimate]:
        return estimate(statistics, self.strata)

    def response_share(self) -> Share:
        """Share of rollouts whose response was read because they have no reasoning."""
        return Share("response_share", self.numbers(pl.col("read_from") == "response"), self.ones)
