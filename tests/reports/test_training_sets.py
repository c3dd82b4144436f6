"""`manage.py training_set`: from stored rollouts to lines that are read back, with their provenance."""

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from analysis.answers.extract import DEFAULT, VERSIONS
from analysis.training.reading import read_rows
from analysis.training.table import TRAINING_SETS
from analysis.types import Problem, Role, Rollout, Turn
from apps.reports.services.analysed_traces import Traces
from apps.reports.services.training_files import read_parquet_rows
from apps.runs.models import Engine, RoleBinding, Run
from apps.traces.models import Collection
from apps.traces.services.analyses import ensured_analysis
from apps.traces.services.verdicts import GRADER_NAME
from tests.traces.build import attempt, rollout, stored

WRONG = attempt("2 + 2 is 5.\nSo the answer is 5.", "FINAL ANSWER: 5")
LONG = attempt("\n".join(["The answer is 4."] * 8), "FINAL ANSWER: 4")
ASKED = Turn(Role.USER, "What is 2 + 2?")
REVIEW = Turn(Role.USER, "Look again.")


@pytest.fixture
def collection(db: None) -> Collection:
    """Two problems: one with a right trace, a mended one and a wrong one; one that nobody solves."""
    hard = Problem("What is 3 + 3?", ("6",), key="p2")
    rollouts: list[Rollout] = [
        rollout("long", turns=(ASKED, LONG)),
        rollout("mended", turns=(ASKED, WRONG, REVIEW, attempt())),
        rollout("wrong", turns=(ASKED, WRONG)),
        *(rollout(f"hard-{n}", problem=hard, turns=(Turn(Role.USER, hard.question), WRONG)) for n in range(8)),
    ]
    return stored(rollouts)


def named(collection: Collection, external_id: str) -> str:
    """What a row calls the rollout that it came from."""
    return f"{collection.pk}/{external_id}/0#{collection.rollouts.get(external_id=external_id).pk}"


