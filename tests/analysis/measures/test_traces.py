"""Measures of a handful of hand-written traces, every number counted by hand."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from analysis.features import Identity, Reading, build, frame
from analysis.measures.overthinking import overthink_score
from analysis.types import Outcome
from tests.analysis.measures.rollouts import columns_of, reading_of, rollouts_of
from tests.analysis.measures.rows import rows_of

FIVE = [("TT", "T"), ("FT", "T"), ("FFG", "G"), ("", "T"), ("TF", "F")]


def shares(measure: str, rollouts: pl.DataFrame, *names: str, **settings: str) -> list[float | None]:
    rows = rows_of(measure, rollouts, settings)
    return [rows[name].estimate for name in names]


def test_first_and_final_accuracy_count_the_same_rollouts() -> None:
    # first: TT and TF of 5; final: TT, FT and the one without a candidate
    rows = rows_of("accuracy", rollouts_of(FIVE))
    assert (rows["first_accuracy"].estimate, rows["final_accuracy"].estimate) == (0.4, 0.6)
    assert rows["first_accuracy"].n == rows["final_accuracy"].n == 5
    assert rows["gain"].estimate == pytest.approx(0.2)
    assert rows["no_candidate_share"].n_events == 1
    # gained: FT and the one without; lost: TF. McNemar of 2 to 1: p = 1
    assert rows["gain_p_value"].estimate == 1
    assert "McNemar" in str(rows["gain_p_value"].reason)


def test_what_could_not_be_read_is_wrong_or_left_out_of_both() -> None:
    traces = [("T", "T"), ("T", ""), ("?", "T"), ("F", "T")]
    names = ("first_accuracy", "final_accuracy", "unread_share")
    assert shares("accuracy", rollouts_of(traces), *names) == [0.5, 0.75, 0.5]
    assert shares("accuracy", rollouts_of(traces), *names, unread="leave_out") == [0.5, 1.0, 0.5]


def test_a_rollout_without_a_candidate_counts_by_convention_in_both_accuracies_alike() -> None:
    # wrong: first TT TF of 5, final TT FT and the one without. final: that one is right first too. leave_out: of the
    # other four, first TT TF, final TT FT
    names = ("first_accuracy", "final_accuracy", "no_candidate_share", "answered_after_share")
    assert shares("accuracy", rollouts_of(FIVE), *names) == [0.4, 0.6, 0.2, 0.2]
    assert shares("accuracy", rollouts_of(FIVE), *names, no_candidate="final") == [0.6, 0.6, 0.2, 0.2]
    assert shares("accuracy", rollouts_of(FIVE), *names, no_candidate="leave_out") == [0.5, 0.5, 0.2, 0.2]
    for convention, n, gain in (("wrong", 5, 0.2), ("final", 5, 0), ("leave_out", 4, 0)):
        rows = rows_of("accuracy", rollouts_of(FIVE), {"no_candidate": convention})
        assert {rows[name].n for name in ("first_accuracy", "final_accuracy", "gain")} == {n}, convention
        assert rows["gain"].estimate == pytest.approx(gain), convention
        assert (rows["gain_with_candidate"].n, rows["gain_with_candidate"].estimate) == (4, 0), convention


def test_who_states_nothing_and_never_answers_did_not_answer_after_the_reasoning() -> None:
    # without a candidate: right after, never answered, and a failed request; the last two are wrong by any convention
    failed = build(Identity(9, 9, 1, "m"), Reading(None, "none", Outcome.ERROR, True))
    rollouts = pl.concat([rollouts_of([("", "T"), ("", ""), ("T", "T")]), frame([failed])])
    names = ("no_candidate_share", "answered_after_share", "first_accuracy", "final_accuracy", "unread_share")
    assert shares("accuracy", rollouts, *names) == [0.75, 0.25, 0.25, 0.5, 0.75]
    assert shares("accuracy", rollouts, *names, no_candidate="final") == [0.75, 0.25, 0.5, 0.5, 0.5]
    assert shares("accuracy", rollouts, *names, no_candidate="leave_out") == [0.75, 0.25, 1.0, 1.0, 0.0]


def test_grades_without_text_are_not_rollouts_that_state_no_candidate() -> None:
    graded = frame([build(Identity(9, 9, 1, "m"), Reading(None, "none", Outcome.CORRECT, True))])
    rows = rows_of("accuracy", pl.concat([rollouts_of([("T", "T")]), graded]))
    assert (rows["no_candidate_share"].n_events, rows["without_text_share"].n_events) == (0, 1)
    alone = rows_of("accuracy", graded, {"no_candidate": "leave_out"})
    assert (alone["final_accuracy"].estimate, alone["gain_with_candidate"].estimate) == (1.0, None)


def test_an_error_row_is_a_wrong_answer_and_is_counted() -> None:
    failed = build(Identity(9, 9, 1, "m"), Reading(None, "none", Outcome.ERROR, True))
    rows = rows_of("accuracy", pl.concat([rollouts_of([("T", "T")] * 3), frame([failed])]))
    assert (rows["first_accuracy"].estimate, rows["final_accuracy"].estimate) == (0.75, 0.75)
    assert rows["unread_share"].estimate == 0.25


def test_grades_without_text_have_a_final_accuracy_only() -> None:
    graded = [Reading(None, "none", outcome, True) for outcome in (Outcome.CORRECT, Outcome.INCORRECT)]
    rollouts = frame(build(Identity(i, i, 1, "m"), reading) for i, reading in enumerate(graded))
    rows = rows_of("accuracy", rollouts)
    assert rows["final_accuracy"].estimate == 0.5
    assert (rows["first_accuracy"].estimate, rows["gain"].estimate) == (None, None)
    assert "no text" in str(rows["first_accuracy"].reason)
    with_text = rollouts_of([("T", "T")], problems=[5])
    mixed = rows_of("accuracy", pl.concat([rollouts, with_text]))
    assert (mixed["first_accuracy"].n, mixed["final_accuracy"].n, mixed["without_text_share"].n_events) == (1, 1, 2)


def test_without_gold_there_is_no_accuracy_but_stability() -> None:
    rollouts = rollouts_of([("FG", "G"), ("FF", "F")]).with_columns(
        has_gold=pl.lit(False), final_outcome=pl.lit("no_gold"), n_ffd=pl.lit(0, pl.Int32), n_ffs=pl.lit(0, pl.Int32)
    )
    assert rows_of("accuracy", rollouts)["final_accuracy"].reason == "no rollout with a gold answer"
    assert rows_of("transitions", rollouts)["p_ft"].estimate is None
    names = ("first_is_final_share", "changed_answer_share", "changes_per_rollout", "distinct_values")
    assert shares("stability", rollouts, *names) == [0.5, 0.5, 0.5, 1.5]


def test_transitions_pool_over_rollouts() -> None:
    # TT: tt; FT: ft; FFG: ffs, ffd; TF: tf
    rows = rows_of("transitions", rollouts_of(FIVE))
    assert [rows[f"transition_{t}"].estimate for t in ("tt", "ffs", "ffd", "tf", "ft")] == [0.2] * 5
    assert rows["share_confirmatory"].estimate == 0.4
    assert rows["p_ft"].estimate == pytest.approx(1 / 3)
    assert rows["transition_tt"].n == 5
    assert rows["transitions_per_rollout"].estimate == 1.25  # 5 over the 4 rollouts with a candidate


def test_tokens_by_both_readings() -> None:
    # "FTT" and a tail of 20: 50 tokens; first 10, between 20, after 40. "T" and no tail: 10, 0, 0
    readings = [reading_of("FTT", "T", tail="." * 20), reading_of("T", "T")]
    rows = rows_of("tokens", frame(build(Identity(i, i, 1, "m"), r) for i, r in enumerate(readings)))
    assert [rows[f"tokens_{name}"].estimate for name in ("first", "between", "after", "total")] == [10, 10, 20, 30]
    assert rows["share_between"].estimate == 0.5  # 10 / (10 + 10)
    assert rows["share_after"].estimate == pytest.approx(2 / 3)


def test_a_rollout_without_a_candidate_is_out_of_the_tokens_or_all_before() -> None:
    readings = [reading_of("T", "T", tail="." * 20), reading_of("", "T", tail="." * 70)]
    rollouts = frame(build(Identity(i, i, 1, "m"), r) for i, r in enumerate(readings))
    assert shares("tokens", rollouts, "tokens_first", "tokens_after") == [10, 20]
    assert shares("tokens", rollouts, "tokens_first", "tokens_after", no_candidate="all_before") == [40, 10]


def test_candidates_per_rollout_count_those_with_none() -> None:
    names = ("candidates_per_rollout", "candidates_median", "candidates_p90", "no_candidate_share")
    assert shares("candidates", rollouts_of(FIVE), *names) == [1.8, 2, 3, 0.2]  # 2 2 3 0 2


def test_several_candidates_on_one_line_are_seen() -> None:
    rollouts = columns_of(2, {"candidate_lines": [[3, 3, 5], [1, 2, 3]], "n_candidates": 3})
    assert shares("candidates", rollouts, "several_on_a_line_share") == [0.5]


def test_positions_are_lines_over_all_lines() -> None:
    rollouts = columns_of(2, {"candidate_lines": [[10, 20], [5]], "n_candidates": [2, 1], "n_lines": 20})
    rows = rows_of("position", rollouts)
    assert rows["first_position"].estimate == pytest.approx((0.5 + 0.25) / 2)
    assert rows["all_position"].estimate == pytest.approx((0.5 + 1 + 0.25) / 3)
    filled = {name: row.n_events for name, row in rows.items() if "_in_" in name and row.n_events}
    assert filled == {"first_in_0.25_0.30": 1, "first_in_0.50_0.55": 1} | {
        "all_in_0.25_0.30": 1,
        "all_in_0.50_0.55": 1,
        "all_in_0.95_1.00": 1,
    }


def test_accuracy_by_length_states_its_edges() -> None:
    outcomes = ["correct", "correct", "correct", "incorrect"]
    rollouts = columns_of(4, {"n_read_tokens": [10, 20, 30, 40], "final_outcome": outcomes})
    rows = rows_of("length", rollouts, {"bins": "2"})
    assert (rows["accuracy_in_1"].estimate, rows["accuracy_in_1"].edges, rows["accuracy_in_1"].n) == (1.0, (10, 20), 1)
    assert (rows["accuracy_in_2"].n_events, rows["accuracy_in_2"].n, rows["accuracy_in_2"].edges) == (2, 3, (20, 40))


def test_stopping_early_replays_each_candidate() -> None:
    # "FT" of 20 tokens, "TF" of 20, "T" of 10; finals T F T. At 1: F T T, tokens 10 10 10; at 2: as without a stop
    rows = rows_of("early_stop", rollouts_of([("FT", "T"), ("TF", "F"), ("T", "T")]))
    assert rows["accuracy_without_stop"].estimate == rows["accuracy_at_1"].estimate == pytest.approx(2 / 3)
    assert rows["accuracy_lost_at_1"].estimate == 0
    assert rows["accuracy_lost_at_1"].low is not None
    assert rows["accuracy_lost_at_1"].low < 0 < float(rows["accuracy_lost_at_1"].high or 0)
    assert [rows[f"tokens_saved_at_{k}"].estimate for k in (1, 2)] == pytest.approx([0.4, 0])
    assert rows["stopped_at_2_share"].n_events == 2


def test_a_rollout_with_fewer_candidates_keeps_its_final_answer_unless_told_otherwise() -> None:
    rollouts = rollouts_of([("F", "T"), ("FT", "T")])
    assert shares("early_stop", rollouts, "accuracy_at_2") == [1.0]
    assert shares("early_stop", rollouts, "accuracy_at_2", fewer="last_candidate") == [0.5]
    assert shares("early_stop", rollouts, "accuracy_at_2", fewer="wrong") == [0.5]


def test_the_overthinking_score_of_the_paper() -> None:
    # Self-Braking Tuning: β κ + (1 - β)(1 - η) = .1 · .03 + .9 · .6 = .543
    columns = {"first_correct_line": 4, "n_lines": 10, "first_correct_tokens": 400, "n_read_tokens": 1000}
    rows = rows_of("overthinking", columns_of(2, columns | {"kappa_paper": 0.03, "kappa_repo": 0.13}))
    assert rows["score_paper"].estimate == pytest.approx(0.543)
    assert rows["score_repo"].estimate == pytest.approx(0.553)
    assert (rows["eta_s"].estimate, rows["eta_t"].estimate) == (0.4, 0.4)
    assert overthink_score(np.array([0.4]), np.array([0.03]), 1.0).tolist() == [0.03]


def test_overthinking_is_of_right_rollouts_and_underthinking_of_wrong_ones() -> None:
    # arXiv 2501.18585: 411 of 7,681 tokens to the first right thought of a wrong rollout: .9465; without one: 0
    columns = {
        "final_outcome": ["incorrect", "incorrect", "correct"],
        "first_correct_tokens": [411, None, 50],
        "first_correct_line": [1, None, 2],
        "n_read_tokens": [7681, 100, 100],
        "n_lines": 4,
        "kappa_paper": 0.0,
    }
    rows = rows_of("overthinking", columns_of(3, columns))
    assert rows["xi_ut"].estimate == pytest.approx(0.9465 / 2, abs=5e-5)
    assert (rows["eta_s"].n, rows["eta_s"].estimate, rows["xi_ut"].n) == (1, 0.5, 2)


def test_markers_are_divided_by_tokens() -> None:
    reading = replace(reading_of("", "T", tail="Wait. But wait."), n_tokens=1500)
    rows = rows_of("markers", frame([build(Identity(1, 1, 1, "m"), reading)]))
    assert rows["markers"].estimate == pytest.approx(2)
    assert rows["marker_wait"].estimate == pytest.approx(4 / 3)


def test_truncated_rollouts_are_a_stratum_of_their_own() -> None:
    rollouts = rollouts_of([("T", "T"), ("T", "T"), ("F", "")]).with_columns(truncated=pl.Series([False, False, True]))
    for setting, expected in (("include", 2 / 3), ("exclude", 1.0), ("only", 0.0)):
        assert shares("accuracy", rollouts, "final_accuracy", truncated=setting) == [pytest.approx(expected)]


def test_a_response_that_was_read_for_want_of_reasoning_is_included_counted_and_can_be_left_out() -> None:
    rollouts = rollouts_of([("T", "T"), ("F", "F")]).with_columns(read_from=pl.Series(["reasoning", "response"]))
    assert shares("accuracy", rollouts, "final_accuracy", "response_share") == [0.5, 0.5]
    assert shares("accuracy", rollouts, "final_accuracy", text="reasoning") == [1.0]


def test_macro_averages_weigh_problem_sets_alike_and_pooled_ones_rollouts() -> None:
    rollouts = columns_of(4, {"problem_set": ["a", "a", "a", "b"], "final_outcome": ["incorrect"] * 3 + ["correct"]})
    assert shares("accuracy", rollouts, "final_accuracy") == [0.5]
    assert shares("accuracy", rollouts, "final_accuracy", average="pooled") == [0.25]


def test_stopping_and_length_leave_out_rollouts_without_a_candidate_where_accuracy_does() -> None:
    # FIVE without the one that states none: finals T T G F, 2 of 4
    for measure, name in (("early_stop", "accuracy_without_stop"), ("agreement", "accuracy_without_stop")):
        assert shares(measure, rollouts_of(FIVE), name) == [0.6], measure
        assert shares(measure, rollouts_of(FIVE), name, no_candidate="leave_out") == [0.5], measure
    rows = rows_of("length", rollouts_of(FIVE), {"no_candidate": "leave_out"})
    assert sum(rows[f"accuracy_in_{k}"].n for k in range(1, 6)) == 4
