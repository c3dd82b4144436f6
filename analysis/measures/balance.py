"""Exploration against exploitation: what temperature and reward threshold keep, and right ones among the best scored.

Knows no sampler: a condition (its temperature) and a threshold are a cell of a grid. B-STaR (arXiv 2412.17256):
balance score (equation 4), Pass@K-S and Reward@K-S; different right ones are different texts.
"""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analysis.measures.base import AVERAGE, TEXT, TRUNCATED, UNREAD, Measure, Setting
from analysis.measures.coverage import measured
from analysis.measures.sample import NO_GOLD, Sample
from analysis.measures.sets import Sets, kinds, sets_of
from analysis.measures.statistics import Quotient, Share, Statistic
from analysis.resampling import Floats, Ints
from analysis.sampling.passing import pass_at_k_distinct
from analysis.sampling.scoring import balance_score, reward_at_k

NO_REWARD = "no set of samples has a reward for each"
MOST_CONDITIONS = 16
QUANTILES = (0.0, 0.1, 0.25, 0.5, 0.75, 0.9)
"""Thresholds of the grid: these quantiles of all rewards; the first keeps every sample."""
THRESHOLD = Setting("threshold", "A sample is kept with a reward of at least", "0", low=-1e6, high=1e6)
N_STAR = Setting("n_star", "Right ones that a problem should give (n*)", "8", low=1, high=1024, whole=True)
DRAWN = Setting("k_drawn", "K of Pass@K-S and Reward@K-S", "4", low=1, high=256, whole=True)
WANTED = Setting("s_right", "S of Pass@K-S and Reward@K-S", "2", low=1, high=64, whole=True)


class _Kept(NamedTuple):
    """Per set: samples with a reward of at least the threshold, and different right ones among them."""

    n: Floats
    right: Floats


def _statistics(sample: Sample) -> Iterator[Statistic]:
    sets = sets_of(sample)
    scored = (sets.sums(sets.numbers(pl.col("reward").is_null())) == 0).astype(np.float64)
    wanted = sample.settings.number("n_star")
    empty = NO_REWARD if len(sets.n) else NO_GOLD
    kept = _kept(sets, sample.settings.number("threshold"))
    yield _mean(sets, "balance", _score(kept, wanted), scored, empty)
    yield Quotient(
        "kept_share", sets.spread(kept.n), sets.spread(sets.n.astype(np.float64)), sets.spread(scored), empty=empty
    )
    yield from _drawn(sets, scored, int(sample.settings.number("k_drawn")), int(sample.settings.number("s_right")))
    yield from _grid(sample, sets, scored, wanted, empty)
    yield Share("without_reward_share", sets.spread(1 - scored), sets.spread(np.ones(len(sets.n))), NO_GOLD)


def _mean(sets: Sets, name: str, values: Floats, chosen: Floats, empty: str, label: str = "") -> Quotient:
    return Quotient(
        name, sets.spread(values), sets.spread(np.ones(len(values))), sets.spread(chosen), "share", empty, label
    )


def _kept(sets: Sets, threshold: float) -> _Kept:
    """Equal texts are one; a sample whose text is not known is different from all others."""
    kept = sets.numbers(pl.col("reward") >= threshold) > 0
    of, _ = _texts(sets, kept & sets.right)
    n_sets = len(sets.n)
    return _Kept(
        np.bincount(sets.codes[kept], minlength=n_sets).astype(np.float64),
        np.bincount(of, minlength=n_sets).astype(np.float64),
    )


