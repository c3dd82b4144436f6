"""Inspect logs: what a sample becomes, in both containers; the real ones with the counts that PROVENANCE.md states."""

import json
from collections import Counter
from pathlib import Path

import pytest

from analysis.errors import UserError
from analysis.types import AnswerType, Role, Rollout
from apps.traces.importers.files import SourceFile

from .containers import Entry, packed_entry, raw_zip, zipped
from .samples import attempt_of, disk_file, errors, files_under, opened, reasoning_of, response_of, rollouts, text_file

HEADER: dict[str, object] = {
    "version": 2,
    "status": "success",
    "eval": {
        "run_id": "r1",
        "task_id": "tASk99xyz",
        "task": "inspect_evals/sums",
        "task_args": {"hint": "none", "shots": 3, "tags": ["a", "b"]},
        "model": "openai/m-1",
        "model_generate_config": {"temperature": 0.5},
    },
    "plan": {"config": {"temperature": 1.0, "max_tokens": 64, "reasoning_effort": "low", "max_connections": 10}},
    "results": {"scores": [{"name": "match", "metrics": {"accuracy": {"value": 1.0}}}]},
}


def sample(**changes: object) -> dict[str, object]:
    message = {
        "role": "assistant",
        "source": "generate",
        "content": [
            {"type": "reasoning", "reasoning": "One and one."},
            {"type": "text", "text": "It is"},
            {"type": "text", "text": "2"},
        ],
    }
    base = {
        "id": 7,
        "epoch": 1,
        "input": "What is 1+1?",
        "target": "2",
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "What is 1+1?"}, message],
        "output": {
            "choices": [{"message": message, "stop_reason": "stop"}],
            "usage": {"output_tokens": 9, "reasoning_tokens": 4},
        },
        "scores": {"match": {"value": "C", "answer": "2", "explanation": "It is 2"}},
        "metadata": {"level": "5", "source_url": "x", "nested": {"a": 1}},
        "events": [{"event": "x"}],
        "attachments": {},
    }
    return {**base, **changes}


def json_log(*samples: object, **changes: object) -> SourceFile:
    return text_file("log.json", json.dumps({**HEADER, **changes, "samples": samples, "reductions": []}))


def eval_log(*samples: dict[str, object], method: int = 93, name: str = "log.eval", **changes: object) -> SourceFile:
    members = [
        packed_entry(f"samples/{one['id']}_epoch_{one['epoch']}.json", json.dumps(one).encode(), method)
        for one in samples
    ]
    header = packed_entry("header.json", json.dumps({**HEADER, **changes}).encode(), method)
    return text_file(name, raw_zip(packed_entry("_journal/start.json", b"{}", method), *members, header))


def only(file: SourceFile) -> Rollout:
    (rollout,) = rollouts(opened(file))
    return rollout


@pytest.mark.parametrize(
    ("name", "n", "n_correct", "n_graded"),
    [
        ("docent__ctf.json", 2, 1, 2),
        ("docent__log.eval", 15, 9, 15),
        ("inspect_ai__2025-02-11T15-17-00-05-00_popularity_dPiJifoWeEQBrfWsAopzWr.eval", 10, 0, 0),
        ("inspect_ai__2025-02-11T15-18-04-05-00_popularity_mj7khqpMM4GBCfVQozKgzB.eval", 10, 8, 10),
        ("inspect_ai__2025-05-12T20-27-36-04-00_browser.json", 1, 1, 1),
        ("inspect_ai__2025-05-12T20-28-13-04-00_popularity.json", 3, 2, 3),
        ("inspect_ai__2025-05-12T20-28-26-04-00_security-guide.json", 3, 3, 3),
        ("inspect_scout__2025-09-23T08-09-58-04-00_popularity_DN2wbX2ZvACsBpjwptzBRo.eval", 100, 63, 100),
        ("inspect_scout__2025-09-23T08-09-58-04-00_security-guide_LuxZJVwvymC3S3SyoJczxB.eval", 16, 11, 16),
        ("inspect_scout__2025-09-23T08-09-58-04-00_theory-of-mind_bbB4eRCx2rFJLyPH42Cj9r.eval", 100, 83, 100),
        ("inspect_scout__2025-11-07T10-59-47-05-00_websearch-addition-problem_LqPDntDnkk4h2fSqQ8i6CE.eval", 1, 1, 1),
    ],
)
@pytest.mark.shared
def test_the_real_logs_have_their_samples_and_grades(
    shared: Path, name: str, n: int, n_correct: int, n_graded: int
) -> None:
    # Rows: PROVENANCE.md (100 with 83 correct, 100, 16, 1, 10, 10, 15, 3, 3, 1, 2); grades: "C" and "I" in the files.
    source = opened(disk_file(shared / "data/inspect-logs" / name))
    found = rollouts(source)
    grades = Counter(turn.correct for rollout in found for turn in rollout.turns if turn.is_attempt)
    assert source.detection.format == "inspect"
    assert (len(found), source.report.errors, source.report.duplicates) == (n, 0, 0)
    assert (grades[True], grades[True] + grades[False]) == (n_correct, n_graded)
    assert all(not str(turn.text or "").startswith("attachment://") for rollout in found for turn in rollout.turns)


