"""The store keeps the same bytes once, refuses what does not fit, and forgets only what nobody refers to."""

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from apps.accounts.models import Project
from apps.core import blobs
from apps.core.models import Blob, JobState
from apps.traces.models import Import, Upload

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def store(settings: Settings, tmp_path: Path) -> Path:
    settings.BLOB_ROOT = tmp_path / "blobs"
    return tmp_path / "blobs"


def test_the_same_bytes_are_kept_once_and_come_back_as_they_were() -> None:
    first, second = blobs.put([b"ab", b"c"]), blobs.put([b"abc"])
    assert first == second
    assert blobs.read(first) == b"abc"


def test_a_file_over_the_quota_is_refused_and_leaves_nothing(settings: Settings, store: Path) -> None:
    settings.BLOB_QUOTA_BYTES = 2
    with pytest.raises(blobs.QuotaExceeded, match="room for 2 bytes"):
        blobs.put([b"abc"])
    assert list(store.iterdir()) == []
    assert not Blob.objects.exists()


def test_a_blob_is_discarded_only_when_no_row_refers_to_it() -> None:
    blob = blobs.put([b"kept"])
    reading = Import.objects.create(project=Project.objects.create(name="P", slug="p"), state=JobState.DRAFT)
    upload = Upload.objects.create(reading=reading, name="a", blob=blob)
    assert blobs.discard_unused([blob.pk]) == 0
    assert blobs.path_of(blob).exists()
    upload.delete()
    assert blobs.discard_unused([blob.pk]) == 1
    assert not blobs.path_of(blob).exists()
