"""Agents and self-correction in small: every turn, call, observation, reward and grade is where it belongs."""

import pytest

from analysis.types import Role, Rollout, Turn
from apps.traces.importers.source import Source

from .samples import attempt_of, duplicates, errors, opened, reasoning_of, response_of, rollouts
from .set_samples import INTERCODE, PLANNED, REFINED, SETS, SWE_OLD, TAU, TRIALS, set_file


def read(name: str, content: object = None) -> list[Rollout]:
    return rollouts(opened(set_file(name, content)))


def roles(rollout: Rollout) -> str:
    """The first letters of the roles, attempts in capitals."""
    letters = [turn.role.value[0].upper() if turn.is_attempt else turn.role.value[0] for turn in rollout.turns]
    return "".join(letters)


def calls_of(turn: Turn) -> list[tuple[object, object]]:
    functions = [call["function"] for call in turn.tool_calls]
    return [(function["name"], function["arguments"]) for function in functions]  # type: ignore[index]


@pytest.mark.parametrize("name", list(SETS))
def test_each_sample_is_detected_as_what_it_is_and_wholly_read(name: str) -> None:
    source: Source = opened(set_file(name))
    assert source.detection.format == name.split(" ")[0]
    assert (errors(source), duplicates(source)) == ([], [])
    assert source.report.rollouts > 0
    assert source.detection.questions == ()


@pytest.mark.parametrize("name", list(SETS))
def test_each_sample_is_read_alike_by_name_and_by_detection(name: str) -> None:
    file = set_file(name)
    assert rollouts(opened(file, format=name.split(" ")[0])) == rollouts(opened(file))


def test_an_intercode_task_is_query_then_thought_action_observation() -> None:
    first, second = read("intercode")
    assert roles(first) == "uatatAt"
    assert [turn.reward for turn in first.turns if turn.role is Role.ASSISTANT] == [0, 0, 1]
    assert (first.turns[1].text, first.turns[1].reasoning) == ("Which tables are there?execute[SHOW TABLES]", (0, 23))
    assert first.turns[4].text == "[(3,)]"
    assert (first.problem.key, first.problem.level, first.model) == ("dev_shop/0", "easy", "gpt-3.5")
    assert first.condition == {"strategy": "react", "turns_max": "10"}
    assert first.scores == {
        "max_reward": 1.0, "turns_taken": 3.0, "turns_max": 10.0, "reward": 1.0, "n_invalid_actions": 1.0,
    }  # fmt: skip
    assert [attempt_of(each).correct for each in (first, second)] == [True, False]


def test_a_planned_intercode_task_lies_under_logs_and_has_steps_for_thoughts() -> None:
    (only,) = read("intercode planned")
    assert [reasoning_of_turn(turn) for turn in only.turns[1::2]] == ["Find the folder", "List it", None]
    # The best reward, 0.7, was that of the second action; the attempt is the last one, with its own reward.
    assert (attempt_of(only).reward, only.scores["max_reward"], attempt_of(only).correct) == (0.4, 0.7, False)
    assert only.condition == {"strategy": "plan and solve"}


def reasoning_of_turn(turn: Turn) -> str | None:
    return turn.text[turn.reasoning.start : turn.reasoning.end] if turn.text and turn.reasoning else None


@pytest.mark.parametrize("name", ["observations", "rewards", "valid_action", "thoughts"])
def test_parallel_arrays_of_other_lengths_are_an_error_that_names_them(name: str) -> None:
    task: dict[str, dict[str, object]] = INTERCODE["1"]  # type: ignore[assignment]
    broken = {**INTERCODE, "1": {**task, "turn_history": {**task["turn_history"], name: []}}}
    source = opened(set_file("intercode", broken))
    assert len(rollouts(source)) == 1
    assert [error.words for error in errors(source)] == [
        f"sql/gpt-3.5/ic_sql_react.json, line 1 (row 2): field turn_history.{name}: has 0 values where actions has 1"
    ]