@pytest.mark.shared
def test_all_real_logs_together_are_one_upload(shared: Path) -> None:
    source = opened(*files_under(shared / "data/inspect-logs"))
    assert len(rollouts(source)) == 262
    assert source.report.errors == source.report.duplicates == 0
    remarks = " ".join(source.report.remarks())
    assert "popularity.json: the run was cancelled; the samples that it had finished are read" in remarks
    assert "a sample without a score (10 ×)" in remarks


def test_a_sample_becomes_a_rollout() -> None:
    rollout = only(json_log(sample()))
    attempt = attempt_of(rollout)
    assert (rollout.external_id, rollout.sample, rollout.model) == ("7@tASk99", 0, "openai/m-1")
    assert (rollout.problem.key, rollout.problem.question, rollout.problem.golds) == ("sums/7", "What is 1+1?", ("2",))
    assert (rollout.problem.problem_set, rollout.problem.level) == ("sums", "5")
    assert [turn.role for turn in rollout.turns] == [Role.SYSTEM, Role.USER, Role.ASSISTANT]
    assert (reasoning_of(rollout), response_of(rollout)) == ("One and one.", "It is\n2")
    assert (attempt.correct, attempt.answer, attempt.finish_reason) == (True, "2", "stop")
    assert (attempt.n_tokens, attempt.n_reasoning_tokens) == (9, 4)
    assert rollout.condition == {
        "hint": "none", "shots": "3", "tags": "a, b", "temperature": "0.5", "max_new_tokens": "64", "effort": "low",
    }  # fmt: skip
    assert rollout.scores == {"match": 1.0}
    assert rollout.attributes["source_url"] == "x"
    assert rollout.truncated is False


def test_both_containers_and_all_ways_of_packing_give_the_same() -> None:
    samples = [sample(id=n, epoch=epoch) for n in ("x", 10, 9) for epoch in (2, 1)]
    ordered = [sample(id=n, epoch=epoch) for n in (9, 10, "x") for epoch in (1, 2)]
    expected = rollouts(opened(json_log(*ordered)))
    assert len(expected) == 6
    assert rollouts(opened(eval_log(*samples))) == rollouts(opened(eval_log(*samples, method=0))) == expected
    whole = eval_log(*samples).open().read()
    assert rollouts(opened(text_file("all.zip", zipped({"logs/a.eval": whole})))) == expected


def test_epochs_are_samples_of_one_problem_even_where_they_say_the_same() -> None:
    found = rollouts(opened(eval_log(sample(epoch=1), sample(epoch=2))))
    assert [(rollout.problem.key, rollout.sample) for rollout in found] == [("sums/7", 0), ("sums/7", 1)]


def test_the_same_log_twice_is_duplicates_and_another_run_is_not() -> None:
    other = {**HEADER["eval"], "task_id": "other9"}  # type: ignore[dict-item]
    source = opened(json_log(sample()), eval_log(sample()))
    assert (len(rollouts(source)), source.report.duplicates) == (1, 1)
    source = opened(json_log(sample()), eval_log(sample(), eval=other))
    assert (len(rollouts(source)), source.report.duplicates, source.report.n_problems) == (2, 0, 1)


def test_attachments_stand_where_they_are_referred_to() -> None:
    messages = [
        {"role": "user", "content": "attachment://q"},
        {"role": "assistant", "content": [{"type": "text", "text": "tc://a"}]},
    ]
    one = sample(input="attachment://q", messages=messages, attachments={"q": "What is 1+1?", "a": "2"})
    rollout = only(json_log(one))
    assert (rollout.problem.question, [turn.text for turn in rollout.turns]) == ("What is 1+1?", ["What is 1+1?", "2"])
    source = opened(json_log(sample(messages=messages, attachments={"q": "?"})))
    assert rollouts(source)[0].turns[1].text == "tc://a"
    assert "a text refers to an attachment that the log does not hold" in source.report.remarks()[0]


