"""Keys of problems, unit keys, and reading on from a row."""

from dataclasses import replace

import pytest

from analysis.types import Problem
from apps.traces.importers.identity import ProblemKeys, problem_key, question_hash, unit_key

from .samples import jsonl, opened, own_row, rollouts

ONE, TWO = Problem("What is 1+1?"), Problem("What is 2+2?")


def test_the_key_is_the_uploaded_id_else_a_hash_of_the_question() -> None:
    assert problem_key(ONE, "17") == "17"
    assert problem_key(ONE) == f"q-{question_hash('What is 1+1?')}"
    assert problem_key(Problem()) == ""


def test_white_space_does_not_make_another_question_but_options_do() -> None:
    assert question_hash("What  is\n1+1?") == question_hash("What is 1+1?")
    assert question_hash("Which?", ("a", "b")) != question_hash("Which?", ("a", "c"))


def test_an_id_that_stands_for_another_question_gets_a_suffix() -> None:
    keys = ProblemKeys()
    assert keys.key_for(ONE, "0", file=0) == "0"
    assert keys.key_for(TWO, "0", file=1) == f"0~{question_hash(TWO.question)[:8]}"
    assert keys.key_for(ONE, "0", file=1) == "0"
    assert keys.clashes == {"0"}


def test_the_same_question_in_another_file_keeps_its_key() -> None:
    keys = ProblemKeys()
    assert keys.key_for(ONE, "0", file=0) == "0"
    assert keys.key_for(ONE, "77", file=1) == "0"


def test_two_ids_of_one_file_stay_two_problems() -> None:
    keys = ProblemKeys()
    assert [keys.key_for(ONE, name, file=0) for name in ("a", "b")] == ["a", "b"]


def test_keys_of_the_project_are_respected() -> None:
    keys = ProblemKeys({"0": question_hash(TWO.question)})
    assert keys.key_for(ONE, "0", file=0) != "0"
    assert keys.key_for(TWO, "5", file=0) == "0"


def test_a_row_without_a_question_follows_its_id() -> None:
    keys = ProblemKeys()
    assert keys.key_for(ONE, "0", file=0) == "0"
    assert keys.key_for(Problem(), "0", file=1) == "0"


def test_the_unit_key_is_of_model_condition_id_and_sample() -> None:
    first = rollouts(opened(jsonl([own_row()])))[0]
    assert len(unit_key(first)) == 32
    assert unit_key(first) == unit_key(replace(first, turns=(), problem=TWO))
    others = [
        replace(first, model="n"),
        replace(first, condition={"t": "1"}),
        replace(first, external_id="b"),
        replace(first, sample=1),
    ]
    assert len({unit_key(first), *map(unit_key, others)}) == 5


def test_every_rollout_of_an_upload_has_its_own_unit_key() -> None:
    # Kept: a/0, a/1 (another text), a~… (another question), b/1; the last row and the second file repeat.
    rows = [
        own_row(),
        own_row(response="other"),
        own_row(problem="What is 2+2?"),
        own_row(id="b", sample=1),
        own_row(id="b"),
    ]
    found = rollouts(opened(jsonl(rows, "one.jsonl"), jsonl(rows, "two.jsonl")))
    assert len({unit_key(rollout) for rollout in found}) == len(found) == 4


def test_graded_rows_without_id_are_told_apart_by_file_and_row() -> None:
    rows = [{"model": "m", "correct": True, "answer": "4"}, {"model": "m", "correct": False, "answer": "4"}]
    other = [{**row, "model": "n"} for row in rows]
    found = rollouts(opened(jsonl(rows, "a.jsonl"), jsonl(rows, "b.jsonl"), jsonl(other, "c.jsonl")))
    assert [(r.model, r.external_id) for r in found] == [
        ("m", "1"), ("m", "2"), ("m", "b.jsonl:1"), ("m", "b.jsonl:2"), ("n", "1"), ("n", "2"),
    ]  # fmt: skip


@pytest.mark.parametrize("cut", range(9))
def test_reading_on_from_any_row_gives_the_rest(cut: int) -> None:
    rows = [own_row(), own_row(response="x"), own_row(), own_row(response=None, reasoning=None), own_row(id="b")]
    source = opened(jsonl(rows[:3], "1.jsonl"), jsonl(rows, "2.jsonl"))
    whole = list(source.rollouts())
    counts = source.report.to_json()
    if cut < len(whole):
        position = whole[cut][0]
        assert list(source.rollouts(start=(position.file, position.row))) == whole[cut:]
        assert source.report.to_json() == counts


def test_golds_that_python_calls_equal_stay_apart() -> None:
    # 1 == 1.0 == True in Python; all else is the same here, so that a memory of rows by equality would mix them up.
    golds: list[object] = [1, True, 1.0, "1"]
    rows = [own_row(id=f"s{n}", problem_id=f"s{n}", problem="Which?", answer=gold) for n, gold in enumerate(golds)]
    found = rollouts(opened(jsonl(rows)))
    assert [rollout.problem.golds for rollout in found] == [("1",), ("true",), ("1.0",), ("1",)]
