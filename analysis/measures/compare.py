"""Two arms on the same problems: what flipped and which way, accuracy and tokens with paired tests, equal budgets.

Knows no text. An arm is a collection, a model and a condition; a problem that only one arm has is counted and left out.
Sources: McNemar (1947), exact; Fisher (1935), section 21 (sign flips); Holm (1979), Scand. J. Statist. 6, 65-70;
equal calls as in Huang et al. (arXiv 2310.01798), table 7.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple, cast

import numpy as np

from analysis.families import holm
from analysis.measures.arms import Arms, arms_of
from analysis.measures.base import AVERAGE, TEXT, TRUNCATED, UNREAD, Measure, Setting
from analysis.measures.budgets import Budgets, budgets_of
from analysis.measures.coverage import measured
from analysis.measures.estimates import MCNEMAR, NO_VARIATION, ONE_PROBLEM, SIGN_FLIP, estimate
from analysis.measures.sample import NO_GOLD, Sample
from analysis.measures.sampling import TIES
from analysis.measures.sets import averaged
from analysis.measures.statistics import Difference, Estimate, Known, Mean, Ratio, Share, Statistic
from analysis.power import smallest_difference
from analysis.resampling import Floats, mcnemar_exact_p
from analysis.sampling.voting import Ties

MOST_ARMS = 8
ONE_ARM = "one arm only: nothing to compare"
NO_COMMON = "no problem in common"
NO_TOKENS = "no problem whose tokens are known in both"
A_COUNT = "a count: no interval"
PLANNED = "a planning value, from the variance seen here: no interval"
K_MOST = Setting("k_most", "Largest k of the votes at equal cost", "8", low=1, high=64, whole=True)
POWER = Setting("power", "Power of the smallest difference seen", "0.8", low=0.5, high=0.99)
BASELINE = Setting(
    "baseline", "Number of the arm that many others are compared with", "1", low=1, high=10_000, whole=True
)
PAIR_ROWS: tuple[tuple[str, str], ...] = (
    ("accuracy_a", "share"),
    ("accuracy_b", "share"),
    ("accuracy_difference", "difference"),
    ("p_value", "p"),
    ("p_holm", "p"),
    ("smallest_difference_seen", "difference"),
    ("gained", "share"),
    ("lost", "share"),
    ("both_right", "share"),
    ("both_wrong", "share"),
    ("tokens_a", "tokens"),
    ("tokens_b", "tokens"),
    ("tokens_difference", "tokens"),
    ("tokens_p", "p"),
    ("common_share", "share"),
    ("only_a_share", "share"),
    ("only_b_share", "share"),
    ("equal_calls_difference", "difference"),
    ("equal_tokens_difference", "difference"),
)
"""Rows of every pair, in their order, with their units."""


class Pair(NamedTuple):
    """Two arms by their place; per problem 1 where both have rollouts, and each one's accuracy there."""

    a: int
    b: int
    label: str
    common: Floats
    first: Floats
    second: Floats


def _statistics(sample: Sample) -> Iterator[Statistic]:
    arms = arms_of(sample)
    pairs = pairs_of(arms, int(sample.settings.number("baseline")))
    many = f"; more than {MOST_ARMS}: only against one" if len(arms.labels) > MOST_ARMS else ""
    n, n_problems = int(arms.n.sum() > 0) * arms.n_problems, arms.n_problems if arms.labels else 0
    counted = Estimate(n, n_problems, float(len(arms.labels)) or None, reason=A_COUNT + many if n else NO_GOLD)
    yield Known("arms", counted, "arms")
    budgets = budgets_of(arms, int(sample.settings.number("k_most")), cast(Ties, sample.settings["ties"]))
    if not pairs:
        why = ONE_ARM if arms.labels else NO_GOLD
        yield from (Known(name, Estimate(0, 0, None, reason=why), unit) for name, unit in PAIR_ROWS)
    else:
        yield from _pairs(sample, arms, pairs, budgets)
    yield from budgets.curves(arms)


def pairs_of(arms: Arms, baseline: int = 1) -> list[Pair]:
    """All pairs of up to MOST_ARMS arms; of more, each with the one numbered `baseline` (the last, if it is more)."""
    places = range(len(arms.labels))
    chosen: list[tuple[int, int]] = list(combinations(places, 2))
    if len(arms.labels) > MOST_ARMS:
        first = min(baseline, len(arms.labels)) - 1
        chosen = [(first, other) for other in places if other != first]
    return [_pair(arms, a, b) for a, b in chosen]


def _pair(arms: Arms, a: int, b: int) -> Pair:
    common = ((arms.n[:, a] > 0) & (arms.n[:, b] > 0)).astype(np.float64)
    label = f"{arms.labels[a]} → {arms.labels[b]}"
    return Pair(a, b, label, common, arms.accuracy[:, a] * common, arms.accuracy[:, b] * common)


