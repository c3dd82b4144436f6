"""A deleted collection or project goes with all that hangs on it, and takes nothing that others use."""

from pathlib import Path

import pytest
from django.apps import apps as installed
from pytest_django.fixtures import Settings

from apps.accounts.models import Change, Project
from apps.core import blobs
from apps.core.models import Blob, JobState
from apps.traces.models import Collection, Import, Problem, Rollout, Text, Upload
from apps.traces.services import deletions
from tests.traces import build

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def store(settings: Settings, tmp_path: Path) -> None:
    settings.BLOB_ROOT = tmp_path / "blobs"


def upload_for(collection: Collection) -> Upload:
    reading = Import.objects.create(project=collection.project, collection=collection, state=JobState.DONE)
    return Upload.objects.create(reading=reading, name="f", blob=blobs.put([b"bytes"]))


def test_a_deleted_collection_is_hidden_at_once_and_said_in_the_history() -> None:
    collection = build.stored([build.rollout()])
    deletions.delete_collection(collection=collection, actor=None, reason="wrong file")
    collection.refresh_from_db()
    assert collection.is_deleted
    assert Change.objects.get().verb == "deleted collection"
    deletions.delete_collection(collection=collection, actor=None)
    assert Change.objects.count() == 1


def test_emptying_leaves_no_row_of_the_collection_behind() -> None:
    collection = build.stored([build.rollout(str(i)) for i in range(3)])
    upload_for(collection)
    deletions.delete_collection(collection=collection, actor=None)
    deletions.empty_collection(collection_id=collection.pk)
    left = {
        model.__name__ for model in installed.get_app_config("traces").get_models() if model._default_manager.exists()
    }
    assert left == {"ProblemSet"}
    assert not Blob.objects.exists()


def test_texts_problems_and_files_that_another_collection_uses_stay() -> None:
    project = build.project()
    first = build.stored([build.rollout("1")], owner=project)
    second = build.stored([build.rollout("2")], owner=project)
    upload_for(first)
    upload_for(second)
    deletions.delete_collection(collection=first, actor=None)
    deletions.empty_collection(collection_id=first.pk)
    assert Rollout.objects.get().collection == second
    assert Problem.objects.count() == 1
    assert Text.objects.count() == 2
    assert blobs.read(Blob.objects.get()) == b"bytes"


def test_emptying_twice_or_something_that_is_not_deleted_does_nothing() -> None:
    collection = build.stored([build.rollout()])
    deletions.empty_collection(collection_id=collection.pk)
    assert Rollout.objects.exists()
    deletions.delete_collection(collection=collection, actor=None)
    deletions.empty_collection(collection_id=collection.pk)
    deletions.empty_collection(collection_id=collection.pk)
    assert not Rollout.objects.exists()


def test_a_project_goes_with_its_collections() -> None:
    project = build.project()
    build.stored([build.rollout()], owner=project)
    deletions.delete_project(project=project, actor=None)
    assert not Project.objects.filter(is_deleted=False).exists()
    deletions.empty_project(project_id=project.pk)
    assert not Project.objects.exists()
    assert not Rollout.objects.exists()
