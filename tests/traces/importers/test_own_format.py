"""Our own format, with and without text."""

import pytest

from analysis.types import AnswerType, Role, Rollout, Span

from .samples import attempt_of, duplicates, errors, jsonl, opened, own_row, reasoning_of, response_of, rollouts


def one(**changes: object) -> Rollout:
    return rollouts(opened(jsonl([own_row(**changes)])))[0]


def test_separate_fields_are_put_together_reasoning_first() -> None:
    found = one()
    turn = attempt_of(found)
    # "One and one." has 12 characters, then "2".
    assert turn.text == "One and one.2"
    assert (turn.reasoning, turn.response) == (Span(0, 12), Span(12, 13))
    assert found.attributes["reasoning_source"] == "field"
    assert found.truncated is None


def test_the_format_is_recognised_and_everything_is_read() -> None:
    source = opened(jsonl([own_row()]))
    assert source.detection.format == "own"
    assert {finding.state for finding in source.detection.findings} == {"read"}


def test_a_problem_of_three_characters_is_still_the_problem() -> None:
    assert one(problem="1+1").problem.question == "1+1"


def test_every_field_of_the_format_has_its_place() -> None:
    found = one(
        problem_id="p1", options=["1", "2"], finish_reason="length", confidence=0.9, sample=3, correct=True,
        condition={"temperature": 0.6, "hint": "none"},
    )  # fmt: skip
    turn = attempt_of(found)
    assert (found.external_id, found.problem.key, found.model, found.sample) == ("a", "p1", "m", 3)
    assert (found.problem.question, found.problem.golds, found.problem.options) == ("What is 1+1?", ("2",), ("1", "2"))
    assert found.problem.answer_type is AnswerType.CHOICE
    assert (turn.finish_reason, turn.confidence, turn.correct) == ("length", 0.9, True)
    assert found.truncated is True
    assert found.condition == {"temperature": "0.6", "hint": "none"}


def test_answers_of_layers_become_scores() -> None:
    found = one(layer_answers=["A", "B", "C", "C", "C"], score={"reward": 2})
    assert dict(found.scores) == pytest.approx(
        {"latent_agreement": 0.5, "latent_settled": 0.5, "latent_entropy": 1.370951, "reward": 2}
    )  # H of shares .2 .2 .6
    for nothing in ("C", ["C"], [["A"], ["B"]], {"1": "A"}):
        assert "latent_agreement" not in one(layer_answers=nothing).scores


def test_a_response_with_tags_is_kept_whole_with_spans_inside() -> None:
    found = one(reasoning=None, response="<think>\nOne.\n</think>\n\nTwo")
    assert attempt_of(found).text == "<think>\nOne.\n</think>\n\nTwo"
    assert reasoning_of(found) == "\nOne.\n"
    assert response_of(found) == "\n\nTwo"
    assert found.truncated is False


def test_an_unclosed_tag_is_a_reasoning_cut_off() -> None:
    found = one(reasoning=None, response="<think>\nOne and")
    assert reasoning_of(found) == "\nOne and"
    assert attempt_of(found).response is None
    assert found.truncated is True


def test_reasoning_alone_is_enough() -> None:
    row = own_row()
    del row["response"]
    found = rollouts(opened(jsonl([row])))[0]
    assert reasoning_of(found) == "One and one."
    assert attempt_of(found).response is None


def test_two_graded_attempts_without_text() -> None:
    rows = [{"id": n, "model": "m", "correct1": n % 2 == 0, "correct2": True} for n in range(4)]
    source = opened(jsonl(rows))
    found = rollouts(source)
    assert source.detection.format == "own"
    assert [[(t.is_attempt, t.text, t.correct) for t in r.turns] for r in found[:2]] == [
        [(True, None, True), (True, None, True)],
        [(True, None, False), (True, None, True)],
    ]
    assert [r.external_id for r in found] == ["0", "1", "2", "3"]
    assert [r.problem.key for r in found] == ["0", "1", "2", "3"]


def test_a_confidence_and_a_grade_without_text() -> None:
    rows = [{"id": n, "model": "m", "confidence": n / 10, "correct": n > 4} for n in range(10)]
    found = rollouts(opened(jsonl(rows)))
    assert len(found) == 10
    assert [(t.text, t.confidence, t.correct) for t in found[7].turns] == [(None, 0.7, True)]


def test_a_grade_of_false_and_a_confidence_of_zero_are_values() -> None:
    turn = attempt_of(one(correct=False, confidence=0))
    assert (turn.correct, turn.confidence) == (False, 0.0)


