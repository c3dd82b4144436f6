"""Calibration: do confidences say how often answers are right, and do they rank right answers above wrong ones?

Knows no text and no page. Sources: Guo et al. (2017), arXiv 1706.04599 (ECE); arXiv 2504.06564, section 3 (ACE,
AUPRC-P/N, attempted only); and those of analysis.calibration, where the numbers are computed.
"""

from collections.abc import Callable, Iterator

import numpy as np

from analysis.calibration import ranking, scores
from analysis.calibration.binning import Bins, equal_mass, equal_width, mass_split, null_ece
from analysis.calibration.smooth import smooth_ece
from analysis.intervals import Interval
from analysis.measures.base import TRUNCATED, UNREAD, Measure, Setting
from analysis.measures.calibration_intervals import (
    Counted,
    Wanted,
    average,
    binned,
    by_value,
    corrected,
    counted_of,
    largest,
    ranked,
    smoothed,
)
from analysis.measures.calibration_source import ATTEMPTED, SCALE, SCALE_NAMES, SOURCE, Confident, confident
from analysis.measures.coverage import measured
from analysis.measures.estimates import ONE_PROBLEM
from analysis.measures.sample import NO_GOLD, Sample
from analysis.measures.statistics import Contrast, Estimate, Known, Mean, Quotient, Share, Statistic
from analysis.resampling import Floats

ONE_CLASS = "needs both right and wrong rollouts"
EMPTY_BIN = "no rollout in this bin"
NULL_RANGE = "low and high hold 95 % of the resamples of a calibrated model"
N_NULL = 400
COVERAGES = tuple(range(10, 101, 10))
"""Shares of the rollouts that are answered, in per cent: the points of the risk-coverage curve."""
BINS = Setting("bins", "Bins", "10", low=2, high=50, whole=True)
EDGE = Setting(
    "edge",
    "Edges of bins of equal width",
    "left",
    (("left", "[low, high), 1 in the last"), ("right", "(low, high], 0 in the first")),
)
TIES = Setting(
    "ties",
    "Equal confidences in bins of equal mass",
    "keep",
    (("keep", "stay together"), ("split", "legacy: are split by the order of rows (problem, rollout)")),
)
SHOWN = Setting("shown", "Bins that are shown", "width", (("width", "of equal width"), ("mass", "of equal mass")))
Cut = Callable[[Floats], Bins]
_BY_BIN = {"mce": largest, "ace_equal_width": average}
"""Numbers to which bins of few rollouts bring as much as others: their intervals come from those of the bins."""


def _statistics(sample: Sample) -> Iterator[Statistic]:
    who = confident(sample)
    counted = counted_of(sample, who.counted, who.share, who.right)
    width, mass = cuts(sample)
    of_width, of_mass = width(counted.confidence), mass(counted.confidence)
    yield from _errors(counted, of_width, of_mass, who.why_none)
    yield from _scores(counted, who)
    yield from _rankings(counted, who.why_none)
    yield from _risks(who, counted)
    yield from _plain(who)
    yield from _left_out(who, sample.ones)
    yield from _bins(who, counted, of_mass if sample.settings["shown"] == "mass" else of_width)


def cuts(sample: Sample) -> tuple[Cut, Cut]:
    """How the settings cut confidences: into bins of equal width, and of equal mass."""
    n_bins, edge = int(sample.settings.number("bins")), sample.settings.get("edge", "left")
    mass = mass_split if sample.settings.get("ties", "keep") == "split" else equal_mass
    return (lambda c: equal_width(c, n_bins, edge)), (lambda c: mass(c, n_bins))


def _errors(counted: Counted, width: Bins, mass: Bins, empty: str) -> Iterator[Statistic]:
    names = ("ece", "ace_equal_width", "mce", "rmsce", "ece_equal_mass", "ace", "smece", "null_ece")
    if not counted.n:
        yield from (Known(name, Estimate(0, 0, None, reason=empty), "score") for name in names)
        return
    of_width, of_mass = binned(counted, width), binned(counted, mass)
    smooth = smoothed(counted, smooth_ece(counted.confidence, counted.outcome) or 0.0)
    drawn = [*of_width, *of_mass[:2], smooth]
    for name, each in zip(names, drawn, strict=False):
        own = _BY_BIN.get(name)
        yield Known(name, own(counted, width) if own else corrected(counted, each), "score")
    yield Known("null_ece", _null(counted, width), "score")


