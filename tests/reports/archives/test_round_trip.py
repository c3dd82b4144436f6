"""A project goes into an archive and comes back the same, row for row, next to the one that it came from."""

import json
import zipfile
from pathlib import Path

import polars as pl
import pytest

from analysis.measures import MEASURES
from apps.accounts.models import Change, Membership, Project, User
from apps.core import blobs
from apps.core.models import Blob, JobState
from apps.reports.archives.tables import TABLES
from apps.reports.models import ArchiveImport
from apps.reports.services.exports import write_archive
from apps.traces.models import Analysis, Collection, Text
from apps.traces.services import measuring
from tests.reports.everything import digests, moved

pytestmark = pytest.mark.django_db


def manifest_of(path: Path) -> dict[str, dict[str, dict[str, object]]]:
    with zipfile.ZipFile(path) as file:
        found: dict[str, dict[str, dict[str, object]]] = json.loads(file.read("manifest.json"))
    return found


def source() -> Project:
    return Project.objects.get(slug="whole")


def stored(job: ArchiveImport) -> Project:
    assert (job.state, job.error) == (JobState.DONE, "")
    assert job.project is not None
    return job.project


def test_no_table_of_the_archive_is_empty(archive: Path) -> None:
    members = manifest_of(archive)["members"]
    assert [table.name for table in TABLES if not members[f"rows/{table.name}.jsonl.zst"]["n_rows"]] == []


def test_every_row_says_the_same_in_the_new_project(archive: Path) -> None:
    before = digests(source())
    assert digests(stored(moved(archive))) == before


def test_the_archive_of_the_new_project_is_the_same_in_every_member(archive: Path, tmp_path: Path) -> None:
    again = write_archive(stored(moved(archive)), tmp_path / "again.zip")
    assert again["members"] == manifest_of(archive)["members"]


def test_measures_give_the_same_rows_over_features_that_were_not_computed_anew(archive: Path) -> None:
    project = stored(moved(archive))
    assert Analysis.objects.filter(collection__project=project).exclude(state=JobState.DONE).count() == 0
    for ours, theirs in zip(analyses(source()), analyses(project), strict=True):
        assert [ours.n_done, ours.revision] == [theirs.n_done, theirs.revision]
        for name in MEASURES:
            assert measuring.measure([theirs], name) == measuring.measure([ours], name), name


def analyses(project: Project) -> list[Analysis]:
    return list(Analysis.objects.filter(collection__project=project, state=JobState.DONE).order_by("pk"))


def test_features_name_the_rollouts_and_problems_of_the_new_project(archive: Path) -> None:
    project = stored(moved(archive))
    for analysis in analyses(project):
        assert analysis.features is not None
        frame = pl.read_parquet(blobs.path_of(analysis.features))
        rollouts = analysis.collection.rollouts.order_by("pk")
        assert frame["rollout_id"].to_list() == list(rollouts.values_list("pk", flat=True))
        assert frame["problem_id"].to_list() == list(rollouts.values_list("problem_id", flat=True))
        assert set(frame["collection_id"]) == {analysis.collection_id}


def test_texts_are_shared_with_the_project_that_has_them_already(archive: Path) -> None:
    n_texts = Text.objects.count()
    stored(moved(archive))
    assert Text.objects.count() == n_texts


def test_history_leads_to_the_objects_of_the_new_project(archive: Path) -> None:
    project = stored(moved(archive))
    lines = {line.verb: line for line in Change.objects.filter(project=project)}
    rollout = int(lines["overruled grade"].target.partition(":")[2])
    assert Collection.objects.get(rollouts=rollout).project == project
    problem = project.problems.get(key="p2")
    assert lines["corrected gold"].target == f"problem:{problem.pk}"
    assert lines["learned gold"].reason == f"import {project.imports.earliest('pk').pk}"
    assert lines["deleted collection"].target == "collection:gone"


def test_what_is_being_deleted_drafts_and_members_stay_behind(archive: Path) -> None:
    project = stored(moved(archive))
    assert not project.collections.filter(name="being deleted").exists()
    assert not project.imports.filter(state=JobState.DRAFT).exists()
    assert not Membership.objects.filter(project=project).exists()


def test_who_reads_an_archive_owns_the_project_and_speaks_for_nobody_else(archive: Path) -> None:
    reader = User.objects.create_user("reader")
    project = stored(moved(archive, reader))
    assert [(m.user, m.role) for m in project.memberships.all()] == [(reader, "owner")]
    actors = {change.actor for change in Change.objects.filter(project=project) if change.actor}
    assert [(actor.username, actor.is_active, actor.has_usable_password()) for actor in actors] == [
        ("ann-of-whole (archived)", False, False)
    ]


def test_the_command_line_finds_people_by_their_name(archive: Path) -> None:
    project = stored(moved(archive, None))
    assert {change.actor.username for change in Change.objects.filter(project=project) if change.actor} == {
        "ann-of-whole"
    }


def test_an_archive_is_read_once_per_key(archive: Path) -> None:
    first, again = moved(archive, key="k"), moved(archive, key="k")
    assert first == again
    assert Project.objects.filter(name=source().name).count() == 2


def test_the_archive_is_not_kept_once_it_is_read(archive: Path) -> None:
    job = moved(archive)
    assert job.blob is None
    assert not Blob.objects.filter(sha256=job.sha256).exists()