def test_more_steps_than_actions_are_an_error_and_nulls_are_none() -> None:
    nothing: list[object] = [None]
    history = {"steps": ["a", "b"], "actions": ["ls"], **dict.fromkeys(("observations", "rewards"), nothing)}
    planned = {"meta": PLANNED["meta"], "logs": {"1": {"query": "q", "task_id": 1, "turn_history": history}}}
    fine = {"query": "p", "task_id": 2, "turn_history": {**history, "steps": []}}
    source = opened(set_file("intercode planned", {**planned, "logs": {**planned["logs"], "2": fine}}))  # type: ignore[dict-item]
    assert [error.message for error in errors(source)] == ["field turn_history.steps: has 2 values where actions has 1"]
    assert attempt_of(rollouts(source)[0]).correct is None


def test_a_dialogue_keeps_its_calls_and_only_its_last_reply_is_an_attempt() -> None:
    first, second = read("tau-bench")
    assert (roles(first), roles(second)) == ("suatAuj", "uauA")
    assert calls_of(first.turns[2]) == [("cancel", '{"trip":"R1"}')]
    assert (first.turns[3].actor, first.turns[3].text) == ("cancel", "done")
    last = attempt_of(first)
    assert (last.text, last.correct, last.reward) == ("It is cancelled.", True, 1)
    assert attempt_of(second).correct is False
    assert [each.sample for each in (first, second)] == [2, 3]
    assert (first.model, first.problem.golds) == ("gpt-4o", ())
    assert first.problem.question == "You are ann_1. Cancel the trip to Rome."
    assert first.scores == {"reward": 1.0, "user_cost": 0.25, "n_tool_calls": 1.0}


def test_expected_actions_stand_in_a_judges_turn_behind_the_dialogue() -> None:
    judge = read("tau-bench")[0].turns[-1]
    assert (judge.role, judge.actor, judge.text, judge.is_attempt) == (Role.JUDGE, "expected actions", "R1", False)
    assert calls_of(judge) == [("cancel", '{"trip":"R1"}')]


def test_a_reward_between_0_and_1_is_no_grade() -> None:
    assert attempt_of(read("tau-bench", [{**TAU[0], "reward": 0.5}])[0]).correct is None


def test_an_old_trajectory_has_its_thought_as_reasoning() -> None:
    (only,) = read("swe-agent")
    assert roles(only) == "suuatAt"
    assert (reasoning_of(only), response_of(only)) == ("Done.\n", "```\nsubmit\n```")
    assert attempt_of(only).text == "Done.\n```\nsubmit\n```"
    assert (attempt_of(only).answer, attempt_of(only).finish_reason) == ("\ndiff --git a/pond.py", "submitted")
    assert (only.problem.question, only.problem.key, only.model) == ("The pond leaks.", "pond-1", "gpt4")
    assert only.condition == {"run": "gpt4__pond__t-0.20__p-0.95__c-3", "temperature": "0.20", "top_p": "0.95"}
    assert only.scores["tokens_sent"] == 100
    assert only.turns[1].actor == "demonstration"


def test_calls_of_tools_come_from_the_history_and_the_model_from_the_settings() -> None:
    (only,) = read("swe-agent calls")
    assert calls_of(attempt_of(only)) == [("bash", "{}")]
    assert (attempt_of(only).text, attempt_of(only).reasoning) == ("I look.", None)
    assert only.model == "gpt-4o"


def test_a_replay_is_no_models_work() -> None:
    file = set_file("swe-agent calls")
    (only,) = rollouts(opened(type(file)("replay__pond__x/pond-2.traj", file.open, file.size)))
    assert only.model == "unknown"


def test_a_trajectory_that_is_only_a_history_is_read_from_it() -> None:
    (only,) = read("swe-agent history")
    assert roles(only) == "suAt"
    assert only.problem.question == "The pond leaks."


def test_a_trial_is_a_condition_and_reflections_stand_before_its_steps() -> None:
    first, second, third = read("reflexion-trials")
    assert [roles(each) for each in (first, second, third)] == ["uAt", "ucatAt", "ucatAt"]
    assert [each.condition for each in (first, second)] == [
        {"agent": "react_reflexion", "trial": "1"}, {"agent": "react_reflexion", "trial": "2"},
    ]  # fmt: skip
    assert [attempt_of(each).correct for each in (first, second)] == [False, True]
    assert [attempt_of(each).finish_reason for each in (first, second)] == ["halted", ""]
    assert (attempt_of(second).answer, response_of(second), reasoning_of(second)) == ("Ann", "Ann", "It was Ann.")
    assert calls_of(second.turns[2]) == [("Search", "pond digger")]
    assert second.turns[3].text == "Ann dug it."
    assert first.problem == second.problem
    assert first.problem.golds == ("Ann",)


