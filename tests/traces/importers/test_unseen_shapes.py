"""Shapes that no preset describes are mapped by names and contents, and say what they guessed."""

import json

import pytest

from analysis.types import AnswerType, Role
from apps.traces.importers.source import Source

from .samples import QUESTION, attempt_of, jsonl, opened, reasoning_of, response_of, rollouts, text_file

THINK = "First we add 1. Then we add 3, which makes 4. So the answer for {} must be {}."


def qid_rows() -> list[dict[str, object]]:
    return [
        {
            "qid": f"q{n}",
            "question_text": QUESTION.format(n),
            "gen": f"The sum is {n * n}.",
            "label": str(n * n),
            "predicted": str(n * n if n % 3 else n + 1),
            "thoughts": THINK.format(n, n * n),
            "llm": "acme-7b" if n % 2 else "acme-70b",
        }
        for n in range(1, 13)
    ]


def paths(source: Source) -> dict[str, str]:
    return {name: rule.path for name, rule in source.detection.mapping.fields.items()}


def test_unknown_names_are_mapped_without_a_question() -> None:
    source = opened(jsonl(qid_rows()))
    found = rollouts(source)
    assert source.detection.questions == ()
    assert paths(source) == {
        "problem_id": "qid", "problem": "question_text", "response": "gen", "answer": "label", "predicted": "predicted",
        "reasoning": "thoughts", "model": "llm",
    }  # fmt: skip
    assert len(found) == 12
    assert found[1].model == "acme-70b"
    assert found[1].problem.golds == ("4",)
    assert found[1].problem.key == "q2"
    assert reasoning_of(found[1]) == THINK.format(2, 4)
    assert response_of(found[1]) == "The sum is 4."
    assert attempt_of(found[2]).answer == "4"


def test_nested_names_are_found_by_their_last_step() -> None:
    rows = [
        {
            "meta": {"uid": n, "ground_truth": str(n)},
            "input": {"question": QUESTION.format(n)},
            "output": {"text": f"I think it is {n}.", "model_name": "gpt-x"},
            "usage": {"completion_tokens": 10 + n, "reasoning_tokens": 3},
        }
        for n in range(4)
    ]
    source = opened(jsonl(rows))
    first = rollouts(source)[1]
    assert (first.external_id, first.model, first.problem.golds) == ("1", "gpt-x", ("1",))
    assert attempt_of(first).text == "I think it is 1."
    assert (attempt_of(first).n_tokens, attempt_of(first).n_reasoning_tokens) == (11, 3)


def test_reasoning_that_was_counted_but_not_given_is_called_stripped() -> None:
    rows = [
        {"id": n, "model": "m", "problem": QUESTION.format(n), "response": "4", "reasoning_tokens": 200}
        for n in range(3)
    ]
    assert rollouts(opened(jsonl(rows)))[0].attributes["reasoning_source"] == "stripped"


def test_samples_in_parallel_lists_become_rollouts() -> None:
    rows = [
        {
            "idx": n,
            "question": QUESTION.format(n),
            "target": str(n),
            "completions": [f"It may be {n}, I am sure of it.", f"It may be {n + 1}, I am sure of it."],
            "correct": [True, False],
            "rm_score": [[0.5], [-1.5]],
        }
        for n in range(3)
    ]
    found = rollouts(opened(jsonl(rows)))
    assert [(r.external_id, r.sample, attempt_of(r).correct, r.scores["reward"]) for r in found[:3]] == [
        ("0", 0, True, 0.5), ("0", 1, False, -1.5), ("1", 0, True, 0.5),
    ]  # fmt: skip


def test_samples_in_a_list_of_objects_become_rollouts() -> None:
    rows = [
        {
            "id": f"x{n}",
            "problem": QUESTION.format(n),
            "answer": str(n),
            "choices": [
                {"text": f"So it is {n}, as said.", "finish_reason": "stop"},
                {"text": "So it is", "finish_reason": "length"},
            ],
        }
        for n in range(3)
    ]
    found = rollouts(opened(jsonl(rows)))
    assert len(found) == 6
    assert [r.truncated for r in found[:2]] == [False, True]


