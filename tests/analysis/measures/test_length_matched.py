"""Comparison at equal length: strata counted by hand, and a simulation whose effects are known."""

import numpy as np
import pytest

from analysis.measures.matching import matched
from bench.proofs.base import Design
from bench.proofs.reflection import EFFECT, length_matched_rollouts
from tests.analysis.measures.rollouts import columns_of
from tests.analysis.measures.rows import rows_of


def test_wrong_rollouts_are_longer_only_because_hard_problems_are() -> None:
    # problem 0 (easy, 10 tokens): right, right, wrong; problem 1 (hard, 100 tokens): right, wrong, wrong.
    # crude: wrong (10+100+100)/3 = 70, right (10+10+100)/3 = 40. Within a problem all are equally long
    columns = {
        "problem_id": [0, 0, 0, 1, 1, 1],
        "n_read_tokens": [10, 10, 10, 100, 100, 100],
        "final_outcome": ["correct", "correct", "incorrect", "correct", "incorrect", "incorrect"],
        "candidate_tokens": [[5]] * 6,
    }
    rows = rows_of("length_matched", columns_of(6, columns))
    assert rows["wrong_tokens_crude"].estimate == pytest.approx(30)
    assert rows["wrong_tokens_same_problem"].estimate == 0


def test_a_pair_counts_by_how_precisely_its_stratum_compares() -> None:
    # problem 0: reflecting right, right; not: wrong -> +1, weight 2·1/3; problem 1: 1 wrong; 1 right -> -1, weight 1/2
    # (2/3 - 1/2)/(2/3 + 1/2) = 1/7; problem 2 has no counterpart
    columns = {
        "problem_id": [0, 0, 0, 1, 1, 2],
        "n_candidates": [2, 3, 1, 2, 1, 2],
        "n_read_tokens": 50,
        "final_outcome": ["correct", "correct", "incorrect", "incorrect", "correct", "correct"],
        "candidate_tokens": [[5]] * 6,
    }
    rows = rows_of("length_matched", columns_of(6, columns))
    for name in ("reflecting_same_problem", "reflecting_same_length"):
        assert rows[name].estimate == pytest.approx(1 / 7)
        assert (rows[name].n, rows[name].n_problems) == (5, 2)
    assert rows["reflecting_crude"].estimate == pytest.approx(3 / 4 - 1 / 2)
    assert (rows["matched_share"].n_events, rows["matched_share"].n) == (5, 6)
    assert rows["reflecting_tokens_same_length"].estimate == 0


def test_lengths_are_equal_within_a_quantile_bin_and_equal_lengths_share_one() -> None:
    # lengths 10 10 20 20 in two bins: the reflecting ones of 10 against the other of 10, 20 against 20
    columns = {
        "problem_id": [0, 0, 0, 0],
        "n_candidates": [2, 1, 2, 1],
        "n_read_tokens": [10, 10, 20, 20],
        "final_outcome": ["correct", "incorrect", "correct", "correct"],
        "candidate_tokens": [[5]] * 4,
    }
    rows = rows_of("length_matched", columns_of(4, columns), {"length_bins": "2"})
    assert rows["reflecting_same_length"].estimate == pytest.approx(0.5)
    assert rows["longer_same_problem"].estimate == pytest.approx(0.5)


def test_models_are_never_compared_with_one_another() -> None:
    columns = {
        "model": ["a", "a", "b", "b"],
        "problem_id": 0,
        "n_candidates": [2, 2, 1, 1],
        "n_read_tokens": [10, 20, 10, 20],
        "candidate_tokens": [[5]] * 4,
    }
    row = rows_of("length_matched", columns_of(4, columns))["reflecting_crude"]
    assert (row.estimate, row.reason) == (None, "no stratum holds rollouts of both kinds")


def test_final_answers_are_set_against_first_answers_of_as_many_tokens() -> None:
    # one problem. First answers at 10 (wrong) and 20 (right), finals at 20 (wrong) and 40 (right); two bins of
    # 10 20 20 40: {10} without a final, {20, 20, 40} by rank 1 1 3 of 4 -> bins 0 0 0 1. Bin 0: finals 0, firsts 1/2
    columns = {
        "problem_id": 0,
        "n_read_tokens": [20, 40],
        "candidate_tokens": [[10], [20]],
        "first_outcome": ["incorrect", "correct"],
        "final_outcome": ["incorrect", "correct"],
    }
    row = rows_of("length_matched", columns_of(2, columns), {"length_bins": "2"})["final_over_first_same_length"]
    assert (row.estimate, row.n) == (-0.5, 2)


def test_rollouts_that_were_cut_off_are_left_out_unless_asked_for() -> None:
    columns = {"truncated": [True, False], "problem_id": 0, "n_read_tokens": [99, 10], "candidate_tokens": [[5]] * 2}
    assert rows_of("length_matched", columns_of(2, columns))["matched_share"].n == 1
    assert rows_of("length_matched", columns_of(2, columns), {"truncated": "include"})["matched_share"].n == 2


def test_influences_are_the_derivatives_by_the_weight_of_a_rollout() -> None:
    rng = np.random.default_rng(5)
    strata, treated = rng.integers(0, 4, 40), (rng.random(40) < 0.4).astype(float)
    outcome = rng.random(40)
    found = matched(strata, treated, outcome, np.ones(40))
    for i in range(0, 40, 7):
        nudged = np.ones(40)
        nudged[i] += 1e-6
        moved = matched(strata, treated, outcome, nudged)
        assert found.value is not None
        assert moved.value is not None
        assert (moved.value - found.value) / 1e-6 == pytest.approx(found.influence[i], abs=1e-4)
    assert found.influence.sum() == pytest.approx(0, abs=1e-12)


def test_known_effects_of_a_simulation_come_back_and_the_crude_ones_mislead() -> None:
    # 2,000 problems of 6: reflecting adds 10 points, length as such takes nothing; hard problems are long
    rows = rows_of("length_matched", length_matched_rollouts(Design(2000, 2.0, 0.5, 6), np.random.default_rng(1)))
    for name, truth in (
        ("reflecting_same_problem", EFFECT),
        ("reflecting_same_length", EFFECT),
        ("longer_same_problem", 0),
    ):
        row = rows[name]
        assert row.low is not None
        assert row.high is not None
        error = (row.high - row.low) / (2 * 1.96)
        assert error < 0.015
        assert row.estimate == pytest.approx(truth, abs=4 * error)
    assert float(rows["reflecting_crude"].high or 0) < 0
    assert float(rows["longer_crude"].high or 0) < -0.1