def test_turns_are_read_in_order_with_their_own_grades() -> None:
    turns = [
        {"role": "user", "text": "What is 1+1?"},
        {"role": "assistant", "text": "3", "correct": False},
        {"role": "critic", "text": "Look again.", "actor": "judge-1"},
        {"role": "assistant", "reasoning": "Oh.", "text": "2", "correct": True, "confidence": 0.8},
    ]
    row = {"id": "a", "model": "m", "problem": "What is 1+1?", "answer": "2", "turns": turns}
    found = rollouts(opened(jsonl([row])))[0]
    assert [turn.role for turn in found.turns] == [Role.USER, Role.ASSISTANT, Role.CRITIC, Role.ASSISTANT]
    assert [turn.correct for turn in found.turns if turn.is_attempt] == [False, True]
    assert found.turns[2].actor == "judge-1"
    assert (reasoning_of(found), response_of(found)) == ("Oh.", "2")


def test_messages_before_a_response_field_are_its_prompt() -> None:
    row = own_row(turns=[{"role": "user", "content": "hi"}, {"role": "assistant", "content": "shot"}])
    found = rollouts(opened(jsonl([row])))[0]
    assert [turn.is_attempt for turn in found.turns] == [False, False, True]


def test_an_unknown_role_is_an_error_with_its_message() -> None:
    source = opened(jsonl([own_row(), {**own_row(id="b"), "turns": [{"role": "wizard", "text": "x"}]}]))
    assert "message 1 has the role 'wizard'" in errors(source)[0].message


def test_golds_may_be_alternatives() -> None:
    assert one(answer=["2", "two"]).problem.golds == ("2", "two")


def test_a_row_without_gold_has_none() -> None:
    source = opened(jsonl([own_row(answer=None), own_row(id="b", answer="")]))
    assert [r.problem.golds for r in rollouts(source)] == [(), ()]
    assert source.report.no_gold == 2


@pytest.mark.parametrize(("gold", "text"), [(2, "2"), (2.5, "2.5"), (True, "true"), ("02", "02")])
def test_a_gold_is_text_as_it_was_written(gold: object, text: str) -> None:
    assert one(answer=gold).problem.golds == (text,)


def test_the_same_row_twice_is_a_duplicate() -> None:
    source = opened(jsonl([own_row(), own_row(), own_row(id="b")]))
    assert [(r.external_id, r.sample) for r in rollouts(source)] == [("a", 0), ("b", 0)]
    assert [(d.row, d.external_id) for d in duplicates(source)] == [(2, "a")]


def test_an_id_that_repeats_with_another_text_is_the_next_sample() -> None:
    source = opened(jsonl([own_row(), own_row(response="It is 2"), own_row(model="n")]))
    assert [(r.model, r.sample) for r in rollouts(source)] == [("m", 0), ("m", 1), ("n", 0)]
    assert "1 rollouts repeat an id" in source.report.remarks()[0]


def test_the_same_sample_number_again_is_a_duplicate_whatever_its_text() -> None:
    source = opened(jsonl([own_row(sample=1), own_row(sample=1, response="other"), own_row(sample=2)]))
    assert [r.sample for r in rollouts(source)] == [1, 2]
    assert len(duplicates(source)) == 1


def test_another_condition_is_no_duplicate() -> None:
    source = opened(jsonl([own_row(condition={"t": 1}), own_row(condition={"t": 2})]))
    assert len(rollouts(source)) == 2


def test_an_error_row_is_a_rollout_with_its_error() -> None:
    found = rollouts(
        opened(jsonl([own_row(), {**own_row(id="b", response=None, reasoning=None), "error": "503 overloaded"}]))
    )
    assert found[1].error == "503 overloaded"
    assert attempt_of(found[1]).text is None


def test_a_row_with_nothing_to_read_names_file_line_and_field() -> None:
    source = opened(jsonl([own_row(), own_row(id="b", response=None, reasoning=None)]))
    (error,) = errors(source)
    assert error.words == "rows.jsonl, line 2 (row 2), field reasoning: reasoning is null: there is nothing to read"


def test_ids_that_are_missing_are_the_row_where_the_question_first_stood() -> None:
    rows = [own_row(response=f"text {n}") for n in range(2)] + [own_row(problem="What is 2+2?")]
    for row in rows:
        del row["id"]
    rows[0]["problem_id"] = None
    found = rollouts(opened(jsonl(rows)))
    assert [(r.external_id, r.sample) for r in found] == [("1", 0), ("1", 1), ("3", 0)]
    assert found[0].problem.key == found[1].problem.key != found[2].problem.key
