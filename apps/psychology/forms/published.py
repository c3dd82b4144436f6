"""Files of a published study as a browser sends them: without folders, perhaps in a zip, and not too large."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile

from analysis.errors import UserError
from apps.psychology.published.files import MOST_BYTES, File
from apps.traces.forms import NamedFile
from apps.traces.services.drafts import safe_name


class TooLarge(UserError):
    """More bytes than a study has."""


def files_of(given: list[NamedFile]) -> list[File]:
    """The files with names that are safe; raises TooLarge before any of them is read."""
    total = sum(file.size or 0 for file, _ in given)
    if total > MOST_BYTES:
        raise TooLarge(f"the files have {total:,} bytes, may have {MOST_BYTES:,}")
    return [File(safe_name(name), _content(file)) for file, name in given]


def _content(file: "UploadedFile[Any]") -> bytes:
    return b"".join(file.chunks())
