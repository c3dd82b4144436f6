"""Votes, passes and choices among k of n samples: published values, hand counts, and a loop over all subsets."""

import math
from itertools import combinations, permutations
from statistics import mean

import numpy as np
import pytest

from analysis.sampling.diversity import certainty, entropy
from analysis.sampling.passing import pass_at_k, pass_at_k_distinct
from analysis.sampling.scoring import balance_score, best_of_k, reward_at_k
from analysis.sampling.voting import Ballot, Ties, majority_at, majority_of_all, weighted_vote

BALLOTS = [
    Ballot(3, (2, 1)),
    Ballot(1, (1, 1, 1, 1, 1)),
    Ballot(4, (4,)),
    Ballot(2, (2, 2), 2),
    Ballot(1, (), 4),
    Ballot(0, (3, 1)),
    Ballot(5, ()),
    Ballot(3, (3, 1, 1), 1),
]


def naive_majority(ballot: Ballot, k: int, ties: Ties) -> float:
    samples = [0] * ballot.right + [-1] * ballot.silent
    samples += [i + 1 for i, size in enumerate(ballot.wrong) for _ in range(size)]
    won = []
    for drawn in combinations(samples, k):
        counts = {answer: drawn.count(answer) for answer in set(drawn) if answer >= 0}
        best = [answer for answer, count in counts.items() if count == max(counts.values())]
        tied = {"share": 1 / max(len(best), 1), "wrong": 0.0, "right": 1.0}[ties]
        won.append(0.0 if 0 not in best else 1.0 if len(best) == 1 else tied)
    return mean(won)


def test_the_values_of_the_human_eval_code() -> None:
    # openai/human-eval, n = 10, c = 3: 1 - 7/10; 1 - C(7,5)/C(10,5) = 1 - 21/252
    n, c = np.array([10]), np.array([3])
    assert pass_at_k(n, c, 1) == pytest.approx(0.3)
    assert pass_at_k(n, c, 5) == pytest.approx(1 - 21 / 252)
    assert round(float(pass_at_k(n, c, 5)[0]), 4) == 0.9167
    assert pass_at_k(n, c, 8).tolist() == [1.0]  # fewer than 8 are wrong


@pytest.mark.parametrize("k", [1, 2, 3, 5, 7])
def test_pass_at_k_is_one_minus_a_ratio_of_binomials(k: int) -> None:
    n = np.array([7, 7, 12, 100])
    c = np.array([0, 3, 5, 40])
    expected = [1 - math.comb(a - b, k) / math.comb(a, k) for a, b in zip(n.tolist(), c.tolist(), strict=True)]
    assert pass_at_k(n, c, k) == pytest.approx(expected)


def test_fewer_samples_than_k_are_refused() -> None:
    with pytest.raises(ValueError, match=r"from 1 to the number of samples \(3\), not 4"):
        pass_at_k(np.array([3, 9]), np.array([1, 1]), 4)
    with pytest.raises(ValueError, match="not 0"):
        majority_at(Ballot(1, (1,)), [0])


@pytest.mark.parametrize("ballot", BALLOTS)
@pytest.mark.parametrize("ties", ["share", "wrong", "right"])
def test_the_vote_of_k_is_that_of_all_subsets(ballot: Ballot, ties: Ties) -> None:
    ks = range(1, ballot.n + 1)
    assert majority_at(ballot, list(ks), ties) == pytest.approx([naive_majority(ballot, k, ties) for k in ks])
    assert majority_of_all(ballot, ties) == pytest.approx(naive_majority(ballot, ballot.n, ties))


def test_the_share_of_ties_is_what_the_first_seen_gives_over_all_orders() -> None:
    samples = [0, 0, 1, 1, 2]
    won = []
    for order in permutations(samples):
        counts = {answer: order.count(answer) for answer in order}
        won.append(max(counts, key=lambda answer: counts[answer]) == 0)  # dictionaries keep the order first seen
    assert mean(won) == pytest.approx(majority_of_all(Ballot(2, (2, 1))))


def test_votes_of_64_of_many_samples_stay_exact() -> None:
    # two answers only: right wins where it has more than half, the hypergeometric tail, ties one half
    right, wrong, k = 700, 500, 64
    total = math.comb(right + wrong, k)
    expected = sum(math.comb(right, j) * math.comb(wrong, k - j) * (1 if j > 32 else 0.5) for j in range(32, 65))
    assert majority_at(Ballot(right, (wrong,)), [k]) == pytest.approx([expected / total])
    # one vote is one sample, whatever the others say
    assert majority_at(Ballot(20, (1,) * 30, 14), [1, 64]) == pytest.approx([20 / 64, 1.0])


