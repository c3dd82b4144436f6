"""Imports as the web and the worker do them: confirmed once, read again in place, failed without a trace."""

import json
from collections.abc import Mapping

import pytest
from pytest_django.fixtures import Settings

from apps.accounts.models import Project
from apps.core.models import JobState
from apps.traces.models import Candidate, Collection, Grade, Import, Problem, Rollout, Turn
from apps.traces.services import imports
from apps.traces.services.analyses import ensured_analysis
from apps.traces.services.deletions import empty_collection
from tests.traces import build

pytestmark = pytest.mark.django_db(transaction=True)
ROW = {"model": "m", "problem": "What is 2 + 2?", "answer": "4", "reasoning": "The answer is 4.", "response": "4"}


def draft(project: Project, *rows: Mapping[str, object]) -> Import:
    reading = imports.create_draft(project=project, user=None)
    content = "".join(json.dumps(row) + "\n" for row in rows).encode()
    imports.add_upload(reading=reading, name="rollouts.jsonl", chunks=[content])
    return reading


def run(reading: Import) -> Collection:
    collection = imports.confirm(reading=reading, wake=False)
    imports.execute(import_id=reading.pk)
    reading.refresh_from_db()
    return collection


def test_confirming_twice_gives_the_same_collection_and_one_import() -> None:
    reading = draft(build.project(), {"id": "1", **ROW})
    first = imports.confirm(reading=reading, wake=False)
    assert imports.confirm(reading=reading, wake=False) == first
    imports.execute(import_id=reading.pk)
    imports.execute(import_id=reading.pk)
    assert Rollout.objects.count() == 1


def test_a_finished_import_is_counted_and_its_analysis_asked_for() -> None:
    collection = run(draft(build.project(), {"id": "1", **ROW}, {"id": "2", **ROW}))
    collection.refresh_from_db()
    assert (collection.n_rollouts, collection.n_problems, collection.n_models, collection.revision) == (2, 1, 1, 1)
    assert [job.state for job in collection.analyses.all()] == [JobState.QUEUED]


def test_reading_again_with_another_mapping_replaces_in_place_and_keeps_what_people_said() -> None:
    rows = [{"id": str(n), **ROW, "other": "The answer is 5."} for n in range(3)]
    collection = run(draft(build.project(), *rows))
    ensured_analysis(collection=collection)
    kept = Rollout.objects.get(external_id="1")
    Grade.objects.create(rollout=kept, turn_index=1, source="person", grader="person", outcome="incorrect")
    again = imports.read_again(collection=collection, user=None)
    imports.set_options(reading=again, options=imports.Options(map_values={"reasoning": "other"}))
    assert run(again) == collection
    assert again.state == JobState.DONE
    assert Rollout.objects.get(external_id="1").pk == kept.pk
    assert Grade.objects.filter(source="person").count() == 1
    ensured_analysis(collection=collection)
    newest = collection.analyses.order_by("-pk")[0]
    assert set(Candidate.objects.filter(candidate_set=newest.candidate_set).values_list("value", flat=True)) == {"5"}


def test_rollouts_that_a_new_reading_no_longer_holds_go() -> None:
    collection = run(draft(build.project(), *({"id": str(n), **ROW, "llm": f"m{n}"} for n in range(3))))
    again = imports.read_again(collection=collection, user=None)
    imports.set_options(reading=again, options=imports.Options(set_values={"model": "other"}))
    run(again)
    assert set(Rollout.objects.values_list("model__name", flat=True)) == {"other"}
    assert Rollout.objects.count() == 3
    assert Turn.objects.filter(is_attempt=True).count() == 3


def test_a_failed_import_leaves_no_rollout_and_says_which_row() -> None:
    reading = draft(build.project(), {"id": "1", **ROW}, {"id": "2", "model": "m", "problem": "?", "response": None})
    run(reading)
    assert reading.state == JobState.FAILED
    assert "row 2" in reading.error
    assert not Rollout.objects.exists()
    assert not Collection.objects.filter(is_deleted=False).exists()
    assert reading.issues.get().row == 2


def test_a_cancelled_import_is_hidden_and_cannot_go_on() -> None:
    reading = draft(build.project(), {"id": "1", **ROW})
    collection = imports.confirm(reading=reading, wake=False)
    imports.cancel(reading=reading)
    imports.execute(import_id=reading.pk)
    collection.refresh_from_db()
    assert collection.is_deleted
    assert not Rollout.objects.exists()


def test_the_same_number_of_another_question_is_another_problem() -> None:
    project = build.project()
    run(draft(project, {"id": "1", "problem_id": "0", **ROW}))
    run(draft(project, {"id": "1", "problem_id": "0", **ROW, "problem": "What is 3 + 3?", "answer": "6"}))
    golds = {row.problem.question: row.problem.golds for row in Rollout.objects.select_related("problem")}
    assert golds == {"What is 2 + 2?": ["4"], "What is 3 + 3?": ["6"]}


def test_a_bad_row_far_down_takes_back_what_was_stored_and_the_golds_that_problems_learned() -> None:
    # 300 good rows are more than the first batch of 100, so that rows are stored before the bad one is met.
    project = build.project()
    question = {"problem_id": "p", "problem": "What is 2 + 2?", "model": "m", "response": "4"}
    run(draft(project, {"id": "0", **question}))
    rows = [{"id": str(n), **question, "answer": "4"} for n in range(1, 301)]
    reading = draft(project, *rows, {"id": "bad", **question, "response": None})
    run(reading)
    assert reading.state == JobState.FAILED
    assert (reading.n_errors, reading.issues.get().row) == (1, 301)
    empty_collection(collection_id=Collection.objects.get(is_deleted=True).pk)
    assert Rollout.objects.count() == 1
    assert Problem.objects.get().golds == []
    assert not project.changes.filter(verb="learned gold").exists()


def test_a_gold_that_a_problem_learns_from_a_later_file_is_in_the_history() -> None:
    project = build.project()
    question = {"id": "0", "problem_id": "p", "problem": "What is 2 + 2?", "model": "m", "response": "4"}
    run(draft(project, question))
    run(draft(project, {**question, "answer": "4"}))
    assert Problem.objects.get().golds == ["4"]
    assert project.changes.get(verb="learned gold").after == ["4"]


def test_files_read_in_a_process_of_their_own_are_stored_the_same(settings: Settings) -> None:
    rows = [{"id": str(n), **ROW, "problem_id": f"p{n % 7}"} for n in range(400)]
    here = run(draft(build.project("here"), *rows))
    settings.READ_AHEAD_BYTES = 1
    ahead = run(draft(build.project("ahead"), *rows))
    stored = [
        list(collection.rollouts.order_by("pk").values_list("unit_key", "external_id", "n_chars", "problem__key"))
        for collection in (here, ahead)
    ]
    assert len(stored[0]) == 400
    assert stored[0] == stored[1]


def test_a_bad_row_read_in_a_process_of_its_own_fails_the_import_in_the_same_words(settings: Settings) -> None:
    settings.READ_AHEAD_BYTES = 1
    reading = draft(build.project(), {"id": "1", **ROW}, {"id": "2", "model": "m", "problem": "?", "response": None})
    run(reading)
    assert reading.state == JobState.FAILED
    assert "row 2" in reading.error
    assert not Rollout.objects.exists()
