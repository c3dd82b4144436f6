"""Mappings set by hand: paths, ways of reading, JSON there and back, and errors that name the field."""

import pytest

from analysis.errors import UserError
from apps.traces.importers.mapping import Mapping, MappingError, Rule, mapping_from_json, parse_rule
from apps.traces.importers.paths import MISSING, PathError, compile_path, parse_path, quote_key

from .samples import QUESTION, attempt_of, jsonl, opened, own_row, rollouts

ROW = {"a": {"b": [{"c": 1}, {"c": 2}]}, "x.y": 3, "s": [[0.5], [1.5]], "m": {"t": None}}


@pytest.mark.parametrize(
    ("path", "index", "value"),
    [
        ("a.b[1].c", 0, 2),
        ("a.b[-1].c", 0, 2),
        ("a.b[].c", 0, 1),
        ("s[][0]", 1, 1.5),
        ("x.y", 0, 3),
        ('["x.y"]', 0, 3),
        ("m.t", 0, None),
        ("m.t.deeper", 0, None),
        ("a.z", 0, MISSING),
        ("a.b[7].c", 0, MISSING),
        ("a.b.c", 0, MISSING),
    ],
)
def test_paths_take_what_they_say(path: str, index: int, value: object) -> None:
    assert compile_path(parse_path(path))(ROW, "", index) == value


def test_a_model_key_may_be_whole_or_a_part() -> None:
    assert compile_path(parse_path("{model}.t"))({"gpt": {"t": 1}}, "gpt", 0) == 1
    assert compile_path(parse_path("{model}_r"))({"gpt_r": 1}, "gpt", 0) == 1


@pytest.mark.parametrize("path", ["", "[0].a", "a[", "a[x]", "a[].b[].c"])
def test_paths_that_cannot_be_read_say_so(path: str) -> None:
    with pytest.raises(PathError, match="path"):
        parse_path(path)


@pytest.mark.parametrize("key", ["plain", "a.b", 'q"uote', "[0]", "{x}", "with space"])
def test_any_key_can_be_written_as_a_path(key: str) -> None:
    assert parse_path(quote_key(key)).steps == (key,)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("meta.answer", Rule("meta.answer")),
        ("boxed:solution", Rule("solution", "boxed")),
        ("after<####>:solution", Rule("solution", "after", "####")),
        ("before<<think>>:generated", Rule("generated", "before", "<think>")),
        ("file_name:t={}", Rule("t={}", "file name")),
        ("nonsense:path", Rule("nonsense:path")),
    ],
)
def test_rules_are_read_from_short_texts_and_written_back(text: str, rule: Rule) -> None:
    assert parse_rule(text) == rule
    assert parse_rule(rule.short) == rule


def test_a_mapping_survives_json() -> None:
    mapping = Mapping(
        {"answer": Rule("a", "after last", "A: "), "condition.t": Rule("t={}", "file name")}, {"p": "p.json"}, "rows"
    )
    assert mapping_from_json(mapping.dumps()) == mapping
    assert mapping_from_json(mapping.to_json()) == mapping


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("{", "not JSON"),
        ("[]", "not a JSON object"),
        ("{}", "“fields” is missing"),
        ('{"fields": {"colour": "x"}}', "unknown field 'colour'"),
        ('{"fields": {"answer": {"path": "x", "how": "magic"}}}', "answer: unknown way of reading 'magic'"),
        ('{"fields": {"answer": 3}}', "answer: a rule is a path"),
        ('{"fields": {"answer": "after:x"}}', "needs its marker"),
    ],
)
def test_mappings_that_cannot_be_used_say_why(value: str, words: str) -> None:
    with pytest.raises(MappingError, match=words.replace("[", r"\[")):
        mapping_from_json(value)


def test_one_field_can_be_mapped_by_hand_and_the_rest_stays_detected() -> None:
    rows = [own_row(id=str(n), extra={"gold": f"so \\boxed{{{n}}}"}) for n in range(3)]
    source = opened(jsonl(rows), map_values={"answer": "extra.gold"})
    assert [r.problem.golds for r in rollouts(source)] == [("0",), ("1",), ("2",)]
    answer = next(f for f in source.detection.findings if f.field == "answer")
    assert (answer.path, answer.read_as, answer.state, answer.value) == (
        "extra.gold",
        "last \\boxed{} inside",
        "set",
        "0",
    )