def _pairs(sample: Sample, arms: Arms, pairs: Sequence[Pair], budgets: Budgets) -> Iterator[Known]:
    ratios = [list(_ratios(arms, pair, budgets)) for pair in pairs]
    found = iter(estimate([ratio for each in ratios for ratio in each], arms.strata))
    shared = [_averages(arms, pair) for pair in pairs]
    tested = [_tested(arms, pair.first, pair.second, pair.common, _is_single(arms, pair)) for pair in pairs]
    family = holm([test.value for test in tested])
    power = sample.settings.number("power")
    for pair, each, averages, test, corrected in zip(pairs, ratios, shared, tested, family, strict=True):
        rows = {ratio.name: next(found) for ratio in each} | averages
        rows["p_value"] = test
        rows["p_holm"] = _corrected(test, corrected, len(tested))
        rows["smallest_difference_seen"] = _smallest(arms, pair, power)
        rows["tokens_p"] = _tokens_test(arms, pair)
        rows |= budgets.reasons(pair.a, pair.b, rows)
        yield from (Known(name, rows[name], unit, pair.label) for name, unit in PAIR_ROWS)


def _ratios(arms: Arms, pair: Pair, budgets: Budgets) -> Iterator[Ratio]:
    common = pair.common
    yield _difference("accuracy_difference", pair.first, pair.second, common, NO_COMMON)
    known, spent = _tokens(arms, pair)
    for name, tokens in zip(("tokens_a", "tokens_b", "tokens_difference"), (*spent, spent[1] - spent[0]), strict=True):
        yield Mean(name, tokens * known, known, "tokens", NO_TOKENS)
    has_a, has_b = ((arms.n[:, arm] > 0).astype(np.float64) for arm in (pair.a, pair.b))
    either = np.maximum(has_a, has_b)
    for name, part in (("common", common), ("only_a", has_a - common), ("only_b", has_b - common)):
        yield Share(f"{name}_share", part, either, NO_COMMON)
    for name, budget in budgets.between(pair.a, pair.b, arms).items():
        yield _difference(name, budget.first, budget.second, budget.counted, budget.empty)


def _difference(name: str, first: Floats, second: Floats, counted: Floats, empty: str) -> Ratio:
    """Of 0/1 values, with its interval for few pairs that differ; of averages over samples, a plain mean."""
    if np.isin(first[counted > 0], (0, 1)).all() and np.isin(second[counted > 0], (0, 1)).all():
        return Difference(name, first, second, counted, empty)
    return Mean(name, (second - first) * counted, counted, "difference", empty)


def _averages(arms: Arms, pair: Pair) -> dict[str, Estimate]:
    """Accuracies, and shares of the pairs of a rollout of each arm."""
    first, second, common = pair.first, pair.second, pair.common
    parts = {
        "accuracy_a": first,
        "accuracy_b": second,
        "gained": (1 - first) * second * common,
        "lost": first * (1 - second) * common,
        "both_right": first * second,
        "both_wrong": (1 - first) * (1 - second) * common,
    }
    shares = [Share(name, part, common, NO_COMMON) for name, part in parts.items()]
    m = 1 if _is_single(arms, pair) else min(arms.usual(pair.a), arms.usual(pair.b))
    return {known.name: known.estimate for known in averaged(shares, m, arms.strata)}


def _tokens(arms: Arms, pair: Pair) -> tuple[Floats, tuple[Floats, Floats]]:
    """1 for problems whose tokens are known in both arms, and the mean tokens of a rollout in each."""
    known = ((arms.n_tokens[:, pair.a] > 0) & (arms.n_tokens[:, pair.b] > 0)).astype(np.float64)
    return known, (arms.mean_tokens[:, pair.a], arms.mean_tokens[:, pair.b])


def _is_single(arms: Arms, pair: Pair) -> bool:
    """Whether each common problem has one rollout in each arm."""
    inside = pair.common > 0
    return bool((arms.n[inside][:, [pair.a, pair.b]] == 1).all())


def _tested(arms: Arms, first: Floats, second: Floats, counted: Floats, is_single: bool) -> Estimate:
    """Exact McNemar test with one rollout per problem in both arms, else sign flips of problems' mean differences."""
    n = int(counted.sum())
    if not n:
        return Estimate(0, 0, None, reason=NO_COMMON)
    moved = (second - first) * counted
    if is_single:
        return Estimate(n, n, mcnemar_exact_p(int((moved > 0).sum()), int((moved < 0).sum())), reason=MCNEMAR)
    return Estimate(n, n, _flipped(arms, moved, counted), reason=SIGN_FLIP)