def test_lists_of_different_length_are_an_error_of_that_row_only() -> None:
    rows = [
        {
            "id": n,
            "problem": QUESTION.format(n),
            "responses": ["one long text", "two long text"],
            "correct": [True, False],
        }
        for n in range(3)
    ]
    rows.append({"id": 9, "problem": "x?", "responses": ["one long text", "two long text"], "correct": [True]})
    source = opened(jsonl(rows))
    items = [item for _, item in source.rollouts()]
    assert source.report.rollouts == 6
    assert source.report.errors == 1
    assert items[-1].words.startswith("rows.jsonl, line 4 (row 4), field correct: has 1 values where response has 2")  # type: ignore[union-attr]


def test_the_model_may_be_a_key_with_an_object() -> None:
    rows = [
        {
            "question": QUESTION.format(n),
            "gold": str(n),
            "alpha": {"output": f"is {n} I say"},
            "beta": {"output": "is 7 I say"},
        }
        for n in range(3)
    ]
    found = rollouts(opened(jsonl(rows)))
    assert [(r.model, attempt_of(r).text) for r in found[:2]] == [("alpha", "is 0 I say"), ("beta", "is 7 I say")]


def test_the_model_may_be_part_of_a_column_name() -> None:
    header = "question,answer,gpt4_response,gpt4_correct,llama_response,llama_correct\n"
    body = "".join(f'"{QUESTION.format(n)}",{n},"So it is {n}.",true,"It is 99, sure.",false\n' for n in range(4))
    found = rollouts(opened(text_file("wide.csv", header + body)))
    assert [(r.model, attempt_of(r).text, attempt_of(r).correct) for r in found[:2]] == [
        ("gpt4", "So it is 0.", True), ("llama", "It is 99, sure.", False),
    ]  # fmt: skip


def test_outputs_under_one_key_by_model() -> None:
    rows = [
        {
            "id": n,
            "problem": QUESTION.format(n),
            "answer": "1",
            "outputs": {"m-1": "It is one, sure.", "m-2": "It is two, sure."},
        }
        for n in range(3)
    ]
    assert [r.model for r in rollouts(opened(jsonl(rows)))[:2]] == ["m-1", "m-2"]


def test_a_prompt_glued_to_its_completion_is_cut_at_the_opening_tag() -> None:
    text = "Solve this. Put it in \\boxed{{}}. {} Solution:\n<think>\nHm, {}.</think>So \\boxed{{{}}}"
    rows = [
        {"q": QUESTION.format(n), "full": text.format(QUESTION.format(n), n, n), "gt_solution": f"so \\boxed{{{n}}}"}
        for n in range(3)
    ]
    first = rollouts(opened(jsonl(rows), map_values={"response": "full"}))[1]
    assert first.problem.golds == ("1",)
    assert response_of(first) == "So \\boxed{1}"


def test_a_generated_text_with_the_problem_before_its_tag_is_told_apart() -> None:
    text = "Solve this. {} Solution:\n<think>\nHm, {}.</think>So {}"
    rows = [{"question": QUESTION.format(n), "generation": text.format(QUESTION.format(n), n, n)} for n in range(3)]
    first = rollouts(opened(jsonl(rows)))[1]
    assert [(turn.role, turn.text) for turn in first.turns[:1]] == [
        (Role.USER, f"Solve this. {QUESTION.format(1)} Solution:\n")
    ]
    assert reasoning_of(first) == "\nHm, 1."
    assert response_of(first) == "So 1"
    assert attempt_of(first).text == "<think>\nHm, 1.</think>So 1"


def test_a_glued_row_without_any_tag_is_cut_behind_its_question() -> None:
    text = "Solve this. {} Solution:\n<think>\nHm, {}.</think>So {}"
    rows = [{"question": QUESTION.format(n), "generation": text.format(QUESTION.format(n), n, n)} for n in range(9)]
    rows.append({"question": QUESTION.format(9), "generation": f"Solve this. {QUESTION.format(9)} Solution:\nIt is 9."})
    last = rollouts(opened(jsonl(rows)))[-1]
    assert [turn.text for turn in last.turns] == [f"Solve this. {QUESTION.format(9)} Solution:\n", "It is 9."]


