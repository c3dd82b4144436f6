"""Phrases that open sentences more often after the first candidate than before it, mined from the collection itself.

Knows no text: openings are counted in the features. Source: log-odds with an informative Dirichlet prior, Monroe,
Colaresi and Quinn (2008), Political Analysis 16, 372-403, with variances over problems in place of its equation 20.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import polars as pl
from scipy import special

from analysis.measures.base import TEXT, TRUNCATED, Measure, Setting
from analysis.measures.coverage import measured
from analysis.measures.sample import Sample
from analysis.measures.statistics import Contrast, Estimate, Known, Quotient, Statistic
from analysis.phrases import prefixes
from analysis.resampling import Floats, Ints

SHOWN = 15
LEVEL = 0.05
OVERLAP = 0.8
"""Of a phrase and its beginning only the one found first is shown where they are this much the same sentences."""
NONE = "no phrase is over-represented after the first candidate"
NO_OPENINGS = "no rollout with sentences before and after its first candidate"
OLDER = "this analysis is older than the counting of phrases: grade the collection anew"
PRIOR = Setting("prior", "Strength of the prior, in sentences", "500", low=1, high=100_000)
CORRECTION = Setting(
    "correction",
    "p-values of the phrases tested",
    "holm",
    (("holm", "Holm: any wrong one in 5 % of collections"), ("bh", "Benjamini-Hochberg: 5 % of those shown are wrong")),
)
LEAST = Setting(
    "least", "Phrases are tested that open at least so many sentences", "20", low=5, high=10_000, whole=True
)
_LEAST_PROBLEMS = 5


class Counts(NamedTuple):
    """How often each phrase opens a sentence before and after, per problem: parallel arrays of what is not 0.

    `n_before` and `n_after` are all sentences by problem, shape (problems,).
    """

    phrase: Ints
    problem: Ints
    before: Floats
    after: Floats
    n_before: Floats
    n_after: Floats

    @property
    def n_problems(self) -> int:
        return int(((self.n_before + self.n_after) > 0).sum())


class Scores(NamedTuple):
    """Per phrase: the log-odds ratio, its variance over problems, and both counts."""

    log_odds: Floats
    variance: Floats
    before: Floats
    after: Floats
    n_problems: Ints


def scores_of(counts: Counts, n_phrases: int, prior: float) -> Scores:
    """Log-odds ratios after against before with a `prior` spread as all sentences are (Monroe et al., eq. 15-16).

    The variance is of the sums over problems (their residuals from the common rates), not of independent sentences.

    >>> one = np.array([0]), np.array([0]), np.array([10.0]), np.array([30.0])
    >>> found = scores_of(Counts(*one, np.array([100.0]), np.array([100.0])), 1, 1e-9)
    >>> round(float(found.log_odds[0]), 4)      # log(30/70) - log(10/90)
    1.3499
    """
    before, after = (_by_phrase(counts.phrase, side, n_phrases) for side in (counts.before, counts.after))
    n_before, n_after = counts.n_before.sum(), counts.n_after.sum()
    alpha = prior * (before + after) / (n_before + n_after)
    g_before, g_after = _slope(before, n_before, alpha, prior), _slope(after, n_after, alpha, prior)
    log_odds = _logit(after, n_after, alpha, prior) - _logit(before, n_before, alpha, prior)
    moved = g_after[counts.phrase] * counts.after - g_before[counts.phrase] * counts.before
    a, b = g_after * after / n_after, g_before * before / n_before
    rest = -a[counts.phrase] * counts.n_after[counts.problem] + b[counts.phrase] * counts.n_before[counts.problem]
    everywhere = (
        a**2 * (counts.n_after**2).sum()
        + b**2 * (counts.n_before**2).sum()
        - 2 * a * b * (counts.n_after * counts.n_before).sum()
    )
    squares = everywhere + _by_phrase(counts.phrase, moved**2 + 2 * moved * rest, n_phrases)
    m = counts.n_problems
    n_problems = np.bincount(counts.phrase, minlength=n_phrases)
    return Scores(log_odds, np.maximum(squares, 0.0) * m / max(m - 1, 1), before, after, n_problems)


def corrected(p: Floats, correction: str) -> Floats:
    """p-values of one family by Holm (1979) or by Benjamini and Hochberg (1995), in their order.

    >>> corrected(np.array([0.01, 0.04, 0.03]), "holm").round(3).tolist()
    [0.03, 0.06, 0.06]
    >>> corrected(np.array([0.01, 0.04, 0.03]), "bh").round(3).tolist()
    [0.03, 0.04, 0.04]
    """
    n, order = len(p), np.argsort(p, kind="stable")
    ranked = p[order]
    if correction == "holm":
        adjusted = np.maximum.accumulate(ranked * (n - np.arange(n)))
    else:
        adjusted = np.minimum.accumulate((ranked * n / np.arange(1, n + 1))[::-1])[::-1]
    found = np.empty(n)
    found[order] = np.minimum(adjusted, 1.0)
    return found


class _Found(NamedTuple):
    """The phrases that are shown, best first: name, corrected p, log-odds; and how many were tested."""

    names: list[str]
    p: list[float]
    log_odds: list[float]
    n_tested: int


class _Table(NamedTuple):
    """Openings of all rollouts, one entry per rollout and phrase (prefixes included)."""

    names: list[str]
    phrase: Ints
    row: Ints
    before: Floats
    after: Floats


def _statistics(sample: Sample) -> Iterator[Statistic]:
    counted = sample.numbers((pl.col("n_openings_before") > 0) & (pl.col("n_openings_after") > 0))
    n_before, n_after = (sample.numbers(f"n_openings_{side}") * counted for side in ("before", "after"))
    table = _table(sample, counted)
    found = _mined(sample, table, n_before, n_after)
    problems = len(np.unique(sample.numbers("problem_id")[counted > 0]))
    for name, n in (("phrases_tested", found.n_tested), ("phrases_found", len(found.names))):
        yield Known(name, _count(sample, n, round(counted.sum()), problems), "phrases")
    for k in range(SHOWN):
        yield from _phrase(f"phrase_{k + 1:02d}", k, found, table, sample, counted)


def _count(sample: Sample, n: int, n_rollouts: int, n_problems: int) -> Estimate:
    if not n_rollouts:
        is_older = len(sample.rows) and not sample.numbers(pl.col("n_openings_after").is_not_null()).any()
        return Estimate(0, 0, None, reason=OLDER if is_older else NO_OPENINGS)
    return Estimate(n_rollouts, n_problems, float(n), reason="a count of phrases has no interval")


def _table(sample: Sample, counted: Floats) -> _Table:
    """Entries of the lists, each also under what its phrase begins with."""
    columns = ("phrases", "phrases_before", "phrases_after")
    rows = sample.rows.columns(columns).with_row_index("row").filter(pl.Series(counted > 0))
    flat = rows.explode(columns).drop_nulls()
    distinct = flat["phrases"].unique(maintain_order=True).sort().to_list()
    names = sorted({prefix for phrase in distinct for prefix in prefixes(phrase)})
    code = {name: k for k, name in enumerate(names)}
    pairs = [(phrase, code[prefix]) for phrase in distinct for prefix in prefixes(phrase)]
    expanded = pl.DataFrame(pairs, schema={"phrases": pl.String, "code": pl.Int64}, orient="row")
    joined = flat.join(expanded, on="phrases", how="inner", maintain_order="left")
    grouped = joined.group_by("row", "code").agg(pl.col("phrases_before", "phrases_after").cast(pl.Float64).sum())
    kept = grouped.sort("row", "code")
    numbers = (kept["code"].to_numpy(), kept["row"].to_numpy().astype(np.int64))
    return _Table(names, *numbers, kept["phrases_before"].to_numpy(), kept["phrases_after"].to_numpy())


def _mined(sample: Sample, table: _Table, n_before: Floats, n_after: Floats) -> _Found:
    ids = np.unique(sample.numbers("problem_id"), return_inverse=True)[1].astype(np.int64)
    n_problems = int(ids.max(initial=-1)) + 1
    if not table.names or n_problems < 2:
        return _Found([], [], [], 0)
    pair, inverse = np.unique(table.phrase * n_problems + ids[table.row], return_inverse=True)
    sums = [np.bincount(inverse, weights=side).astype(np.float64) for side in (table.before, table.after)]
    by_problem = [
        np.bincount(ids, weights=side, minlength=n_problems).astype(np.float64) for side in (n_before, n_after)
    ]
    counts = Counts(pair // n_problems, pair % n_problems, sums[0], sums[1], by_problem[0], by_problem[1])
    scores = scores_of(counts, len(table.names), sample.settings.number("prior"))
    return _chosen(table.names, scores, counts.n_problems, sample)


def _chosen(names: list[str], scores: Scores, n_problems: int, sample: Sample) -> _Found:
    enough = scores.before + scores.after >= sample.settings.number("least")
    tested = np.flatnonzero(enough & (scores.n_problems >= _LEAST_PROBLEMS) & (scores.variance > 0))
    t = scores.log_odds[tested] / np.sqrt(scores.variance[tested])
    p = corrected(2 * special.stdtr(max(n_problems - 1, 1), -np.abs(t)), sample.settings["correction"])
    n_chars = np.array([len(names[k]) for k in tested])
    order = np.lexsort((-n_chars, -np.round(t, 9)))  # of equal ones the longest phrase says most
    best = [k for k in order if p[k] < LEVEL and t[k] > 0]
    shown: list[int] = []
    for k in best:
        if not any(_is_same(names, scores, int(tested[k]), int(tested[j])) for j in shown):
            shown.append(int(k))
    shown = shown[:SHOWN]
    log_odds = scores.log_odds[tested]
    return _Found(
        [names[tested[k]] for k in shown],
        [float(p[k]) for k in shown],
        [float(log_odds[k]) for k in shown],
        len(tested),
    )


def _is_same(names: list[str], scores: Scores, one: int, other: int) -> bool:
    short, long = sorted((one, other), key=lambda k: len(names[k]))
    return names[long].startswith(names[short] + " ") and bool(scores.after[long] >= OVERLAP * scores.after[short])


def _phrase(name: str, k: int, found: _Found, table: _Table, sample: Sample, counted: Floats) -> Iterator[Statistic]:
    """Log-odds, both rates and the corrected p of the k-th phrase; without one, why."""
    n_before, n_after = (sample.numbers(f"n_openings_{side}") * counted for side in ("before", "after"))
    if k >= len(found.names):
        empty = NONE if counted.any() else NO_OPENINGS
        nothing = counted * 0
        yield Contrast(f"{name}_log_odds", None, nothing, nothing, "log odds", empty)
        yield Quotient(f"{name}_after", nothing, nothing, nothing, empty=empty)
        yield Quotient(f"{name}_before", nothing, nothing, nothing, empty=empty)
        yield Known(f"{name}_p", Estimate(0, 0, None, reason=empty), "p")
        return
    label, before, after = found.names[k], *_counts(table, found.names[k], len(counted))
    prior = sample.settings.number("prior")
    alpha = prior * (before.sum() + after.sum()) / (n_before.sum() + n_after.sum())
    pull = [
        float(_slope(np.array([y.sum()]), n.sum(), np.array([alpha]), prior)[0]) * (y - n * y.sum() / n.sum())
        for y, n in ((before, n_before), (after, n_after))
    ]
    yield Contrast(f"{name}_log_odds", found.log_odds[k], pull[1] - pull[0], counted, "log odds", NONE, label)
    yield Quotient(f"{name}_after", after, n_after, counted, empty=NONE, label=label)
    yield Quotient(f"{name}_before", before, n_before, counted, empty=NONE, label=label)
    n_problems = len(np.unique(sample.numbers("problem_id")[counted > 0]))
    why = f"t over problems, {sample.settings['correction']} over {found.n_tested} phrases; a p-value has no interval"
    yield Known(f"{name}_p", Estimate(round(counted.sum()), n_problems, found.p[k], reason=why), "p", label)


def _counts(table: _Table, name: str, n_rows: int) -> tuple[Floats, Floats]:
    """Per rollout how many sentences the phrase opens before and after."""
    entries = np.flatnonzero(table.phrase == table.names.index(name))
    before, after = np.zeros(n_rows), np.zeros(n_rows)
    before[table.row[entries]], after[table.row[entries]] = table.before[entries], table.after[entries]
    return before, after


def _by_phrase(phrase: Ints, values: Floats, n_phrases: int) -> Floats:
    return np.bincount(phrase, weights=values, minlength=n_phrases).astype(np.float64)


def _logit(count: Floats, n: float, alpha: Floats, prior: float) -> Floats:
    return np.asarray(np.log((count + alpha) / (n + prior - count - alpha)))


def _slope(count: Floats, n: float, alpha: Floats, prior: float) -> Floats:
    """How the log-odds move per sentence that the phrase opens."""
    return 1 / (count + alpha) + 1 / (n + prior - count - alpha)


MINED_PHRASES = Measure(
    name="mined_phrases",
    label="Phrases of reflection",
    question="With which words does the model begin once it has an answer?",
    statistics=_statistics,
    citation="Log-odds with an informative Dirichlet prior: Monroe, Colaresi and Quinn (2008), Political Analysis 16, "
    "372-403",
    how_to_read=(
        "The first one to three words of every sentence or line within 4,000 characters (40 sentences) of the first "
        "candidate, before against after it. Log-odds above 0 open sentences more often after it; the prior draws rare "
        "phrases to 0. p-values take problems, not sentences, as independent and are corrected for all phrases tested; "
        "intervals are each phrase's own, and those of phrases chosen for being large are a little too large. Of a "
        "phrase and its beginning one is shown where they are the same sentences. At most 2,000 phrases of a "
        "collection are kept. Text after an answer also differs because it is later: a phrase is no proof of doubt."
    ),
    undefined_when="No rollout has sentences before and after its first candidate, or no phrase stands out.",
    settings=(PRIOR, CORRECTION, LEAST, TRUNCATED, TEXT),
    formula=(
        r"\(\hat{\delta}_w=\log\frac{y_w^a+\alpha_w}{n^a+\alpha_0-y_w^a-\alpha_w}-\log\frac{y_w^b+\alpha_w}"
        r"{n^b+\alpha_0-y_w^b-\alpha_w}\), y sentences that w opens and n all, after (a) and before (b); "
        r"\(\alpha_w=\alpha_0\frac{y_w^a+y_w^b}{n^a+n^b}\), \(\alpha_0\) the prior; "
        r"\(z_w=\hat{\delta}_w/\hat{\sigma}_w\) with \(\hat{\sigma}_w^2\) over problems."
    ),
    coverage=measured("mined_phrases", "Intervals are told where the planted phrase was found and came first."),
    proof="Hand-derived log-odds; planted phrases come back, and where there are none the family-wise error is at most "
    "5 % although sentences of a problem go together.",
)
