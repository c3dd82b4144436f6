"""Answers of model APIs, request outputs of vLLM, and training sets: what becomes which part of a rollout."""

import json

import pytest

from analysis.types import Role, Rollout
from apps.traces.importers.formats.replies import replies_of

from .samples import attempt_of, duplicates, errors, jsonl, opened, reasoning_of, response_of, rollouts, text_file
from .samples_of_formats import (
    FORMATS,
    as_file,
    batch_output,
    batch_request,
    completion,
    openr1_row,
    sharegpt_row,
    trl_row,
    verl_row,
)


def read(name: str) -> list[Rollout]:
    return rollouts(opened(*FORMATS[name].sources()))


def test_a_batch_takes_its_prompts_from_its_input_file_by_custom_id() -> None:
    found = {(rollout.external_id, rollout.sample): rollout for rollout in read("OpenAI batch with its input")}
    assert set(found) == {("q2", 0), ("q1", 0), ("q1", 1), ("q3", 0), ("q4", 0)}
    second = found["q2", 0]
    assert [turn.text for turn in second.turns[:2]] == ["Be short.", "What is 2 plus 1?"]
    assert (second.problem.question, second.condition) == ("What is 2 plus 1?", {"temperature": "0.6"})
    assert (second.model, second.truncated) == ("gpt-4o-mini-2024", False)
    assert (reasoning_of(second), response_of(second)) == ("One more than 2.", "It is 3.")
    assert (attempt_of(second).n_tokens, attempt_of(second).n_reasoning_tokens) == (12, 7)


def test_several_choices_are_samples_that_share_no_token_count() -> None:
    found = [rollout for rollout in read("OpenAI batch with its input") if rollout.external_id == "q1"]
    assert [(r.sample, response_of(r), r.truncated) for r in found] == [(0, "It is 2.", False), (1, "It is 3.", True)]
    assert {attempt_of(rollout).n_tokens for rollout in found} == {None}


def test_failed_and_expired_requests_are_error_rollouts_with_their_prompts() -> None:
    found = {rollout.external_id: rollout for rollout in read("OpenAI batch with its input")}
    assert (found["q3"].error, found["q4"].error) == ("too long", "not in time")
    assert found["q3"].problem.question == "What is 3 plus 1?"
    assert attempt_of(found["q3"]).text is None


def test_a_batch_without_its_input_file_is_read_without_prompts() -> None:
    source = opened(jsonl([batch_output(2), batch_output(1)], "out.jsonl"))
    assert [(r.external_id, len(r.turns)) for r in rollouts(source)] == [("q2", 1), ("q1", 1)]


def test_several_inputs_and_outputs_find_each_other() -> None:
    source = opened(
        jsonl([batch_request(1)], "a_in.jsonl"), jsonl([batch_request(2)], "b_in.jsonl"),
        jsonl([batch_output(2)], "c_out.jsonl"), jsonl([batch_output(1)], "d_out.jsonl"),
    )  # fmt: skip
    assert [r.problem.question for r in rollouts(source)] == ["What is 2 plus 1?", "What is 1 plus 1?"]


def test_a_broken_line_of_the_input_file_costs_its_own_prompt_alone() -> None:
    lines = [json.dumps(batch_request(1)), '{"custom_id": "q2", broken', json.dumps(batch_request(3))]
    files = [as_file("out.jsonl", [batch_output(1), batch_output(3)])]
    source = opened(text_file("in.jsonl", "\n".join(lines)), *files)
    assert [r.problem.question for r in rollouts(source)] == ["What is 1 plus 1?", "What is 3 plus 1?"]
    assert source.report.remarks() == ["1 lines of in.jsonl cannot be read; their prompts are missing"]


def test_the_input_of_a_batch_alone_holds_no_rollouts() -> None:
    with pytest.raises(Exception, match="the requests of a batch"):
        opened(jsonl([batch_request(1)], "in.jsonl"))


def test_responses_bodies_give_summaries_as_reasoning_and_say_when_they_were_cut() -> None:
    first = read("Responses batch")[0]
    assert (reasoning_of(first), response_of(first), first.truncated) == ("One more.", "It is 2.", True)
    assert (attempt_of(first).n_tokens, attempt_of(first).n_reasoning_tokens) == (20, 15)


