"""Published runs into collections: once, whole or not at all, and gone on with after a kill."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from analysis.errors import UserError
from apps.core.models import JobState
from apps.psychology.published.files import File
from apps.psychology.services.published import import_published
from apps.traces.models import Collection, Import, Rollout, Score
from apps.traces.services import imports
from tests.psychology.published import behaviour, personas, replies, report, zipped
from tests.traces import build

pytestmark = pytest.mark.django_db(transaction=True)


def brought(*files: File, study: str = "personality-illusion", **given: Any) -> list[str]:
    project = given.pop("project", None) or build.project()
    found = import_published(project=project, user=None, study=study, files=files, **given)
    return [f"{each.said}: {each.collection.name}" for each in found]


def test_each_group_is_a_collection_of_rollouts_without_text() -> None:
    assert brought(report(), behaviour(), personas(), name="PI") == [
        "imported: PI: self-report", "imported: PI: behaviour", "imported: PI: personas",
    ]  # fmt: skip
    did = Rollout.objects.filter(collection__name="PI: behaviour", model__name="goose").order_by("pk").first()
    assert did is not None
    assert (did.sample, did.condition.factors["system_prompt"]) == (1, "prompt 1")
    assert dict(did.scores.values_list("name", "value"))["behaviour/inconsistency"] == 15.5
    assert did.turns.get(is_attempt=True).text is None


def test_the_same_files_again_store_nothing_even_from_a_zip() -> None:
    project = build.project()
    brought(report(), behaviour(), project=project)
    assert {said.partition(":")[0] for said in brought(zipped(report(), behaviour()), project=project)} == {
        "there already"
    }
    assert (Collection.objects.count(), Rollout.objects.count()) == (2, 8)


def test_what_was_deleted_may_be_imported_again() -> None:
    project = build.project()
    brought(report(), behaviour(), project=project)
    Collection.objects.filter(name__endswith="behaviour").update(is_deleted=True)
    assert [said.partition(":")[0] for said in brought(report(), behaviour(), project=project)] == [
        "there already", "imported",
    ]  # fmt: skip


def test_one_bad_file_and_nothing_is_stored() -> None:
    bad = File("x/prompt_strategy_1.csv", personas().content.replace(b",189,60", b",189,much"))
    with pytest.raises(UserError, match=r"x/prompt_strategy_1\.csv row 1, column sycophancy_rate: 'much' is no number"):
        brought(report(), behaviour(), bad)
    assert not Import.objects.exists()
    assert not Rollout.objects.exists()


def test_an_import_that_was_killed_is_gone_on_with_when_it_is_given_again() -> None:
    """Killed between two collections, and within one before its first batch: its lease has run out."""
    project = build.project()
    brought(report(), behaviour(), project=project)
    half = Import.objects.order_by("pk").last()
    assert half is not None
    assert half.collection is not None
    collection = half.collection
    Score.objects.filter(rollout__collection=collection).delete()
    Rollout.objects.filter(collection=collection).delete()
    Import.objects.filter(pk=half.pk).update(state=JobState.RUNNING, position=None, lease_until=None, n_done=0)
    assert brought(report(), behaviour(), personas(), project=project) == [
        "there already: Personality Illusion: self-report",
        "imported: Personality Illusion: behaviour",
        "imported: Personality Illusion: personas",
    ]
    assert Rollout.objects.filter(collection=collection).count() == 4


def test_without_waiting_a_worker_stores_them() -> None:
    assert {said.partition(":")[0] for said in brought(report(), behaviour(), wait=False)} == {"being read"}
    for reading in Import.objects.all():
        imports.execute(import_id=reading.pk)
    assert Rollout.objects.count() == 8


def test_the_files_as_they_were_given_are_kept_beside_the_rows() -> None:
    brought(report(), behaviour())
    first = Import.objects.order_by("pk").first()
    assert first is not None
    assert [upload.name for upload in first.uploads.all()] == [
        "as given/instruct_models_selfreport.csv",
        "sittings.jsonl",
    ]


def test_item_answers_are_rollouts_with_their_text() -> None:
    said = "(a) 5\n(b) 2"
    assert brought(replies(said), study="personallm") == ["imported: PersonaLLM: item answers"]
    only = Rollout.objects.get()
    assert only.n_chars == len(said)
    assert dict(only.scores.filter(name__startswith="answer/").values_list("name", "value")) == {
        "answer/1": 5.0, "answer/2": 2.0,
    }  # fmt: skip
    assert only.scores.filter(name__startswith="status/").count() == 44


def written(folder: Path, *files: File) -> str:
    for file in files:
        path = folder / "study" / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)
    return str(folder / "study")


def test_the_command_takes_a_folder_and_says_what_it_did(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = written(tmp_path, report(), behaviour(), personas())
    for state in ("imported", "there already"):
        call_command("psychology", "import", folder, "--format", "personality-illusion", "--project", "p", "--json")
        said = json.loads(capsys.readouterr().out)
        assert [(each["group"], each["rollouts"], each["state"]) for each in said] == [
            ("self-report", 4, state), ("behaviour", 4, state), ("personas", 2, state),
        ]  # fmt: skip
    call_command("psychology", "import", folder, "--format", "personality-illusion", "--project", "p")
    assert "nothing was stored twice" in capsys.readouterr().out


def test_the_command_refuses_in_words(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="unknown format 'x'; known: personality-illusion, personallm"):
        call_command("psychology", "import", str(tmp_path), "--format", "x", "--project", "p")
    with pytest.raises(CommandError, match="there is no such file or folder"):
        call_command("psychology", "import", f"{tmp_path}/no", "--format", "personallm", "--project", "p")
    with pytest.raises(CommandError, match="no table as"):
        call_command(
            "psychology", "import", written(tmp_path, report()), "--format", "personality-illusion", "--project", "p"
        )