def test_lists_mapped_by_hand_are_walked() -> None:
    rows = [
        {"qid": n, "ask": QUESTION.format(n), "tries": ["first long try", "second long try"], "g": [1, 0]}
        for n in range(3)
    ]
    source = opened(jsonl(rows), map_values={"response": "tries", "correct": "g", "problem": "ask"})
    assert [(attempt_of(r).text, attempt_of(r).correct) for r in rollouts(source)][:2] == [
        ("first long try", True), ("second long try", False),
    ]  # fmt: skip


def test_set_values_hold_for_every_row() -> None:
    source = opened(
        jsonl([own_row(), own_row(id="b")]), set_values={"model": "mine", "condition.arm": "a", "problem.set": "MATH"}
    )
    assert [(r.model, r.condition, r.problem.problem_set) for r in rollouts(source)] == [
        ("mine", {"arm": "a"}, "MATH")
    ] * 2


def test_a_found_mapping_reads_the_same_when_it_is_given_back() -> None:
    rows = [
        {"qid": n, "question_text": QUESTION.format(n), "gen": f"I say {n}, yes", "label": n, "llm": "m"}
        for n in range(1, 9)
    ]
    first = opened(jsonl(rows))
    again = opened(jsonl(rows), mapping=mapping_from_json(first.detection.mapping.dumps()))
    assert rollouts(again) == rollouts(first)


def test_an_unknown_field_or_format_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UserError, match="unknown field 'colour'; known: id, problem_id"):
        opened(jsonl([own_row()]), map_values={"colour": "x"})
    with pytest.raises(UserError, match="unknown format 'xml'; known: auto, thought-anchors"):
        opened(jsonl([own_row()]), format="xml")


def test_a_mapping_that_fits_nothing_is_refused() -> None:
    with pytest.raises(UserError, match="none of the mapped fields is in it"):
        opened(jsonl([own_row()]), mapping=Mapping({"response": Rule("elsewhere")}))


def test_a_value_may_stand_in_the_files_name() -> None:
    source = opened(jsonl([own_row()], "runs/arm-b_7.jsonl"), map_values={"condition.arm": "file_name:arm-{}"})
    assert rollouts(source)[0].condition == {"arm": "b"}


def test_what_a_row_says_of_its_conversation_is_said_of_its_last_attempt() -> None:
    messages = [{"role": "user", "content": "1+1?"}, {"role": "assistant", "content": "2"}]
    row = {"messages": messages, "is_correct": True, "extracted_answer": "2", "completion_tokens": 7, "model": "m"}
    (only,) = rollouts(opened(jsonl([row])))
    assert [turn.correct for turn in only.turns] == [None, True]
    assert (only.turns[1].answer, only.turns[1].n_tokens) == ("2", 7)


def test_what_a_message_says_of_itself_stands_before_what_its_row_says() -> None:
    messages = [{"role": "assistant", "text": "2", "correct": False}]
    (only,) = rollouts(opened(jsonl([{"id": 1, "model": "m", "turns": messages, "correct": True}])))
    assert only.turns[0].correct is False


@pytest.mark.parametrize("wrong", [1e308, -5, 2**70, "many", float("nan"), [1, 2]])
def test_a_count_that_no_column_can_hold_is_none(wrong: object) -> None:
    row = {"id": "a", "model": "m", "response": "2", "n_tokens": wrong, "sample": wrong}
    (only,) = rollouts(opened(jsonl([row])))
    assert (only.turns[0].n_tokens, only.sample) == (None, 0)


def test_a_call_of_a_tool_that_is_no_object_is_left_out() -> None:
    call = {"id": "c", "type": "function", "function": {"name": "look", "arguments": "{}"}}
    messages = [{"role": "assistant", "text": "I look.", "tool_calls": ["look", 7, None, call]}]
    (only,) = rollouts(opened(jsonl([{"id": 1, "model": "m", "turns": messages}])))
    assert only.turns[0].tool_calls == (call,)
