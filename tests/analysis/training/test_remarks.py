"""Sets from what was said between two answers: ThinkTuning, SELF, SuperCorrect, Re-ReST, AutoMathCritique."""

from dataclasses import replace

import pytest

from analysis.protocols.settings import SettingRefused
from analysis.training.traces import Trace
from analysis.types import Outcome, Role, Turn

from .made import ASKED, PROBLEM, RIGHT, UNREAD, WRONG, criticised, exported, last, one, plain, trained, two

TEACHES = Turn(Role.TEACHER, "<think>hm</think>Count again.")
LOOK, FOUND, AGAIN = Turn(Role.USER, "Look."), Turn(Role.ASSISTANT, "The sum is off."), Turn(Role.USER, "Again.")


def taught(source: str, *outcomes: Outcome, first: str = "It is 5.", second: str = "It is 4.") -> Trace:
    return Trace(source, PROBLEM, (ASKED, plain(first), TEACHES, plain(second)), outcomes, "small")


def reflected(source: str, *outcomes: Outcome, answers: tuple[str, ...] = ("5", "4")) -> Trace:
    """Answers of one model with its own feedback between them."""
    turns = [ASKED]
    for text in answers:
        turns += [*([LOOK, FOUND, AGAIN] if len(turns) > 1 else []), replace(plain(text), answer=text)]
    return Trace(source, PROBLEM, tuple(turns), outcomes, "m")


def test_a_guided_rollout_is_one_answer_with_the_reward_of_its_end() -> None:
    rows, counts = exported("thinktuning", taught("a", WRONG, RIGHT))
    (message,) = rows[0]["completion"]
    assert trained(message) == ["It is 5.\n\nCount again.\n\nIt is 4."]
    assert (rows[0]["reward"], rows[0]["metadata"]["scores"]) == (1.0, {"reward_before": 0.0})
    assert counts.made == {"mended": 1}


def test_spliced_feedback_may_have_no_loss_and_a_turn_of_its_own_never_has() -> None:
    rows, _ = exported("thinktuning", taught("a", WRONG, WRONG), learn_feedback=False)
    assert trained(rows[0]["completion"][0]) == ["It is 5.\n\n", "\n\nIt is 4."]
    assert rows[0]["reward"] == 0.0
    rows, _ = exported("thinktuning", taught("a", WRONG, RIGHT), feedback="turn")
    assert [(each["role"], trained(each)) for each in rows[0]["completion"]] == [
        ("assistant", ["It is 5."]),
        ("user", []),
        ("assistant", ["It is 4."]),
    ]


def test_guided_rollouts_need_a_teacher_verdicts_and_an_answer_after() -> None:
    silent = replace(taught("silent", WRONG), turns=(ASKED, plain("5"), TEACHES))
    nobody_knows = taught("x", WRONG, Outcome.NO_GOLD)
    _, counts = exported("thinktuning", two("review", "5", "4", WRONG, RIGHT), silent, nobody_knows)
    assert counts.left_out == {
        "no teacher's feedback": 1,
        "no answer after the feedback": 1,
        "an answer is not graded": 1,
    }
    assert exported("thinktuning", taught("a", WRONG, RIGHT), plain=True)[1].made == {"plain": 1, "mended": 1}
    assert exported("thinktuning", taught("a", UNREAD, RIGHT))[1].made == {"unread": 1}


def test_the_skill_has_loss_of_feedback_and_refinement_never_of_the_first_answer() -> None:
    rows, counts = exported("self_meta", reflected("a", WRONG, RIGHT))
    assert [(each["role"], each["content"], bool(trained(each))) for each in rows[0]["messages"]] == [
        ("user", "What is 2 + 2?", False),
        ("assistant", "5", False),
        ("user", "Look.", False),
        ("assistant", "The sum is off.", True),
        ("user", "Again.", False),
        ("assistant", "4", True),
    ]
    assert [each["content"] for each in rows[1]["messages"]] == ["What is 2 + 2?", "4"]
    assert counts.made == {"feedback and refinement": 1, "answer": 1}