def test_tool_calls_and_observations_are_turns_and_the_last_answer_is_the_attempt() -> None:
    call = {"id": "c1", "function": "bash", "arguments": {"cmd": "ls"}, "view": {"x": 1}, "type": "function"}
    served = {
        "type": "tool_use",
        "tool_type": "web_search",
        "id": "s",
        "name": "search",
        "arguments": "q",
        "result": "r",
    }
    messages = [
        {"role": "user", "content": "Find it."},
        {"role": "assistant", "content": "Looking.", "tool_calls": [call]},
        {"role": "tool", "content": "flag.txt", "function": "bash", "tool_call_id": "c1"},
        {"role": "tool", "content": "", "function": "bash", "error": {"type": "timeout", "message": "too slow"}},
        {"role": "assistant", "content": [served, {"type": "text", "text": "flag.txt"}]},
    ]
    turns = only(json_log(sample(messages=messages))).turns
    assert [turn.role.value for turn in turns] == ["user", "assistant", "tool", "tool", "assistant"]
    assert [turn.is_attempt for turn in turns] == [False, False, False, False, True]
    assert turns[1].tool_calls == ({"id": "c1", "function": "bash", "arguments": {"cmd": "ls"}},)
    assert (turns[2].actor, turns[3].text) == ("bash", "too slow")
    assert turns[4].tool_calls == ({"id": "s", "function": "search", "arguments": "q", "result": "r"},)
    assert turns[4].correct is True


def test_messages_of_a_few_shot_prompt_are_no_attempts() -> None:
    shots = [
        {"role": "user", "content": "What is 0+1?", "source": "input"},
        {"role": "assistant", "content": "1", "source": "input"},
        {"role": "user", "content": "What is 1+1?", "source": "input"},
    ]
    rollout = only(json_log(sample(input=shots, messages=[*shots, {"role": "assistant", "content": "2"}])))
    assert rollout.problem.question == "What is 1+1?"
    assert [turn.is_attempt for turn in rollout.turns] == [False, False, False, True]


def test_redacted_reasoning_is_its_summary_and_said() -> None:
    block = {"type": "reasoning", "reasoning": "gAAAA=", "redacted": True, "summary": "It adds."}
    messages = [{"role": "assistant", "content": [block, {"type": "text", "text": "2"}]}]
    source = opened(json_log(sample(messages=messages)))
    assert reasoning_of(rollouts(source)[0]) == "It adds."
    assert "reasoning was redacted by the provider" in source.report.remarks()[0]
    without = [{"role": "assistant", "content": [{**block, "summary": None}, {"type": "text", "text": "2"}]}]
    rollout = only(json_log(sample(messages=without)))
    assert reasoning_of(rollout) is None
    assert rollout.attributes["reasoning_source"] == "stripped"


@pytest.mark.parametrize(
    ("value", "correct", "score"),
    [
        ("C", True, 1.0),
        ("I", False, 0.0),
        ("N", False, 0.0),
        ("P", None, 0.5),
        (True, True, 1.0),
        (1, True, 1.0),
        (0.25, None, 0.25),
        ("yes", True, 1.0),
        ("0.75", None, 0.75),
        ("strong", None, None),
        (None, None, None),
    ],
)
def test_values_of_scores_are_grades_and_numbers(value: object, correct: bool | None, score: float | None) -> None:
    # inspect_ai scorer/_metric.py, value_to_float: C = 1, P = 0.5, I = N = 0, yes/true = 1, no/false = 0.
    rollout = only(json_log(sample(scores={"match": {"value": value}})))
    assert attempt_of(rollout).correct is correct
    assert rollout.scores.get("match") == score


def test_scores_with_members_and_several_scorers_are_all_kept() -> None:
    scores = {"rubric": {"value": {"style": 4, "facts": "C"}}, "tokens": {"value": 1}, "match": {"value": "I"}}
    rollout = only(json_log(sample(scores=scores)))
    assert rollout.scores == {"rubric.style": 4.0, "rubric.facts": 1.0, "tokens": 1.0, "match": 0.0}
    assert (attempt_of(rollout).correct, rollout.attributes["scorer"]) == (False, "match")


def test_nan_in_a_score_is_missing_and_said() -> None:
    text = json.dumps({**HEADER, "samples": [sample(scores={"match": {"value": float("nan")}})]})
    source = opened(text_file("log.json", text))
    assert rollouts(source)[0].scores == {}
    assert "NaN read as missing" in source.report.remarks()[0]


@pytest.mark.parametrize(
    ("kind", "truncated"), [("token", True), ("message", True), ("time", True), ("operator", False), ("custom", False)]
)
def test_a_limit_that_cut_the_sample_is_truncated(kind: str, truncated: bool) -> None:
    rollout = only(json_log(sample(limit={"type": kind, "limit": 500})))
    assert rollout.truncated is truncated
    assert rollout.attributes["limit"] == f"{kind} 500"


def test_max_tokens_is_truncated() -> None:
    output = {"choices": [{"message": {}, "stop_reason": "max_tokens"}]}
    assert only(json_log(sample(output=output))).truncated is True


