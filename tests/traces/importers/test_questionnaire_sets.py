"""Annotated traces, tables of confidence and questionnaires in small: what is a probability, a score, a gold."""

import pytest

from analysis.types import AnswerType, Role, Rollout
from apps.traces.importers.readers import source_from_bytes

from .samples import attempt_of, opened, reasoning_of, response_of, rollouts
from .set_samples import MISTAKES, encoded, set_file


def read(name: str, content: object = None) -> list[Rollout]:
    return rollouts(opened(set_file(name, content)))


def test_steps_are_the_reasoning_line_by_line_and_the_answer_is_the_response() -> None:
    first, second = read("bigbench-mistake")
    assert reasoning_of(first) == "A duck weighs 1.\nA goose weighs 4.\nSo the duck."
    assert (response_of(first), attempt_of(first).answer) == ("(A)", "(A)")
    assert (first.problem.golds, first.problem.answer_type) == (("(B)",), AnswerType.CHOICE)
    assert (first.problem.problem_set, first.problem.subject) == ("BIG-Bench Mistake", "logical_deduction")
    assert first.model == "PaLM 2-L"
    assert [dict(each.scores) for each in (first, second)] == [{"mistake_index": 2.0}, {}]


def test_the_target_is_only_a_gold() -> None:
    row = {**MISTAKES[0], "target": "SECRET"}
    (only,) = read("bigbench-mistake", [row])
    assert only.problem.golds == ("SECRET",)
    assert all("SECRET" not in (turn.text or "") for turn in only.turns)


def test_traces_of_another_task_have_no_model_and_no_type_put_upon_them() -> None:
    file = set_file("bigbench-mistake")
    source = opened(type(file)("other_task.jsonl", file.open, file.size))
    assert source.detection.format == "bigbench-mistake"
    assert {each.model for each in rollouts(source)} == {"unknown"}


def test_a_trace_without_an_answer_is_only_its_reasoning() -> None:
    (only,) = read("bigbench-mistake", [{**MISTAKES[0], "answer": None}])
    assert (response_of(only), attempt_of(only).answer) == (None, None)


def test_a_stated_confidence_is_a_probability_only_between_0_and_1() -> None:
    source = opened(set_file("stated-confidence"))
    found = rollouts(source)
    assert [attempt_of(each).confidence for each in found] == [0.95, None, None]
    assert [dict(each.scores) for each in found] == [
        {"logit_perplexity_confidence": 0.5, "verbal_linguistic_confidence": 0.9},
        {"verbal_linguistic_confidence": 45.45},
        {"verbal_linguistic_confidence": 0.8, "verbal_numerical_confidence": 362880.0},
    ]
    name = "results/mmlu_pro_duck-4_eval_all_None.csv"
    kept = "outside 0 to 1: kept as a score, not as a probability"
    assert source.report.remarks() == [
        f"{name}: verbal_linguistic_confidence {kept}",
        f"{name}: verbal_numerical_confidence {kept}",
    ]


def test_a_row_of_a_table_of_confidence_is_an_answer_without_text() -> None:
    first, blank, third = read("stated-confidence")
    assert (first.model, first.problem.key, first.problem.subject) == ("duck-4", "mmlu-pro/0", "ponds")
    assert (first.problem.golds, first.problem.answer_type) == (("I",), AnswerType.CHOICE)
    assert [attempt_of(each).answer for each in (first, blank, third)] == ["I", None, "A"]
    assert [attempt_of(each).n_tokens for each in (first, blank, third)] == [63, None, 12]
    assert {turn.text for each in (first, blank, third) for turn in each.turns} == {None}


def test_a_word_of_doubt_is_read_with_its_number_as_a_score() -> None:
    first, second = read("hedging-words")
    assert (first.problem.question, attempt_of(first).text) == ("It is unlikely that ducks fly.", "Probability: 20%")
    assert (first.problem.subject, dict(first.scores)) == ("unlikely", {"extracted_confidence": 20.0})
    assert (attempt_of(first).confidence, dict(second.scores)) == (None, {})


