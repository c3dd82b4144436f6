"""`import_rollouts`, `measure` and `candidates` as a script calls them: JSON out, exit codes, analysis done."""

import json
import zipfile
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.traces.models import Collection, Rollout

pytestmark = pytest.mark.django_db(transaction=True)
ROW = {
    "id": "1",
    "model": "m",
    "problem": "What is 2 + 2?",
    "answer": "4",
    "reasoning": "2 + 2 is 5, so the answer is 5.\n\nWait, that is wrong.\nThe answer is 4.",
    "response": "FINAL ANSWER: 4",
}


def write(path: Path, *rows: Mapping[str, object] | str) -> str:
    path.write_text("".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows))
    return str(path)


def run(*arguments: str) -> Any:
    """What the command prints, as the one JSON value that it must be."""
    out = StringIO()
    call_command(*arguments, stdout=out)
    return json.loads(out.getvalue())


def test_a_file_is_stored_analysed_and_reported_as_one_object(tmp_path: Path) -> None:
    report = run("import_rollouts", write(tmp_path / "a.jsonl", ROW), "--project", "new", "--json")
    assert report == {
        "collection": Collection.objects.get().pk,
        "format": "own",
        "rollouts": 1,
        "problems": 1,
        "models": ["m"],
        "truncated": 0,
        "duplicates": 0,
        "errors": 0,
        "files": [],
        "not_rollouts": [],
        "remarks": [],
        "error_list": [],
    }
    assert Collection.objects.get().project.slug == "new"
    rows = run("measure", "accuracy", "--collection", str(report["collection"]), "--json")
    found = {row["measure"]: row["estimate"] for row in rows}
    assert (found["first_accuracy"], found["final_accuracy"]) == (0.0, 1.0)


def test_candidates_are_printed_with_their_line_value_and_grade(tmp_path: Path) -> None:
    report = run("import_rollouts", write(tmp_path / "a.jsonl", ROW), "--project", "p", "--json")
    printed = run("candidates", "--collection", str(report["collection"]), "--jsonl")
    assert printed == {
        "id": "1",
        "candidates": [
            {"line": 1, "value": "5", "grade": "incorrect"},
            {"line": 4, "value": "4", "grade": "correct"},
        ],
    }


def test_a_bad_row_stops_everything_unless_the_good_ones_are_wanted(tmp_path: Path) -> None:
    file = write(tmp_path / "a.jsonl", ROW, "no json")
    with pytest.raises(CommandError, match="line 2"):
        call_command("import_rollouts", file, "--project", "p", "--json", stdout=StringIO())
    assert not Rollout.objects.exists()
    report = run("import_rollouts", file, "--project", "p", "--json", "--keep-good")
    assert (report["rollouts"], report["errors"], report["error_list"][0]["row"]) == (1, 1, 2)


@pytest.mark.parametrize("content", ["", '{"id": 1, "response":', "just words\n"])
def test_a_file_without_rollouts_is_an_error_with_its_reason(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.jsonl").write_text(content)
    out = StringIO()
    with pytest.raises(CommandError, match=r"a\.jsonl"):
        call_command("import_rollouts", str(tmp_path / "a.jsonl"), "--project", "p", "--json", stdout=out)
    report = json.loads(out.getvalue())
    assert (report["collection"], report["rollouts"], report["errors"]) == (None, 0, 1)
    assert "a.jsonl" in report["error_list"][0]["message"]


def test_two_graded_attempts_without_text_are_a_first_and_a_final_answer(tmp_path: Path) -> None:
    # First: right, wrong, right = 2/3. Final: right, right, wrong = 2/3.
    pairs = [(True, True), (False, True), (True, False)]
    rows = [{"id": i, "model": "a", "correct1": first, "correct2": final} for i, (first, final) in enumerate(pairs)]
    report = run("import_rollouts", write(tmp_path / "a.jsonl", *rows), "--project", "p", "--json")
    measured = run("measure", "accuracy", "--collection", str(report["collection"]), "--json")
    found = {row["measure"]: (row["estimate"], row["n"]) for row in measured}
    assert found["first_accuracy"] == (pytest.approx(2 / 3), 3)
    assert found["final_accuracy"] == (pytest.approx(2 / 3), 3)


def test_fields_can_be_mapped_and_set_by_hand(tmp_path: Path) -> None:
    row = {"a": {"b": "What is 2 + 2, in words of one syllable?"}, "c": "It is 4.", "d": "4"}
    options = ["--map", "problem=a.b", "--map", "response=c", "--map", "answer=d", "--set", "model=gpt"]
    report = run("import_rollouts", write(tmp_path / "a.jsonl", row), "--project", "p", "--json", *options)
    rollout = Rollout.objects.get()
    assert report["models"] == ["gpt"]
    assert (rollout.problem.question, rollout.problem.golds) == (row["a"]["b"], ["4"])  # type: ignore[index]


def test_a_folder_is_one_collection(tmp_path: Path) -> None:
    (tmp_path / "runs").mkdir()
    write(tmp_path / "runs" / "a.jsonl", ROW)
    write(tmp_path / "runs" / "b.jsonl", {**ROW, "id": "2"})
    report = run("import_rollouts", str(tmp_path / "runs"), "--project", "p", "--json")
    assert report["rollouts"] == 2
    assert Collection.objects.get().name == "runs"


def test_the_report_says_of_each_file_in_an_archive_what_is_to_be_said(tmp_path: Path) -> None:
    cut = {**ROW, "id": "2", "reasoning": None, "response": "<think>2 + 2 is"}
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("runs/a.jsonl", f"{json.dumps(ROW)}\n{json.dumps(ROW)}\n{json.dumps(cut)}\n")
        archive.writestr("notes.md", "# Notes")
        archive.writestr("../b.jsonl", json.dumps(ROW))
    path = str(tmp_path / "all.zip")
    report = run("import_rollouts", path, "--project", "p", "--json")
    assert (report["rollouts"], report["duplicates"], report["truncated"]) == (2, 1, 1)
    assert report["files"] == [
        {"file": "all.zip/runs/a.jsonl", "message": "1 truncated, reasoning inline in 1, 1 duplicate left out"}
    ]
    assert report["not_rollouts"] == [
        {"file": "all.zip/b.jsonl", "message": "its path leads out of the archive; it is not read"},
        {"file": "all.zip/notes.md", "message": "a text document"},
    ]
    out = StringIO()
    call_command("import_rollouts", path, "--project", "q", stdout=out)
    assert "all.zip/runs/a.jsonl: 1 truncated, reasoning inline in 1, 1 duplicate left out" in out.getvalue()
    assert "all.zip/notes.md: not rollouts: a text document" in out.getvalue()


def test_an_unknown_measure_or_collection_is_named(tmp_path: Path) -> None:
    report = run("import_rollouts", write(tmp_path / "a.jsonl", ROW), "--project", "p", "--json")
    with pytest.raises(CommandError, match="known: accuracy"):
        call_command("measure", "luck", "--collection", str(report["collection"]))
    with pytest.raises(CommandError, match="999"):
        call_command("candidates", "--collection", "999")
