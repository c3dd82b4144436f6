"""The scoring of extractors on labels made by hand: every number below is counted in a comment."""

import numpy as np
import pytest

from analysis.answers.scoring import LabelledTrace, LineCounts, count_lines, count_transitions, score, score_by_source
from analysis.types import Candidate, Transition

# Lines 3 and 8 are labelled 5 (wrong) and 7 (right), line 5 is doubted; the second trace has two values on one line.
FIRST = LabelledTrace("a", "one", "p", "7", {3: ("5",), 8: ("7",)}, frozenset({5}))
SECOND = LabelledTrace("b", "two", "q", "2", {4: ("1", "2")})


def found(*places: tuple[int, str]) -> list[Candidate]:
    return [Candidate(i, i + 1, line, value, "rule", "") for i, (line, value) in enumerate(places)]


def same(a: str, b: str) -> bool:
    return a == b


def scored(traces: list[LabelledTrace], candidates: list[list[Candidate]], seed: int = 0):  # type: ignore[no-untyped-def]
    return score(traces, candidates, equal=same, rng=np.random.default_rng(seed))


def test_doubtful_lines_count_neither_way() -> None:
    assert count_lines(FIRST, found((3, "5"), (5, "7"))) == LineCounts(1, 0, 1)


def test_a_line_counts_once_however_many_values_stand_on_it() -> None:
    assert count_lines(SECOND, found((4, "1"), (4, "2"), (4, "3"))) == LineCounts(1, 0, 0)


def test_rates_without_a_denominator_are_none() -> None:
    assert (LineCounts(0, 0, 0).precision, LineCounts(0, 0, 0).recall, LineCounts(0, 0, 0).f1) == (None, None, None)
    assert LineCounts(0, 1, 0).recall is None


def test_f1_is_the_harmonic_mean_of_precision_and_recall() -> None:
    counts = LineCounts(6, 2, 3)
    assert counts.precision is not None
    assert counts.recall is not None
    assert counts.f1 == pytest.approx(2 * counts.precision * counts.recall / (counts.precision + counts.recall))


def test_lines_pool_over_traces() -> None:
    # hits: 3 and 4; false alarms: 9; misses: 8
    result = scored([FIRST, SECOND], [found((3, "5"), (9, "5")), found((4, "2"))])
    assert result.lines == LineCounts(2, 1, 1)
    assert (result.n_traces, result.n_problems) == (2, 2)


def test_a_doubtful_line_is_passed_over_as_first_line_unless_nothing_else_was_found() -> None:
    assert scored([FIRST], [found((5, "7"), (8, "7"))]).same_first_line == (0, 1)
    later = LabelledTrace("a", "one", "p", "7", {8: ("7",)}, frozenset({5}))
    assert scored([later], [found((5, "7"), (8, "7"))]).same_first_line == (1, 1)
    assert scored([later], [found((5, "7"))]).same_first_line == (0, 1)


def test_neither_having_a_candidate_agrees_and_one_having_none_does_not() -> None:
    empty = LabelledTrace("c", "one", "p", "7", {})
    assert scored([empty], [[]]).same_first_line == (1, 1)
    assert scored([FIRST], [[]]).same_first_line == (0, 1)


def test_every_value_of_ours_on_a_shared_line_must_be_labelled_there() -> None:
    # line 4 has 1 and 2 labelled: {2} and {1, 2} agree, {2, 3} does not; line 9 is not shared and plays no part
    assert scored([SECOND], [found((4, "2"), (9, "8"))]).equal_values == (1, 1)
    assert scored([SECOND], [found((4, "1"), (4, "2"))]).equal_values == (1, 1)
    assert scored([SECOND], [found((4, "2"), (4, "3"))]).equal_values == (0, 1)


def test_the_first_verdict_compares_whether_the_first_values_are_right() -> None:
    assert scored([FIRST], [found((8, "7"))]).same_first_verdict == (0, 1)  # ours right, labelled 5 wrong
    assert scored([FIRST], [found((3, "6"))]).same_first_verdict == (1, 1)  # both wrong
    assert scored([FIRST], [[]]).same_first_verdict == (1, 1)  # no candidate counts as wrong


def test_transitions_are_those_of_consecutive_values() -> None:
    # 5 F, 7 T, 7 T, 6 F, 6 F, 5 F: F>T, T>T, T>F, F>F same, F>F different
    counts = count_transitions([("7", ["5", "7", "7", "6", "6", "5"]), ("1", ["1"]), ("1", [])], same)
    kinds = (Transition.FT, Transition.TT, Transition.TF, Transition.FFS, Transition.FFD)
    assert [counts[kind] for kind in kinds] == [1, 1, 1, 1, 1]


def test_labelled_transitions_follow_the_order_of_lines_and_then_of_values() -> None:
    result = scored([LabelledTrace("d", "one", "p", "2", {9: ("2",), 4: ("1", "2")})], [[]])
    assert result.labelled_transitions[Transition.FT] == 1  # 1 then 2 on line 4
    assert result.labelled_transitions[Transition.TT] == 1  # 2 on line 9
    assert sum(result.found_transitions.values()) == 0


def test_the_interval_needs_two_problems_and_holds_the_estimate() -> None:
    assert (scored([FIRST], [found((3, "5"))]).f1_low, scored([FIRST], [found((3, "5"))]).f1_high) == (None, None)
    traces = [LabelledTrace(f"t{i}", "s", f"p{i}", "1", {1: ("1",), 2: ("1",)}) for i in range(30)]
    candidates = [found((1, "1")) if i % 3 else found((1, "1"), (2, "1")) for i in range(30)]
    result = scored(traces, candidates)
    assert result.f1_low is not None
    assert result.f1_high is not None
    assert result.lines.f1 is not None
    assert result.f1_low < result.lines.f1 < result.f1_high
    # by hand: 10 problems with 2 of 2 lines and 20 with 1 of 2: F1 = 2 * 40 / (2 * 40 + 20)
    assert result.lines.f1 == pytest.approx(0.8)


def test_the_interval_resamples_problems_and_not_traces() -> None:
    one_problem_each = [LabelledTrace(f"t{i}", "s", f"p{i}", "1", {1: ("1",)}) for i in range(20)]
    two_problems = [LabelledTrace(f"t{i}", "s", f"p{i % 2}", "1", {1: ("1",)}) for i in range(20)]
    candidates = [found((1, "1")) if i % 2 else [] for i in range(20)]
    wide, narrow = scored(two_problems, candidates), scored(one_problem_each, candidates)
    assert (wide.f1_low, wide.f1_high) == (0.0, 1.0)
    assert narrow.f1_low is not None
    assert narrow.f1_low > 0.0


def test_sources_are_scored_apart_in_order() -> None:
    result = score_by_source(
        [SECOND, FIRST], [found((4, "2")), []], equal=same, rng=np.random.default_rng(0), n_resamples=10
    )
    assert list(result) == ["two", "one"]
    assert result["two"].lines == LineCounts(1, 0, 0)
    assert result["one"].lines == LineCounts(0, 0, 2)


def test_unequal_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="1 traces but candidates of 0"):
        scored([FIRST], [])
