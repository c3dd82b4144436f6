"""Several samples of a problem, and two arms on the same problems, with known chances of a right answer.

A problem has five wrong answers, each as likely as the others. Knows no interval.
"""

import numpy as np
import polars as pl
from scipy.special import betaln
from scipy.stats import betabinom

from bench.proofs.base import SAMPLES, Design, Simulation, Truth, frame_of, outcomes

MANY = 8
"""Samples of each problem where k goes up to 8, as ReLIFT's bands of difficulty are made for."""
KS = (1, 2, 4, 8)
N_WRONG = 5
N_TEXTS = 6
"""Different texts that a sample may be: equal right ones count once for the balance score."""
TOKENS = 400.0
CHANGED, NEW = 0.3, (8.0, 2.0)
"""The share of problems that get a new chance in the second arm, and the Beta law of those chances."""
AGREE_RIGHT, AGREE_WRONG = (5.0, 2.0), (3.0, 3.0)
"""Beta laws of how far layers agree with the last one, where it is right and where it is wrong."""
LONGER = 1.5
"""How much longer the second arm's samples are."""


def drawn(right: np.ndarray, wrong: np.ndarray, **columns: object) -> pl.DataFrame:
    """Problems x samples as a frame of features: right where `right`, else the wrong answer of that number."""
    n_problems, n_samples = right.shape
    keys = pl.Series([f"k{key}" for key in range(int(wrong.max(initial=0)) + 2)])
    given: dict[str, object] = {
        "problem_id": np.repeat(np.arange(n_problems), n_samples),
        "final_outcome": outcomes(right.ravel()),
        "answer_key": keys.gather(np.where(right, 0, wrong + 1).ravel().astype(np.uint32)),
    }
    return frame_of(right.size, **(given | columns))


def draw(design: Design, rng: np.random.Generator) -> pl.DataFrame:
    """Right samples tend to have more reward, confidence and token probability."""
    right = (rng.random(design.n) < design.chances(rng)).astype(np.float64)
    shape = (design.n_problems, design.n_samples)
    wrong = rng.integers(N_WRONG, size=shape)
    surprise = rng.exponential(np.where(right > 0, 0.4, 0.9))
    return drawn(
        right.reshape(shape) > 0,
        wrong,
        reward=right + rng.normal(size=design.n) + design.mixed(rng),
        confidence=np.maximum(np.round(rng.beta(4 + 2 * right, 3) * 20) / 20, 0.05),
        token_confidence=np.exp(-surprise),
        text_key=rng.integers(N_TEXTS, size=design.n),
        n_tokens=_tokens(design, rng, TOKENS),
    )


def draw_layers(design: Design, rng: np.random.Generator) -> pl.DataFrame:
    """Layers agree with the last one more often where the answer is right."""
    right = rng.random((design.n_problems, design.n_samples)) < rng.beta(*design.ability, design.n_problems)[:, None]
    agree = np.where(right, *(rng.beta(*law, right.shape) for law in (AGREE_RIGHT, AGREE_WRONG)))
    wrong = rng.integers(N_WRONG, size=right.shape)
    return drawn(right, wrong, latent_agreement=agree.ravel(), latent_settled=(1 - agree.ravel()) ** 2)


def known_of_layers(design: Design) -> Truth:
    """E(1 - x)² of a Beta(a, b) is b(b + 1) / ((a + b)(a + b + 1))."""
    p = design.base_rate
    (a, b), (c, d) = AGREE_RIGHT, AGREE_WRONG
    squared = [y * (y + 1) / ((x + y) * (x + y + 1)) for x, y in (AGREE_RIGHT, AGREE_WRONG)]
    return {
        "sampling/latent_agreement": p * a / (a + b) + (1 - p) * c / (c + d),
        "sampling/latent_settled": p * squared[0] + (1 - p) * squared[1],
    }


def _tokens(design: Design, rng: np.random.Generator, mean: float) -> np.ndarray:
    return np.rint(mean * np.exp(0.6 * design.mixed(rng) - 0.18))


def pass_at(k: int, design: Design) -> float:
    """1 - B(a, b + k) / B(a, b): the chance that one of k samples is right, over the law of chances."""
    a, b = design.ability
    return 1 - float(np.exp(betaln(a, b + k) - betaln(a, b)))


