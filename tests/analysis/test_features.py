"""The row of one rollout, from traces whose every number follows by hand."""

from dataclasses import replace
from io import BytesIO

import polars as pl
import pytest

from analysis.features import NO_CANDIDATE_CLASS, SCHEMA, Identity, Reading, build, frame
from analysis.types import Candidate, Outcome, TokenSource
from tests.analysis.measures.rollouts import reading_of

WHO = Identity(7, 3, 1, "model", "set", sample=2)


def test_a_trace_of_five_candidates_has_each_transition_where_it_belongs() -> None:
    # lines F F G T T: F→F same, F→F different, F→T, T→T; then the final answer F: not a transition
    row = build(WHO, reading_of("FFGTT", "F"))
    assert [row[f"n_{t}"] for t in ("tt", "ffs", "ffd", "tf", "ft")] == [1, 1, 1, 0, 1]
    assert row["n_changed"] == 2
    assert (row["first_outcome"], row["final_outcome"], row["first_is_final"]) == ("incorrect", "incorrect", True)


def test_tokens_count_the_candidates_own_line() -> None:
    # three lines of ten characters and a tail of 30: 60 characters, 120 tokens, two per character
    row = build(WHO, reading_of("FGT", "T", tail="." * 30, n_tokens=120))
    assert row["candidate_tokens"] == [20, 40, 60]
    assert (row["first_correct_line"], row["first_correct_tokens"]) == (3, 60)
    assert (row["n_tokens"], row["n_reasoning_tokens"], row["token_source"]) == (120, 120, "uploaded")


def test_blank_lines_and_the_last_line_count() -> None:
    assert build(WHO, replace(reading_of("", "T"), text="a\n\nb"))["n_lines"] == 3
    assert build(WHO, replace(reading_of("", "T"), text="a\n\nb\n"))["n_lines"] == 4


def test_without_a_candidate_nothing_is_first_and_nothing_is_zero_that_is_not() -> None:
    row = build(WHO, reading_of("", "T", tail="no answer here"))
    assert row["first_outcome"] is None
    assert row["first_is_final"] is None
    assert row["first_correct_line"] is None
    assert (row["candidate_lines"], row["n_candidates"], row["n_tt"]) == ([], 0, 0)
    assert row["final_class"] == NO_CANDIDATE_CLASS


def test_a_truncated_rollout_keeps_its_candidates_and_has_no_final_class() -> None:
    row = build(WHO, replace(reading_of("FT", ""), truncated=True))
    assert (row["truncated"], row["final_outcome"], row["final_class"]) == (True, "unparsed", None)
    assert row["first_is_final"] is None
    assert row["n_ft"] == 1


def test_several_candidates_on_a_line_are_several_and_end_at_the_same_token() -> None:
    text = "x is 4, no 5\nso 5"
    found = [Candidate(5, 6, 1, "4", "", ""), Candidate(11, 12, 1, "5", "", ""), Candidate(16, 17, 2, "5", "", "")]
    outcomes = [Outcome.INCORRECT, Outcome.CORRECT, Outcome.CORRECT]
    reading = Reading(text, "reasoning", Outcome.CORRECT, True, found, outcomes, [0, 1, 1], 1, n_attempt_chars=17)
    row = build(WHO, replace(reading, n_tokens=17))
    assert row["candidate_lines"] == [1, 1, 2]
    assert row["candidate_tokens"] == [13, 13, 17]  # the line break belongs to the first line
    assert (row["n_ft"], row["n_tt"]) == (1, 1)


def test_without_uploaded_counts_the_source_says_estimated() -> None:
    row = build(WHO, replace(reading_of("T", "T", tail="." * 280), n_tokens=None))  # 290 characters / 2.9
    assert (row["n_tokens"], row["token_source"]) == (100, TokenSource.ESTIMATED.value)


def test_a_grade_without_a_text_has_no_length() -> None:
    row = build(WHO, Reading(None, "none", Outcome.CORRECT, True))
    assert (row["n_lines"], row["n_tokens"], row["n_read_tokens"], row["token_source"]) == (0, None, None, "none")
    assert row["kappa_paper"] is None


def test_rows_survive_a_parquet_file_with_all_their_types() -> None:
    rows = frame([build(WHO, reading_of("FT", "T")), build(WHO, Reading(None, "none", Outcome.ERROR, False))])
    file = BytesIO()
    rows.write_parquet(file)
    file.seek(0)
    assert pl.read_parquet(file).equals(rows)
    assert rows.schema == SCHEMA


@pytest.mark.parametrize(
    ("reading", "message"),
    [
        (replace(reading_of("TT", "T"), candidate_classes=[0]), "differ in number"),
        (replace(reading_of("TT", "T"), candidates=list(reversed(reading_of("TT", "T").candidates))), "order"),
        (replace(reading_of("TT", "T"), text=None), "not there"),
    ],
)
def test_a_reading_that_contradicts_itself_is_refused(reading: Reading, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        build(WHO, reading)