def test_message_batches_keep_thinking_apart_and_name_what_failed() -> None:
    told, failed, expired = read("Anthropic batch")
    assert (reasoning_of(told), response_of(told), told.truncated) == ("One more than 3.", "It is 4.", True)
    assert told.problem.question == "What is 3 plus 1?"
    assert (failed.error, expired.error) == ("busy", "expired")


def test_completions_that_were_saved_with_their_messages_keep_them() -> None:
    rows = [{**completion(n), "messages": [{"role": "user", "content": f"{n}+1?"}]} for n in (3, 4)]
    assert [rollout.problem.question for rollout in rollouts(opened(jsonl(rows)))] == ["3+1?", "4+1?"]


def test_one_completion_in_its_own_file_is_a_rollout_per_choice() -> None:
    found = read("one completion object")
    assert [(r.external_id, r.sample, response_of(r)) for r in found] == [
        ("chatcmpl-3", 0, "It is 4."), ("chatcmpl-3", 1, "It is"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("message", "text", "reasoning"),
    [
        ({"content": "4", "reasoning": "new"}, "4", "new"),
        ({"content": "4", "reasoning_content": "old"}, "4", "old"),
        ({"content": "4", "reasoning": None, "reasoning_content": "old"}, "4", "old"),
        ({"content": "4", "reasoning_details": [{"type": "reasoning.text", "text": "routed"}]}, "4", "routed"),
        ({"content": [{"type": "text", "text": "4"}]}, "4", None),
        ({"content": None, "refusal": "I cannot."}, "I cannot.", None),
    ],
)
def test_messages_hold_their_reasoning_under_several_names(
    message: dict[str, object], text: str, reasoning: str | None
) -> None:
    (reply,) = replies_of({"choices": [{"message": message}]})
    assert (reply.get("text"), reply.get("reasoning")) == (text, reasoning)


def test_counted_reasoning_without_text_is_stripped() -> None:
    body = {
        "object": "chat.completion", "model": "o3", "choices": [{"message": {"content": "4"}, "finish_reason": "stop"}],
        "usage": {"completion_tokens": 90, "completion_tokens_details": {"reasoning_tokens": 80}},
    }  # fmt: skip
    (rollout,) = rollouts(opened(jsonl([body])))
    assert rollout.attributes["reasoning_source"] == "stripped"


def test_vllm_texts_with_a_closing_tag_alone_are_split_there() -> None:
    closed, cut = read("vLLM request outputs")[:2]
    assert (reasoning_of(closed), response_of(closed)) == ("One more.\n", "\n\nIt is 4.")
    assert closed.attributes["reasoning_source"] == "closer_only"
    # The prompt opened the thought, the text never closed it: all of it is thought, and the length ended it.
    assert (reasoning_of(cut), response_of(cut), cut.truncated) == ("One more and", None, True)
    assert [attempt_of(rollout).n_tokens for rollout in (closed, cut)] == [3, 2]


def test_openr1_generations_are_samples_with_their_own_verdicts() -> None:
    one, two = read("OpenR1-Math")[:2]
    assert (one.external_id, one.sample, two.sample) == ("u3", 0, 1)
    assert (attempt_of(one).correct, attempt_of(two).correct) == (True, False)
    assert (one.truncated, two.truncated) == (False, True)
    assert (reasoning_of(one), response_of(one)) == ("\nOne more.\n", "\n\nIt is \\boxed{4}.")
    assert one.problem.golds == ("4",)


def test_openr1_lists_of_different_lengths_are_an_error_of_their_row() -> None:
    bad = {**openr1_row(3), "finish_reasons": ["stop"]}
    source = opened(jsonl([bad, openr1_row(4)]))
    assert [rollout.external_id for rollout in rollouts(source)] == ["u4", "u4"]
    assert errors(source)[0].words == (
        "rows.jsonl, line 1 (row 1), field finish_reason: has 1 values where response has 2"
    )


def test_verl_rows_of_one_prompt_are_numbered_so_that_equal_outputs_stay() -> None:
    source = opened(*FORMATS["verl"].sources())
    found = rollouts(source)
    assert [(rollout.problem.golds, rollout.sample) for rollout in found] == [(("4",), 0), (("4",), 1), (("5",), 0)]
    assert duplicates(source) == []
    first = found[0]
    assert (first.condition, first.scores) == ({"step": "20"}, {"score": 1.0, "acc": 1.0, "format": 0.5})
    assert (attempt_of(first).correct, first.attributes["pred"]) == (True, "4")
    assert reasoning_of(first) == "One more than 3."


def test_verl_steps_are_conditions_and_a_graded_score_is_a_score_only() -> None:
    rows = [{**verl_row(3), "score": score, "acc": score, "step": step} for step, score in ((1, 0.5), (2, 1.0))]
    found = rollouts(opened(jsonl(rows, "1.jsonl")))
    assert [rollout.condition["step"] for rollout in found] == ["1", "2"]
    assert {attempt_of(rollout).correct for rollout in found} == {None}


@pytest.mark.parametrize("name", ["TRL", "TRL messages"])
def test_trl_completions(name: str) -> None:
    first = read(name)[0]
    assert (first.problem.question, reasoning_of(first)) == ("What is 3 plus 1?", "One more than 3.")
    assert first.scores == {"accuracy_reward": 1.0, "format_reward": 0.25, "advantage": -0.5}
    assert (attempt_of(first).correct, first.condition) == (True, {"step": "5"})


def test_trl_prompts_that_look_like_lists_are_texts() -> None:
    row = {**trl_row(3), "prompt": "[1, 2] is a list. What is 3 plus 1?"}
    (rollout,) = rollouts(opened(jsonl([row], "completions_00005.jsonl")))
    assert rollout.turns[0].text == "[1, 2] is a list. What is 3 plus 1?"


def test_openthoughts_markers_and_columns_give_the_same_reasoning() -> None:
    marked, plain = read("OpenThoughts")[0], read("OpenThoughts columns")[0]
    assert (reasoning_of(marked), response_of(marked)) == ("\n\nOne more than 3.\n\n", "\n\nIt is 4.\n\n")
    assert (reasoning_of(plain), response_of(plain)) == ("One more than 3.", "It is 4.")
    assert [turn.role for turn in marked.turns] == [Role.SYSTEM, Role.USER, Role.ASSISTANT]
    assert (plain.model, plain.problem.golds, plain.problem.subject) == ("DeepSeek-R1", ("4",), "math")


def test_openthoughts_grades_stand_on_the_answer_of_their_conversation() -> None:
    found = read("OpenThoughts math")
    assert [(rollout.problem.golds, attempt_of(rollout).correct) for rollout in found] == [
        (("4",), True),
        (("5",), False),
    ]


def test_sharegpt_system_columns_are_first_messages() -> None:
    first = read("ShareGPT")[0]
    assert [turn.text for turn in first.turns] == ["Be short.", "What is 3 plus 1?", "It is 4."]
    assert (first.external_id, first.problem.question) == ("s3", "What is 3 plus 1?")


def test_function_calls_of_sharegpt_are_tool_calls() -> None:
    row = sharegpt_row(3)
    row["conversations"] = [
        {"from": "human", "value": "What is 3 plus 1?"},
        {"from": "function_call", "value": '{"name": "add", "arguments": {"a": 3}}'},
        {"from": "observation", "value": "4"},
        {"from": "gpt", "value": "It is 4."},
    ]
    (rollout,) = rollouts(opened(jsonl([row])))
    roles = [turn.role for turn in rollout.turns]
    assert roles == [Role.SYSTEM, Role.USER, Role.ASSISTANT, Role.TOOL, Role.ASSISTANT]
    assert rollout.turns[2].tool_calls == ({"type": "function", "function": {"name": "add", "arguments": {"a": 3}}},)
    assert [turn.is_attempt for turn in rollout.turns] == [False, False, False, False, True]


def test_messages_with_tools_keep_calls_and_results() -> None:
    first = read("messages with tools")[0]
    assert [turn.role for turn in first.turns] == [Role.USER, Role.ASSISTANT, Role.TOOL, Role.ASSISTANT]
    assert (first.turns[1].text, first.turns[1].tool_calls[0]["id"]) == (None, "c1")
    assert (attempt_of(first).text, first.turns[2].text) == ("It is 4.", "4")
