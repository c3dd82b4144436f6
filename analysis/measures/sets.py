"""Rollouts as sets of samples: those of one problem by one model under one condition, with what they answered.

Knows the columns of analysis.features and the setting `unread`; no statistic. A set's number stands on the row of its
first sample, so that intervals which resample problems resample sets.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from analysis.measures.clusters import Stratum
from analysis.measures.estimates import estimate
from analysis.measures.sample import DECIDED, NO_GOLD, Sample
from analysis.measures.statistics import Estimate, Known, Share
from analysis.resampling import Floats, Ints
from analysis.sampling.voting import Ballot
from analysis.types import Outcome

ARM = ("model", "condition")
RIGHT = ""
"""The class of every answer that was graded correct; a wrong one is "=" and its key."""
NO_SAMPLES = "no problem with as many samples"
NO_KEYS = "no answers were kept: votes cannot be counted"
_CORRECT, _WRONG = Outcome.CORRECT.value, Outcome.INCORRECT.value
_GRADED = pl.col("has_gold") & (pl.col("final_outcome") != Outcome.NO_GOLD.value)


@dataclass(frozen=True)
class Sets:
    """`samples` has a row per counted rollout: row, set, right, answer (None: none given), and the columns asked for.

    `arms` has a row per arm (model and condition, or what was asked for), in their order. Arrays have one entry per
    set: the row of its first sample, its arm, its samples, and how many of them are right.
    """

    samples: pl.DataFrame
    arms: pl.DataFrame
    first: Ints
    arm: Ints
    n: Ints
    n_right: Ints
    n_rows: int

    def spread(self, values: Floats) -> Floats:
        """One number per set as one per rollout: on the row of the set's first sample, 0 elsewhere."""
        rows = np.zeros(self.n_rows)
        rows[self.first] = values
        return rows

    @cached_property
    def codes(self) -> Ints:
        """The set of each sample."""
        return _whole(self.samples["set"])

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
        unknown = self.sums(pl.col("unknown").cast(pl.Float64))
        votable: Floats = (unknown == 0).astype(np.float64)
        return votable

    @cached_property
    def votes(self) -> pl.DataFrame:
        """How many samples of a set gave each answer (set, answer, votes); those without an answer are left out."""
        given = self.samples.filter(pl.col("answer").is_not_null())
        return given.group_by("set", "answer", maintain_order=True).agg(votes=pl.len().cast(pl.Int64))

    @cached_property
    def ballots(self) -> list[Ballot]:
        """The votes of each set, equal ballots being equal."""
        wrong: list[tuple[int, ...]] = [()] * len(self.n)
        counted = self.votes.filter(pl.col("answer") != RIGHT).group_by("set").agg(pl.col("votes").sort())
        for code, votes in counted.iter_rows():
            wrong[code] = tuple(votes)
        both = zip(self.n.tolist(), self.n_right.tolist(), wrong, strict=True)
        return [Ballot(right, votes, n - right - sum(votes)) for n, right, votes in both]

    def sums(self, of: pl.Expr) -> Floats:
        """Sums of an expression over each set's samples; None is 0."""
        values = self.samples.select(of.fill_null(0.0).alias("x"))["x"].to_numpy()
        return np.bincount(self.codes, weights=values, minlength=len(self.n)).astype(np.float64)


def sets_of(sample: Sample, columns: Sequence[str] = (), by: Sequence[str] = ARM) -> Sets:
    """The sets of each problem and `by`: all rollouts with a gold; with unread=leave_out, those whose answer was read.

    Wrong answers are told apart by their key; an answer that could not be read is none.
    """
    counted = _GRADED
    if sample.settings.get("unread", "wrong") == "leave_out":
        counted = counted & pl.col("final_outcome").is_in(DECIDED)
    is_right, is_wrong = pl.col("final_outcome") == _CORRECT, pl.col("final_outcome") == _WRONG
    keys = ["problem_id", *by]
    samples = (
        sample.frame.with_row_index("row")
        .filter(counted)
        .select(
            "row",
            *keys,
            *columns,
            right=is_right,
            unknown=is_wrong & pl.col("answer_key").is_null(),
            answer=pl.when(is_right).then(pl.lit(RIGHT)).when(is_wrong).then(pl.lit("=") + pl.col("answer_key")),
        )
    )
    grouped = samples.group_by(keys, maintain_order=True).agg(
        pl.col("row").first(), n=pl.len(), r=pl.col("right").sum()
    )
    grouped = grouped.with_row_index("set")
    arms = grouped.select(*by).unique().sort(by, nulls_last=False)
    arm = grouped.join(arms.with_row_index("arm"), on=by, how="left", maintain_order="left", nulls_equal=True)["arm"]
    coded = samples.join(grouped.select("set", *keys), on=keys, how="left", maintain_order="left", nulls_equal=True)
    first, n, n_right = (_whole(grouped[name]) for name in ("row", "n", "r"))
    return Sets(coded.drop(keys), arms, first, _whole(arm), n, n_right, sample.frame.height)


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


def _whole(column: pl.Series) -> Ints:
    return column.to_numpy().astype(np.int64)