def known(design: Design) -> Truth:
    """What arithmetic gives: chances of one of k, and ReLIFT's bands from the beta-binomial law of eight samples."""
    law = betabinom(MANY, *design.ability).pmf(np.arange(MANY + 1))
    accuracy = np.arange(MANY + 1) / MANY
    found = {f"sampling/pass@{k}": pass_at(k, design) for k in KS}
    found |= {"sampling/ever_right": 1 - float(law[0]), "sampling/always_right": float(law[-1])}
    for name, low, high in (("easy", 6, 8), ("medium", 3, 5), ("hard", 1, 2), ("hardest", 0, 0)):
        inside = slice(low, high + 1)
        share = float(law[inside].sum())
        found[f"difficulty/share_{name}"] = share
        if low < high:
            found[f"difficulty/accuracy_{name}"] = float(law[inside] @ accuracy[inside]) / share
        found[f"difficulty/tokens_{name}"] = TOKENS
    return found


def draw_arms(design: Design, rng: np.random.Generator) -> pl.DataFrame:
    """Arms a and b; b keeps most problems' chances, and takes more tokens."""
    first = rng.beta(*design.ability, design.n_problems)
    second = np.where(rng.random(design.n_problems) < CHANGED, rng.beta(*NEW, design.n_problems), first)
    return arms(design, rng, {"a": first, "b": second}, {"a": TOKENS, "b": LONGER * TOKENS})


def arms(
    design: Design, rng: np.random.Generator, chances: dict[str, np.ndarray], tokens: dict[str, float]
) -> pl.DataFrame:
    """One frame of several models on the same problems, from the chances of each problem and mean tokens."""
    frames = []
    for place, (name, of_problem) in enumerate(chances.items()):
        right = rng.random((design.n_problems, design.n_samples)) < of_problem[:, None]
        ids = np.arange(right.size) + place * right.size
        spent = _tokens(design, rng, tokens[name])
        wrong = rng.integers(N_WRONG, size=right.shape)
        frames.append(drawn(right, wrong, model=name, rollout_id=ids, n_tokens=spent))
    return pl.concat(frames)


def known_of_arms(design: Design) -> Truth:
    """Means of products are those of two samples of a problem, which are independent given its chance."""
    p, new = design.base_rate, NEW[0] / sum(NEW)
    a, b = design.ability
    squared = p * (a + 1) / (a + b + 1)
    both = (1 - CHANGED) * squared + CHANGED * p * new
    second = (1 - CHANGED) * p + CHANGED * new
    found = {
        "accuracy_a": p,
        "accuracy_b": second,
        "accuracy_difference": second - p,
        "gained": second - both,
        "lost": p - both,
        "both_right": both,
        "both_wrong": 1 - p - second + both,
        "tokens_a": TOKENS,
        "tokens_b": LONGER * TOKENS,
        "tokens_difference": (LONGER - 1) * TOKENS,
    }
    pair = {f"compare/{name}/a → b": value for name, value in found.items()}
    spent = {
        f"compare/votes_tokens@{k}/{arm}": k * TOKENS * longer
        for k in (1, 2, 4)
        for arm, longer in (("a", 1.0), ("b", LONGER))
    }
    return pair | spent | {"compare/votes@1/a": p, "compare/votes@1/b": second}


VOTES = tuple(f"majority@{k}" for k in (2, 4, 8))
SCORED = tuple(f"{name}@{k}" for name in ("best_of", "reward") for k in KS)
SPREAD = ("answer_entropy", "certainty", "distinct_answers", "majority_share", "entropy_auroc", "surprise")
WEIGHTED = ("surprise_auroc", "weighted_vote", "weighted_vote_gain", "entropy_right_majority", "majority_right_to_100")
KEPT = ("balance", "kept_share", "pass@K-S", "reward@K-S")
EQUAL = ("equal_calls_difference", "equal_tokens_difference")
SIMULATION = Simulation(
    ("sampling", "difficulty", "balance"),
    draw,
    known,
    frozenset({f"sampling/{name}" for name in (*VOTES, *SCORED, *SPREAD, *WEIGHTED)})
    | {f"balance/{name}" for name in KEPT},
    required=frozenset({"sampling/pass@1", "sampling/majority@4", "sampling/reward@1", "sampling/answer_entropy"}),
    n_samples=MANY,
)
ARMS = Simulation(
    ("compare",),
    draw_arms,
    known_of_arms,
    frozenset({f"compare/{name}/a → b" for name in EQUAL} | {f"compare/votes@{k}/{a}" for k in (2, 4) for a in "ab"}),
    required=frozenset(f"compare/{name}/a → b" for name in ("accuracy_difference", "tokens_difference", *EQUAL))
    | {"compare/accuracy_a/a → b", "compare/accuracy_b/a → b"},
    told_apart=frozenset({"compare"}),
    n_samples=SAMPLES,
)
LAYERS = Simulation(("sampling",), draw_layers, known_of_layers, frozenset({"sampling/latent_auroc"}))