def _null(counted: Counted, bins: Bins) -> Estimate:
    rng = counted.sample.resampler.generator(counted.stratum.ids, "null ECE")
    drawn = null_ece(counted.confidence, bins, N_NULL, rng)
    value, (low, high) = float(drawn.mean()), np.quantile(drawn, [0.025, 0.975])
    if counted.n_problems < 2 or not low < high:
        why = ONE_PROBLEM if counted.n_problems < 2 else "every resample of a calibrated model is the same"
        return Estimate(counted.n, counted.n_problems, value, reason=why)
    return Estimate(counted.n, counted.n_problems, value, float(low), float(high), NULL_RANGE)


def _scores(counted: Counted, who: Confident) -> Iterator[Statistic]:
    c, y = counted.confidence, counted.outcome
    found, over = scores.brier(c, y), scores.gap(c, y)
    yield Mean("brier", (who.share - who.right) ** 2 * who.counted, who.counted, "score", who.why_none)
    yield from _decomposition(counted, found, who.why_none)
    yield _uncertainty(counted, who)
    yield from ranked(counted, [Wanted("brier_skill", found.skill, "plain", ONE_CLASS if counted.n else who.why_none)])
    yield Contrast("gap", over.value, counted.spread(over.influence), who.counted, empty=who.why_none)


def _decomposition(counted: Counted, found: scores.Brier, empty: str) -> list[Known]:
    """Both parts are too large in small samples, as they square; for many different confidences, by influence."""
    names, drawn = ("brier_reliability", "brier_resolution"), by_value(counted)
    if drawn is not None:
        return [Known(n, corrected(counted, each), "score") for n, each in zip(names, drawn, strict=True)]
    parts = zip(names, (found.reliability, found.resolution), strict=True)
    return ranked(counted, [Wanted(name, part, "log", empty) for name, part in parts])


def _uncertainty(counted: Counted, who: Confident) -> Known:
    """rate·(1 - rate) between its values at the ends of the rate's interval, 1/4 where that holds 1/2."""
    [rate] = counted.sample.estimates([Share("rate", who.right * who.counted, who.counted, who.why_none)])
    if rate.value is None:
        return Known("brier_uncertainty", rate, "score")
    value, ends = rate.value * (1 - rate.value), Interval(0.0, 0.0)
    if rate.low is None or rate.high is None:
        return Known("brier_uncertainty", Estimate(rate.n, rate.n_problems, value, reason=rate.reason), "score")
    at_ends = [end * (1 - end) for end in (rate.low, rate.high)]
    ends = Interval(min(*at_ends, value), 0.25 if rate.low <= 0.5 <= rate.high else max(*at_ends, value))
    return Known("brier_uncertainty", Estimate(rate.n, rate.n_problems, value, *ends), "score")


def _rankings(counted: Counted, empty: str) -> Iterator[Statistic]:
    c, y = counted.confidence, counted.outcome
    both = ONE_CLASS if counted.n else empty
    of_wrong = ranking.average_precision(1 - c, 1 - y)
    of_right = ranking.average_precision(c, y)
    if of_wrong.value is None or of_right.value is None:
        of_wrong = of_right = scores.undefined(counted.n)
    yield from ranked(
        counted,
        [
            Wanted("auroc", ranking.auroc(c, y), "logit", both),
            Wanted("auprc_correct", of_right, "logit", both),
            Wanted("auprc_wrong", of_wrong, "logit", both),
            Wanted("aurc", ranking.aurc(c, y), "logit", empty),
            Wanted("e_aurc", _not_below_zero(ranking.excess_aurc(c, y)), "log", empty),
        ],
    )


def _risks(who: Confident, counted: Counted) -> Iterator[Statistic]:
    """Error of the most confident share of the rollouts; of equal confidences as many as fit, each in part."""
    for percent in COVERAGES:
        answered = counted.spread(ranking.answered(counted.confidence, percent / 100))
        wrong = (1 - who.right) * answered
        yield Quotient(f"risk_at_{percent}", wrong, answered, who.counted, empty=who.why_none)


def _not_below_zero(scored: scores.Scored) -> scores.Scored:
    """Sums of rounding size are 0."""
    is_tiny = scored.value is not None and scored.value < 1e-12
    return scores.Scored(0.0, scored.influence) if is_tiny else scored


