"""Rollouts as sets of samples: those of one problem by one model under one condition, with what they answered.

Knows the columns of analysis.features and the setting `unread`; no statistic. A set's number stands on the row of its
first sample, so that intervals which resample problems resample sets.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analysis.measures.clusters import Stratum
from analysis.measures.estimates import estimate
from analysis.measures.sample import DECIDED, NO_GOLD, Sample
from analysis.measures.statistics import Estimate, Known, Share
from analysis.resampling import Floats, Ints
from analysis.sampling.voting import Ballot, Ties, majority_at
from analysis.types import Outcome

ARM = ("model", "condition")
RIGHT, NONE = 0, -1
"""The code of every answer that was graded correct, and that of no answer; a wrong one has one by its key."""
NO_SAMPLES = "no problem with as many samples"
NO_KEYS = "no answers were kept: votes cannot be counted"
_CORRECT, _WRONG = Outcome.CORRECT.value, Outcome.INCORRECT.value
_GRADED = pl.col("has_gold") & (pl.col("final_outcome") != Outcome.NO_GOLD.value)


class Votes(NamedTuple):
    """How many samples of a set gave an answer: the set, the answer's code (RIGHT, or that of a wrong one), votes."""

    set: Ints
    answer: Ints
    votes: Floats


@dataclass(frozen=True)
class Sets:
    """Counted samples, one entry each: `row` in the sample, `codes` (its set), right, answer (its code or NONE).

    `arms` has a row per arm (model and condition, or what was asked for), in their order. The other arrays have one
    entry per set: the row of its first sample, its arm, its samples, and how many of them are right.
    """

    sample: Sample
    row: Ints
    codes: Ints
    right: NDArray[np.bool_]
    answer: Ints
    unknown: NDArray[np.bool_]
    arms: pl.DataFrame
    first: Ints
    arm: Ints
    n: Ints
    n_right: Ints

    @property
    def n_rows(self) -> int:
        return len(self.sample.rows)

    def numbers(self, of: str | pl.Expr) -> Floats:
        """A column or expression for each counted sample; null is 0."""
        return self.sample.numbers(of)[self.row]

    def spread(self, values: Floats) -> Floats:
        """One number per set as one per rollout: on the row of the set's first sample, 0 elsewhere."""
        rows = np.zeros(self.n_rows)
        rows[self.first] = values
        return rows

    @cached_property
    def usual(self) -> int:
        """How many samples most sets of each arm have (of equally frequent numbers the larger); the least of the arms.

        0 without sets.
        """
        most = [np.bincount(self.n[self.arm == arm]) for arm in np.unique(self.arm)]
        return min((len(counts) - 1 - int(counts[::-1].argmax()) for counts in most), default=0)

    @cached_property
    def is_full(self) -> Floats:
        """1 for sets with the usual number of samples or more: all of a curve's points are over these."""
        full: Floats = (self.n >= max(self.usual, 1)).astype(np.float64)
        return full

    @cached_property
    def is_votable(self) -> Floats:
        """1 for sets of which every answer that was graded wrong can be told from the others."""
        votable: Floats = (self.sums(self.unknown) == 0).astype(np.float64)
        return votable

    @cached_property
    def votes(self) -> Votes:
        """How many samples of a set gave each answer, set by set; those without an answer are left out."""
        given = self.answer != NONE
        width = int(self.answer.max(initial=RIGHT)) + 1
        pairs, votes = np.unique(self.codes[given] * width + self.answer[given], return_counts=True)
        return Votes(pairs // width, pairs % width, votes.astype(np.float64))

    @cached_property
    def ballots(self) -> tuple[list[Ballot], Ints]:
        """The different votes of the sets, and which of them each set has."""
        wrong = self.votes.answer != RIGHT
        of, votes = self.votes.set[wrong], self.votes.votes[wrong].astype(np.int64)
        order = np.lexsort((votes, of))
        of, votes = of[order], votes[order]
        _, first, which = np.unique(kinds(of, votes, self.n, self.n_right), return_index=True, return_inverse=True)
        starts, ends = np.searchsorted(of, first, "left"), np.searchsorted(of, first, "right")
        listed = votes.tolist()
        found = []
        for i, low, high in zip(first.tolist(), starts.tolist(), ends.tolist(), strict=True):
            right, against = int(self.n_right[i]), tuple(listed[low:high])
            found.append(Ballot(right, against, int(self.n[i]) - right - sum(against)))
        return found, which.astype(np.int64)

    def sums(self, values: Floats | NDArray[np.bool_]) -> Floats:
        """Sums over each set's samples of one value for each counted sample."""
        return np.bincount(self.codes, weights=values, minlength=len(self.n)).astype(np.float64)


def kinds(of: Ints, sizes: Ints, n: Ints, n_right: Ints) -> Ints:
    """A code for each set, equal for sets with as many samples, right ones and sizes (rows sorted by set, size)."""
    found = n * (int(n.max(initial=0)) + 1) + n_right
    place = np.arange(len(of)) - np.searchsorted(of, of)
    for k in range(int(place.max(initial=-1)) + 1):
        found = np.unique(found, return_inverse=True)[1].astype(np.int64)
        step = np.zeros(len(n), dtype=np.int64)
        step[of[place == k]] = sizes[place == k]
        found = found * (int(sizes.max(initial=0)) + 1) + step
    return found


def sets_of(sample: Sample, by: Sequence[str] = ARM) -> Sets:
    """The sets of each problem and `by`: all rollouts with a gold; with unread=leave_out, those whose answer was read.

    Wrong answers are told apart by their key; an answer that could not be read is none.
    """
    counted = sample.numbers(_GRADED) > 0
    if sample.settings.get("unread", "wrong") == "leave_out":
        counted &= sample.numbers(pl.col("final_outcome").is_in(DECIDED)) > 0
    row = np.flatnonzero(counted).astype(np.int64)
    arms, arm_of = sample.rows.codes(by)
    own, arm = np.unique(arm_of[row], return_inverse=True)
    keys = sample.numbers("problem_id")[row].astype(np.int64)
    codes, first = numbered(np.unique(keys, return_inverse=True)[1] * max(len(own), 1) + arm)
    right, wrong = (sample.numbers(pl.col("final_outcome") == each)[row] > 0 for each in (_CORRECT, _WRONG))
    known = sample.numbers(pl.col("answer_key").is_not_null())[row] > 0
    key = sample.rows.codes(("answer_key",))[1][row]
    answer = np.where(right, RIGHT, np.where(wrong & known, RIGHT + 1 + key, NONE))
    n, n_right = (np.bincount(codes, weights=w, minlength=len(first)).astype(np.int64) for w in (None, right))
    return Sets(sample, row, codes, right, answer, wrong & ~known, arms[own], row[first], arm[first], n, n_right)


def numbered(keys: Ints) -> tuple[Ints, Ints]:
    """Codes of equal keys, in the order of first appearance, and where each appears first."""
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    order = np.argsort(first)
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return place[inverse].astype(np.int64), first[order]


def curves(sets: Sets, places: Ints, ks: Sequence[int], ties: Ties) -> Floats:
    """Chance that the vote of k samples is right, for each of these sets (rows) and k (columns)."""
    ballots, which = sets.ballots
    asked, row = np.unique(which[places], return_inverse=True)
    table = np.array([majority_at(ballots[i], tuple(ks), ties) for i in asked], dtype=np.float64)
    return table.reshape(len(asked), len(ks))[row]


def averaged(
    shares: Sequence[Share], n_samples: int, strata: Sequence[Stratum], labels: Sequence[str] = ()
) -> list[Known]:
    """Shares whose value in a set (or problem) is an average over so many samples: as many trials, n in sets.

    An interval for few events then takes each set for up to `n_samples` independent trials, as many as the variance
    between problems says, instead of one.
    """
    m = max(n_samples, 1)
    many = [Share(s.name, s.events * m, s.trials * m, s.empty, s.edges) for s in shares]
    named = zip(shares, estimate(many, list(strata)), labels or [""] * len(shares), strict=True)
    return [Known(share.name, _per_set(found, m), share.unit, label) for share, found, label in named]


def _per_set(found: Estimate, m: int) -> Estimate:
    events = found.n_events if m == 1 else None
    n = round(found.n / m)
    return Estimate(n, found.n_problems, found.value, found.low, found.high, found.reason, events)


def why_empty(sets: Sets, k: int = 1) -> str:
    """Why there is no number of k samples each."""
    if not len(sets.n):
        return NO_GOLD
    return f"{NO_SAMPLES} as {k}" if k > sets.usual else NO_KEYS
