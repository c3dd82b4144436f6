"""Sets that look at all traces of a problem, at candidates or at tools: ExIt, KnowRL, the mix, agents' messages."""

from dataclasses import replace

import pytest

from analysis.training.mixed import draw_of
from analysis.training.traces import Mark, Trace
from analysis.types import Outcome, Role, Turn

from .made import ASKED, PROBLEM, RIGHT, WRONG, exported, one, plain, reasoned, trained, two

UP, DOWN = two("up", "It is 5.", "4", WRONG, RIGHT), two("down", "It is 4.", "5", RIGHT, WRONG)


def test_a_step_at_which_chains_come_apart_is_a_task() -> None:
    # One of two chains is right after the step: p(1 - p) = .25.
    rows, counts = exported("exit_tasks", UP, DOWN)
    assert [row["prompt"][-1]["content"] for row in rows] == [
        "What is 2 + 2?\n\nLook again.\n\nIt is 5.",
        "What is 2 + 2?\n\nLook again.\n\nIt is 4.",
    ]
    assert rows[0]["gold"] == ["4"]
    assert rows[0]["metadata"]["scores"] == {"return_variance": 0.25, "n_chains": 2, "step": 1}
    assert counts.made == {"step 1": 2}


def test_chains_that_end_alike_or_are_too_few_are_no_tasks() -> None:
    assert exported("exit_tasks", UP, replace(UP, source="b"))[1].left_out == {
        "the variance of returns is not more than 0": 2
    }
    assert exported("exit_tasks", UP)[1].left_out == {"fewer than 2 chains reach the step": 1}


def judged(*words: str) -> Trace:
    asked = Turn(Role.USER, "Could you sing?")
    said = [Turn(Role.ASSISTANT, word, answer=word) for word in words]
    return Trace("k", PROBLEM, tuple(turn for each in said for turn in (asked, each)), ())


def test_a_task_that_is_mostly_judged_alike_has_that_judgement_as_gold() -> None:
    rows, _ = exported("consensus", judged("feasible", "infeasible", "feasible"))
    assert (rows[0]["prompt"][0]["content"], rows[0]["gold"]) == ("Could you sing?", ["feasible"])
    assert rows[0]["metadata"]["scores"] == {"consensus": pytest.approx(2 / 3), "n": 3}


def test_ties_and_small_shares_are_left_out() -> None:
    _, counts = exported(
        "consensus", judged("feasible", "infeasible"), judged("feasible"), judged("maybe"), consensus=0.5
    )
    assert counts.left_out == {"tied": 1, "fewer than 2 judgements were read": 1, "no task was judged": 1}
    _, counts = exported("consensus", judged("feasible", "feasible", "infeasible"), consensus=0.9)
    assert counts.left_out == {"the consensus is too small": 1}


FIXED = reasoned("It is 5.\nNo, it is 4.", ["5", "4"], source="fixed")
SURE = reasoned("It is 4.\nYes, 4.", ["4", "4"], source="sure")


def test_of_a_problem_with_both_kinds_the_share_says_which_is_taken() -> None:
    taken = {share: exported("reflection_mix", FIXED, SURE, share=share)[1].made for share in (0, 1)}
    assert taken == {0: {"T→T only": 1}, 1: {"with F→T": 1}}
    rows, counts = exported("reflection_mix", FIXED, SURE, share=1)
    assert trained(rows[0]["messages"][-1]) == ["<think>It is 5.\nNo, it is 4.</think>4"]
    assert counts.left_out == {"the other kind or one more of the problem": 1}


def test_a_problem_with_one_kind_only_gives_nothing() -> None:
    once = reasoned("It is 4.", ["4"], source="once")
    unread = replace(SURE, source="unread", marks=(*SURE.marks, Mark(8, 9, Outcome.UNPARSED, -1)))
    assert exported("reflection_mix", SURE, once, unread)[1].left_out == {
        "the problem has not both kinds": 1,
        "neither with F→T nor with T→T only": 2,
    }


def test_a_larger_share_holds_the_problems_of_a_smaller_one() -> None:
    # Of 2000 keys about half are drawn below .5: six standard deviations are .067.
    drawn = [draw_of(f"p{n}") for n in range(2000)]
    assert abs(sum(each < 0.5 for each in drawn) / 2000 - 0.5) < 0.067


CALLS = (
    ASKED,
    Turn(Role.ASSISTANT, "Let me look.", tool_calls=({"name": "add", "arguments": {"a": 2}},)),
    Turn(Role.TOOL, "4"),
    plain("It is 4."),
)
AGENT = Trace("agent", PROBLEM, CALLS, (RIGHT,))


def test_an_agents_words_and_calls_are_learned_and_what_a_tool_returned_is_not() -> None:
    rows, _ = exported("agent_messages", AGENT)
    call = '<tool_call>\n{"name": "add", "arguments": {"a": 2}}\n</tool_call>'
    assert [(each["role"], trained(each)) for each in rows[0]["messages"]] == [
        ("user", []),
        ("assistant", [f"Let me look.\n{call}"]),
        ("tool", []),
        ("assistant", ["It is 4."]),
    ]
    assert rows[0]["metadata"]["scores"] == {"n_tool_turns": 1}


def test_a_step_that_an_upload_masked_stays_masked_unless_that_is_set_off() -> None:
    wrong = replace(CALLS[1], train_on=False)
    masked = replace(AGENT, turns=(ASKED, wrong, *CALLS[2:]))
    assert [each["train_on"] for each in exported("agent_messages", masked)[0][0]["messages"]] == [
        False,
        False,
        False,
        True,
    ]
    assert exported("agent_messages", masked, uploaded_masks=False)[0][0]["messages"][1]["train_on"]
    assert exported("agent_messages", two("talk", "4", "4", RIGHT, RIGHT))[1].left_out == {"no tool was used": 1}


EXPERT, OWN = one("e", "Add them: 4.", RIGHT, "big"), one("o", "It is 5.", WRONG, "small")


def test_an_expert_and_a_models_own_action_are_shown_and_the_gold_says_which_is_which() -> None:
    rows, counts = exported("act_choices", EXPERT, OWN, orders="both", look="{question}|{first}|{second}")
    assert [(row["prompt"][0]["content"], row["gold"]) for row in rows] == [
        ("What is 2 + 2?|Add them: 4.|It is 5.", ["1"]),
        ("What is 2 + 2?|It is 5.|Add them: 4.", ["2"]),
    ]
    assert counts.made == {"the expert's first": 1, "the expert's second": 1}
    assert exported("act_choices", EXPERT, OWN)[1].n_rows == 1


def test_an_order_that_is_drawn_favours_no_place() -> None:
    # Of 1000 pairs about half begin with the expert's: six standard deviations are .095.
    pairs = [exported("act_choices", EXPERT, replace(OWN, source=f"o{n}"))[0][0]["gold"] for n in range(1000)]
    assert abs(pairs.count(["1"]) / 1000 - 0.5) < 0.095


def test_actions_that_are_no_alternatives_are_counted() -> None:
    group = (EXPERT, OWN, replace(OWN, source="again"), one("right", "4", RIGHT), one("missed", "6", WRONG, "big"))
    assert exported("act_choices", *group, expert="big")[1].left_out == {
        "the same action again": 1,
        "the answer is not wrong": 1,
        "the expert's answer is not right": 1,
    }
    assert exported("act_choices", OWN)[1].left_out == {"no expert's action at the state": 1}