def made(name: str, collection: Collection, folder: Path, *more: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    path = folder / f"{name}.jsonl"
    call_command(
        "training_set", name, "--collection", str(collection.pk), "--out", str(path), *more, stdout=io.StringIO()
    )
    with path.open(encoding="utf-8") as lines:
        rows = list(read_rows(lines, TRAINING_SETS[name].shape))
    manifest: dict[str, Any] = json.loads((folder / f"{name}.jsonl.manifest.json").read_text(encoding="utf-8"))
    return rows, manifest


def test_a_rollout_is_cut_at_the_candidate_that_the_analysis_found(collection: Collection, tmp_path: Path) -> None:
    rows, manifest = made("cut_at", collection, tmp_path, "--set", "i=2")
    # Eight right candidates are more than 6; two lines of reasoning stay.
    answer = "<think>\nThe answer is 4.\nThe answer is 4.\n</think>\n\nFINAL ANSWER: 4"
    assert [row["messages"][-1]["content"] for row in rows] == [answer]
    assert rows[0]["metadata"]["sources"] == [named(collection, "long")]
    assert manifest["counts"]["made"] == {"cut-at-2": 1}
    # mended: right, one right candidate; wrong and the eight of the second problem: not right.
    assert manifest["counts"]["left_out"] == {"not more than 6 right candidates": 1, "the final answer is not right": 9}


def test_attempts_of_one_rollout_keep_their_own_verdicts(collection: Collection, tmp_path: Path) -> None:
    rows, _ = made("cst", collection, tmp_path)
    assert [row["metadata"]["sources"] for row in rows] == [[named(collection, "mended")]]
    assert [message["train_on"] for message in rows[0]["messages"]] == [False, False, False, True]
    pairs, _ = made("scl", collection, tmp_path)
    assert [row["metadata"]["kind"] for row in pairs] == ["type 2"]


def test_all_rollouts_of_a_problem_are_seen_together(collection: Collection, tmp_path: Path) -> None:
    rows, manifest = made("relift_prompts", collection, tmp_path)
    assert [(row["gold"], len(row["metadata"]["sources"])) for row in rows] == [(["6"], 8)]
    assert manifest["counts"]["problems"] == 2


def test_the_manifest_says_where_the_rows_came_from(collection: Collection, tmp_path: Path) -> None:
    _, manifest = made("sbt_d", collection, tmp_path, "--set", "threshold=0.3")
    body = (tmp_path / "sbt_d.jsonl").read_bytes()
    assert manifest["file"] == {
        "name": "sbt_d.jsonl",
        "sha256": hashlib.sha256(body).hexdigest(),
        "bytes": len(body),
        "rows": body.count(b"\n"),
    }
    (analysis,) = manifest["analyses"]
    assert (analysis["collection"]["id"], analysis["revision"]) == (collection.pk, collection.revision)
    assert (analysis["extractor"], analysis["grader"]) == (f"{DEFAULT}@{VERSIONS[DEFAULT]}", GRADER_NAME)
    assert (manifest["settings"]["threshold"], manifest["settings"]["margin"]) == (0.3, 0.05)
    assert "arXiv 2505.14604" in manifest["method"]["citation"]


@pytest.mark.parametrize(
    ("name", "setting", "words"),
    [("odd", "i=1", "known: cut_at"), ("cut_at", "i=0", "i is 0, must be"), ("cut_at", "odd=1", "unknown setting")],
)
def test_what_cannot_be_made_is_refused_and_no_file_is_left(
    collection: Collection, tmp_path: Path, name: str, setting: str, words: str
) -> None:
    with pytest.raises(CommandError, match=words):
        made(name, collection, tmp_path, "--set", setting)
    assert list(tmp_path.iterdir()) == []


def test_a_continuation_holds_a_part_of_its_text_and_is_passed_over(collection: Collection, tmp_path: Path) -> None:
    collection.rollouts.filter(external_id="mended").update(parent_turn=0, parent_offset=9)
    rows, manifest = made("scl", collection, tmp_path)
    assert rows == []
    assert (manifest["counts"]["continuations_passed_over"], manifest["counts"]["traces"]) == (1, 10)


def test_the_shell_narrows_by_the_filters_of_lists_and_writes_parquet(collection: Collection, tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    # Long is right throughout, mended goes from wrong to right in its last reasoning, no other ends right.
    given = ("--filter", "outcome=correct", "--filter", "transition=ft", "--out", str(path))
    call_command("training_set", "b_star", "--collection", str(collection.pk), *given, stdout=io.StringIO())
    manifest = json.loads((tmp_path / "rows.parquet.manifest.json").read_text(encoding="utf-8"))
    assert manifest["filters"] == {"outcome": "correct", "transition": "ft"}
    assert [row["metadata"]["sources"] for row in read_parquet_rows(path, TRAINING_SETS["b_star"].shape)] == [
        [named(collection, "mended")]
    ]


def test_an_unknown_filter_is_refused_with_those_that_there_are(collection: Collection, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="unknown field 'odd'; known: model"):
        made("scl", collection, tmp_path, "--filter", "odd=1")


def test_the_models_of_a_runs_roles_are_those_who_wrote_their_turns(collection: Collection) -> None:
    said = Turn(Role.CRITIC, "It is off.", actor="critic")
    stored([rollout("seen", model="small", turns=(ASKED, WRONG, said, attempt()))], into=collection)
    run = Run.objects.create(project=collection.project, protocol="critique", output=collection)
    engine = Engine.objects.create(name="e", kind="scripted")
    for role, model in (("solver", "small"), ("critic", "big")):
        RoleBinding.objects.create(run=run, role=role, engine=engine, model=model)
    analysis = ensured_analysis(collection=collection)
    (trace,) = [each for group in Traces([analysis]).groups() for each in group if "/seen/" in each.source]
    assert [trace.author_of(turn) for turn in trace.turns[1:]] == ["small", "big", "small"]
