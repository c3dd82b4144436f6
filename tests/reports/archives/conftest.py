"""An archive of a project with everything in it, beside that project."""

import shutil
from pathlib import Path

import pytest
from django.test import override_settings
from pytest_django.fixtures import Settings

from apps.reports.services.exports import write_archive
from tests.reports.everything import everything


@pytest.fixture(scope="module")
def written(kept_rows: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the archive and the blobs of the project, both as no test may change them."""
    folder = tmp_path_factory.mktemp("written")
    with override_settings(BLOB_ROOT=folder / "blobs"):
        write_archive(everything(), folder / "whole.zip")
    return folder


@pytest.fixture
def archive(written: Path, settings: Settings, tmp_path: Path) -> Path:
    shutil.copytree(written, tmp_path, dirs_exist_ok=True)
    settings.BLOB_ROOT = tmp_path / "blobs"
    return tmp_path / "whole.zip"
