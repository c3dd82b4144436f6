"""What judges are worth: agreement with golds or people, scores against outcomes, and preference for a place.

Knows no judge and no prompt: it gets one number per judged rollout. Intervals resample problems. Sources: Cohen (1960),
Educ. Psychol. Meas. 20, 37-46 (kappa); Hanley and McNeil (1982), Radiology 143, 29-36 (area under the curve); Zheng et
al. (2023), arXiv 2306.05685, section 3.3 (both orders, position bias).
"""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from analysis.calibration.ranking import auroc
from analysis.measures.clusters import lay_out
from analysis.measures.estimates import estimate
from analysis.measures.statistics import Contrast, Estimate, Mean, Share, Statistic
from analysis.resampling import Floats, Ints, Resampler

NO_TRUTH = "no judged rollout has this truth"
ONE_LABEL = "judge and truth use one and the same label only"
ONE_CLASS = "needs both right and wrong rollouts"


class Worth(NamedTuple):
    """One number on a judge, with its interval."""

    name: str
    unit: str
    estimate: Estimate


def worth_of_verdicts(
    problem_ids: Ints, finds_right: Floats, is_right: Floats, rng: np.random.Generator
) -> list[Worth]:
    """Agreement, Cohen's kappa, and how much of what is right (wrong) the judge finds right (wrong).

    One entry per judged rollout, 0 or 1; any order. Empty: no estimate, with the reason. Kappa is None where judge and
    truth use one label only.

    >>> said, truth = np.array([1.0, 1, 0, 0]), np.array([1.0, 1, 0, 1])
    >>> found = worth_of_verdicts(np.arange(4), said, truth, np.random.default_rng(0))
    >>> [(each.name, round(each.estimate.value, 3)) for each in found]   # p_o 3/4, p_e 1/2
    [('agreement', 0.75), ('kappa', 0.5), ('finds_right', 0.667), ('finds_wrong', 1.0)]
    """
    ones, agrees = np.ones(len(is_right)), (finds_right == is_right).astype(np.float64)
    return _estimated(
        problem_ids,
        [
            Share("agreement", agrees, ones, NO_TRUTH),
            _kappa(finds_right, is_right),
            Share("finds_right", finds_right * is_right, is_right, "no judged rollout is right"),
            Share("finds_wrong", (1 - finds_right) * (1 - is_right), 1 - is_right, "no judged rollout is wrong"),
        ],
        rng,
    )


def worth_of_scores(problem_ids: Ints, scores: Floats, is_right: Floats, rng: np.random.Generator) -> list[Worth]:
    """The area under the curve of a score for right against wrong, and its means on both.

    0.5: the score does not tell them apart; ties count half. None without both right and wrong rollouts.

    >>> scores, truth = np.array([9.0, 5, 5, 1]), np.array([1.0, 1, 0, 0])
    >>> found = worth_of_scores(np.arange(4), scores, truth, np.random.default_rng(0))
    >>> [(each.name, each.estimate.value) for each in found]   # of 4 pairs 3 in order, one tie: 3.5/4
    [('auroc', 0.875), ('mean_of_right', 7.0), ('mean_of_wrong', 3.0)]
    """
    return _estimated(
        problem_ids,
        [
            _auroc(scores, is_right),
            Mean("mean_of_right", scores * is_right, is_right, "points", "no judged rollout is right"),
            Mean("mean_of_wrong", scores * (1 - is_right), 1 - is_right, "points", "no judged rollout is wrong"),
        ],
        rng,
    )


class Pairs(NamedTuple):
    """Judged pairs, one entry each: how often the first was preferred (0 to 1, a tie is a half) over the orders, in
    how many orders it was judged, and how often place A was picked of how many verdicts that were no tie."""

    problem_ids: Ints
    prefers_first: Floats
    n_orders: Floats
    picks_a: Floats
    n_picks: Floats


def worth_of_pairs(pairs: Pairs, rng: np.random.Generator) -> list[Worth]:
    """Who wins (both orders name it), loses or neither; the mean preference; consistency of the orders; position bias.

    `picks_place_a` is the share of verdicts for the answer shown first among those of pairs that were judged in both
    orders: 0.5 is no bias. `wins` needs both orders to agree where there are two.

    >>> both = Pairs(np.arange(2), np.array([1.0, 0.5]), np.full(2, 2.0), np.array([1.0, 2]), np.array([2.0, 2]))
    >>> found = worth_of_pairs(both, np.random.default_rng(0))
    >>> [(each.name, each.estimate.value) for each in found][2:]
    [('neither', 0.5), ('preference', 0.75), ('is_consistent', 0.5), ('picks_place_a', 0.75)]
    """
    ones, first = np.ones(len(pairs.n_orders)), pairs.prefers_first
    is_twice = (pairs.n_orders > 1).astype(np.float64)
    wins, loses = (first == 1).astype(np.float64), (first == 0).astype(np.float64)
    twice_tied = (first == 0.5) & (pairs.n_picks == 0)
    steady = np.where(twice_tied, 1.0, wins + loses) * is_twice
    nothing, once = "no pair was judged", "no pair was judged in both orders"
    return _estimated(
        pairs.problem_ids,
        [
            Share("wins", wins, ones, nothing),
            Share("loses", loses, ones, nothing),
            Share("neither", 1 - wins - loses, ones, nothing),
            Mean("preference", first, ones, "share", nothing),
            Share("is_consistent", steady, is_twice, once),
            Share("picks_place_a", pairs.picks_a * is_twice, pairs.n_picks * is_twice, once),
        ],
        rng,
    )


def _estimated(problem_ids: Ints, statistics: list[Statistic], rng: np.random.Generator) -> list[Worth]:
    order = np.argsort(problem_ids, kind="stable")
    strata = lay_out(problem_ids[order], None, Resampler(rng))
    found = estimate([_sorted(each, order) for each in statistics], strata)
    return [Worth(each.name, each.unit, value) for each, value in zip(statistics, found, strict=True)]


def _sorted(statistic: Statistic, order: Ints) -> Statistic:
    columns = {
        name: getattr(statistic, name)[order]
        for name in statistic.__slots__
        if isinstance(getattr(statistic, name), np.ndarray)
    }
    return replace(statistic, **columns)


def _kappa(said: Floats, truth: Floats) -> Contrast:
    """Kappa with its influence: d kappa = (d p_o·(1 - p_e) - d p_e·(1 - p_o)) / (1 - p_e)², p_e = pq + (1-p)(1-q)."""
    n = max(len(truth), 1)
    agrees = (said == truth).astype(np.float64)
    p, q, observed = said.sum() / n, truth.sum() / n, agrees.sum() / n
    chance = p * q + (1 - p) * (1 - q)
    if not len(truth) or chance >= 1:
        return Contrast(
            "kappa", None, np.zeros(len(truth)), np.ones(len(truth)), "kappa", ONE_LABEL if len(truth) else NO_TRUTH
        )
    of_chance = (said - p) * (2 * q - 1) + (truth - q) * (2 * p - 1)
    influence = ((agrees - observed) * (1 - chance) - of_chance * (1 - observed)) / (1 - chance) ** 2 / n
    return Contrast("kappa", float((observed - chance) / (1 - chance)), influence, np.ones(n), "kappa")


def _auroc(scores: Floats, is_right: Floats) -> Contrast:
    found = auroc(scores, is_right)
    return Contrast("auroc", found.value, found.influence, np.ones(len(scores)), "auroc", ONE_CLASS)
