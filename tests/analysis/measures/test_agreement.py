"""Stopping when candidates agree: hand-written traces, certainties by hand, and a plain loop over simulated ones."""

import math
from collections import Counter

import numpy as np
import polars as pl
import pytest

from analysis.measures.agreement import SIZES, certainty_of
from tests.analysis.measures.rollouts import rollouts_of
from tests.analysis.measures.rows import rows_of

LETTERS = {"T": "correct", "F": "incorrect", "G": "incorrect"}


def test_a_rollout_stops_at_the_first_two_candidates_that_agree() -> None:
    # ten tokens a line. FFT (final T): stops at the 2nd, F, 20 of 30. TT: at the 2nd, T, 20 of 20. FT: never, T
    rows = rows_of("agreement", rollouts_of([("FFT", "T"), ("TT", "T"), ("FT", "T")]))
    assert rows["accuracy_agree_2"].estimate == pytest.approx(2 / 3)
    assert rows["accuracy_lost_agree_2"].estimate == pytest.approx(1 / 3)
    assert rows["tokens_saved_agree_2"].estimate == pytest.approx(10 / 70)
    assert (rows["stopped_agree_2_share"].n_events, rows["right_when_agree_2"].n_events) == (2, 1)
    # windows of two: FF 1, FT 0; TT 1; FT 0
    assert (rows["certainty_2"].estimate, rows["certainty_2"].n) == (0.5, 4)
    assert rows["accuracy_agree_3"].estimate == rows["accuracy_without_stop"].estimate == 1
    assert rows["right_when_agree_3"].reason == "no rollout in which 3 candidates agree"


def test_a_lower_certainty_lets_a_window_that_mostly_agrees_stop() -> None:
    # FFT: H = -(2/3 ln 2/3 + 1/3 ln 1/3) = .6365, certainty (1.0986 - .6365)/1.0986 = .4206
    assert certainty_of(np.array([[0, 0, 1]]))[0] == pytest.approx(1 - 0.636514 / math.log(3), abs=1e-6)
    rollouts = rollouts_of([("FFT", "F"), ("FGT", "F")])
    for certainty, stopped in (("0.43", 0), ("0.42", 1), ("0.01", 1)):
        rows = rows_of("agreement", rollouts, {"certainty": certainty})
        assert rows["stopped_agree_3_share"].n_events == stopped, certainty
    assert rows_of("agreement", rollouts, {"certainty": "0.42"})["accuracy_agree_3"].estimate == 0.5


def test_the_answer_converges_at_the_candidate_from_which_all_are_final() -> None:
    # FTT: from the 2nd of 30 tokens, 20/30. TFT: from the 3rd, 1. TF (final T): never. T (no final answer): not counted
    rows = rows_of("agreement", rollouts_of([("FTT", "T"), ("TFT", "T"), ("TF", "T"), ("T", "")]))
    assert rows["convergence_position"].estimate == pytest.approx((2 / 3 + 1) / 2)
    assert (rows["not_converged_share"].n_events, rows["not_converged_share"].n) == (1, 3)


def test_the_last_certainty_is_of_right_and_of_wrong_rollouts() -> None:
    rows = rows_of("agreement", rollouts_of([("FTTT", "T"), ("FGT", "F"), ("TT", "T")]))
    assert (rows["last_certainty_right"].estimate, rows["last_certainty_right"].n) == (1.0, 1)
    assert (rows["last_certainty_wrong"].estimate, rows["last_certainty_wrong"].n) == (0.0, 1)


def test_no_gold_decides_when_to_stop() -> None:
    rollouts = rollouts_of([("FFT", "T"), ("TTF", "F"), ("GGG", "G")])
    swapped = rollouts.with_columns(candidate_outcomes=pl.lit(["correct", "correct", "correct"]))
    for k in SIZES:
        for name in (f"stopped_agree_{k}_share", f"tokens_saved_agree_{k}", f"certainty_{k}"):
            assert rows_of("agreement", rollouts)[name].estimate == rows_of("agreement", swapped)[name].estimate


@pytest.mark.parametrize("certainty", [1.0, 0.5])
def test_a_plain_loop_gives_the_same_accuracy_and_tokens(certainty: float) -> None:
    rng = np.random.default_rng(11)
    traces = [
        ("".join(rng.choice(list("TTFG"), size=rng.integers(0, 9))), str(rng.choice(["T", "F"]))) for _ in range(300)
    ]
    rows = rows_of("agreement", rollouts_of(traces), {"certainty": str(certainty)})
    for k in SIZES:
        right, tokens = zip(*(_replayed(trace, final, k, certainty) for trace, final in traces), strict=True)
        assert rows[f"accuracy_agree_{k}"].estimate == pytest.approx(np.mean(right))
        total = sum(10 * len(trace) for trace, _ in traces)
        assert rows[f"tokens_saved_agree_{k}"].estimate == pytest.approx(1 - sum(tokens) / total)


def _replayed(trace: str, final: str, k: int, certainty: float) -> tuple[bool, int]:
    for end in range(k, len(trace) + 1):
        counts = Counter(trace[end - k : end]).values()
        entropy = -sum(n / k * math.log(n / k) for n in counts)
        if 1 - entropy / math.log(k) >= certainty - 1e-9:
            return trace[end - 1] == "T", 10 * end
    return final == "T", 10 * len(trace)
