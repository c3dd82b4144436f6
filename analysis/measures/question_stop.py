"""Early stopping by a rule that reads the question, learnt on one half of the problems and shown on the other.

Knows no text: questions are hashed in the features. Source: First Try Matters (arXiv 2510.08308v1), section 4, Table 2
and Fig. 9, with a small linear rule for the paper's classifier and a replay for its generation.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import polars as pl

from analysis.measures.accuracy import FIRST
from analysis.measures.base import TEXT, TRUNCATED, UNREAD, Measure, Setting
from analysis.measures.coverage import measured
from analysis.measures.question_rule import LABELS, Rule, design_of, learnt
from analysis.measures.replay import NOT_CUT, Replay, costs, replay, stoppable
from analysis.measures.sample import NO_GOLD, Group, Sample
from analysis.measures.statistics import Contrast, Share, Statistic
from analysis.measures.verdicts import Verdicts, verdicts
from analysis.resampling import Floats, Ints, Resampler

SHARES = (10, 25, 50, 75)
"""Per cent of the problems that the rule lets run to the late cap, by a threshold learnt with it."""
LEAST = 10
FEW = f"fewer than {LEAST} problems in a half to learn from"
SAME = "both caps take the same tokens"
EARLY = Setting("early", "Stop at candidate", "1", low=1, high=5, whole=True)
LATE = Setting("late", "Where the rule says so, at candidate", "3", low=2, high=6, whole=True)
INPUT = Setting(
    "question_inputs",
    "The rule reads",
    "both",
    (
        ("both", "the question's words and length, problem set, subject and level"),
        ("words", "words and length only"),
        ("labels", "problem set, subject and level only"),
    ),
)
PENALTY = Setting("penalty", "Ridge penalty", "10", low=0.01, high=10_000)
SPLIT = Setting("split", "Which random halves", "0", low=0, high=999, whole=True)


class _Problems(NamedTuple):
    """The distinct problems in order of their ids, and which of them each rollout belongs to."""

    ids: Ints
    of_rollout: Ints
    design: Floats
    label: Floats


def _statistics(sample: Sample) -> Iterator[Statistic]:
    v = verdicts(sample)
    counted, empty = stoppable(v), v.why_no_first or NO_GOLD
    early, late = (_cap(sample, v, int(sample.settings.number(name))) for name in ("early", "late"))
    chosen = _chosen(sample, counted)
    shown = chosen[SHARES[0]][1] if chosen else counted
    yield Share("accuracy_without_stop", v.final * shown, shown, empty)
    for name, cap in (("early", early), ("late", late)):
        yield from costs(sample, _only(v, shown), cap, name)
    for share in SHARES:
        is_late, enters = chosen[share] if chosen else (counted * 0, counted * 0)
        cut = Replay(*(np.where(is_late > 0, b, a) for a, b in zip(early, late, strict=True)))
        name = f"question_{share}"
        why = FEW if counted.any() else empty
        yield from costs(sample, _only(v, enters), cut, name, why)
        yield Share(f"late_{name}_share", is_late * enters, enters, why)
        yield _over_mixing(f"over_mixing_{name}", is_late, early, late, enters)


def _cap(sample: Sample, v: Verdicts, k: int) -> Replay:
    """Every rollout cut at its k-th candidate; one with fewer keeps its final answer."""
    at = np.where(sample.numbers("n_candidates") >= k, k - 1, NOT_CUT).astype(np.int64)
    return replay(sample, v, at)


class _Rule(NamedTuple):
    """The rule and its thresholds (one for each of SHARES), and which problems it was not taught by."""

    rule: Rule
    limits: Floats
    shown: Floats


def _chosen(sample: Sample, counted: Floats) -> dict[int, tuple[Floats, Floats]]:
    """For each of SHARES which rollouts run late, and which are shown; empty where too few problems are there."""
    problems = _problems(sample, counted)
    taught = _taught(sample, problems)
    if taught is None:
        return {}
    scores, shown = taught.rule.scores(problems.design), taught.shown[problems.of_rollout] * counted
    is_late = (scores[:, None] > taught.limits).astype(np.float64)[problems.of_rollout]
    return {share: (is_late[:, k] * shown, shown) for k, share in enumerate(SHARES)}


def _taught(sample: Sample, problems: _Problems) -> _Rule | None:
    """What one random half of the problems teaches; None where a half is too small."""
    half = sample.resampler.halves(problems.ids, int(sample.settings.number("split")))
    if min(np.bincount(half, minlength=2)) < LEAST:
        return None
    taught = half == 0
    rule = learnt(problems.design[taught], problems.label[taught], sample.settings.number("penalty"))
    limits = np.quantile(rule.scores(problems.design[taught]), [1 - share / 100 for share in SHARES])
    return _Rule(rule, limits, (half == 1).astype(np.float64))


def taught_rule(
    frame: pl.DataFrame, resampler: Resampler, settings: Mapping[str, str] | None = None
) -> tuple[Rule, Floats]:
    """The rule of a features frame with its thresholds, as the measure with these resamples and settings uses it.

    Raises ValueError where a half has fewer than LEAST problems.
    """
    chosen = QUESTION_STOP.chosen(settings)
    sample = Sample(Group({}, frame.sort(chosen.sort_order), False, resampler), chosen)
    found = _taught(sample, _problems(sample, stoppable(verdicts(sample))))
    if found is None:
        raise ValueError(FEW)
    return found.rule, found.limits


def _problems(sample: Sample, counted: Floats) -> _Problems:
    """Problems of the rollouts that count; their label is the share of these with an F→T transition."""
    frame = sample.frame.with_columns(_counted=pl.Series(counted, dtype=pl.Float64), _ft=pl.col("n_ft") > 0)
    kept = frame.filter(pl.col("_counted") > 0)
    columns = ("question_words", "n_question_chars", *LABELS)
    problems = (
        kept.group_by("problem_id")
        .agg(*(pl.col(column).first() for column in columns), pl.col("_ft").cast(pl.Float64).mean())
        .sort("problem_id")
    )
    ids: Ints = problems["problem_id"].to_numpy().astype(np.int64)
    of_rollout = np.searchsorted(ids, frame["problem_id"].to_numpy().astype(np.int64))
    label = problems["_ft"].fill_null(0.0).to_numpy().astype(np.float64)
    design = design_of(problems, sample.settings["question_inputs"])
    return _Problems(ids, np.minimum(of_rollout, max(len(ids) - 1, 0)), design, label)


def _only(v: Verdicts, enters: Floats) -> Verdicts:
    return replace(v, counted=v.counted * enters)


def _over_mixing(name: str, is_late: Floats, early: Replay, late: Replay, counted: Floats) -> Contrast:
    """Accuracy above that of letting problems run late at random, at as many tokens: A - B·C/D and its influences.

    A and B are the means of the rule's extra right answers and tokens over the early cap, C and D those of the late cap
    for all; the late cap for a random share B/D takes the same tokens and adds C·B/D.
    """
    n = counted.sum()
    right, tokens = (late.right - early.right) * counted, (late.tokens - early.tokens) * counted
    parts = np.stack([is_late * right, is_late * tokens, right, tokens])
    a, b, c, d = parts.sum(axis=1) / n if n else np.zeros(4)
    if not d:
        return Contrast(name, None, counted * 0, counted * 0, empty=SAME if n else FEW)
    gradient = np.array([1.0, -c / d, -b / d, b * c / d**2])
    influence = gradient @ (parts - counted * np.array([[a], [b], [c], [d]])) / n
    return Contrast(name, float(a - b * c / d), influence, counted)


QUESTION_STOP = Measure(
    name="question_stop",
    label="Stopping by the question",
    question="Can the question alone tell which rollouts should run on after their first answer?",
    statistics=_statistics,
    citation="First Try Matters (arXiv 2510.08308v1), section 4, Table 2 and Fig. 9 (CAD + QRC), with a linear rule",
    how_to_read=(
        "Early and late stop every rollout at a fixed candidate; a rollout with fewer keeps its final answer. The rule "
        "sends the share of the problems with the highest scores to the late cap and stops the others early. It is "
        "learnt from the golds of one random half of the problems, threshold included, and every number here, the "
        "fixed caps too, is of the other half, on which it decides from the question alone. (Swapping the halves would "
        "use all problems; in a simulation its intervals were too short.) Over mixing is the accuracy above that of a "
        "random choice of problems that takes as many tokens: where it holds 0 the rule has learnt nothing. Intervals "
        "resample problems with the rule as it is; the setting split picks other halves. All rollouts are pooled; a "
        "replay of finished text, the response not counted."
    ),
    undefined_when=f"No rollout has a gold and a text; the rule: {FEW}.",
    settings=(EARLY, LATE, INPUT, PENALTY, SPLIT, FIRST, UNREAD, TRUNCATED, TEXT),
    formula=(
        r"Score \(\bar{y}+(x-\bar{x})^\top\hat{\beta}\), \(\hat{\beta}=(X^\top X+\lambda I)^{-1}X^\top(y-\bar{y})\), "
        r"y the share of a problem's rollouts with an F→T transition, x its question; late where the score is above "
        r"the quantile of the half that taught it. Over mixing: \(A-\frac{B}{D}C\), A and B the rule's right answers "
        r"and tokens above the early cap, C and D those of the late cap."
    ),
    coverage=measured(
        "question_stop", "The truth is what the rule that a data set teaches is worth on 5,000 new problems."
    ),
    proof="A planted word that tells which problems are mended is found and one that is not is not (simulation); "
    "golds of the shown half changed, its stops stay; fixed caps equal the measure of stopping early there.",
)
