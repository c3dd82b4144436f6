"""Figures of self-prediction by hand; cross-prediction by hand, by a naive loop and on simulated models."""

import random
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest

from analysis.psychometrics.tasks.cross_prediction import (
    Foretold,
    Prediction,
    cross_prediction,
    privileged_access,
    rows_of,
)
from analysis.psychometrics.tasks.self_prediction import SELF_PREDICTION, problems, summarise
from analysis.types import AnswerType


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def row(said: float | None, observed: float | None, name: str = "is_even") -> dict[str, float]:
    found = {f"said/{name}": said, f"observed/{name}": observed}
    return {"asked": 1.0, **{key: value for key, value in found.items() if value is not None}}


def test_accuracy_is_over_rows_of_which_both_were_read() -> None:
    rows = [row(1, 1), row(0, 1), row(None, 1), row(1, None), row(None, None)]
    accuracy, mode, over = summarise(rows)
    assert (accuracy.value, accuracy.n, accuracy.n_unread) == (0.5, 2, 3)
    assert (mode.value, over.value) == (1.0, -0.5)  # both observed are 1: the mode is always right


def test_the_mode_is_each_propertys_own() -> None:
    # even: 1, 1, 0 observed, mode right in 2; vowel: 0, 0 observed, right in 2; 4 of 5. Said right: 1, 1, -, -, 1
    rows = [row(1, 1), row(1, 1), row(1, 0), row(1, 0, "starts_with_vowel"), row(0, 0, "starts_with_vowel")]
    accuracy, mode, over = summarise(rows)
    assert (accuracy.value, mode.value) == (0.6, 0.8)
    assert over.value == pytest.approx(-0.2)


def test_several_properties_of_one_rollout_are_rows_of_their_own() -> None:
    rows = [{"asked": 5.0, "said/first_word": 9.0, "observed/first_word": 9.0, "observed/first_character": 97.0}]
    accuracy = summarise(rows)[0]
    assert (accuracy.value, accuracy.n, accuracy.n_unread) == (1.0, 1, 4)


def test_nothing_gives_no_figure_but_a_reason_for_each() -> None:
    assert all(figure.value is None and figure.reason for figure in summarise([]))
    assert [figure.name for figure in summarise([])] == [behaviour.name for behaviour in SELF_PREDICTION.behaviours]


def test_prompts_ask_for_words_numbers_and_choices_in_an_order_of_the_seed() -> None:
    asked = problems(1)
    assert Counter(problem.answer_type for problem in asked) == {
        AnswerType.TEXT: 16, AnswerType.NUMBER: 12, AnswerType.CHOICE: 12,
    }  # fmt: skip
    assert len({problem.key for problem in asked}) == 40
    assert all(len(problem.options) == 4 for problem in asked if problem.answer_type == AnswerType.CHOICE)
    assert problems(1) == asked != problems(2)


def test_rows_come_back_from_scores() -> None:
    scores = {"asked": 2.0, "said/is_even": 1.0, "observed/is_even": 0.0, "observed/first_character": 55.0}
    assert rows_of("m", "p", scores) == [
        Foretold("m", "p", "first_character", None, "55"), Foretold("m", "p", "is_even", "1", "0"),
    ]  # fmt: skip


def test_one_models_sayings_are_held_against_anothers_replies() -> None:
    told: dict[str, list[tuple[str, str | None]]] = {
        "a": [("x", "x"), ("y", "x"), ("z", None)],
        "b": [("x", "q"), ("x", "q"), ("z", "q")],
    }
    rows = [Foretold(model, str(n), "word", *pair) for model, pairs in told.items() for n, pair in enumerate(pairs)]
    own, other = (cross_prediction(rows, of="a", by=by, rng=rng()) for by in ("a", "b"))
    assert (own.value, own.n, own.n_problems) == (0.5, 2, 2)  # the third problem has no reply of a
    assert (other.value, other.mode) == (1.0, 1.0)
    assert cross_prediction(rows, of="b", by="a", rng=rng()).value == 0.0
    gain = privileged_access(rows, of="a", by="b", rng=rng())
    assert (gain.value, gain.mode) == (-0.5, None)


def test_repeats_weigh_by_their_pairs_and_problems_stay_equal() -> None:
    # problem 1: a replied x, x, y; b said x, y: pairs that agree 2·1 + 1·1 of 6 = .5; problem 2: 1 of 1. Mean .75
    rows = [Foretold("a", "1", "word", None, value) for value in "xxy"]
    rows += [Foretold("b", "1", "word", value, None) for value in "xy"]
    rows += [Foretold("a", "2", "word", None, "x"), Foretold("b", "2", "word", "x", None)]
    found = cross_prediction(rows, of="a", by="b", rng=rng())
    assert (found.value, found.n) == (0.75, 2)
    assert found.mode == pytest.approx((2 / 3 + 1) / 2)  # "x" for both


def test_without_a_shared_problem_there_is_a_reason_and_with_one_no_interval() -> None:
    rows = [Foretold("a", "1", "word", "x", "x"), Foretold("b", "2", "word", "x", "x")]
    none = cross_prediction(rows, of="a", by="b", rng=rng())
    assert none.value is None
    assert "no problem" in none.reason
    one = cross_prediction(rows, of="a", by="a", rng=rng())
    assert (one.value, one.low, one.reason) == (1.0, None, "one problem has no interval")
    assert privileged_access(rows, of="a", by="b", rng=rng()).value is None


def test_an_interval_is_never_a_point() -> None:
    rows = [Foretold("a", str(n), "word", "x", "x") for n in range(20)]
    found = cross_prediction(rows, of="a", by="a", rng=rng())
    assert (found.value, found.high) == (1.0, 1.0)
    assert found.low == pytest.approx(20 / (20 + 1.959964**2))  # Wilson of 20 of 20
    rows += [Foretold("b", str(n), "word", "x", "x") for n in range(20)]
    gain = privileged_access(rows, of="a", by="b", rng=rng())
    # Bonett and Price with no pair that differs: 1.96·sqrt((1/22 + 1/22)/22) on both sides of 0
    assert gain.value == 0.0
    assert gain.high == pytest.approx(1.959964 * (2 / 22 / 22) ** 0.5, rel=1e-4)


def simulated(seed: int, p_own: float, p_other: float, n: int = 40) -> Sequence[Foretold]:
    """Model a foretells its replies with p_own, b those of a with p_other; what is of one problem moves together."""
    draw = random.Random(seed)
    rows = []
    for problem in map(str, range(n)):
        wobble = draw.choice((-0.2, 0.2))
        for name in ("p", "q", "r"):
            own, other = draw.random() < p_own + wobble, draw.random() < p_other + wobble
            rows.append(Foretold("a", problem, name, "x" if own else "y", "x"))
            rows.append(Foretold("b", problem, name, "x" if other else "y", "z"))
    return rows


def holds(found: Prediction, truth: float) -> bool:
    assert found.low is not None
    assert found.high is not None
    return found.low <= truth <= found.high


def test_a_simulated_gap_is_covered_as_often_as_it_should_be() -> None:
    n = 300
    covered = {"share": 0, "gain": 0}
    for seed in range(n):
        rows = simulated(seed, 0.7, 0.5)
        share = cross_prediction(rows, of="a", by="b", rng=np.random.default_rng(seed))
        gain = privileged_access(rows, of="a", by="b", rng=np.random.default_rng(seed))
        covered["share"] += holds(share, 0.5)
        covered["gain"] += holds(gain, 0.2)
    # 95 % of 300 is 285 with a standard deviation of 3.8
    assert all(273 <= count <= 297 for count in covered.values())
