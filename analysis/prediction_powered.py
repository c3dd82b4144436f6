"""Shares of a whole collection from rules on all of it and people's labels on a probability sample of it.

Knows no label: it gets, per rollout, how many events and trials the rules count, and what people count where they
labelled. The rules' error is measured on the sample and taken off; rules that say little make the interval as wide as
that of the sample alone, never wrong. Sources: Angelopoulos et al. (2023), Science 382, 669 (prediction-powered
inference), and arXiv 2311.01453 (its tuning weight); Särndal, Swensson and Wretman (1992), sections 5.5 and 6.3
(difference estimator under unequal inclusion probabilities).
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from analysis.intervals import Interval, effective_n, wilson
from analysis.measures.statistics import Estimate
from analysis.resampling import Floats, Ints

NO_PROBABILITIES = "the labelled rollouts are no probability sample: how likely each was to be chosen is not known"
FEW_EVENTS = 10
TOO_FEW = "fewer than two problems with a labelled rollout"
NO_TRIALS = "nothing to count"


@dataclass(frozen=True, slots=True)
class Sampled:
    """One entry per rollout of the collection: its problem, events and trials by the rules, and by people.

    `inclusion` is the probability with which each rollout was chosen to be labelled, `is_labelled` whether it was;
    people's counts are read only there.
    """

    problem: Ints
    rule_events: Floats
    rule_trials: Floats
    events: Floats
    trials: Floats
    inclusion: Floats
    is_labelled: Floats


def share_of(sampled: Sampled) -> Estimate:
    """Events over trials in the whole collection, with a 95 % interval that resamples nothing: by t over problems,
    with fewer than 10 events (or trials that are none) among the labels Wilson's on the design-effect n.

    None with a reason where an inclusion probability of a labelled rollout is not in (0, 1], where nothing is counted,
    or where fewer than two problems have labels. The rules' weight is chosen to make the interval narrow (0: labels
    alone; 1: prediction-powered).

    >>> n = 400; rng = np.random.default_rng(0); truth = (rng.random(n) < 0.3).astype(float)
    >>> chosen = (rng.random(n) < 0.25).astype(float); one = np.ones(n)
    >>> found = share_of(Sampled(np.arange(n), truth, one, truth, one, one / 4, chosen))
    >>> round(found.value, 3), round(found.high - found.low, 2)      # perfect rules: the share of all 400
    (0.262, 0.09)
    """
    labelled = sampled.is_labelled > 0
    problems, n_problems = np.unique(sampled.problem), len(np.unique(sampled.problem[labelled]))
    n = int(labelled.sum())
    inside = sampled.inclusion[labelled]
    if not ((inside > 0) & (inside <= 1)).all():
        return Estimate(n, n_problems, None, reason=NO_PROBABILITIES)
    if n_problems < 2:
        return Estimate(n, n_problems, None, reason=TOO_FEW)
    weight = np.where(labelled, 1 / np.where(labelled, sampled.inclusion, 1), 0.0)
    plain = _ratio(sampled, weight, 0.0)
    if plain is None:
        return Estimate(n, n_problems, None, reason=NO_TRIALS)
    tuned = _tuned(sampled, weight, plain)
    value = _ratio(sampled, weight, tuned)
    if value is None:
        return Estimate(n, n_problems, None, reason=NO_TRIALS)
    error = _standard_error(sampled, weight, tuned, value, problems)
    share = min(max(value, 0.0), 1.0)
    low, high = _interval(sampled, weight, share, error, n_problems)
    return Estimate(n, n_problems, share, low, high)


def _interval(sampled: Sampled, weight: Floats, share: float, error: float, n_problems: int) -> Interval:
    """By t; where people labelled few events, or few trials that are none, Wilson's on the design-effect n."""
    labelled = weight > 0
    events = float(sampled.events[labelled].sum())
    if min(events, float(sampled.trials[labelled].sum()) - events) < FEW_EVENTS:
        n_trials, n_independent = _independent(sampled, weight)
        return wilson(share, effective_n(share, error**2, n_trials, n_independent))
    reach = float(stats.t.ppf(0.975, n_problems - 1)) * error
    return Interval(max(share - reach, 0.0), min(share + reach, 1.0))


def _independent(sampled: Sampled, weight: Floats) -> tuple[float, float]:
    """How many equally weighted trials, and problems, the labels are worth: (sum w)² / sum w² (Kish 1965)."""
    trials = np.where(weight > 0, sampled.trials, 0.0)
    total = float((weight * trials).sum())
    ids = np.unique(sampled.problem, return_inverse=True)[1]
    by_problem = np.bincount(ids, weights=weight * trials)
    return total**2 / float((weight**2 * trials).sum()), total**2 / float((by_problem**2).sum())


def _totals(sampled: Sampled, weight: Floats, tuning: float) -> tuple[Floats, Floats]:
    """What each rollout adds to the events and the trials of the whole."""
    rest = tuning * (1 - weight)
    people = np.where(weight > 0, sampled.events, 0.0), np.where(weight > 0, sampled.trials, 0.0)
    return rest * sampled.rule_events + weight * people[0], rest * sampled.rule_trials + weight * people[1]


def _ratio(sampled: Sampled, weight: Floats, tuning: float) -> float | None:
    events, trials = (float(part.sum()) for part in _totals(sampled, weight, tuning))
    return events / trials if trials > 0 else None


def _tuned(sampled: Sampled, weight: Floats, value: float) -> float:
    """The weight of the rules, in [0, 1], that makes the variance of the linearised total least."""
    people = weight * np.where(weight > 0, sampled.events - value * sampled.trials, 0.0)
    rules = (1 - weight) * (sampled.rule_events - value * sampled.rule_trials)
    ids = np.unique(sampled.problem, return_inverse=True)[1]
    a, b = (np.bincount(ids, weights=part) for part in (people, rules))
    spread = float(np.var(b))
    if not spread:
        return 0.0
    return float(np.clip(-np.mean((a - a.mean()) * (b - b.mean())) / spread, 0.0, 1.0))


def _standard_error(sampled: Sampled, weight: Floats, tuning: float, value: float, problems: Ints) -> float:
    """Of the linearised ratio, problems being independent; the sampling of rollouts is a part of it.

    Each problem's part is divided by one minus its share of the trials, as when it is left out in turn (HC3: MacKinnon
    and White 1985, J. Econometrics 29, 305-325): without that, intervals over some 40 problems are too narrow.
    """
    events, trials = _totals(sampled, weight, tuning)
    ids = np.searchsorted(problems, sampled.problem)
    rest = np.bincount(ids, weights=events - value * trials, minlength=len(problems))
    pull = np.bincount(ids, weights=trials, minlength=len(problems)) / trials.sum()
    moved = rest / (1 - np.clip(pull, 0.0, 0.5))
    n = len(problems)
    return float(np.sqrt(n / max(n - 1, 1) * (moved**2).sum()) / trials.sum())
