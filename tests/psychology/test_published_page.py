"""The page that takes a study's files: several at once, or a zip; refused in words where they cannot be taken."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.psychology.models import Administration
from apps.psychology.published.files import File
from apps.traces.models import Collection, Import, Rollout
from apps.traces.services import imports
from tests.psychology.published import behaviour, personas, report, zipped
from tests.traces import pages
from tests.traces.pages import WITHOUT_STATIC_FOLDER, Visitor

pytestmark = [pytest.mark.django_db(transaction=True), WITHOUT_STATIC_FOLDER]
PAGE = "psychology/import/"


@pytest.fixture
def visitor() -> Visitor:
    return pages.visitor()


def sent(visitor: Visitor, *files: File, study: str = "personality-illusion", follow: bool = True) -> tuple[int, str]:
    uploads = [SimpleUploadedFile(file.name, file.content) for file in files]
    data = {"format": study, "files": uploads, "name": "PI"}
    response = visitor.client.post(f"{visitor.base}{PAGE}", data, follow=follow)
    return response.status_code, response.content.decode()


def test_several_tables_at_once_wait_for_a_worker_and_are_collections_then(visitor: Visitor) -> None:
    status, page = sent(visitor, report(), behaviour())
    assert status == 200
    assert "Taken: self-report (4 sittings), behaviour (4 sittings)." in page
    assert "waits for a worker" in page
    for reading in Import.objects.all():
        imports.execute(import_id=reading.pk)
    assert "4 sittings of 2 models" in visitor.page(f"{visitor.base}{PAGE}").replace("\xa0", " ")
    assert {each.name for each in Administration.objects.all()} == {"PI"}
    assert [each.replies for each in Administration.objects.order_by("pk")] == list(Collection.objects.order_by("pk"))


def test_a_zip_with_folders_is_the_same_and_again_is_no_second_import(visitor: Visitor) -> None:
    sent(visitor, zipped(report(), behaviour(), personas()))
    for reading in Import.objects.all():
        imports.execute(import_id=reading.pk)
    _, page = sent(visitor, report(), behaviour())
    assert "There already: self-report, behaviour." in page
    assert Rollout.objects.count() == 10


def test_two_files_of_one_name_are_both_read(visitor: Visitor) -> None:
    """A browser sends no folders: strategies of two personas have one name."""
    second = personas("prompt_strategy_2.csv").content.replace(b"agreeableness2", b"self-regulation2")
    status, page = sent(visitor, report(), behaviour(), personas("s.csv"), File("s.csv", second))
    assert status == 200
    assert "personas (4 sittings)" in page


@pytest.mark.parametrize(
    ("files", "study", "words"),
    [
        ([report()], "personality-illusion", "no table as"),
        ([report(), behaviour(), File("bad.zip", b"PK\x03\x04broken")], "personality-illusion", "bad.zip"),
        ([report(), behaviour()], "other", "unknown study"),
        ([File("<b>.csv", b"Model,temp\n1,2\n")], "personality-illusion", "&lt;b&gt;.csv lacks the columns"),
    ],
)
def test_what_cannot_be_taken_is_said_and_nothing_is_stored(
    visitor: Visitor, files: list[File], study: str, words: str
) -> None:
    status, page = sent(visitor, *files, study=study, follow=False)
    assert status == 422
    assert "nothing was stored" in page
    assert words in page
    assert not Import.objects.exists()


def test_no_file_is_said_too(visitor: Visitor) -> None:
    response = visitor.client.post(f"{visitor.base}{PAGE}", {"format": "personallm"})
    assert response.status_code == 422
    assert "No file was chosen." in response.content.decode()


def test_too_much_is_refused_before_it_is_read(visitor: Visitor) -> None:
    large = SimpleUploadedFile("a.csv", b" " * ((20 << 20) + 1))
    response = visitor.client.post(f"{visitor.base}{PAGE}", {"format": "personallm", "files": [large]})
    assert response.status_code == 422
    assert "the files have 20,971,521 bytes" in response.content.decode()
