"""Agreement on places: hand-counted spans, boundaries and values; both ways round; never an interval of width 0."""

import numpy as np
import pytest

from analysis.agreement.spans import (
    NO_SPANS,
    ONE_ROLLOUT,
    Span,
    Two,
    boundary_f1,
    exact_f1,
    matched,
    overlap_f1,
    value_agreement,
)

A, B = "verifies", "restates"


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def test_equal_spans_of_equal_labels_are_the_same() -> None:
    one = [Span(0, 4, A), Span(4, 9, B), Span(20, 30, A)]
    other = [Span(0, 4, A), Span(4, 9, A), Span(21, 30, A)]
    assert exact_f1([Two(1, one, other)], rng()).value == pytest.approx(2 / 6)
    assert overlap_f1([Two(1, one, other)], rng()).value == pytest.approx(4 / 6)  # 20-30 and 21-30 share 9 of 10


def test_a_span_is_matched_once_with_what_it_shares_most() -> None:
    one, other = [Span(0, 10, A), Span(10, 20, A)], [Span(0, 20, A), Span(1, 10, A)]
    assert matched(one, other) == [(one[0], other[1]), (one[1], other[0])]
    assert matched(one, other, least=0.6) == [(one[0], other[1])]


def test_boundaries_are_near_one_to_one() -> None:
    # places 0 5 9 against 1 2 9: with 1 apart 0-1 and 9-9 match, 5 has nothing left
    two = Two(1, [Span(0, 5, A), Span(5, 9, A)], [Span(1, 2, B), Span(2, 9, B)])
    assert boundary_f1([two], rng(), tolerance=1).value == pytest.approx(2 * 2 / 6)
    assert boundary_f1([two], rng()).value == pytest.approx(2 * 1 / 6)


def test_values_are_held_against_each_other_where_both_marked() -> None:
    one = [Span(0, 4, A, "1/2"), Span(5, 9, A, "3"), Span(12, 14, A)]
    other = [Span(0, 4, A, "0.5"), Span(5, 9, A, "4"), Span(12, 14, A, "7")]
    found = value_agreement([Two(1, one, other)], lambda a, b: {a, b} == {"1/2", "0.5"}, rng())
    assert (found.value, found.n) == (0.5, 2)


def test_neither_side_is_the_truth() -> None:
    draw = np.random.default_rng(3)
    pairs = [Two(k, *(marked(draw) for _ in range(2))) for k in range(20)]
    turned = [Two(k, second, first) for k, first, second in pairs]
    for statistic in (exact_f1, overlap_f1, boundary_f1):
        assert statistic(pairs, rng()) == statistic(turned, rng())


def marked(draw: np.random.Generator) -> list[Span]:
    starts = np.unique(draw.integers(40, size=6)).tolist()
    return [Span(start, start + 2, A if start % 3 else B) for start in starts]


def test_nothing_marked_is_no_agreement_and_perfect_agreement_of_few_is_not_certain() -> None:
    assert exact_f1([Two(1, [], [])], rng()).reason == NO_SPANS
    same = [Two(k, [Span(0, 4, A)], [Span(0, 4, A)]) for k in range(5)]
    for statistic in (exact_f1, overlap_f1, boundary_f1):
        found = statistic(same, rng())
        assert (found.value, found.high, found.n_problems) == (1.0, 1.0, 5)
        assert found.low is not None
        assert 0.3 < found.low < 0.8  # 5 of 5 rollouts alike: Wilson's lower end with a t quantile
    assert exact_f1(same[:1], rng()).reason == ONE_ROLLOUT
