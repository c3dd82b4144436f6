"""Rollouts compared at equal length within a problem, so that "longer is worse" is not said of harder problems.

Knows no text. Own measure; the comparison within problems is a stratified difference (Cochran 1954; Mantel-Haenszel
weights), as in analysis.measures.matching.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import polars as pl

from analysis.measures.base import TEXT, TRUNCATED, UNREAD, Measure, Setting
from analysis.measures.coverage import measured
from analysis.measures.matching import Matched, matched
from analysis.measures.sample import Sample
from analysis.measures.statistics import Contrast, Share, Statistic
from analysis.measures.verdicts import Verdicts, verdicts
from analysis.resampling import Floats, Ints

NO_PAIR = "no stratum holds rollouts of both kinds"
WITHIN = Setting(
    "match_within",
    "Rollouts are compared within",
    "problem",
    (("problem", "the same problem"), ("level", "the same problem set and level (for one rollout per problem)")),
)
BINS = Setting("length_bins", "Lengths are equal within one of so many quantile bins", "3", low=2, high=10, whole=True)
WITHOUT_CUT = Setting(TRUNCATED.name, TRUNCATED.label, "exclude", TRUNCATED.choices)
"""A rollout that was cut off is long and wrong by the limit, not by its length: left out unless asked for."""
_ARM = ("model", "condition")
_STRATA = {"problem": ("problem_id",), "level": ("problem_set", "level")}


class _Strata(NamedTuple):
    """Codes of strata per rollout: of an arm (model and condition), of its problems, of their lengths."""

    arm: Ints
    problem: Ints
    length: Ints


def _statistics(sample: Sample) -> Iterator[Statistic]:
    v = verdicts(sample)
    tokens, n = sample.numbers("n_read_tokens"), sample.numbers("n_candidates")
    counted = v.counted * (tokens > 0)
    strata = _strata(sample, tokens, counted)
    yield from _by_reflection(strata, (n >= 2).astype(np.float64), v.final, tokens, counted * (n > 0))
    yield from _by_length(strata, tokens, v.final, counted)
    wrong = (1 - v.final) * counted
    for name, codes in (("crude", strata.arm), ("same_problem", strata.problem)):
        yield _contrast(f"wrong_tokens_{name}", matched(codes, wrong, tokens, counted), "tokens")
    for name, codes in (("same_problem", strata.problem), ("same_length", strata.length)):
        yield _contrast(f"wrong_candidates_{name}", matched(codes, wrong, n, counted), "candidates")
    yield from _final_over_first(sample, v, counted * (n > 0))


def _by_reflection(
    strata: _Strata, reflects: Floats, final: Floats, tokens: Floats, counted: Floats
) -> Iterator[Statistic]:
    """Final accuracy of rollouts with two candidates or more minus that of rollouts with one."""
    for name, codes in zip(("crude", "same_problem", "same_length"), strata, strict=True):
        yield _contrast(f"reflecting_{name}", matched(codes, reflects, final, counted))
    alike = matched(strata.length, reflects, tokens, counted)
    yield _contrast("reflecting_tokens_same_length", alike, "tokens")
    yield Share("matched_share", alike.counted, counted, "no rollout with a gold, a candidate and tokens")


def _by_length(strata: _Strata, tokens: Floats, final: Floats, counted: Floats) -> Iterator[Statistic]:
    """Final accuracy of the longer half minus that of the shorter half: of all rollouts, and of each problem's."""
    for name, codes in (("crude", strata.arm), ("same_problem", strata.problem)):
        is_long = _bins(codes, tokens, counted, 2).astype(np.float64)
        yield _contrast(f"longer_{name}", matched(codes, is_long, final, counted))


