"""Recalibration: a curve fitted on the rollouts of one half of the problems, shown on those of the other half.

Knows no text. Sources: analysis.calibration.mending; on held-out problems, Kumar, Liang and Ma (2019), arXiv
1909.10155.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from analysis.calibration.binning import equal_width
from analysis.calibration.mending import Line, isotonic, platt
from analysis.calibration.scores import brier, gap
from analysis.measures.base import TRUNCATED, UNREAD, Measure, Setting
from analysis.measures.calibration import BINS, EDGE
from analysis.measures.calibration_intervals import Counted, binned, changed, corrected, counted_of
from analysis.measures.calibration_source import ATTEMPTED, SCALE, SOURCE, Confident, confident
from analysis.measures.coverage import measured
from analysis.measures.sample import Sample
from analysis.measures.statistics import Contrast, Estimate, Known, Mean, Share, Statistic
from analysis.resampling import Floats

NOT_FITTED = "the half that is fitted needs both right and wrong rollouts, the other half needs any"
FITTED_ONCE = "fitted on one half: no interval"
WAYS = ("before", "platt", "isotonic")
SPLIT = Setting("split", "Halves of the problems, drawn by number", "0", low=0, high=99, whole=True)


class _Halves(NamedTuple):
    """Which rollouts are fitted and which are shown, by 0 and 1; confidences by way, for all rollouts; the line."""

    fitted: Floats
    shown: Floats
    by_way: dict[str, Floats]
    line: Line | None


def _statistics(sample: Sample) -> Iterator[Statistic]:
    who = confident(sample)
    halves = _halves(sample, who)
    counted = {way: counted_of(sample, halves.shown, c, who.right) for way, c in halves.by_way.items()}
    empty = NOT_FITTED if who.counted.any() else who.why_none
    yield from _errors(sample, counted, empty)
    for way in WAYS:
        yield from _scores(way, counted[way], halves, who.right, empty)
    yield from _brier_changes(counted, halves, empty)
    yield from _line(halves, counted["before"], empty)
    yield Share("fitted_share", halves.fitted, who.counted, who.why_none)


def _halves(sample: Sample, who: Confident) -> _Halves:
    fitted, shown = _split(sample, who.counted)
    c, y = who.share[fitted > 0], who.right[fitted > 0]
    if not shown.any() or len(np.unique(y)) < 2:
        return _Halves(fitted, np.zeros(len(shown)), dict.fromkeys(WAYS, who.share), None)
    line = platt(c, y)
    mended = (who.share, line.mended(who.share), isotonic(c, y).mended(who.share))
    return _Halves(fitted, shown, dict(zip(WAYS, mended, strict=True)), line)


def _split(sample: Sample, counted: Floats) -> tuple[Floats, Floats]:
    if not sample.strata:
        return counted, counted
    [stratum] = sample.strata
    of_problem = sample.resampler.halves(stratum.ids, int(sample.settings.number("split")))
    half = np.repeat(of_problem, np.diff(np.r_[stratum.first_rows, stratum.last_row]))
    return counted * (half == 0), counted * (half == 1)


def _errors(sample: Sample, counted: dict[str, Counted], empty: str) -> Iterator[Statistic]:
    names = [f"ece_{way}" for way in WAYS] + [f"ece_change_{way}" for way in WAYS[1:]]
    if not counted["before"].n:
        yield from (Known(name, Estimate(0, 0, None, reason=empty), "score") for name in names)
        return
    n_bins, edge = int(sample.settings.number("bins")), sample.settings["edge"]
    drawn = {way: binned(each, equal_width(each.confidence, n_bins, edge))[0] for way, each in counted.items()}
    for way in WAYS:
        yield Known(f"ece_{way}", corrected(counted[way], drawn[way]), "score")
    for way in WAYS[1:]:
        yield Known(f"ece_change_{way}", changed(counted[way], drawn["before"], drawn[way]), "score")


def _scores(way: str, counted: Counted, halves: _Halves, right: Floats, empty: str) -> Iterator[Statistic]:
    squares = (halves.by_way[way] - right) ** 2 * halves.shown
    yield Mean(f"brier_{way}", squares, halves.shown, "score", empty)
    over = gap(counted.confidence, counted.outcome)
    yield Contrast(f"gap_{way}", over.value, counted.spread(over.influence), halves.shown, empty=empty)


def _brier_changes(counted: dict[str, Counted], halves: _Halves, empty: str) -> Iterator[Statistic]:
    before = brier(counted["before"].confidence, counted["before"].outcome).score
    for way in WAYS[1:]:
        after = brier(counted[way].confidence, counted[way].outcome).score
        value = None if after.value is None or before.value is None else after.value - before.value
        influence = counted[way].spread(after.influence - before.influence)
        yield Contrast(f"brier_change_{way}", value, influence, halves.shown, "score", empty)


def _line(halves: _Halves, counted: Counted, empty: str) -> Iterator[Statistic]:
    n, n_problems = (counted.n, counted.n_problems) if halves.line else (0, 0)
    for name in ("intercept", "slope"):
        value = getattr(halves.line, name) if halves.line else None
        reason = FITTED_ONCE if halves.line else empty
        yield Known(f"platt_{name}", Estimate(n, n_problems, value, reason=reason), "log odds")


RECALIBRATION = Measure(
    name="recalibration",
    label="Recalibration",
    question="Would a curve learned from other problems make confidences agree with outcomes?",
    statistics=_statistics,
    citation="Platt (1999), Advances in Large Margin Classifiers, 61-74; Zadrozny and Elkan (2002), KDD 8, 694-699",
    how_to_read=(
        "Two curves from confidence to chance of being right are fitted on the rollouts of one half of the problems: a "
        "line on log odds (Platt) and rising steps (isotonic). All numbers are of the other half, before and after: "
        "errors that fall are errors of the scale alone. The ranking stays as it was, so no curve mends a model that "
        "does not know which of its answers are wrong; then Brier ends at uncertainty. Intervals resample the shown "
        "problems with the curve held fixed: another half for fitting (setting split) may give another curve. "
        "Problems of one half only are used to fit, so a curve from all of them would do a little better."
    ),
    undefined_when="The half that is fitted holds no right or no wrong rollout, or the other half holds none.",
    settings=(SOURCE, SPLIT, BINS, EDGE, SCALE, ATTEMPTED, UNREAD, TRUNCATED),
    formula=(
        r"Platt: \(\hat{p}=\sigma(a+b\,\text{logit}\,c)\); isotonic: the rising \(\hat{p}(c)\) that minimises "
        r"\(\sum_i(y_i-\hat{p}(c_i))^2\); change \(\text{Brier}(\hat{p})-\text{Brier}(c)\) on the other half."
    ),
    reads_text=False,
    coverage=measured(
        "recalibration",
        "The truth is what the fitted curves are worth on two million other rollouts; what "
        "another half for fitting would change is not in the intervals.",
    ),
    proof="scipy's optimiser and a loop that pools violators; a simulation in which the line is known gives it back.",
)