def test_a_solved_question_that_repeats_unchanged_is_marked() -> None:
    assert [each.scores["carried_over"] for each in read("reflexion-trials")] == [0, 0, 1]


def test_a_question_that_a_trial_lists_twice_is_a_duplicate() -> None:
    source = opened(set_file("reflexion-trials", [*TRIALS, {**TRIALS[0], "outcome": "incorrect"}]))
    assert (len(rollouts(source)), len(duplicates(source))) == (3, 1)


def test_an_environment_is_a_grade_without_text_under_run_and_trial() -> None:
    first, second = read("reflexion-environments")
    assert [roles(each) for each in (first, second)] == ["A", "cA"]
    assert [attempt_of(each).correct for each in (first, second)] == [True, False]
    assert attempt_of(first).text is None
    assert second.turns[0].text == " I forgot the plate."
    assert second.condition == {"run": "base_run_logs", "trial": "3"}
    assert (second.problem.key, second.problem.problem_set) == ("alfworld/env_1", "alfworld")


def test_a_program_is_graded_by_its_tests_and_its_reference_is_no_gold() -> None:
    first, second = read("reflexion-programming")
    assert [roles(each) for each in (first, second)] == ["ucA", "uA"]
    assert [attempt_of(each).correct for each in (first, second)] == [True, False]
    assert [each.problem.key for each in (first, second)] == ["Pond/0", "pond_1_width"]
    assert (first.problem.golds, first.problem.answer_type.value) == ((), "code")
    assert (first.model, first.condition) == ("gpt-4", {"run": "reflexion_py"})


def test_rows_of_a_record_become_one_rollout_in_the_order_of_its_attempts() -> None:
    source = opened(set_file("self-refine"))
    first, second = rollouts(source)
    assert [roles(each) for each in (first, second)] == ["uAjcAjc", "uAjc"]
    assert [turn.text for turn in first.turns if turn.is_attempt] == ["A pond!", "A dry pond, how fresh!"]
    assert first.turns[2].confidence == 0.6
    assert first.turns[-1].text == "Brighter than 'A dry pond, how fresh!'! Try again!"
    assert (first.problem.question, first.problem.subject) == ("The pond of 0 was dry.", "to Very positive")
    assert (first.model, first.scores["n_attempts"], second.scores["n_attempts"]) == ("gpt4", 2, 1)
    assert source.report.remarks() == [
        "gpt4.jsonl: records do not have all their attempts (numbered from 0 without a gap)"
    ]


def test_a_record_of_very_many_rows_is_read_in_parts_so_that_memory_stays_bounded() -> None:
    rows = [{**REFINED[0], "attempt": number, "transferred_review": f"text {number}"} for number in range(2500)]
    found = read("self-refine", rows)
    assert [each.scores["n_attempts"] for each in found] == [1000, 1000, 500]
    assert [each.sample for each in found] == [0, 1, 2]


def test_reading_on_from_any_row_gives_what_one_go_gives() -> None:
    for name in SETS:
        source = opened(set_file(name))
        whole = list(source.rollouts())
        for position, _ in whole:
            later = [item for item in whole if item[0][:2] >= position[:2]]
            assert list(source.rollouts(start=position[:2])) == later


def test_a_thought_that_is_all_of_the_text_is_no_reasoning() -> None:
    steps = [{"thought": "All of it.", "response": "All of it.", "action": "ls", "observation": ""}]
    (only,) = read("swe-agent", {**SWE_OLD, "trajectory": steps})
    assert (attempt_of(only).text, attempt_of(only).reasoning) == ("All of it.", None)


def test_a_dialogue_that_ends_in_a_call_has_its_last_words_for_an_attempt() -> None:
    messages: list[object] = TAU[0]["traj"]  # type: ignore[assignment]
    (only,) = read("tau-bench", [{**TAU[0], "traj": [*messages[:2], messages[4], messages[2], messages[3]]}])
    assert roles(only) == "suAatj"
    assert (attempt_of(only).text, attempt_of(only).correct) == ("It is cancelled.", True)