def _texts(sets: Sets, chosen: NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """Different texts of the chosen samples, set by set: the set of each, and how many samples have it."""
    rows = np.flatnonzero(chosen)
    text = sets.sample.rows.codes(("text_key",))[1][sets.row[rows]]
    unknown = sets.numbers(pl.col("text_key").is_null())[rows] > 0
    width = int(text.max(initial=0)) + 1
    text = np.where(unknown, width + np.arange(len(rows)), text)
    pairs, copies = np.unique(sets.codes[rows] * (width + len(rows)) + text, return_counts=True)
    return pairs // (width + len(rows)), copies.astype(np.int64)


def _score(kept: _Kept, wanted: float) -> Floats:
    return balance_score(kept.n.astype(np.int64), kept.right.astype(np.int64), wanted)


def _drawn(sets: Sets, scored: Floats, k: int, s: int) -> Iterator[Statistic]:
    enough: Floats = (sets.n >= k).astype(np.float64)
    empty = f"no problem with {k} samples" if len(sets.n) else NO_GOLD
    if s > k:
        enough, empty = enough * 0, f"S ({s}) is more than K ({k})"
    passed, led = np.zeros(len(sets.n)), np.zeros(len(sets.n))
    if enough.any():
        passed = _passes(sets, enough, k, s)
        led = _leads(sets, enough * scored, k, s)
    yield Share("pass@K-S", sets.spread(passed), sets.spread(enough), empty)
    yield Share("reward@K-S", sets.spread(led), sets.spread(enough * scored), NO_REWARD if enough.any() else empty)


def _passes(sets: Sets, chosen: Floats, k: int, s: int) -> Floats:
    of, copies = _texts(sets, sets.right)
    order = np.lexsort((copies, of))
    of, copies = of[order], copies[order]
    asked = np.flatnonzero(chosen)
    _, first, which = np.unique(kinds(of, copies, sets.n, sets.n_right)[asked], return_index=True, return_inverse=True)
    found = np.zeros(len(sets.n))
    values = []
    for i in asked[first].tolist():
        own = copies[np.searchsorted(of, i, "left") : np.searchsorted(of, i, "right")]
        values.append(pass_at_k_distinct(own.tolist(), int(sets.n[i] - sets.n_right[i]), k, s))
    found[asked] = np.array(values, dtype=np.float64)[which]
    return found


def _leads(sets: Sets, chosen: Floats, k: int, s: int) -> Floats:
    reward = sets.numbers("reward")
    order = np.lexsort((sets.right, reward, sets.codes))
    of, scores, right = sets.codes[order], reward[order], sets.right[order].tolist()
    higher = np.r_[False, (of[1:] == of[:-1]) & (scores[1:] != scores[:-1])]
    ranks, starts = np.cumsum(higher), np.searchsorted(of, np.arange(len(sets.n) + 1))
    ranks -= ranks[np.minimum(starts[:-1], len(of) - 1)][of]
    known: dict[tuple[tuple[int, ...], tuple[bool, ...]], float] = {}
    found, listed = np.zeros(len(sets.n)), ranks.tolist()
    for i in np.flatnonzero(chosen).tolist():
        inside = slice(starts[i], starts[i + 1])
        signature = (tuple(listed[inside]), tuple(right[inside]))
        if signature not in known:
            known[signature] = reward_at_k(*signature, k, s)
        found[i] = known[signature]
    return found


def _grid(sample: Sample, sets: Sets, scored: Floats, wanted: float, empty: str) -> Iterator[Statistic]:
    """The balance score of each condition at each threshold; the largest conditions where there are many."""
    conditions = sample.rows.at(sets.first).column("condition")
    rewards = sample.rows.at(sets.row).column("reward").drop_nulls()
    if not scored.any() or not len(rewards):
        yield _mean(sets, "balance_at", np.zeros(len(sets.n)), scored * 0, empty)
        return
    cuts = list(dict.fromkeys(float(rewards.quantile(q, "lower") or 0.0) for q in QUANTILES))
    named = conditions.to_numpy()
    largest = [name for name, _ in Counter(conditions.to_list()).most_common(MOST_CONDITIONS)]
    kept = {cut: _score(_kept(sets, cut), wanted) for cut in cuts}
    for name in sorted(largest, key=str):
        for cut in cuts:
            label = f"{name or 'no condition'}; reward from {cut:.4g}"
            yield _mean(sets, "balance_at", kept[cut], scored * (named == name), empty, label)


BALANCE = Measure(
    name="balance",
    label="Exploration and exploitation (B-STaR)",
    question="Which temperature and which reward threshold keep many right samples, and mostly right ones?",
    statistics=_statistics,
    citation="B-STaR (arXiv 2412.17256), equation 4 and section 3 (balance score, Pass@K-S, Reward@K-S)",
    how_to_read=(
        "The balance score of a problem is min(n'/n*, 1)·n'/n: n samples reach the reward threshold, n' different "
        "right ones are among them, n* are wanted; 1 says as many as wanted and none wrong, 0 none right or none "
        "kept. balance_at is a grid over conditions and thresholds (quantiles of all rewards). n* and the number of "
        "samples set its level: compare only cells of the same n and n*. Pass@K-S asks for S different right ones "
        "among K, Reward@K-S for the S best scored of K to be all right. The largest cell of a grid is chosen by its "
        "noise too: its interval does not say that it is the best. A reward trained on these golds says nothing."
    ),
    undefined_when="No set of samples has a reward for each of its samples; K is more than the samples there are.",
    settings=(THRESHOLD, N_STAR, DRAWN, WANTED, AVERAGE, UNREAD, TRUNCATED, TEXT),
    reads_text=False,
    formula=r"\(bs_i=\min\left(\frac{n'_i}{n^\star},1\right)\cdot\frac{n'_i}{n_i}\), mean over problems i.",
    coverage=measured("balance"),
    proof="Hand-counted sets; Pass@K-S and Reward@K-S equal a loop over all subsets (and all orders of ties).",
)
