"""The manifest of a report as it is read back: from its file, or from the archive that holds it. Knows no database."""

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import orjson
from pydantic import TypeAdapter, ValidationError

from analysis.errors import UserError
from apps.reports.content import Source
from apps.reports.files.package import MANIFEST
from apps.reports.services.reports import MOST_AUTHORS, MOST_BLOCKS, MOST_TITLE

MOST_BYTES: Final = 20_000_000


class BadManifestError(UserError):
    """A file is no manifest of a report, or one that this version cannot read."""


@dataclass(frozen=True, slots=True)
class Stored:
    id: str
    kind: str
    given: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What of a manifest is read: what rebuilds the report, and what its data were."""

    format: Literal["afterthought-report"]
    format_version: Literal[1]
    title: str
    authors: str
    blocks: list[Stored]
    sources: list[Source]


_ADAPTER: Final = TypeAdapter(Manifest)


def read_manifest(path: Path) -> Manifest:
    """From a manifest.json or the archive that holds one. Raises BadManifestError."""
    try:
        found = _ADAPTER.validate_python(orjson.loads(_bytes(path)))
    except (orjson.JSONDecodeError, zipfile.BadZipFile, KeyError) as error:
        raise BadManifestError(f"{path.name} holds no manifest of a report: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the whole"
        raise BadManifestError(f"{path.name} is no manifest of a report: {place}: {first['msg']}") from error
    return _bounded(path.name, found)


def _bytes(path: Path) -> bytes:
    """The manifest's bytes, of which no more are unpacked than a manifest has."""
    if not zipfile.is_zipfile(path):
        with path.open("rb") as file:
            return _short(path.name, file.read(MOST_BYTES + 1))
    with zipfile.ZipFile(path) as archive, archive.open(MANIFEST) as member:
        return _short(path.name, member.read(MOST_BYTES + 1))


def _short(name: str, body: bytes) -> bytes:
    if len(body) > MOST_BYTES:
        raise BadManifestError(f"the manifest in {name} has more than {MOST_BYTES:,} bytes")
    return body


def _bounded(name: str, found: Manifest) -> Manifest:
    for what, n, most in (
        ("blocks", len(found.blocks), MOST_BLOCKS),
        ("characters in its title", len(found.title), MOST_TITLE),
        ("characters in its authors", len(found.authors), MOST_AUTHORS),
    ):
        if n > most:
            raise BadManifestError(f"{name} has {n:,} {what}; a report holds at most {most:,}")
    return found