def test_a_sample_that_failed_is_an_error_rollout() -> None:
    failed = sample(error={"message": "RateLimit", "traceback": "..."}, scores={}, messages=[])
    source = opened(json_log(failed))
    assert (rollouts(source)[0].error, source.report.error_rollouts) == ("RateLimit", 1)


def test_choices_are_options() -> None:
    rollout = only(json_log(sample(choices=["1", "2"], target="B", scores={"choice": {"value": "C", "answer": "B"}})))
    assert (rollout.problem.options, rollout.problem.golds) == (("1", "2"), ("B",))
    assert rollout.problem.answer_type is AnswerType.CHOICE


def test_targets_may_be_alternatives_and_a_judged_text_is_no_formula() -> None:
    scores = {"model_graded_fact": {"value": "C"}}
    rollout = only(json_log(sample(target=["in the attic.", "the attic"], scores=scores)))
    assert rollout.problem.golds == ("in the attic.", "the attic")
    assert rollout.problem.answer_type is AnswerType.TEXT


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("cancelled", "the run was cancelled"),
        ("error", "the run ended with an error; the samples that it had finished are read (no key)"),
        ("started", "the run had not ended when this log was saved"),
    ],
)
def test_a_log_that_is_no_success_is_read_and_said(status: str, words: str) -> None:
    source = opened(json_log(sample(), status=status, error={"message": "no key"}))
    assert len(rollouts(source)) == 1
    assert any(words in remark for remark in source.report.remarks())


def test_a_run_in_progress_has_its_start_in_the_journal() -> None:
    start = json.dumps({name: HEADER[name] for name in ("version", "eval", "plan")}).encode()
    content = zipped({"_journal/start.json": start, "samples/7_epoch_1.json": json.dumps(sample()).encode()})
    source = opened(text_file("log.eval", content))
    assert rollouts(source)[0].model == "openai/m-1"
    assert "had not ended" in source.report.remarks()[0]


def test_a_broken_sample_is_an_error_that_names_its_member() -> None:
    header = packed_entry("header.json", json.dumps(HEADER).encode())
    good, bad = packed_entry("samples/1_epoch_1.json", json.dumps(sample(id=1)).encode()), b'{"id": 2, "epo'
    locked = Entry(b"samples/3_epoch_1.json", b"{}", flags=1)
    content = raw_zip(header, good, packed_entry("samples/2_epoch_1.json", bad), locked)
    source = opened(text_file("log.eval", content))
    assert len(rollouts(source)) == 1
    assert [error.words for error in errors(source)] == [
        "log.eval, line 1 (row 2): samples/2_epoch_1.json: not JSON: unexpected end of data, character 15",
        "log.eval, line 1 (row 3): samples/3_epoch_1.json: it is encrypted; give it without a password",
    ]


def test_samples_that_were_written_twice_hold_as_they_were_written_last() -> None:
    first, again = sample(target="1"), sample(target="3")
    assert only(eval_log(first, again)).problem.golds == ("3",)


def test_a_log_without_samples_says_so() -> None:
    with pytest.raises(UserError, match="an Inspect log without samples"):
        opened(json_log())
    with pytest.raises(UserError, match="an Inspect log without samples"):
        opened(eval_log())
    with pytest.raises(UserError, match="an Inspect log without samples"):
        opened(text_file("log.json", json.dumps(HEADER)))


def test_a_cut_json_log_keeps_the_samples_before_the_cut() -> None:
    text = json.dumps({**HEADER, "samples": [sample(id=1), sample(id=2)]}, indent=1)
    source = opened(text_file("log.json", text[:-400]))
    assert len(rollouts(source)) == 1
    (error,) = errors(source)
    assert "cut off" in error.message
    assert error.line == text[: text.index('"id": 2')].count("\n")  # the bracket stands one line before the id


def test_a_log_saved_with_sorted_keys_is_known_too() -> None:
    text = json.dumps({**HEADER, "samples": [sample()]}, sort_keys=True)
    assert rollouts(opened(text_file("log.json", text))) == rollouts(opened(json_log(sample())))


@pytest.mark.parametrize(
    "changes",
    [
        {"messages": "x"}, {"messages": [1, None]}, {"input": 5}, {"output": []}, {"output": {"choices": [3]}},
        {"scores": [1]}, {"scores": {"a": 3}}, {"attachments": 3}, {"metadata": []}, {"epoch": "x"}, {"id": [1]},
        {"messages": [{"role": "robot", "content": "x"}]}, {"limit": "token"}, {"error": ["x"]}, {"target": {"a": 1}},
    ],
)  # fmt: skip
def test_values_of_the_wrong_kind_never_break_the_reading(changes: dict[str, object]) -> None:
    source = opened(json_log(sample(id=1), sample(**changes)))
    assert len(rollouts(source)) + len(errors(source)) == 2
