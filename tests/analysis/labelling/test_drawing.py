"""Drawing rollouts: what a strategy says of a rollout's probability is how often it is drawn."""

from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.labelling.drawing import (
    STRATEGIES,
    BadDraw,
    Drawn,
    Population,
    Wanted,
    allocated,
    inclusion,
)

STRATA = ("a",) * 6 + ("b",) * 3 + ("c",)
WEIGHTS = (9.0, 1.0, 1.0, 2.0, 0.5, 4.0, 1.0, 1.5, 3.0, 2.0)
TEN = Population(10, STRATA, WEIGHTS, chosen=(7, 2, 7))
WITH_PROBABILITY = ("all", "random", "stratified", "uncertain")
N_DRAWS = 8_000


def draw(strategy: str, population: Population, wanted: Wanted, seed: int = 0) -> list[Drawn]:
    return STRATEGIES[strategy](population, wanted, np.random.default_rng(seed))


@pytest.mark.parametrize("strategy", WITH_PROBABILITY)
@pytest.mark.parametrize("allocation", ["proportional", "equal"])
def test_how_often_a_rollout_is_drawn_is_the_probability_that_is_stated(strategy: str, allocation: str) -> None:
    """A binomial share of 8,000 draws strays from its probability by more than 4.5 standard errors (at most 0.025) in
    one of 150,000 rollouts."""
    rng, wanted = np.random.default_rng(11), Wanted(4, allocation)
    counts: Counter[int] = Counter()
    stated: dict[int, float] = {}
    for _ in range(N_DRAWS):
        for number, probability, _ in STRATEGIES[strategy](TEN, wanted, rng):
            assert probability is not None
            assert stated.setdefault(number, probability) == pytest.approx(probability)
            counts[number] += 1
    assert set(stated) == set(range(10)), "every rollout can be drawn"
    for number, p in stated.items():
        error = (p * (1 - p) / N_DRAWS) ** 0.5
        assert abs(counts[number] / N_DRAWS - p) <= 4.5 * error + 1e-12


@pytest.mark.parametrize("strategy", WITH_PROBABILITY)
def test_a_mean_weighted_by_the_probabilities_is_right_on_average(strategy: str) -> None:
    """Values 0 to 9 have the mean 4.5; a value's weight is 1 / (10·p)."""
    rng, values = np.random.default_rng(5), np.arange(10)
    means = [
        sum(values[each.number] / (each.probability or 0) for each in STRATEGIES[strategy](TEN, Wanted(4), rng)) / 10
        for _ in range(4_000)
    ]
    assert np.mean(means) == pytest.approx(4.5, abs=4.5 * np.std(means) / 4_000**0.5 + 1e-9)


sizes = st.integers(1, 60)
weights = st.lists(st.integers(1, 1000), min_size=1, max_size=40)


@given(weights=weights, n=sizes, seed=st.integers(0, 2**32 - 1))
def test_a_draw_by_weight_has_a_fixed_size_and_nobody_twice(weights: list[int], n: int, seed: int) -> None:
    drawn = draw("uncertain", Population(len(weights), weights=weights), Wanted(n), seed)
    assert len({each.number for each in drawn}) == len(drawn) == min(n, len(weights))
    assert all(each.probability is not None and 0 < each.probability <= 1 for each in drawn)


@given(weights=weights, n=sizes)
def test_probabilities_by_weight_sum_to_the_size_and_rise_with_the_weight(weights: list[int], n: int) -> None:
    found = inclusion(weights, n)
    assert found.sum() == pytest.approx(min(n, len(weights)))
    assert (np.diff(found[np.argsort(weights)]) >= -1e-9).all()
    open_ones = found < 1
    shares = found[open_ones] / np.array(weights)[open_ones]
    assert shares == pytest.approx(np.full(open_ones.sum(), shares[0] if open_ones.any() else 0))


@given(strata=st.lists(st.sampled_from("abcd"), min_size=4, max_size=60), n=st.integers(4, 70), equal=st.booleans())
def test_a_draw_by_strata_has_a_fixed_size_and_every_stratum(strata: list[str], n: int, equal: bool) -> None:
    wanted = Wanted(n, "equal" if equal else "proportional")
    drawn = draw("stratified", Population(len(strata), strata), wanted)
    assert len({each.number for each in drawn}) == len(drawn) == min(n, len(strata))
    assert {each.stratum for each in drawn} == set(strata)
    assert all(each.stratum == strata[each.number] for each in drawn)


@given(n=sizes, size=sizes)
def test_a_draw_at_random_has_a_fixed_size(n: int, size: int) -> None:
    drawn = draw("random", Population(size), Wanted(n))
    assert len({each.number for each in drawn}) == len(drawn) == min(n, size)
    assert {each.probability for each in drawn} == {min(n, size) / size}


def test_rollouts_are_shared_out_by_size_or_equally() -> None:
    """Of 12: a has 100, b 40, c 10, so 8, 3.2 and 0.8 are due; each begins with one, and the next goes to whoever lacks
    most: a up to 8, b up to 3. Equal parts of 4 each."""
    sizes = {"a": 100, "b": 40, "c": 10}
    assert allocated(sizes, Wanted(12)) == {"a": 8, "b": 3, "c": 1}
    assert allocated(sizes, Wanted(12, "equal")) == {"a": 4, "b": 4, "c": 4}
    assert allocated({"a": 100, "b": 2}, Wanted(12, "equal")) == {"a": 10, "b": 2}


def test_a_heavy_rollout_is_certain_and_the_others_share_the_rest() -> None:
    """Weights 10, 4, 1, 1 and n = 3: 3·10/16 is above 1, so the first is certain; of 2 left 2·4/6 is above 1, so the
    second is too; the last one is shared by two equal ones."""
    assert inclusion([10, 4, 1, 1], 3).tolist() == [1.0, 1.0, 0.5, 0.5]


@pytest.mark.parametrize("strategy", [name for name in STRATEGIES if name not in ("all", "by_hand", "disagreement")])
def test_the_same_seed_draws_the_same(strategy: str) -> None:
    assert draw(strategy, TEN, Wanted(4), 3) == draw(strategy, TEN, Wanted(4), 3)
    assert any(draw(strategy, TEN, Wanted(4), 3) != draw(strategy, TEN, Wanted(4), seed) for seed in range(4, 9))


def test_what_labels_disagree_on_comes_first_and_has_no_probability() -> None:
    drawn = draw("disagreement", Population(5, weights=(0, 0.5, 1, 0, 0.1)), Wanted(2))
    assert drawn == [Drawn(2, None), Drawn(1, None)]


def test_what_is_chosen_by_hand_keeps_its_order_and_is_there_once() -> None:
    assert draw("by_hand", TEN, Wanted(0)) == [Drawn(7, None), Drawn(2, None)]


@pytest.mark.parametrize(
    ("refused", "words"),
    [
        (lambda: draw("random", TEN, Wanted(0)), "0 rollouts cannot be drawn"),
        (lambda: draw("stratified", TEN, Wanted(2)), "2 rollouts cannot be shared out among 3 strata"),
        (lambda: draw("stratified", TEN, Wanted(4, "fair")), "unknown allocation 'fair'"),
        (lambda: inclusion([1, 0], 1), "above 0"),
        (lambda: inclusion([1, float("nan")], 1), "above 0"),
    ],
)
def test_what_cannot_be_drawn_is_refused(refused: Callable[[], object], words: str) -> None:
    with pytest.raises(BadDraw, match=words):
        refused()
