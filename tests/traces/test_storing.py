"""A batch of rollouts becomes rows once, however often it is stored."""

from dataclasses import replace

import pytest
from django.db import transaction

from analysis.types import Problem, Role, Span, Turn
from apps.core.models import JobState
from apps.traces.importers.packed import Packed, pack
from apps.traces.models import Collection, Grade, Import, LanguageModel, ModelAlias, Rollout, Score, Text
from apps.traces.models import Problem as ProblemRow
from apps.traces.services.storing import Names, store
from apps.traces.services.texts import content_of, insert_beside, put_packed
from tests.traces import build

pytestmark = pytest.mark.django_db


def store_again(collection: Collection, rollouts: list[Packed]) -> Import:
    reading = Import.objects.create(project=collection.project, collection=collection, state=JobState.RUNNING)
    with transaction.atomic():
        store(names=Names(collection.project), collection=collection, reading=reading, batch=rollouts)
    return reading


def test_a_rollout_comes_back_character_for_character() -> None:
    odd = "tab\there\r\nnext\u2028still the same line \U0001d7d9 é"
    collection = build.stored([build.rollout(turns=(build.attempt(odd, " end"),))])
    turn = collection.rollouts.get().turns.get()
    assert turn.text is not None
    text = content_of(turn.text)
    assert text == odd + " end"
    assert text[turn.reasoning_start : turn.reasoning_end] == odd


def test_the_same_text_is_kept_once() -> None:
    build.stored([build.rollout("1"), build.rollout("2")])
    assert Rollout.objects.count() == 2
    assert Text.objects.count() == 2  # the question, and the one attempt


def test_a_text_that_another_import_has_just_stored_is_kept_once_and_found() -> None:
    ours, theirs = (b"o" * 32, 4, b"ours"), (b"t" * 32, 6, b"theirs")
    there = put_packed([theirs])
    found = insert_beside([ours, theirs])
    assert found[theirs[0]] == there[theirs[0]] != found[ours[0]]
    assert [bytes(text.body) for text in Text.objects.order_by("pk")] == [b"theirs", b"ours"]


def test_a_batch_stored_twice_by_one_import_is_stored_once_and_counted_as_duplicates() -> None:
    collection = build.stored([])
    reads = [pack(build.rollout("1"), "a"), pack(build.rollout("2"), "b")]
    reading = store_again(collection, reads)
    with transaction.atomic():
        assert store(names=Names(collection.project), collection=collection, reading=reading, batch=reads) == 2
    assert Rollout.objects.count() == 2


def test_a_unit_key_twice_in_one_batch_keeps_the_first() -> None:
    collection = build.stored([])
    store_again(collection, [pack(build.rollout("first"), "a"), pack(build.rollout("second"), "a")])
    assert Rollout.objects.get().external_id == "first"


def test_reading_again_renews_a_rollout_in_place_and_keeps_what_people_said() -> None:
    collection = build.stored([])
    graded = build.rollout(turns=(build.attempt(correct=True),), scores={"reward": 1.0})
    store_again(collection, [pack(graded, "a")])
    row = Rollout.objects.get()
    Grade.objects.create(rollout=row, turn_index=0, source=Grade.Source.PERSON, grader="person", outcome="incorrect")
    store_again(collection, [pack(replace(graded, turns=(build.attempt("other"),), scores={}), "a")])
    renewed = Rollout.objects.get()
    assert renewed.pk == row.pk
    assert [given.source for given in renewed.grades.all()] == [Grade.Source.PERSON]
    assert not Score.objects.exists()
    assert [content_of(text) for text in Text.objects.all()] == ["otherFINAL ANSWER: 4"]


def test_an_alias_leads_to_its_model() -> None:
    project = build.project()
    model = LanguageModel.objects.create(project=project, name="R1")
    ModelAlias.objects.create(project=project, model=model, alias="deepseek-r1")
    build.stored([build.rollout(model="deepseek-r1")], owner=project)
    assert Rollout.objects.get().model == model


def test_a_problem_without_gold_learns_it_from_a_later_file_and_keeps_it() -> None:
    project = build.project()
    question = Problem("What is 2 + 2?", (), key="p1")
    build.stored([build.rollout(problem=question)], owner=project)
    build.stored([build.rollout(problem=replace(question, golds=("4",)))], owner=project)
    build.stored([build.rollout(problem=replace(question, golds=("5",)))], owner=project)
    assert ProblemRow.objects.get().golds == ["4"]


def test_grades_without_text_are_attempts_without_text() -> None:
    turns = (Turn(Role.ASSISTANT, is_attempt=True, correct=False), Turn(Role.ASSISTANT, is_attempt=True, correct=True))
    build.stored([build.rollout(turns=turns)])
    assert [given.outcome for given in Grade.objects.order_by("turn_index")] == ["incorrect", "correct"]
    assert not Text.objects.exists()


def test_spans_of_a_turn_are_stored_as_they_are() -> None:
    turn = Turn(Role.ASSISTANT, "<think>a</think>b", reasoning=Span(7, 8), response=Span(16, 17), is_attempt=True)
    row = build.stored([build.rollout(turns=(turn,))]).rollouts.get().turns.get()
    assert (row.reasoning_start, row.reasoning_end, row.response_start, row.response_end) == (7, 8, 16, 17)


def test_labels_and_tool_calls_are_kept_as_both_databases_take_them() -> None:
    # NUL has no place in PostgreSQL; an escaped backslash before "u0000" is text and stays; 2**70 is past 64 bits.
    calls = ({"name": "run", "arguments": {"code": "a\x00b \\u0000", "n": 2**70}},)
    turn = Turn(Role.ASSISTANT, "x", is_attempt=True, tool_calls=calls)
    labels = {"nickname": "the\x00one", "n": 3, "huge": 2**70, "reasoning_source": "inline"}
    row = build.stored([build.rollout(turns=(turn,), attributes=labels)]).rollouts.get()
    assert row.attributes == {"nickname": "the\ufffdone", "n": 3, "huge": str(2**70), "reasoning_source": "inline"}
    assert row.turns.get().tool_calls == [{"name": "run", "arguments": {"code": "a\ufffdb \\u0000", "n": 2**70}}]


def test_names_longer_than_their_columns_are_cut_and_stay_apart() -> None:
    long = "k" * 300
    problems = [Problem("What is 2 + 2?", ("4",), key=long + end, problem_set=long) for end in "ab"]
    reads = [build.rollout(str(n), problem=problem, model=f"{n}{long}") for n, problem in enumerate(problems)]
    rows = build.stored(reads).rollouts.select_related("problem__problem_set", "model")
    assert {len(row.problem.key) for row in rows} == {len(row.model.name) for row in rows} == {200}
    assert len({row.problem.key for row in rows}) == len({row.model.name for row in rows}) == 2
