"""Arms of a comparison, problem by problem: what each collection, model and condition came to on which problems.

Knows the columns of analysis.features; no test and no statistic. A number per problem and arm; problems stand in the
order of the frame, so that they are laid out for resampling as its rollouts are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from analysis.measures.clusters import Stratum
from analysis.measures.sample import Group, Sample
from analysis.measures.sets import Sets, numbered, sets_of
from analysis.resampling import Floats, Ints

BY = ("collection_id", "model", "condition")


@dataclass(frozen=True)
class Arms:
    """`n`, `right`, `tokens` and `n_tokens` are problems x arms: rollouts, right ones, tokens, rollouts with tokens."""

    labels: Sequence[str]
    sets: Sets
    problem: Ints
    strata: list[Stratum]
    n: Floats
    right: Floats
    tokens: Floats
    n_tokens: Floats

    @property
    def n_problems(self) -> int:
        return len(self.n)

    @cached_property
    def accuracy(self) -> Floats:
        """Share of a problem's rollouts that are right; 0 where there is none."""
        return _over(self.right, self.n)

    @cached_property
    def mean_tokens(self) -> Floats:
        return _over(self.tokens, self.n_tokens)

    @cached_property
    def set_at(self) -> Ints:
        """Which set each problem and arm is, -1 where there is none: problems x arms."""
        at = np.full(self.n.shape, -1, dtype=np.int64)
        at[self.problem, self.sets.arm] = np.arange(len(self.problem))
        return at

    def usual(self, arm: int) -> int:
        """How many samples most problems of an arm have; of equally frequent numbers the larger."""
        counts = np.bincount(self.sets.n[self.sets.arm == arm])
        return len(counts) - 1 - int(counts[::-1].argmax())


def arms_of(sample: Sample) -> Arms:
    """The arms among a sample's rollouts with a gold, by collection, model and condition."""
    sets = sets_of(sample, BY)
    problem_of_row, first_rows = numbered(sample.numbers("problem_id").astype(np.int64))
    strata = Group({}, sample.rows.at(first_rows), sample.settings.is_macro, sample.resampler).strata
    problem = problem_of_row[sets.first]
    given = pl.coalesce("n_tokens", "n_read_tokens")
    parts = (sets.n, sets.n_right, sets.sums(sets.numbers(given)), sets.sums(sets.numbers(given.is_not_null())))
    shape = (len(first_rows), sets.arms.height)
    placed = (_placed(part, problem, sets.arm, shape) for part in parts)
    return Arms(labels_of(sets.arms), sets, problem, strata, *placed)


def _placed(values: Floats | Ints, problem: Ints, arm: Ints, shape: tuple[int, int]) -> Floats:
    table = np.zeros(shape)
    table[problem, arm] = values
    return table


def _over(top: Floats, bottom: Floats) -> Floats:
    return np.divide(top, bottom, out=np.zeros(top.shape), where=bottom > 0)


def labels_of(arms: pl.DataFrame) -> list[str]:
    """What tells the arms apart: the model, the condition, the collection's number, whichever differ."""
    varying = [name for name in ("model", "condition", "collection_id") if arms[name].n_unique() > 1]
    return [" · ".join(_part(name, row[name]) for name in varying or ["model"]) for row in arms.iter_rows(named=True)]


def _part(name: str, value: object) -> str:
    if name == "collection_id":
        return f"collection {value}"
    return str(value or f"no {name}")