def _plain(who: Confident) -> Iterator[Statistic]:
    counted, attempted = who.counted, who.asked * (1 - who.not_attempted)
    yield Quotient("mean_confidence", who.share * counted, counted, counted, empty=who.why_none)
    yield Share("accuracy", who.right * counted, counted, who.why_none)
    yield Share("base_rate", who.right * counted, counted, who.why_none)
    yield Share("base_rate_wrong", (1 - who.right) * counted, counted, who.why_none)
    yield Share("accuracy_all", who.right * who.asked, who.asked, NO_GOLD)
    yield Share("accuracy_attempted", who.right * attempted, attempted, "no attempted rollout with a gold")


def _left_out(who: Confident, ones: Floats) -> Iterator[Statistic]:
    yield Share("stated_share", who.read, ones)
    yield Share("unread_share", who.unread, ones)
    yield Share("outside_share", who.outside, ones)
    yield Share("ungraded_share", ones - who.graded, ones)
    yield Share("not_attempted_share", who.not_attempted, who.graded, NO_GOLD)
    is_stated = (who.scale >= 0).astype(np.float64)
    for place, name in enumerate(SCALE_NAMES):
        on_scale = (who.scale == place).astype(np.float64)
        yield Share(f"read_as_{name}", on_scale, is_stated, "no stated confidence that could be read")


def _bins(who: Confident, counted: Counted, bins: Bins) -> Iterator[Statistic]:
    of = np.full(len(who.right), -1)
    of[counted.rows] = bins.of
    for k, edges in enumerate(bins.edges):
        inside = (of == k).astype(np.float64)
        empty = EMPTY_BIN if counted.n else who.why_none
        yield Share(f"reliability_bin_{k + 1}", who.right * inside, inside, empty, edges=edges)
        yield Mean(f"bin_confidence_{k + 1}", who.share * inside, inside, "share", empty, edges=edges)


CALIBRATION = Measure(
    name="calibration",
    label="Calibration",
    question="Is the model as often right as it says, and surer where it is right?",
    statistics=_statistics,
    citation="Guo et al. (2017), arXiv 1706.04599; arXiv 2504.06564, section 3; Blasiok and Nakkiran (2023), arXiv "
    "2309.12236 (smECE); Geifman et al. (2019), ICLR (AURC)",
    how_to_read=(
        "The gap is mean confidence less accuracy: above 0 is over-confident. ECE is the mean distance between the two "
        "over bins of confidence; ACE weighs bins of equal mass alike, MCE takes the largest and RMSCE squares. These "
        "are never 0 by chance: null ECE is what a calibrated model with these confidences would show (independent "
        "rollouts), so an ECE inside its range says nothing against calibration. ECE hangs on bins and edges; smooth "
        "ECE and the Brier score do not. Brier = reliability − resolution + uncertainty holds over rollouts of equal "
        "confidence and says little where nearly every confidence differs (tokens). AUROC is how often a right answer "
        "has more confidence than a wrong one; AUPRC must be held against its chance level, base_rate for right and "
        "base_rate_wrong for wrong answers. AURC is the mean error when the least sure are left out first, E-AURC what "
        "a perfect ranking would save of it. MCE and bins with few rollouts are noise. All rollouts are pooled. "
        "Confidences that are missing, no number (unread) or off the scale (outside) are counted beside, not used: "
        "where many are, the rest may be the easy ones (accuracy_all has them too)."
    ),
    undefined_when="No rollout has a gold and a confidence; rankings and skill also when all are right or all wrong.",
    settings=(SOURCE, BINS, EDGE, TIES, SHOWN, SCALE, ATTEMPTED, UNREAD, TRUNCATED),
    formula=(
        r"\(\text{ECE}=\sum_k\frac{n_k}{n}|\bar{y}_k-\bar{c}_k|\), "
        r"\(\text{ACE}=\frac{1}{K}\sum_k|\bar{y}_k-\bar{c}_k|\) "
        r"over K bins of equal mass, \(\text{gap}=\bar{c}-\bar{y}\), \(\text{Brier}=\frac{1}{n}\sum_i(c_i-y_i)^2\), "
        r"\(\text{AUROC}=P(c^{+}>c^{-})+\frac{1}{2}P(c^{+}=c^{-})\), "
        r"\(\text{AURC}=\frac{1}{n}\sum_k\text{risk}_k\) of the k most confident, with confidence c and outcome y."
    ),
    reads_text=False,
    coverage=measured(
        "calibration",
        "The interval of MCE holds for all bins at once and that of ace_equal_width adds up what each bin allows, so "
        "both cover more than 95 %. Null ECE has a range, no interval.",
    ),
    proof="The fixtures of calib_reference.json for both edges and tie rules, scikit-learn and relplot; naive loops.",
)