def _final_over_first(sample: Sample, v: Verdicts, counted: Floats) -> Iterator[Statistic]:
    """Final answers minus first answers that took as many tokens, of the same problem; each rollout has one of each."""
    to_first = sample.numbers(pl.col("candidate_tokens").list.first())
    tokens = np.r_[to_first, sample.numbers("n_read_tokens")]
    is_final, twice = np.repeat([0.0, 1.0], len(counted)), np.r_[counted, counted]
    right = np.r_[v.first, v.final]
    problem = np.tile(_codes(sample, (*_ARM, *_STRATA[sample.settings["match_within"]])), 2)
    bins = int(sample.settings.number("length_bins"))
    length = _crossed(problem, _bins(problem, tokens, twice, bins), bins)
    for name, codes in (("same_problem", problem), ("same_length", length)):
        found = matched(codes, is_final, right, twice)
        both = found.influence.reshape(2, -1).sum(axis=0)
        either = found.counted.reshape(2, -1).max(axis=0, initial=0.0)
        yield _contrast(f"final_over_first_{name}", Matched(found.value, both, either))


def _contrast(name: str, found: Matched, unit: str = "difference") -> Contrast:
    return Contrast(name, found.value, found.influence, found.counted, unit, NO_PAIR)


def _strata(sample: Sample, tokens: Floats, counted: Floats) -> _Strata:
    bins = int(sample.settings.number("length_bins"))
    problem = _codes(sample, (*_ARM, *_STRATA[sample.settings["match_within"]]))
    return _Strata(_codes(sample, _ARM), problem, _crossed(problem, _bins(problem, tokens, counted, bins), bins))


def _codes(sample: Sample, columns: tuple[str, ...]) -> Ints:
    """Which combination of the columns each rollout has, numbered in their order."""
    codes: Ints = np.unique(sample.rows.codes(columns)[1], return_inverse=True)[1].astype(np.int64)
    return codes


def _crossed(strata: Ints, bins: Ints, n_bins: int) -> Ints:
    return strata * n_bins + bins


def _bins(strata: Ints, lengths: Floats, counted: Floats, n_bins: int) -> Ints:
    """The quantile bin of each length among the counted of its stratum, equal lengths together: 0 to n_bins - 1."""
    frame = pl.DataFrame({"s": np.where(counted > 0, strata, -1), "x": lengths})
    rank = (pl.col("x").rank("min").over("s") - 1) / pl.len().over("s")
    found: Ints = frame.select((rank * n_bins + 1e-9).floor().cast(pl.Int64)).to_series().to_numpy().astype(np.int64)
    return np.minimum(found, n_bins - 1)


LENGTH_MATCHED = Measure(
    name="length_matched",
    label="At equal length",
    question="Are long rollouts worse, or only those of hard problems?",
    statistics=_statistics,
    citation="Own measure; stratified differences with Mantel-Haenszel weights (Cochran 1954, Biometrics 10)",
    how_to_read=(
        "Each number is a difference between two kinds of rollouts of one model and condition. Crude compares all "
        "problems together, so hard problems look like long rollouts; same problem compares rollouts of one problem; "
        "same length compares rollouts of one problem within a quantile bin of its lengths. Final over first sets "
        "final answers against first answers that took as many tokens. Strata without both kinds say nothing: "
        "matched_share is how many rollouts have a counterpart, and reflecting_tokens_same_length how unequal lengths "
        "still are in a bin. Truncated rollouts are left out unless asked for. What is held equal is length "
        "and problem; what made a rollout longer is not."
    ),
    undefined_when="No problem has rollouts of both kinds (several rollouts per problem are needed).",
    settings=(WITHIN, BINS, UNREAD, WITHOUT_CUT, TEXT),
    formula=(
        r"\(\hat{\delta}=\frac{\sum_s w_s(\bar{y}_{s1}-\bar{y}_{s0})}{\sum_s w_s}\), "
        r"\(w_s=\frac{n_{s1}n_{s0}}{n_{s1}+n_{s0}}\), over strata s (model, condition, problem and, at equal length, "
        r"its quantile bin): the mean difference among rollouts that have a counterpart."
    ),
    coverage=measured("length_matched"),
    proof="Hand-counted strata; a simulation in which hard problems make rollouts long gives back its known effects.",
)
