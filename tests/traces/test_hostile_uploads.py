"""Generated hostile files through the pages: uploaded, previewed, imported; no page fails, nothing is half there."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.core import blobs
from apps.core.models import JobState
from apps.traces.models import Collection, Import, Rollout
from apps.traces.services import imports
from tests.traces.importers.fuzzing import Case, case
from tests.traces.pages import WITHOUT_STATIC_FOLDER, Visitor, visitor

pytestmark = [pytest.mark.django_db(transaction=True), WITHOUT_STATIC_FOLDER]
N_CASES, PER_TEST, SEED = 100, 10, 31
MOST_BYTES = 2_000_000
FINAL = {JobState.DONE, JobState.FAILED, JobState.CANCELLED}


def send(who: Visitor, given: Case) -> Import:
    """The files as the script of the page sends them."""
    places = who.post_by_script(f"{who.base}imports/").json()
    for name, content in given.files.items():
        sent = {"file": SimpleUploadedFile("file", content), "path": name}
        assert who.post_by_script(places["files_url"], sent).status_code in (200, 400)
    return Import.objects.latest("pk")


def walk(who: Visitor, given: Case) -> Import:
    reading = send(who, given)
    kept = {blobs.read(upload.blob) for upload in reading.uploads.all()}
    assert kept == set(given.files.values())
    address = f"{who.base}imports/{reading.pk}/"
    assert "<h1" in who.page(address)
    answer = who.client.post(f"{address}confirm/", {"has_keep_good": "1", "keep_good": "1", "name": given.name})
    assert answer.status_code in (200, 302)
    imports.execute(import_id=reading.pk)
    reading.refresh_from_db()
    who.page(address) if reading.state == JobState.DRAFT else who.client.get(address, follow=True)
    return reading


@pytest.mark.parametrize("first", range(0, N_CASES, PER_TEST))
def test_a_hostile_upload_is_previewed_and_imported_or_refused_in_words(first: int) -> None:
    who = visitor()
    for index in range(first, first + PER_TEST):
        given = case(SEED, index)
        if sum(map(len, given.files.values())) > MOST_BYTES:
            continue
        reading = walk(who, given)
        assert reading.state in FINAL | {JobState.DRAFT}, (index, given.name)
        stored = Rollout.objects.filter(collection=reading.collection).count() if reading.collection else 0
        assert (stored > 0) == (reading.state == JobState.DONE), (index, given.name)
    listed = Collection.objects.filter(project=who.project)
    assert sum(each.n_rollouts for each in listed) == Rollout.objects.filter(collection__project=who.project).count()
    assert who.client.get(who.base).status_code == 200