def test_chat_messages_are_turns() -> None:
    rows = [
        {
            "id": str(n),
            "messages": [
                {"role": "user", "content": QUESTION.format(n)},
                {"role": "assistant", "content": "<think>a</think>4"},
            ],
            "target": "4",
        }
        for n in range(3)
    ]
    first = rollouts(opened(jsonl(rows)))[0]
    assert [turn.role for turn in first.turns] == [Role.USER, Role.ASSISTANT]
    assert (reasoning_of(first), response_of(first)) == ("a", "4")
    assert first.problem.golds == ("4",)
    assert first.problem.question == QUESTION.format(0)


def test_sharegpt_conversations_are_turns() -> None:
    rows = [
        {
            "conversations": [
                {"from": "human", "value": QUESTION.format(n)},
                {"from": "gpt", "value": f"<think>x</think>{n}"},
            ]
        }
        for n in range(3)
    ]
    assert [response_of(r) for r in rollouts(opened(jsonl(rows)))] == ["0", "1", "2"]


def test_german_names_are_mapped_by_contents_and_said_to_be_guesses() -> None:
    rows = [
        {
            "nummer": n,
            "aufgabe": f"Was ist {n} plus {n}? Bitte rechne es aus.",
            "ausgabe": f"<think>{n}+{n}, das ist {2 * n}</think>Also {2 * n}",
            "loesung": str(2 * n),
        }
        for n in range(1, 9)
    ]
    source = opened(jsonl(rows))
    states = {finding.field: finding.state for finding in source.detection.findings}
    assert paths(source)["problem"] == "aufgabe"
    assert paths(source)["response"] == "ausgabe"
    assert paths(source)["answer"] == "loesung"
    assert states["problem"] == states["answer"] == "guessed"
    assert [r.problem.golds for r in rollouts(source)][:2] == [("2",), ("4",)]


def test_answer_beside_a_gold_column_is_the_models_answer() -> None:
    rows = [
        {
            "id": n,
            "question": QUESTION.format(n),
            "target": str(n),
            "answer": str(n % 2),
            "response": f"I say {n % 2} then.",
        }
        for n in range(6)
    ]
    first = rollouts(opened(jsonl(rows)))[3]
    assert first.problem.golds == ("3",)
    assert attempt_of(first).answer == "1"


def test_a_grade_under_the_name_label_is_no_gold() -> None:
    rows = [
        {"id": n, "question": QUESTION.format(n), "gold": str(n), "response": f"It is {n}, is it not", "label": n % 2}
        for n in range(6)
    ]
    first = rollouts(opened(jsonl(rows)))[1]
    assert first.problem.golds == ("1",)
    assert attempt_of(first).correct is True


def test_correct_may_hold_the_right_letter() -> None:
    rows = [
        {
            "id": n,
            "question": f"Which one is it, case {n}?",
            "choices": ["x", "y", "z"],
            "correct": "ABC"[n % 3],
            "output": f"The answer is {'ABC'[n % 2]}",
        }
        for n in range(6)
    ]
    first = rollouts(opened(jsonl(rows)))[2]
    assert first.problem.golds == ("C",)
    assert first.problem.answer_type is AnswerType.CHOICE
    assert first.problem.options == ("x", "y", "z")


def test_a_gold_that_is_the_place_of_an_option_becomes_its_letter() -> None:
    rows = [
        {
            "question": f"Which one is it, case {n}?",
            "choices": ["x", "y", "z"],
            "answer": n % 3,
            "response": "I take it to be B, surely.",
        }
        for n in range(4)
    ]
    assert [r.problem.golds for r in rollouts(opened(jsonl(rows)))] == [("A",), ("B",), ("C",), ("A",)]


def test_gsm_golds_are_read_behind_their_marker() -> None:
    rows = [
        {"question": QUESTION.format(n), "answer": f"Some steps.\n#### {n}", "completion": f"Well it is {n}."}
        for n in range(4)
    ]
    assert rollouts(opened(jsonl(rows)))[2].problem.golds == ("2",)


def test_steps_in_a_list_are_put_together_line_by_line() -> None:
    rows = [
        {"input": QUESTION.format(n), "steps": ["Add one.", f"So {n}."], "answer": str(n), "target": "1"}
        for n in range(3)
    ]
    first = rollouts(opened(jsonl(rows)))[1]
    assert attempt_of(first).text == "Add one.\nSo 1."
    assert attempt_of(first).answer == "1"