def test_a_weighted_vote_can_overrule_the_plain_one() -> None:
    # ReVISE: c_i = .9 for one right answer, .4 + .3 for two equal wrong ones; the plain vote says wrong
    assert weighted_vote({True: 0.9, "12": 0.4 + 0.3}) == 1.0
    assert majority_of_all(Ballot(1, (2,))) == 0.0
    assert weighted_vote({True: 0.5, "a": 0.5, "b": 0.5}) == pytest.approx(1 / 3)
    assert weighted_vote({}) == weighted_vote({True: 0.0}) == 0.0


@pytest.mark.parametrize("k", [1, 2, 4, 6])
def test_the_best_of_k_is_that_of_all_subsets_with_ties_shared(k: int) -> None:
    scores, right = [0.1, 0.5, 0.5, 0.5, 0.9, 0.9], [True, True, False, False, False, True]
    found = []
    for drawn in combinations(range(6), k):
        best = [i for i in drawn if scores[i] == max(scores[j] for j in drawn)]
        found.append(mean(float(right[i]) for i in best))
    assert best_of_k(scores, [float(r) for r in right], k) == pytest.approx(mean(found))
    assert reward_at_k(scores, right, k, 1) == pytest.approx(mean(found))


@pytest.mark.parametrize(("k", "top"), [(2, 2), (3, 2), (5, 3), (6, 2)])
def test_the_top_of_k_by_reward_is_all_right_as_often_as_over_all_subsets_and_orders(k: int, top: int) -> None:
    scores, right = [0.1, 0.5, 0.5, 0.5, 0.9, 0.9], [True, True, False, True, False, True]
    found = []
    for order in permutations(range(6)):
        ranked = sorted(order, key=lambda i: -scores[i])  # a stable sort: equal scores stay in this order
        found += [
            all(right[i] for i in ranked if i in drawn and _place(ranked, drawn, i) < top)
            for drawn in combinations(range(6), k)
        ]
    assert reward_at_k(scores, right, k, top) == pytest.approx(mean(found))


def _place(ranked: list[int], drawn: tuple[int, ...], i: int) -> int:
    return [j for j in ranked if j in drawn].index(i)


@pytest.mark.parametrize(("k", "least"), [(1, 1), (3, 2), (4, 3), (7, 3)])
def test_different_right_ones_among_k_are_those_of_all_subsets(k: int, least: int) -> None:
    samples = ["a", "a", "b", "c", "", "", ""]
    found = [len({x for x in drawn if x}) >= least for drawn in combinations(samples, k)]
    assert pass_at_k_distinct([2, 1, 1], 3, k, least) == pytest.approx(mean(found))


def test_at_least_one_different_right_one_is_pass_at_k() -> None:
    for n_right, n_wrong, k in ((3, 7, 5), (30, 34, 16)):
        expected = pass_at_k(np.array([n_right + n_wrong]), np.array([n_right]), k)
        assert pass_at_k_distinct([1] * n_right, n_wrong, k, 1) == pytest.approx(float(expected[0]))


@pytest.mark.parametrize(
    ("answers", "bits"),
    [
        ([4, 3, 3, 3, 4], 0.971),  # arXiv 2407.14507, section II, printed as -H = -0.971
        ([5, 3, 3, 3, 3], 0.722),  # the repository's responses: .8·log2(1/.8) + .2·log2(5) = .2575 + .4644
        ([0, 0, 5, 4, 4, 4], 1.459),  # its latent layer: 1/3·log2 3 + 1/6·log2 6 + 1/2·1 = .5283 + .4308 + .5
    ],
)
def test_the_entropies_of_the_internal_consistency_survey(answers: list[int], bits: float) -> None:
    assert entropy(answers, base=2) == pytest.approx(bits, abs=5e-4)


def test_certainty_is_one_where_all_agree_and_none_where_all_differ() -> None:
    nats = np.array([entropy("aaaa"), entropy("abcd"), entropy("aabb")])
    assert certainty(nats, np.array([4, 4, 4])) == pytest.approx([1.0, 0.0, 0.5])


def test_the_balance_score_wants_many_and_right_ones() -> None:
    # B-STaR, equation 4, n* = 8: min(6/8, 1)·6/12; min(10/8, 1)·10/10; nothing right; nothing kept
    found = balance_score(np.array([12, 10, 5, 0]), np.array([6, 10, 0, 0]), 8)
    assert found == pytest.approx([0.375, 1.0, 0.0, 0.0])
