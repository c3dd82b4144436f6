"""Exploration against exploitation: what temperature and reward threshold keep, and right ones among the best scored.

Knows no sampler: a condition (its temperature) and a threshold are a cell of a grid. B-STaR (arXiv 2412.17256):
balance score (equation 4), Pass@K-S and Reward@K-S; different right ones are different texts.
"""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import polars as pl

from analysis.measures.base import AVERAGE, TEXT, TRUNCATED, UNREAD, Measure, Setting
from analysis.measures.sample import NO_GOLD, Sample
from analysis.measures.sets import Sets, sets_of
from analysis.measures.statistics import Quotient, Share, Statistic
from analysis.resampling import Floats
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
    sets = sets_of(sample, ("reward", "text_key"))
    scored = (sets.sums(pl.col("reward").is_null().cast(pl.Float64)) == 0).astype(np.float64)
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
    is_kept = sets.samples.filter(pl.col("reward") >= threshold)
    right = is_kept.filter(pl.col("right"))
    different = right.group_by("set").agg(
        n=pl.col("text_key").drop_nulls().n_unique() + pl.col("text_key").null_count().cast(pl.UInt32)
    )
    unique = np.zeros(len(sets.n))
    unique[different["set"].to_numpy()] = different["n"].to_numpy()
    return _Kept(np.bincount(is_kept["set"].to_numpy(), minlength=len(sets.n)).astype(np.float64), unique)


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
    right = sets.samples.filter(pl.col("right")).group_by("set").agg("text_key")
    copies: dict[int, tuple[int, ...]] = {code: _copies(keys) for code, keys in right.iter_rows()}
    known: dict[tuple[tuple[int, ...], int], float] = {}
    found = np.zeros(len(sets.n))
    for i in np.flatnonzero(chosen).tolist():
        signature = (copies.get(i, ()), int(sets.n[i] - sets.n_right[i]))
        if signature not in known:
            known[signature] = pass_at_k_distinct(*signature, k, s)
        found[i] = known[signature]
    return found


def _copies(keys: list[int | None]) -> tuple[int, ...]:
    counts = Counter(key for key in keys if key is not None)
    return tuple(sorted([*counts.values(), *[1] * keys.count(None)]))


def _leads(sets: Sets, chosen: Floats, k: int, s: int) -> Floats:
    ranked = sets.samples.with_columns(rank=pl.col("reward").rank("dense").over("set"))
    grouped = ranked.sort("set", "rank", "right").group_by("set").agg("rank", "right")
    known: dict[tuple[tuple[float, ...], tuple[bool, ...]], float] = {}
    found = np.zeros(len(sets.n))
    for code, ranks, right in grouped.iter_rows():
        if not chosen[code]:
            continue
        signature = (tuple(ranks), tuple(right))
        if signature not in known:
            known[signature] = reward_at_k(*signature, k, s)
        found[code] = known[signature]
    return found


def _grid(sample: Sample, sets: Sets, scored: Floats, wanted: float, empty: str) -> Iterator[Statistic]:
    """The balance score of each condition at each threshold; the largest conditions where there are many."""
    conditions = sample.frame["condition"].gather(sets.first.tolist()) if len(sets.n) else pl.Series("c", [], pl.String)
    rewards = sets.samples["reward"].drop_nulls()
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
    coverage="Not simulated on its own: a mean over problems, whose intervals were simulated as those of a mean "
    "(python -m bench.measures coverage).",
    proof="Hand-counted sets; Pass@K-S and Reward@K-S equal a loop over all subsets (and all orders of ties).",
)
