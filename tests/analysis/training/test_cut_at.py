"""Cut after the i-th candidate: the rules of First Try Matters, section 3.1."""

from dataclasses import replace
from itertools import pairwise

from .made import WRONG, exported, last, reasoned, trained

LINES = "so 3.\nno, 4.\nyes, 4 it is.\nagain 4."
TRACE = reasoned(LINES, ["3", "4", "4", "4"])


def test_the_reasoning_ends_with_the_line_of_the_candidate_and_the_answer_follows() -> None:
    rows, counts = exported("cut_at", TRACE, i=3, more_than=2)
    assert last(rows[0])["content"] == "<think>so 3.\nno, 4.\nyes, 4 it is.</think>4"
    assert (counts.n_traces, counts.made["cut-at-3"], counts.left_out.total()) == (1, 1, 0)


def test_all_of_the_answer_is_trained_on_and_nothing_of_the_question() -> None:
    rows, _ = exported("cut_at", TRACE, i=2, more_than=2)
    asked, said = rows[0]["messages"]
    assert (asked["train_on"], asked["spans"]) == (False, [])
    assert trained(said) == ["<think>so 3.\nno, 4.</think>4"]


def test_a_rollout_needs_more_right_candidates_than_the_setting_says() -> None:
    # Three of four candidates are right: more than 2, not more than 3; the paper's rule is more than 6.
    assert exported("cut_at", TRACE, more_than=3)[1].left_out == {"not more than 3 right candidates": 1}
    assert exported("cut_at", TRACE)[1].left_out == {"not more than 6 right candidates": 1}


def test_a_cut_candidate_that_is_not_the_final_answer_is_dropped() -> None:
    _, counts = exported("cut_at", TRACE, i=1, more_than=2)
    assert counts.left_out == {"the final answer is not that of the cut candidate": 1}


def test_wrong_rollouts_short_ones_and_those_without_reasoning_are_counted_by_reason() -> None:
    wrong = replace(TRACE, outcomes=(WRONG,))
    bare = replace(TRACE, turns=(TRACE.turns[0], replace(TRACE.turns[1], reasoning=None)))
    _, counts = exported("cut_at", wrong, bare, TRACE, i=5, more_than=2)
    assert counts.left_out == {
        "the final answer is not right": 1,
        "no reasoning with an answer after it": 1,
        "fewer than 5 candidates": 1,
    }


def test_every_i_up_to_the_number_of_right_candidates_gives_longer_reasoning() -> None:
    right = reasoned("\n".join(["it is 4."] * 7), ["4"] * 7)
    lengths = [len(last(exported("cut_at", right, i=i)[0][0])["content"]) for i in range(1, 8)]
    # Each further line is "\n" and 8 characters.
    assert [b - a for a, b in pairwise(lengths)] == [9] * 6
