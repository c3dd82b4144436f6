"""Sets that look at all samples of a problem, and ReVISE's pairs."""

from dataclasses import replace
from typing import Any

import pytest

from analysis.protocols.settings import SettingRefused
from analysis.types import Outcome

from .made import PROBLEM, RIGHT, UNREAD, WRONG, exported, last, one

GOOD, BAD = one("good", "So 4.", RIGHT), one("bad", "So 5.", WRONG)
SHOWN = one("shown", "Two and two are 4.", RIGHT, "big")


def pair(row: dict[str, Any]) -> tuple[str, str]:
    return row["chosen"][0]["content"], row["rejected"][0]["content"]


def test_revise_stops_after_a_right_draft_and_refines_a_wrong_one() -> None:
    rows, _ = exported("revise_verify", GOOD, BAD, refine="<R>")
    assert [pair(row) for row in rows] == [("So 4.", "So 4.<R>"), ("So 5.<R>", "So 5.")]
    # Of the wrong draft (5 characters) only the token (3) is learned beside the preference.
    assert [row["learned"] for row in rows] == [[[0, 5]], [[5, 8]]]
    assert exported("revise_verify", GOOD, learn_right_draft=False)[0][0]["learned"] == []


def test_revise_goes_on_from_a_wrong_draft_to_a_right_answer() -> None:
    rows, counts = exported("revise_correct", BAD, GOOD, refine="<R>")
    assert [pair(row) for row in rows] == [("So 5.<R>So 4.", "So 5.")]
    assert (rows[0]["learned"], rows[0]["metadata"]["sources"]) == ([[5, 13]], ["bad", "good"])
    assert counts.left_out == {"the draft is right": 1}


def test_revise_may_take_the_gold_alone_and_says_where_there_is_nothing_to_go_on_with() -> None:
    assert pair(exported("revise_correct", BAD, solution="gold", refine=" ~ ")[0][0])[0] == "So 5. ~ 4"
    assert exported("revise_correct", BAD)[1].left_out == {"no solution (trace)": 1}


def test_a_draft_that_was_cut_off_or_not_graded_is_no_draft() -> None:
    cut = replace(BAD, truncated=True)
    _, counts = exported("revise_verify", cut, one("u", "Hm", UNREAD))
    assert counts.left_out == {"the draft was cut off": 1, "the draft is neither right nor wrong": 1}


def samples(n_right: int, n: int, model: str = "small") -> list[Any]:
    return [one(f"s{i}", f"{i}", RIGHT if i < n_right else WRONG, model) for i in range(n)]


def test_a_problem_that_no_sample_solves_is_learned_from_a_demonstration() -> None:
    rows, counts = exported("relift_buffer", *samples(0, 8), SHOWN, demonstrator="big")
    assert last(rows[0])["content"] == "Two and two are 4."
    assert (counts.n_traces, counts.made) == (9, {"hardest": 1})


def test_a_problem_that_is_solved_once_needs_no_demonstration() -> None:
    _, counts = exported("relift_buffer", *samples(1, 8), SHOWN, demonstrator="big")
    assert counts.left_out == {"the problem is hard": 1}
    _, counts = exported("relift_buffer", *samples(0, 7), SHOWN, demonstrator="big")
    assert counts.left_out == {"fewer than 8 graded samples": 1}


def test_wrong_demonstrations_and_more_than_wanted_are_counted() -> None:
    shown = [SHOWN, replace(SHOWN, source="again"), replace(SHOWN, source="wrong", outcomes=(WRONG,))]
    _, counts = exported("relift_buffer", *samples(0, 8), *shown, demonstrator="big")
    assert counts.left_out == {"more than are wanted of a problem": 1, "the demonstration is not right": 1}
    assert exported("relift_buffer", *samples(0, 8), demonstrator="big")[1].left_out == {"no right demonstration": 1}


def test_a_buffer_needs_the_name_of_its_demonstrator() -> None:
    with pytest.raises(SettingRefused, match="demonstrator is empty"):
        exported("relift_buffer", *samples(0, 8))


def test_prompts_are_of_the_bands_that_are_asked_for_with_the_gold() -> None:
    # 3 of 8 are .375: medium.
    rows, _ = exported("relift_prompts", *samples(3, 8), bands="medium,hard")
    assert rows[0]["prompt"] == [{"role": "user", "content": "What is 2 + 2?"}]
    assert (rows[0]["gold"], rows[0]["metadata"]["kind"], len(rows[0]["metadata"]["sources"])) == (["4"], "medium", 8)
    assert exported("relift_prompts", *samples(3, 8))[1].left_out == {"the problem is medium": 1}
    with pytest.raises(SettingRefused, match="'odd', must be of easy"):
        exported("relift_prompts", bands="odd")


def test_unread_answers_are_unsolved_and_errors_are_no_samples() -> None:
    group = [*samples(0, 7), one("u", "Hm", UNREAD), one("e", "", Outcome.ERROR)]
    assert exported("relift_prompts", *group)[1].made == {"hardest": 1}


def test_without_a_score_b_star_selects_right_answers_once_each() -> None:
    twin = replace(GOOD, source="twin")
    rows, counts = exported("b_star", GOOD, twin, BAD, one("other", "It is 4.", RIGHT))
    assert [last(row)["content"] for row in rows] == ["So 4.", "It is 4."]
    assert counts.left_out == {"the same text again": 1, "the reward is below the threshold": 1}


def test_b_star_takes_the_best_rewards_first() -> None:
    # Rewards: 1 + .5/5 = 1.1, 1 + 2/5 = 1.4, 0 + 5/5 = 1: the right ones are the best two.
    scored = [
        replace(GOOD, scores={"prm": 0.5}),
        one("b", "4", RIGHT, scores={"prm": 2.0}),
        replace(BAD, scores={"prm": 5.0}),
    ]
    rows, counts = exported("b_star", *scored, score="prm", per_problem=2)
    assert [row["metadata"]["sources"] for row in rows] == [["b"], ["good"]]
    assert counts.left_out == {"more than are wanted of a problem": 1}
    assert exported("b_star", GOOD, score="prm")[1].left_out == {"no score 'prm'": 1}


def test_a_mistake_is_set_against_the_teachers_rationale() -> None:
    rows, counts = exported("tailored", BAD, GOOD, SHOWN, teacher="big")
    assert [pair(row) for row in rows] == [("Two and two are 4.", "So 5.")]
    assert (rows[0]["learned"], rows[0]["metadata"]["sources"]) == ([[0, 18]], ["shown", "bad"])
    assert counts.left_out == {"the answer is not wrong": 1}


def test_four_mistakes_of_a_problem_are_taken_and_a_teacher_is_needed() -> None:
    assert exported("tailored", *samples(0, 6), SHOWN, teacher="big")[1].made == {"mistake": 4}
    assert exported("tailored", BAD, teacher="big")[1].left_out == {"no right rationale of the teacher": 1}
    with pytest.raises(SettingRefused, match="student is 'big', must be another"):
        exported("tailored", BAD, teacher="big", student="big")


def test_a_trace_that_nobody_asked_starts_from_the_bare_question() -> None:
    bare = replace(GOOD, turns=GOOD.turns[1:])
    assert exported("b_star", bare)[0][0]["messages"][0]["content"] == PROBLEM.question
