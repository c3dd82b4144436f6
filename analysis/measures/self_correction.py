"""What a second answer was worth: accuracies, the flows between right and wrong, and what further rounds would bring.

Knows no protocol: a rollout's attempts, or its first candidate and final answer, are columns of the features. Sources:
arXiv 2412.19513 (CL, CS, RSS), SCoRe arXiv 2409.12917 (Δ, changed answers, edit-distance ratio), arXiv 2604.22273.
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from analysis.correction import NO_RIGHT, NO_WRONG, SMOOTH, Means, find_smooth
from analysis.measures.accuracy import FIRST
from analysis.measures.base import TRUNCATED, UNREAD, Measure
from analysis.measures.coverage import measured
from analysis.measures.estimates import SIGN_FLIP
from analysis.measures.flows import ATTEMPTS, BETWEEN, CANDIDATES, NO_PAIR, OPTIONS, SINGLE, WEIGHT, Flows, flows
from analysis.measures.sample import Sample
from analysis.measures.statistics import (
    Contrast,
    Difference,
    Estimate,
    Known,
    Mean,
    PairedTest,
    Share,
    Statistic,
)
from analysis.resampling import Floats

NO_EDIT = "no rollout with the texts of two attempts"
NO_TWO = "no rollout with two answers that can be compared"
UNITS = {"steady_state": "share", "acc2_lowest": "share", "acc2_highest": "share", "rss": "score"}
COMPARED = {
    ATTEMPTS: "the first attempt with the last",
    CANDIDATES: "the first candidate with the final answer, inside one reasoning",
    OPTIONS: "a question's options before and after a first answer",
}
SRPO = (0.75, 1.0, 0.25)
"""What SRPO (arXiv 2506.01713) pays for an answer that stays right, turns right, turns wrong; staying wrong is 0."""
_N = pl.col("attempt_outcomes").list.len().fill_null(0)


def _statistics(sample: Sample) -> Iterator[Statistic]:
    f = flows(sample)
    n = round(float(f.counted.sum()))
    yield Known("compared", Estimate(n, 0, None, reason=COMPARED[f.kind]), "share", f.kind)
    yield from _accuracies(sample, f)
    yield from (_contrast(name, f) for name in SMOOTH)
    yield from _changes(sample, f)
    yield from _shares(sample, f)


def _accuracies(sample: Sample, f: Flows) -> Iterator[Statistic]:
    w, wrong, broken = f.weight, f.weight * (1 - f.first), f.weight * (f.first - f.kept)
    yield Share("acc1", w * f.first, w, NO_PAIR)
    yield Share("acc2", w * f.second, w, NO_PAIR)
    yield Difference("delta", f.first, f.second, w, NO_PAIR)
    yield Share("delta_ic", w * f.fixed, w, NO_PAIR)
    yield Share("delta_ci", broken, w, NO_PAIR)
    yield Share("cl", w * f.kept, w * f.first, NO_RIGHT)
    yield Share("cs", w * f.fixed, wrong, NO_WRONG)
    yield Share("eir", broken, w * f.first, NO_RIGHT)
    yield Share("ecr", w * f.fixed, wrong, NO_WRONG)
    yield _p_value(sample, f)
    effect = sum(weight * part for weight, part in zip(SRPO, (f.kept, f.fixed, f.first - f.kept), strict=True))
    yield Mean("srpo_effect", w * effect, w, "score", NO_PAIR)


def _p_value(sample: Sample, f: Flows) -> Statistic:
    """Of "as often right after as before"; probabilities are no pairs to be counted, so their problems are flipped."""
    if f.kind != OPTIONS:
        return PairedTest("p_value", f.first, f.second, f.counted, NO_PAIR)
    if not f.counted.any():
        return Known("p_value", Estimate(0, 0, None, reason=NO_PAIR), "p")
    [stratum] = sample.strata
    moved = stratum.by_problem((f.second - f.first)[:, None])[:, 0]
    p = sample.resampler.sign_flip_p(stratum.ids, moved)
    return Known("p_value", Estimate(round(float(f.counted.sum())), len(stratum.ids), p, reason=SIGN_FLIP), "p")


def _contrast(name: str, f: Flows) -> Contrast:
    """A smooth function of three means: each rollout moves it by its derivatives."""
    unit, total = UNITS.get(name, "difference"), float(f.weight.sum())
    nothing = np.zeros_like(f.weight)
    if not total:
        return Contrast(name, None, nothing, f.counted, unit, NO_PAIR)
    means = Means(*(float((f.weight * part).sum() / total) for part in (f.first, f.kept, f.fixed)))
    found = find_smooth(name, means)
    if isinstance(found, str):
        return Contrast(name, None, nothing, f.counted, unit, found)
    parts = zip(found[1:], (f.first, f.kept, f.fixed), means, strict=True)
    moved: Floats = sum((by * (part - mean) for by, part, mean in parts), nothing) * f.weight / total
    moved[np.abs(moved) < 1e-12 * np.abs(moved).max(initial=0.0)] = 0.0
    return Contrast(name, found.value, moved, f.counted, unit)


def _changes(sample: Sample, f: Flows) -> Iterator[Statistic]:
    changed, known = _changed(sample, f)
    yield Share("changed_answer", changed * known, known, NO_TWO)
    edits, n = (sample.numbers(_edits(how)) for how in ("sum", "len"))
    counted = f.counted if f.kind == ATTEMPTS else np.zeros_like(f.counted)
    yield Mean("edit_ratio", edits * counted, n * counted, "ratio", NO_EDIT)
    same = sample.numbers(_edits("same"))
    yield Share("unchanged_text", same * counted, n * counted, NO_EDIT)


def _changed(sample: Sample, f: Flows) -> tuple[Floats, Floats]:
    """Whether first and last answer differ, and whether both are known."""
    if f.kind == CANDIDATES:
        known = sample.numbers(pl.col("first_is_final").is_not_null()) * f.counted
        return 1 - sample.numbers("first_is_final"), known
    if f.kind == OPTIONS:
        return np.zeros_like(f.counted), np.zeros_like(f.counted)
    classes = pl.col("attempt_classes").list
    both = (_N >= 2) & (classes.first() >= 0) & (classes.last() >= 0)
    return sample.numbers(classes.first() != classes.last()), sample.numbers(both) * f.counted


def _edits(how: str) -> pl.Expr:
    found = pl.col("attempt_edits").list.drop_nulls()
    if how == "same":
        return pl.col("attempt_edits").list.count_matches(0.0)
    return found.list.sum() if how == "sum" else found.list.len()


def _shares(sample: Sample, f: Flows) -> Iterator[Statistic]:
    graded = sample.numbers(pl.col("has_gold"))
    single = sample.numbers(_N < 2) if f.kind == ATTEMPTS else np.zeros_like(graded)
    yield Share("oracle_gated_share", sample.numbers("oracle_gated") * f.counted, f.counted, NO_PAIR)
    yield Share("one_attempt_share", single * graded, graded, NO_PAIR)
    yield Share("left_out_share", graded - graded * f.counted, graded, NO_PAIR)
    yield Share("no_gold_share", 1 - graded, sample.ones)


SELF_CORRECTION = Measure(
    name="self_correction",
    label="Self-correction",
    question="Does a second answer repair more than it breaks?",
    statistics=_statistics,
    citation=(
        "Confidence v.s. Critique (arXiv 2412.19513), equations 1-6; SCoRe (arXiv 2409.12917), section 3; "
        "EIR and ECR: arXiv 2604.22273"
    ),
    how_to_read=(
        "acc1 and acc2 are the shares right before and after. delta_ic and delta_ci are what turned right and wrong, "
        "of all answers, and delta is their difference; cl and cs are the same flows by where they start: how many "
        "right answers stay right (confidence level) and how many wrong ones are repaired (critique score). eir is "
        "1 - cl, ecr is cs. rss says where acc2 lies between the lowest and highest that acc1 allows, 50 % being no "
        "change; it rests on cs <= acc1 <= cl, so distrust it where cl_above_acc1 or acc1_above_cs is negative. "
        "steady_state is where more rounds with the same rates would end, next_round_gain what one more would bring: "
        "both extrapolate. srpo_effect pays 0.75, 1, 0.25 and 0 for staying right, turning right, turning wrong and "
        "staying wrong. Where golds decided who was asked again (oracle_gated_share), nothing can be lost: such "
        "numbers are an upper bound, not self-correction, and are never to be ranked with others. Candidates inside "
        "one reasoning are labelled as such: there the model was not asked twice."
    ),
    undefined_when="No rollout has a gold and two answers; rss where every first answer is right, or every one wrong.",
    settings=(BETWEEN, SINGLE, WEIGHT, UNREAD, FIRST, TRUNCATED),
    formula=(
        r"\(Acc_2=Acc_1\cdot CL+(1-Acc_1)\cdot CS\), \(CL=\frac{N_{cc}}{N_{cc}+N_{ci}}\), "
        r"\(CS=\frac{N_{ic}}{N_{ic}+N_{ii}}\), \(RSS=\frac{Acc_2-Acc_1^2}{2Acc_1-2Acc_1^2}\), "
        r"\(\pi^{*}=\frac{ECR}{ECR+EIR}\)"
    ),
    proof="The 66 rows of the paper's Tables 1, 2, 3 and 6, SCoRe's tables and the Reflexion runs are met in tests.",
    coverage=measured("self_correction"),
)