def _tokens_test(arms: Arms, pair: Pair) -> Estimate:
    known, spent = _tokens(arms, pair)
    found = _tested(arms, *spent, known, is_single=False)
    return found if found.n else Estimate(0, 0, None, reason=NO_TOKENS)


def _flipped(arms: Arms, moved: Floats, counted: Floats) -> float:
    """Sign-flip p-value of differences per problem; of more than MAX_UNITS problems, random groups flip together."""
    stacked = np.column_stack([moved, counted])
    by_problem = [stratum.by_problem(stacked) for stratum in arms.strata]
    sums = [stratum.by_unit(part) for stratum, part in zip(arms.strata, by_problem, strict=True)]
    weighted = np.concatenate([s[:, 0] / max(s[:, 1].sum(), 1.0) for s in sums])
    ids = np.concatenate([stratum.ids for stratum in arms.strata])
    return arms.strata[0].resampler.sign_flip_p(ids, weighted)


def _corrected(test: Estimate, p: float | None, n_tests: int) -> Estimate:
    reason = f"{test.reason}, Holm over {n_tests} pairs" if p is not None else test.reason
    return Estimate(test.n, test.n_problems, p, reason=reason)


def _smallest(arms: Arms, pair: Pair, power: float) -> Estimate:
    """The smallest true difference that a t test on these problems would see, by the variance of their differences."""
    stacked = np.column_stack([pair.second - pair.first, pair.common])
    error, df = _standard_error([stratum.by_problem(stacked) for stratum in arms.strata])
    n = int(pair.common.sum())
    if not n or df < 1 or not error:
        return Estimate(n, n, None, reason=NO_COMMON if not n else ONE_PROBLEM if df < 1 else NO_VARIATION)
    return Estimate(n, n, smallest_difference(error, df, power), reason=PLANNED)


def _standard_error(sums: Sequence[Floats]) -> tuple[float, float]:
    """Of the mean over strata of the mean difference, and its degrees of freedom; strata without problems aside."""
    inside = [part[part[:, 1] > 0, 0] for part in sums]
    used = [moved for moved in inside if len(moved)]
    if not used or min(map(len, used)) < 2:
        return 0.0, 0.0
    variance = sum(float(moved.var(ddof=1)) / len(moved) for moved in used) / len(used) ** 2
    return variance**0.5, float(sum(len(moved) - 1 for moved in used))


COMPARE = Measure(
    name="compare",
    label="Comparison on the same problems",
    question="Which of two arms is better on the problems that both have, and what flipped?",
    statistics=_statistics,
    citation=(
        "Own measure: paired differences over problems (Miller, arXiv 2411.00640); McNemar (1947), exact; sign flips "
        "(Fisher 1935); Holm (1979); equal calls after Huang et al. (arXiv 2310.01798), table 7"
    ),
    how_to_read=(
        "An arm is a collection, a model and a condition; each pair A → B is compared on the problems that both have, "
        "and common_share says how many of all those are. Differences are B minus A. gained are pairs of a rollout of "
        "each in which only B is right, lost those in which only A is; with several rollouts per problem they are "
        "averages over all such pairs. p_value is of the accuracies; p_holm corrects it for all pairs here. A large "
        "p-value is no proof that arms are alike: beside it, smallest_difference_seen is the true difference that "
        "these problems would have shown with 80 % power. equal_calls compares votes of as many samples each; "
        "equal_tokens gives the cheaper arm as many votes as the other's tokens buy (a mixture of two whole numbers; "
        "the ratio of tokens is taken as known). Problems that only one arm has are left out, and may be other "
        "problems than those that both have. Do not compare arms whose runs were allowed golds (oracle-gated) with "
        "others."
    ),
    undefined_when="There is one arm only, or two have no problem in common.",
    settings=(POWER, BASELINE, K_MOST, TIES, AVERAGE, UNREAD, TRUNCATED, TEXT),
    reads_text=False,
    formula=(
        r"\(\hat{\delta}=\frac{1}{|P|}\sum_{i\in P}(\bar{y}_{iB}-\bar{y}_{iA})\) over common problems P; exact McNemar "
        r"\(p=\min\left(1, 2\sum_{j\le\min(b,c)}\binom{b+c}{j}2^{-(b+c)}\right)\); smallest difference seen "
        r"\(\approx(t_{.975}+t_{.8})\,\mathrm{se}(\hat{\delta})\)."
    ),
    coverage=measured("compare"),
    proof=(
        "The rows of Reflexion's MBPP-py runs (289/29/17/62, exact p .1038) and its four other tables by arithmetic; "
        "hand-counted pairs, votes and budgets; the level of both tests where nothing differs."
    ),
)