def test_scores_of_a_persona_are_an_attempt_without_text_under_its_prompt() -> None:
    first, second = read("personality-illusion")
    assert [turn.role for turn in first.turns] == [Role.SYSTEM, Role.ASSISTANT]
    assert (first.turns[0].text, attempt_of(first).text) == ("You are kind.", None)
    assert [turn.role for turn in second.turns] == [Role.ASSISTANT]
    assert first.condition == {"persona": "agreeableness1", "persona_index": "1", "temperature": "0.3"}
    assert (first.problem.key, first.model, second.sample) == ("self-report and behaviour", "lab/duck-3B", 2)
    assert (first.scores["openeness"], first.scores["sycophancy_rate"]) == (4.5, 80.8)
    assert "neuroticism" not in second.scores


def test_dilemmas_that_were_asked_are_not_rollouts() -> None:
    dilemmas = [{"id": 1, "category": "x", "scenario": "A pond burns.", "question": "Do you swim?"}]
    asked = source_from_bytes("behavioral_tasks/datasets/dilemmas.json", encoded("dilemmas.json", dilemmas))
    source = opened(set_file("personality-illusion"), asked)
    (companion,) = [file for file in source.detection.files if file.not_rollouts]
    assert companion.not_rollouts == "dilemmas that models were asked about: problems without attempts"


def test_scores_of_traits_are_one_rollout_per_trait() -> None:
    first, second = read("trait-scores")
    assert [each.problem.key for each in (first, second)] == ["Agreeableness", "Openness"]
    assert (first.model, first.condition, first.sample) == ("duck3", {"persona": "extr_agre"}, 1)
    assert dict(first.scores) == {"sum_score": 42.0, "mean_score": 4.67}


@pytest.mark.parametrize(
    ("before", "roles"),
    [
        (["persona", "form", "(a) 5", "story"], "suauA"),
        (["persona", "form"], "suA"),
        (["one", "two", "three"], "uuuA"),
        ([], "A"),
        (None, "A"),
    ],
)
def test_a_story_has_what_was_said_before_it(before: list[str] | None, roles: str) -> None:
    row = {"persona_encoding": "e", "iteration": 2, "annotation": "Once.", "model": "m", "prev_prompts": before}
    (only,) = read("persona-replies", [row])
    letters = [turn.role.value[0].upper() if turn.is_attempt else turn.role.value[0] for turn in only.turns]
    assert "".join(letters) == roles
    assert (only.problem.key, only.sample, only.condition) == ("writing", 2, {"persona": "e"})
    assert only.problem.question == (before[-1] if before else "")


def test_questions_by_row_in_the_same_upload_are_the_questions_of_the_table() -> None:
    rows = [{"row": 0, "question": "How deep\u0085is it?"}, {"row": 2, "question": "Who swims?"}]
    asked = source_from_bytes("questions.jsonl", encoded("questions.jsonl", rows))
    source = opened(set_file("stated-confidence"), asked)
    assert [each.problem.question for each in rollouts(source)] == ["How deep\u0085is it?", "", "Who swims?"]
    assert [each.problem.key for each in rollouts(source)] == ["mmlu-pro/0", "mmlu-pro/1", "mmlu-pro/2"]
    (other,) = [file for file in source.detection.files if file.not_rollouts]
    assert other.name == "questions.jsonl"


@pytest.mark.parametrize("line", ["{not json", "[1]", '{"row": null, "question": null}', '{"question": "q"}', ""])
def test_a_broken_file_of_questions_leaves_the_table_as_it_is(line: str) -> None:
    asked = source_from_bytes("questions.jsonl", f'{{"row": 0, "question": "q"}}\n{line}\n'.encode())
    assert len(rollouts(opened(set_file("stated-confidence"), asked))) == 3