def test_a_critic_of_the_same_model_is_its_own_feedback_and_another_is_not() -> None:
    said = criticised("a", "5", "It is off.", "4", WRONG, RIGHT)
    own = replace(said, model="m", played_by={"critic": "m"})
    rows, _ = exported("self_meta", own, direct=False, ask_feedback="Judge.", ask_refinement="Redo.")
    assert [each["content"] for each in rows[0]["messages"]][2:] == ["Judge.", "It is off.", "Redo.", "4"]
    assert [each["train_on"] for each in rows[0]["messages"]][2:] == [False, True, False, True]
    other = replace(said, model="m", played_by={"critic": "big"})
    why = {"no feedback of the model's own before a next answer": 1}
    assert exported("self_meta", other)[1].left_out == why


def test_a_refined_answer_evolves_the_model_only_if_it_stands_by_it() -> None:
    three = reflected("three", WRONG, RIGHT, RIGHT, answers=("5", "4", "4"))
    moved = reflected("moved", WRONG, RIGHT)
    rows, counts = exported("self_evolution", three, moved)
    assert [(row["metadata"]["sources"], row["metadata"]["scores"]) for row in rows] == [(["three"], {"round": 2})]
    assert counts.left_out == {"the model stands by no refined answer": 1}
    assert exported("self_evolution", moved, filter="gold")[1].made == {"right": 1}


def test_its_own_verdict_counts_before_what_it_does() -> None:
    says = Turn(Role.ASSISTANT, "Correctness of the final answer: Wrong")
    doubted = reflected("doubted", WRONG, RIGHT, RIGHT, answers=("5", "4", "4"))
    turns = list(doubted.turns)
    turns[7] = says  # after the second answer: asked, 5, look, found, again, 4, look, HERE, again, 4
    rows, _ = exported("self_evolution", replace(doubted, turns=tuple(turns)))
    assert rows[0]["metadata"]["scores"] == {"round": 2}  # the second answer it called wrong, the third it repeated
    turns[7] = Turn(Role.ASSISTANT, "Correctness of the final answer: Correct")
    rows, _ = exported("self_evolution", replace(doubted, turns=tuple(turns)))
    assert rows[0]["metadata"]["scores"] == {"round": 1}


def corrected(source: str, critic: str, text: str, *outcomes: Outcome, first: str = "It is 5.") -> Trace:
    return replace(criticised(source, first, text, "Now 4.", *outcomes), model="small", played_by={"critic": critic})


def test_the_teachers_correction_is_chosen_over_the_students_of_the_same_solution() -> None:
    teacher, student = (
        corrected("t", "big", "5 is 1 too many.", WRONG, RIGHT),
        corrected("s", "small", "?", WRONG, WRONG),
    )
    rows, counts = exported("supercorrect_pairs", teacher, student, teacher="big", look="{question}|{solution}")
    assert rows[0]["prompt"] == [{"role": "user", "content": "What is 2 + 2?|It is 5."}]
    assert (rows[0]["chosen"][0]["content"], rows[0]["rejected"][0]["content"]) == ("5 is 1 too many.", "?")
    assert rows[0]["learned"] == [[0, 16]]
    assert (counts.made, rows[0]["metadata"]["sources"]) == ({"mended": 1}, ["t", "s"])


def test_corrections_without_a_counterpart_are_counted() -> None:
    group = (
        corrected("t", "big", "Off.", WRONG, RIGHT),
        corrected("stuck", "big", "Off.", WRONG, WRONG),
        corrected("other", "small", "?", WRONG, WRONG, first="It is 6."),
        corrected("right", "big", "Fine.", RIGHT, RIGHT),
        corrected("third", "third", "?", WRONG, RIGHT),
        one("alone", "5", WRONG),
    )
    assert exported("supercorrect_pairs", *group, teacher="big")[1].left_out == {
        "the student did not correct the same solution": 1,
        "the correction mended nothing": 1,
        "the teacher did not correct the same solution": 1,
        "the solution is not wrong": 1,
        "neither of the teacher nor the student": 1,
        "no correction": 1,
    }
    with pytest.raises(SettingRefused, match="teacher is empty"):
        exported("supercorrect_pairs", *group)


