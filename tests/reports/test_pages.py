"""The pages that move projects: who presses what, how often, and what the file is called."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.fixtures import Settings

from apps.accounts.models import Project, User
from apps.accounts.services import create_project
from apps.core.models import Blob, JobState
from apps.reports.models import ArchiveExport, ArchiveImport
from apps.reports.services import archive_imports, exports
from apps.traces.models import Import
from apps.traces.services.deletions import delete_project, empty_project
from tests.traces import build

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore:No directory at")]
BACKUP = "/p/kept/backup/"


@pytest.fixture
def client(settings: Settings, tmp_path: Path) -> Client:
    settings.BLOB_ROOT = tmp_path / "blobs"
    owner = User.objects.create_user("owner")
    build.stored([build.rollout("1")], owner=create_project(name="Kept <b>", owner=owner, slug="kept"))
    client = Client()
    client.force_login(owner)
    return client


def archive(client: Client) -> bytes:
    client.post(BACKUP)
    export = ArchiveExport.objects.get()
    exports.execute(export_id=export.pk)
    response = client.get(f"{BACKUP}{export.pk}/archive.zip")
    return response.getvalue()


def given(client: Client, body: bytes, key: str = "a" * 32, name: str = "") -> ArchiveImport:
    data = {"archive": SimpleUploadedFile("kept.zip", body), "key": key, "name": name}
    assert client.post("/archives/", data).status_code == 302
    return ArchiveImport.objects.latest("pk")


def test_an_export_that_is_asked_for_twice_is_one(client: Client) -> None:
    for _ in range(2):
        assert client.post(BACKUP).status_code == 302
    assert ArchiveExport.objects.count() == 1


def test_a_project_that_is_being_imported_into_is_not_archived(client: Client) -> None:
    project = Project.objects.get(slug="kept")
    Import.objects.create(project=project, state=JobState.RUNNING, name="more")
    client.post(BACKUP)
    export = ArchiveExport.objects.get()
    exports.execute(export_id=export.pk)
    export.refresh_from_db()
    assert (export.state, export.blob) == (JobState.FAILED, None)
    assert "an import into this project is under way (more)" in client.get(BACKUP).content.decode()


def test_the_page_asks_for_itself_until_the_archive_is_there(client: Client) -> None:
    client.post(BACKUP)
    assert b"hx-trigger" in client.get(BACKUP).content
    exports.execute(export_id=ArchiveExport.objects.get().pk)
    page = client.get(BACKUP).content.decode()
    assert "hx-trigger" not in page
    assert "Download the archive" in page


def test_the_download_is_an_attachment_with_a_safe_name(client: Client) -> None:
    client.post(BACKUP)
    export = ArchiveExport.objects.get()
    exports.execute(export_id=export.pk)
    export.refresh_from_db()
    response = client.get(f"{BACKUP}{export.pk}/archive.zip")
    day = f"{export.finished_at:%Y-%m-%d}"
    assert response.headers["Content-Disposition"] == f'attachment; filename="kept-{day}.afterthought.zip"'
    response.close()


def test_a_new_archive_takes_the_place_of_the_earlier_one(client: Client) -> None:
    archive(client)
    first = ArchiveExport.objects.get()
    assert first.blob is not None
    Project.objects.filter(slug="kept").update(name="renamed")
    client.post(BACKUP)
    assert ArchiveExport.objects.get() != first
    assert not Blob.objects.filter(pk=first.blob.pk).exists()


def test_archives_go_with_their_project(client: Client) -> None:
    archive(client)
    project = Project.objects.get(slug="kept")
    delete_project(project=project, actor=None)
    exports.discard_exports(project_id=project.pk)
    empty_project(project_id=project.pk)
    assert not Blob.objects.exists()


def test_an_archive_becomes_a_project_of_whoever_gave_it(client: Client) -> None:
    body = archive(client)
    job = given(client, body)
    assert "waits for a worker" in client.get("/archives/").content.decode()
    archive_imports.execute(import_id=job.pk)
    page = client.get("/archives/").content.decode()
    assert '<a href="/p/kept-b/">Kept &lt;b&gt;</a>' in page
    assert client.get("/p/kept-b/").status_code == 200


def test_the_new_project_may_have_another_name(client: Client) -> None:
    job = given(client, archive(client), name=" Restored ")
    archive_imports.execute(import_id=job.pk)
    assert Project.objects.latest("pk").name == "Restored"


def test_a_form_that_is_sent_twice_is_one_project(client: Client) -> None:
    body = archive(client)
    assert given(client, body) == given(client, body)
    job = ArchiveImport.objects.get()
    for _ in range(2):
        archive_imports.execute(import_id=job.pk)
    assert Project.objects.count() == 2


def test_nobody_sees_what_others_import(client: Client) -> None:
    given(client, b"not an archive")
    other = Client()
    other.force_login(User.objects.create_user("other"))
    assert b"kept.zip" not in other.get("/archives/").content


def test_a_refused_archive_is_said_and_not_kept(client: Client) -> None:
    job = given(client, b"<script>" * 100)
    archive_imports.execute(import_id=job.pk)
    job.refresh_from_db()
    assert (job.state, job.blob, job.project) == (JobState.FAILED, None, None)
    assert "no archive of a project" in client.get("/archives/").content.decode()


def test_a_form_without_an_archive_says_so(client: Client) -> None:
    response = client.post("/archives/", {"key": "a" * 32})
    assert response.status_code == 422
    assert b"Choose an archive first." in response.content
