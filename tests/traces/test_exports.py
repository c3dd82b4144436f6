"""Exports of lists: all that match, as CSV, Parquet and JSONL; what is imported again is what was exported."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from apps.accounts.models import Project
from apps.traces.models import Collection, Grade, Indexing, Rollout, Score
from apps.traces.services import imports
from apps.traces.services.texts import contents
from tests.traces import build
from tests.traces.analysed import Shape, analysed, make_project, user_of
from tests.traces.test_search import indexed

pytestmark = pytest.mark.django_db(transaction=True)
ROWS: list[dict[str, Any]] = [
    {"id": "tags", "model": "m", "problem_id": "p1", "problem": "What is 1+1?", "answer": "2",
     "response": "<think>\nOne.\r\n</think>\n\n=2", "correct": True, "score.reward": 0.5},
    {"id": "fields", "model": "m", "problem_id": "p1", "problem": "What is 1+1?", "answer": "2", "sample": 3,
     "reasoning": "One and one.", "response": "2", "finish_reason": "length", "n_tokens": 9, "n_reasoning_tokens": 7,
     "confidence": 0.9, "condition": {"temperature": 0.6, "hint": "none"}},
    {"id": "open", "model": "n", "problem_id": "p2", "problem": "Which?", "answer": "B", "options": ["one", "two"],
     "response": "<think>\nIt goes on", "problem.subject": "algebra", "problem.level": "3", "problem.set": "easy"},
    {"id": "plain", "model": "n", "problem_id": "p3", "problem": "Two?", "answer": ["2", "two"],
     "response": "It is\u2028two \ud83d\ude00 \x0b.", "system": "Be brief.", "prompt": "Two? Think."},
    {"id": "turns", "model": "n", "problem_id": "p3", "problem": "Two?", "answer": ["2", "two"], "turns": [
        {"role": "user", "text": "Two?"}, {"role": "assistant", "text": "3", "correct": False},
        {"role": "critic", "text": "Look again.", "actor": "judge-1"},
        {"role": "assistant", "reasoning": "Oh.", "text": "2", "correct": True, "confidence": 0.8}]},
    {"id": "tools", "model": "n", "problem_id": "p3", "problem": "Two?", "answer": ["2", "two"], "turns": [
        {"role": "user", "text": "Two?"},
        {"role": "assistant", "text": "", "tool_calls": [{"name": "add", "arguments": "1, 1"}]},
        {"role": "tool", "text": "2"}, {"role": "assistant", "text": "2"}]},
    {"id": "grades", "model": "n", "problem_id": "p3", "problem": "Two?", "answer": ["2", "two"],
     "correct1": False, "correct2": True},
    {"id": "error", "model": "n", "problem_id": "p3", "problem": "Two?", "answer": ["2", "two"], "error": "503 busy"},
]  # fmt: skip


@pytest.fixture(autouse=True)
def store(settings: Settings, tmp_path: Path) -> None:
    settings.BLOB_ROOT = tmp_path / "blobs"


@pytest.fixture
def project() -> Project:
    return make_project()


@pytest.fixture
def reader(project: Project, client: Client) -> Client:
    client.force_login(user_of(project))
    return client


def imported(project: Project, body: bytes) -> Collection:
    draft = imports.create_draft(project=project, user=None)
    imports.add_upload(reading=draft, name="rollouts.jsonl", chunks=[body])
    collection = imports.confirm(reading=draft, wake=False)
    imports.execute(import_id=draft.pk)
    draft.refresh_from_db()
    assert draft.state == "done", draft.error
    return collection


def content(client: Client, url: str) -> bytes:
    answer: Any = client.get(url)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="')
    assert answer.streaming
    return b"".join(answer.streaming_content)


def parts(collection: Collection) -> Iterator[dict[str, Any]]:
    """Everything that a rollout is made of, beside the ids of rows."""
    turn_columns = (
        "role", "actor", "text_id", "reasoning_start", "reasoning_end", "response_start", "response_end", "is_attempt",
        "answer", "confidence", "n_tokens", "n_reasoning_tokens", "finish_reason", "reward", "tool_calls", "train_on",
    )  # fmt: skip
    for rollout in Rollout.objects.filter(collection=collection).select_related("problem__problem_set", "condition"):
        turns = list(rollout.turns.order_by("index").values(*turn_columns))
        texts = contents(turn["text_id"] for turn in turns if turn["text_id"])
        problem = rollout.problem
        yield {
            "unit_key": rollout.unit_key,
            "row": (rollout.external_id, rollout.sample, rollout.truncated, rollout.error, rollout.n_tokens),
            "problem": (problem.key, problem.question, problem.golds, problem.options, problem.answer_type),
            "set": (problem.problem_set.name, problem.subject, problem.level),
            "condition": rollout.condition.factors,
            "turns": [{**turn, "text_id": texts.get(turn["text_id"])} for turn in turns],
            "grades": sorted(
                Grade.objects.filter(rollout=rollout, source="uploaded").values_list("turn_index", "outcome")
            ),
            "scores": sorted(Score.objects.filter(rollout=rollout).values_list("name", "value")),
        }


def in_order(collection: Collection) -> list[dict[str, Any]]:
    return sorted(parts(collection), key=lambda part: str(part["row"]))


def test_a_jsonl_that_was_exported_is_imported_as_the_same_rollouts(project: Project, reader: Client) -> None:
    first = imported(project, "".join(json.dumps(row) + "\n" for row in ROWS).encode())
    assert first.rollouts.count() == len(ROWS)
    body = content(reader, f"/p/{project.slug}/collections/{first.pk}/rollouts.jsonl")
    second = imported(make_project("second"), body)
    assert in_order(second) == in_order(first)


@pytest.mark.shared
@pytest.mark.parametrize(
    "name",
    [
        "math-r1-1p5b-temps/math_cot_results_t=0.4_mnt=1500_tp=0.92.json",
        "math-r1-1p5b-temps/backtracking_dataset_n=200.json",
    ],
)
def test_real_rollouts_survive_an_export(project: Project, reader: Client, shared: Path, name: str) -> None:
    first = imported(project, (shared / "data" / name).read_bytes())
    body = content(reader, f"/p/{project.slug}/collections/{first.pk}/rollouts.jsonl")
    second = imported(make_project("second"), body)
    assert first.rollouts.count() > 10
    assert in_order(second) == in_order(first)


def test_every_kind_holds_all_that_match_not_only_the_page(project: Project, reader: Client) -> None:
    collection = analysed(project, Shape(n_samples=12)).collection  # 144 rollouts, three pages
    base = f"/p/{project.slug}/collections/{collection.pk}/rollouts"
    n = reader.get(f"{base}/?outcome=incorrect").context["n_chosen"]
    assert n > 50
    table = list(csv.DictReader(io.StringIO(content(reader, f"{base}.csv?outcome=incorrect&sort=-tokens").decode())))
    frame = pq.read_table(io.BytesIO(content(reader, f"{base}.parquet?outcome=incorrect&sort=-tokens"))).to_pylist()
    rows = content(reader, f"{base}.jsonl?outcome=incorrect&sort=-tokens").decode().splitlines()
    assert len(table) == len(frame) == len(rows) == n
    assert [row["id"] for row in table] == [row["id"] for row in frame] == [json.loads(row)["id"] for row in rows]
    assert [int(row["tokens"]) for row in table] == sorted((row["tokens"] for row in frame), reverse=True)
    assert frame[0]["first_position"] is None or 0 < frame[0]["first_position"] <= 1


def test_an_export_keeps_to_the_text_that_was_searched_for(project: Project, reader: Client) -> None:
    collection = indexed(["wait a bit", "no", "Wait!"], project)
    body = content(reader, f"/p/{project.slug}/collections/{collection.pk}/rollouts.csv?q=wait").decode()
    assert sorted(row["id"] for row in csv.DictReader(io.StringIO(body))) == ["0", "2"]


def test_text_that_begins_a_formula_is_neutralised_in_csv_and_plain_elsewhere(project: Project, reader: Client) -> None:
    collection = build.stored([build.rollout("=cmd()", model="+m", error="\t@x")], owner=project)
    base = f"/p/{project.slug}/collections/{collection.pk}/rollouts"
    (row,) = csv.DictReader(io.StringIO(content(reader, f"{base}.csv").decode()))
    assert (row["id"], row["model"], row["error"]) == ("'=cmd()", "'+m", "'\t@x")
    (plain,) = pq.read_table(io.BytesIO(content(reader, f"{base}.parquet"))).to_pylist()
    assert (plain["id"], plain["model"]) == ("=cmd()", "+m")
    assert json.loads(content(reader, f"{base}.jsonl"))["id"] == "=cmd()"


def test_a_file_is_named_plainly_whatever_the_collection_is_called(project: Project, reader: Client) -> None:
    collection = build.stored([build.rollout()], owner=project)
    Collection.objects.filter(pk=collection.pk).update(name='a"\r\nSet-Cookie: x/../é')
    answer = reader.get(f"/p/{project.slug}/collections/{collection.pk}/rollouts.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="a-Set-Cookie-x-..-rollouts.csv"'


def test_an_empty_list_is_a_file_with_a_head(project: Project, reader: Client) -> None:
    collection = analysed(project).collection
    base = f"/p/{project.slug}/collections/{collection.pk}/rollouts"
    assert content(reader, f"{base}.csv?model=nobody").decode().count("\n") == 1
    assert pq.read_table(io.BytesIO(content(reader, f"{base}.parquet?model=nobody"))).num_rows == 0
    assert content(reader, f"{base}.jsonl?model=nobody") == b""


def test_a_project_is_exported_with_all_its_collections(project: Project, reader: Client) -> None:
    build.stored([build.rollout("1")], owner=project)
    build.stored([build.rollout("2")], owner=project)
    build.stored([build.rollout("3")], owner=make_project("other"))
    body = content(reader, f"/p/{project.slug}/rollouts.jsonl").decode()
    assert [json.loads(line)["id"] for line in body.splitlines()] == ["1", "2"]


def test_a_refused_filter_is_a_page_and_no_file(project: Project, reader: Client) -> None:
    collection = build.stored([build.rollout()], owner=project)
    answer = reader.get(f"/p/{project.slug}/collections/{collection.pk}/rollouts.csv?q=-only")
    assert answer.status_code == 400
    assert not Indexing.objects.exists()
