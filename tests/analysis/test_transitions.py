"""Transitions of hand-written traces: First Try Matters (arXiv 2510.08308v1), section 2.2."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.transitions import classify, n_changed
from analysis.types import Outcome, Transition
from tests.analysis.measures.rollouts import OUTCOMES


def transitions_of(trace: str) -> list[str]:
    classes = ["TFG?".index(letter) for letter in trace]
    return [t.value for t in classify([OUTCOMES[letter] for letter in trace], classes).transitions]


@pytest.mark.parametrize(
    ("trace", "expected"),
    [
        ("TT", ["tt"]),
        ("FF", ["ffs"]),
        ("FG", ["ffd"]),
        ("TF", ["tf"]),
        ("FT", ["ft"]),
        ("", []),
        ("T", []),
        ("FFGTTF", ["ffs", "ffd", "ft", "tt", "tf"]),
    ],
)
def test_each_pair_of_consecutive_candidates_is_one_of_the_five(trace: str, expected: list[str]) -> None:
    assert transitions_of(trace) == expected


def test_two_right_candidates_are_t_to_t_even_when_their_values_differ() -> None:
    assert classify([Outcome.CORRECT, Outcome.CORRECT], [0, 1]).transitions == (Transition.TT,)


def test_a_candidate_without_a_verdict_is_left_out_and_counted_and_its_neighbours_meet() -> None:
    found = classify([OUTCOMES[letter] for letter in "F?T?"], [0, 1, 2, 3])
    assert found.transitions == (Transition.FT,)
    assert found.n_undecided == 2


def test_without_gold_there_are_no_transitions_but_changes() -> None:
    assert classify([Outcome.NO_GOLD] * 3, [0, 1, 1]).transitions == ()
    assert n_changed([0, 1, 1]) == 1


def test_outcomes_without_their_classes_are_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        classify([Outcome.CORRECT], [])


@given(st.text("TFG?", max_size=30))
def test_n_decided_candidates_make_one_transition_fewer(trace: str) -> None:
    n_decided = sum(letter != "?" for letter in trace)
    assert len(transitions_of(trace)) == max(n_decided - 1, 0)
