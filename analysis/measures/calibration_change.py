"""Calibration before and after reflection: confidence and outcome of the first attempt against those of the last.

Knows no text. Own measure over the numbers of analysis.calibration; paired, as both attempts are of one rollout.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import polars as pl

from analysis.calibration.binning import equal_width
from analysis.calibration.ranking import auroc
from analysis.calibration.scores import Scored, brier, gap
from analysis.confidence import Read, read
from analysis.measures.base import TRUNCATED, UNREAD, Measure
from analysis.measures.calibration import BINS, EDGE, ONE_CLASS
from analysis.measures.calibration_intervals import (
    Counted,
    Wanted,
    binned,
    changed,
    corrected,
    counted_of,
    ranked,
)
from analysis.measures.calibration_source import ATTEMPTED, SCALE, asked_of, whose
from analysis.measures.coverage import measured
from analysis.measures.sample import Sample
from analysis.measures.statistics import Contrast, Difference, Estimate, Known, Mean, Share, Statistic
from analysis.resampling import Floats
from analysis.types import Outcome

NO_PAIR = "no rollout with a gold and a stated confidence at its first and at its last attempt"
TIMES = ("before", "after")


class _Attempts(NamedTuple):
    """Confidences and outcomes of the first and the last attempts; `counted` is 1 where both have both."""

    confidence: tuple[Floats, Floats]
    right: tuple[Floats, Floats]
    counted: Floats
    several: Floats


def _statistics(sample: Sample) -> Iterator[Statistic]:
    found = _attempts(sample)
    first, last = (counted_of(sample, found.counted, c, y) for c, y in zip(found.confidence, found.right, strict=True))
    yield from _errors(sample, first, last)
    yield from _briers(found, first, last)
    yield from _pair("gap", gap(*first[4:6]), gap(*last[4:6]), first)
    yield from _areas(first, last)
    yield from _accuracies(found)
    up, down = (sign * (found.confidence[1] - found.confidence[0]) > 1e-9 for sign in (1, -1))
    yield Share("confidence_up_share", up * found.counted, found.counted, NO_PAIR)
    yield Share("confidence_down_share", down * found.counted, found.counted, NO_PAIR)
    yield Share("both_stated_share", found.counted, found.several, "no rollout with several attempts")
    yield Share("oracle_gated_share", sample.numbers("oracle_gated") * found.counted, found.counted, NO_PAIR)


def _attempts(sample: Sample) -> _Attempts:
    several = sample.numbers(pl.col("attempt_outcomes").list.len() > 1)
    stated, outcomes = _ends("attempt_confidences"), _ends("attempt_outcomes")
    found = _read(sample, stated)
    asked = [asked_of(sample, outcome)[2] for outcome in outcomes]
    right = [sample.numbers(outcome == Outcome.CORRECT.value) for outcome in outcomes]
    is_read = found.is_read.astype(np.float64)
    first, last = np.split(is_read, 2)
    shares = np.split(found.share, 2)
    counted = several * asked[0] * asked[1] * first * last
    return _Attempts((shares[0], shares[1]), (right[0], right[1]), counted, several)


def _ends(column: str) -> tuple[pl.Expr, pl.Expr]:
    return pl.col(column).list.first(), pl.col(column).list.last()


def _read(sample: Sample, stated: tuple[pl.Expr, pl.Expr]) -> Read:
    """Both attempts of a model to one prompt are on one scale."""
    nan = float("nan")
    both = np.concatenate([sample.numbers(each.cast(pl.Float64).fill_null(nan)) for each in stated])
    groups = np.tile(whose(sample.rows), 2)
    return read(both, np.zeros(len(both), dtype=np.bool_), groups, sample.settings["scale"])


def _errors(sample: Sample, first: Counted, last: Counted) -> Iterator[Statistic]:
    if not first.n:
        for name in ("ece_before", "ece_after", "ece_change"):
            yield Known(name, Estimate(0, 0, None, reason=NO_PAIR), "score")
        return
    n_bins, edge = int(sample.settings.number("bins")), sample.settings["edge"]
    drawn = [binned(each, equal_width(each.confidence, n_bins, edge))[0] for each in (first, last)]
    for time, each, one in zip(TIMES, (first, last), drawn, strict=True):
        yield Known(f"ece_{time}", corrected(each, one), "score")
    yield Known("ece_change", changed(last, *drawn), "score")


def _briers(found: _Attempts, first: Counted, last: Counted) -> Iterator[Statistic]:
    for time, c, y in zip(TIMES, found.confidence, found.right, strict=True):
        yield Mean(f"brier_{time}", (c - y) ** 2 * found.counted, found.counted, "score", NO_PAIR)
    before, after = (brier(each.confidence, each.outcome).score for each in (first, last))
    yield _change("brier", before, after, first, "score", NO_PAIR)


def _pair(name: str, before: Scored, after: Scored, counted: Counted) -> Iterator[Statistic]:
    for time, each in zip(TIMES, (before, after), strict=True):
        yield Contrast(f"{name}_{time}", each.value, counted.spread(each.influence), counted.mask, empty=NO_PAIR)
    yield _change(name, before, after, counted, "difference", NO_PAIR)


def _areas(first: Counted, last: Counted) -> Iterator[Statistic]:
    empty = ONE_CLASS if first.n else NO_PAIR
    areas = [auroc(each.confidence, each.outcome) for each in (first, last)]
    for time, each, area in zip(TIMES, (first, last), areas, strict=True):
        yield from ranked(each, [Wanted(f"auroc_{time}", area, "logit", empty)])
    yield _change("auroc", areas[0], areas[1], first, "score", empty)


def _change(name: str, before: Scored, after: Scored, counted: Counted, unit: str, empty: str) -> Contrast:
    value = None if before.value is None or after.value is None else after.value - before.value
    influence = counted.spread(after.influence - before.influence)
    return Contrast(f"{name}_change", value, influence, counted.mask, unit, empty)


def _accuracies(found: _Attempts) -> Iterator[Statistic]:
    for time, c, y in zip(TIMES, found.confidence, found.right, strict=True):
        yield Share(f"accuracy_{time}", y * found.counted, found.counted, NO_PAIR)
        yield Mean(f"mean_confidence_{time}", c * found.counted, found.counted, "share", NO_PAIR)
    yield Difference("accuracy_change", *found.right, found.counted, NO_PAIR)


CALIBRATION_CHANGE = Measure(
    name="calibration_change",
    label="Calibration before and after reflection",
    question="Does reflecting make a model's confidence more honest?",
    statistics=_statistics,
    citation="Own measure; numbers of Guo et al. (2017), arXiv 1706.04599, and Brier (1950) of first and last attempts",
    how_to_read=(
        "Each rollout with two attempts or more and a stated confidence at its first and its last is counted twice: "
        "before and after. Changes are after less before, paired, so that their intervals are narrower than those of "
        "the two numbers suggest. A gap that falls may come of a lower confidence or of more right answers: read it "
        "with accuracy and mean confidence. A Brier score or ECE that falls is better, an AUROC that rises is better. "
        "Rollouts that state a confidence once only are left out (both_stated_share says how many are not). Where "
        "golds decided what was asked again (oracle_gated_share), the change is no merit of the model's."
    ),
    undefined_when="No rollout states a confidence at its first and at its last attempt; AUROC also with one class.",
    settings=(BINS, EDGE, SCALE, ATTEMPTED, UNREAD, TRUNCATED),
    formula=(
        r"\(\Delta m = m(c^{\text{last}},y^{\text{last}})-m(c^{\text{first}},y^{\text{first}})\) "
        r"for m in ECE, Brier, gap, AUROC."
    ),
    reads_text=False,
    coverage=measured("calibration_change"),
    proof="Hand-counted attempts; each half equals the measure of calibration on that attempt alone.",
)
