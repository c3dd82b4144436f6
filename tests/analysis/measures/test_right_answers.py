"""Underthinking and the first right answer on hand-written traces, every number counted by hand."""

import numpy as np
import pytest

from analysis.features import Identity, build, frame
from tests.analysis.measures.rollouts import columns_of, reading_of, rollouts_of
from tests.analysis.measures.rows import rows_of


def test_underthinking_is_the_papers_worked_example() -> None:
    # arXiv 2501.18585: 411 of 7,681 tokens to the first right thought: 1 - 411/7681 = .9465; never right: 0
    columns = {
        "final_outcome": ["incorrect", "incorrect", "correct", "unparsed"],
        "first_correct_tokens": [411, None, 50, 10],
        "first_correct_line": [1, None, 2, 1],
        "n_read_tokens": [7681, 100, 100, 40],
        "n_changed": [3, 1, 2, 0],
    }
    rows = rows_of("underthinking", columns_of(4, columns))
    assert rows["xi_ut"].estimate == pytest.approx(0.94649 / 2, abs=5e-6)
    assert rows["xi_ut_reached"].estimate == pytest.approx(0.94649, abs=5e-6)
    assert (rows["reached_share"].n_events, rows["reached_share"].n) == (1, 2)
    assert rows["tokens_after_right"].estimate == (7681 - 411) / 2
    assert (rows["tokens_wrong"].estimate, rows["tokens_right"].estimate) == ((7681 + 100) / 2, 100)
    assert (rows["changes_wrong"].estimate, rows["changes_right"].estimate) == (2, 2)
    assert (rows["wrong_share"].n_events, rows["wrong_share"].n) == (2, 3)
    # with unread answers as wrong: (.9465 + 0 + .75)/3
    unread = rows_of("underthinking", columns_of(4, columns), {"wrong_final": "all"})
    assert unread["xi_ut"].estimate == pytest.approx((0.94649 + 0.75) / 3, abs=5e-6)
    assert (unread["wrong_share"].n_events, unread["wrong_share"].n) == (3, 4)


def test_underthinking_is_the_share_that_was_right_times_what_those_wrote_after_it() -> None:
    rng = np.random.default_rng(3)
    traces = [
        ("".join(rng.choice(list("TFG"), size=rng.integers(1, 6))), str(rng.choice(["T", "F"]))) for _ in range(80)
    ]
    rows = rows_of("underthinking", rollouts_of(traces), {"average": "pooled"})
    product = float(rows["reached_share"].estimate or 0) * float(rows["xi_ut_reached"].estimate or 0)
    assert rows["xi_ut"].estimate == pytest.approx(product)
    assert product > 0


def test_the_measure_of_overthinking_has_the_same_underthinking() -> None:
    rollouts = rollouts_of([("TF", "F"), ("FF", "F"), ("FT", "T")])
    assert rows_of("overthinking", rollouts)["xi_ut"] == rows_of("underthinking", rollouts)["xi_ut"]


def test_the_first_right_answer_and_those_who_never_state_it() -> None:
    # tokens are characters. "FT" and a tail of 20: right at 20 of 40. "T": 10 of 10. "FF": never. "TF": 10 of 20
    readings = [
        reading_of("FT", "T", tail="." * 20),
        reading_of("T", "T"),
        reading_of("FF", "F"),
        reading_of("TF", "F"),
    ]
    rows = rows_of("first_correct", frame(build(Identity(i, i, 1, "m"), r) for i, r in enumerate(readings)))
    assert rows["first_correct_position"].estimate == pytest.approx((0.5 + 1 + 0.5) / 3)
    assert rows["first_correct_position"].n == 3
    assert rows["first_correct_median"].estimate == 0.5
    assert rows["wrong_before_correct"].estimate == pytest.approx(1 / 3)
    shares = {name: (row.n_events, row.n) for name, row in rows.items() if row.unit == "share"}
    assert shares["never_correct_share"] == (1, 4)
    assert shares["correct_at_once_share"] == (2, 4)
    assert shares["correct_later_share"] == (1, 4)
    assert shares["given_up_share"] == (1, 3)
    assert [shares[f"correct_by_{step}"][0] for step in (10, 40, 50, 90, 100)] == [0, 0, 2, 2, 3]


def test_by_lines_the_position_is_eta_of_the_rollouts_that_end_right() -> None:
    rollouts = rollouts_of([("FT", "T"), ("TTTT", "T"), ("FFT", "T"), ("", "T")])
    place = rows_of("first_correct", rollouts, {"position_in": "lines"})["first_correct_position"]
    eta = rows_of("overthinking", rollouts)["eta_s"]
    assert (place.estimate, place.n) == (eta.estimate, eta.n)


def test_without_golds_or_text_there_is_no_first_right_answer_and_a_reason() -> None:
    rollouts = rollouts_of([("TF", "F")]).with_columns(has_gold=False)
    rows = rows_of("first_correct", rollouts)
    assert (rows["never_correct_share"].estimate, rows["never_correct_share"].reason) == (
        None,
        "no rollout with a gold answer",
    )