def test_two_texts_that_nothing_tells_apart_are_a_question() -> None:
    rows = [
        {
            "problem": QUESTION.format(n),
            "aaa": f"Some longer text about {n} that ends here.",
            "bbb": f"Another longer text on {n} ending here.",
        }
        for n in range(4)
    ]
    source = opened(jsonl(rows))
    assert [question.field for question in source.detection.questions] == ["response"]
    assert opened(jsonl(rows), map_values={"response": "bbb"}).detection.questions == ()


def test_the_model_may_stand_in_the_files_name() -> None:
    rows = [{"question": QUESTION.format(n), "answer": "1", "response": "It is one, I say"} for n in range(3)]
    source = opened(jsonl(rows, "results_gpt-4o.jsonl"), jsonl(rows, "results_claude-3-opus.jsonl"))
    assert sorted({r.model for r in rollouts(source)}) == ["claude-3-opus", "gpt-4o"]
    assert next(f.state for f in source.detection.findings if f.field == "model") == "guessed"


def test_a_model_that_nothing_names_is_unknown_with_a_warning() -> None:
    rows = [{"question": QUESTION.format(n), "answer": "1", "response": "It is one, I say"} for n in range(3)]
    source = opened(jsonl(rows))
    assert {r.model for r in rollouts(source)} == {"unknown"}
    assert "names the model" in source.detection.warnings[0]
    assert {r.model for r in rollouts(opened(jsonl(rows), set_values={"model": "mine"}))} == {"mine"}


def test_sampling_settings_become_conditions() -> None:
    rows = [
        {
            "id": n,
            "problem": QUESTION.format(n),
            "response": "It is one",
            "temperature": 0.6,
            "condition": {"hint": "none", "k": 2},
        }
        for n in range(3)
    ]
    assert rollouts(opened(jsonl(rows, "x_top_p=0.9.jsonl")))[0].condition == {
        "temperature": "0.6",
        "hint": "none",
        "k": "2",
        "top_p": "0.9",
    }


def test_labels_that_have_no_field_are_kept_as_attributes() -> None:
    rows = [
        {"id": n, "problem": QUESTION.format(n), "response": "It is one", "has_backtracking": True, "note": "short"}
        for n in range(3)
    ]
    first = rollouts(opened(jsonl(rows)))[0]
    assert (first.attributes["has_backtracking"], first.attributes["note"]) == (True, "short")


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([{"question": "What is it?", "answer": "4"}], "problems without attempts"),
        ([{"total": 200, "correct": 165, "accuracy": 0.8}], "no field that could be"),
        ([{"chunk": "Wait, let me think again about it.", "chunk_idx": 1, "accuracy": 0.5}], "no field that could be"),
    ],
)
def test_rows_without_attempts_are_no_rollouts(rows: list[dict[str, object]], words: str) -> None:
    source = opened(jsonl(rows, "other.jsonl"), jsonl(qid_rows(), "rollouts.jsonl"))
    other = next(file for file in source.detection.files if file.name == "other.jsonl")
    assert words in other.not_rollouts
    assert len(rollouts(source)) == 12


def test_every_layout_of_the_same_rows_reads_alike() -> None:
    rows = qid_rows()
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    layouts = {
        "a.jsonl": "".join(json.dumps(row) + "\n" for row in rows),
        "b.json": json.dumps(rows),
        "c.json": json.dumps(rows, indent=2),
        "d.json": json.dumps({"results": rows}),
        "e.json": json.dumps(columns),
        "f.json": json.dumps({str(i): row for i, row in enumerate(rows)}),
        "g.json": "\n".join(json.dumps(row, indent=1) for row in rows),
        "h.json": json.dumps({name: {str(i): v for i, v in enumerate(values)} for name, values in columns.items()}),
    }
    expected = [
        (r.external_id, r.model, attempt_of(r).text) for r in rollouts(opened(text_file("a.jsonl", layouts["a.jsonl"])))
    ]
    for name, content in layouts.items():
        found = [(r.external_id, r.model, attempt_of(r).text) for r in rollouts(opened(text_file(name, content)))]
        assert found == expected, name