THOUGHT = "<Step1>2 and 2</Step1><Key>carry</Key><Generalized>Add.</Generalized><Answer>4</Answer>"


def test_a_thought_has_numbered_steps_a_generalised_one_and_an_answer() -> None:
    short = THOUGHT.replace("<Generalized>Add.</Generalized>", "")
    group = (
        one("whole", THOUGHT, RIGHT, "big"),
        one("short", short, RIGHT, "big"),
        one("bare", "4", RIGHT, "big"),
        one("wrong", THOUGHT, WRONG, "big"),
        one("small", THOUGHT, RIGHT, "small"),
    )
    rows, counts = exported("supercorrect_thoughts", *group, teacher="big")
    assert trained(last(rows[0])) == [THOUGHT]
    assert counts.made == {"with key steps": 1}
    assert counts.left_out == {
        "no generalised thought": 1,
        "not a template of numbered steps and an answer": 1,
        "the final answer is not right": 1,
        "not of the teacher": 1,
    }
    assert exported("supercorrect_thoughts", group[1], generalized=False)[1].n_rows == 1


PASSED, FAILED = two("passed", "It is 4.", "4.", RIGHT, RIGHT), two("failed", "5", "6", WRONG, WRONG)
MENDED = two("mended", "It is 5.", "No, 4.", WRONG, RIGHT)


def test_passed_and_repaired_answers_are_learned_from_the_bare_question() -> None:
    rows, counts = exported("rerest_agent", PASSED, MENDED, FAILED)
    assert [[each["content"] for each in row["messages"]] for row in rows] == [
        ["What is 2 + 2?", "It is 4."],
        ["What is 2 + 2?", "No, 4."],
    ]
    assert (counts.made, counts.left_out) == ({"own": 1, "repaired": 1}, {"never repaired": 1})


def test_the_reflector_reads_the_failure_and_the_feedback_and_learns_the_repair() -> None:
    rows, counts = exported("rerest_reflector", PASSED, MENDED, replace(MENDED, turns=(ASKED, plain("5"), plain("4"))))
    assert [(each["content"], each["train_on"]) for each in rows[0]["messages"]] == [
        ("What is 2 + 2?", False),
        ("It is 5.", False),
        ("Look again.", False),
        ("No, 4.", True),
    ]
    assert counts.left_out == {"the first answer is right": 1, "no feedback between the answers": 1}
    pairs, _ = exported("rerest_pairs", MENDED)
    assert (pairs[0]["chosen"][0]["content"], pairs[0]["rejected"][0]["content"]) == ("No, 4.", "It is 5.")


STEPS = (
    "Step sentence: 2 and 2.\nCorrectness of the step: Correct\nExplanation: so it is.\n"
    "Step sentence: It is 5.\nCorrectness of the step: Incorrect\nExplanation: 4.\n"
    "Correctness of the final answer: Wrong\nExplanation: 4."
)
JUDGED = criticised("judged", "2 and 2.\nIt is  5.", STEPS, "It is 4.", WRONG, RIGHT)


def test_each_step_that_a_critic_quotes_has_its_label() -> None:
    rows, counts = exported(
        "step_labels",
        JUDGED,
        replace(JUDGED, source="else", turns=(*JUDGED.turns[:1], plain("Hm."), *JUDGED.turns[2:])),
    )
    assert (rows[0]["prompt"], rows[0]["completions"]) == ("What is 2 + 2?", ["2 and 2.", "It is 5."])
    assert rows[0]["labels"] == [True, False]
    assert counts.left_out == {"a step of the critique is not in the solution": 1}


def test_a_refinement_is_learned_after_the_critique_that_is_only_read() -> None:
    rows, counts = exported("critique_refine", JUDGED, criticised("stuck", "5", STEPS, "6", WRONG, WRONG), keep="true")
    assert [each["train_on"] for each in rows[0]["messages"]] == [False, False, False, True]
    assert last(rows[0])["content"] == "It is 4."
    assert counts.left_out == {"no right answer after the critique": 1}
