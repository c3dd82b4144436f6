"""Published runs into collections: read and checked whole, then stored by the imports that store every upload.

A collection is a group of sittings; what came before is found again by its bytes and not stored twice. A command that
was killed is given again: what is whole stays, what is half is gone on with once its lease has run out.
"""

import re
from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

from analysis.errors import UserError
from analysis.registry import UnknownName
from apps.accounts.models import Project, User
from apps.core.models import JobState
from apps.psychology.models import Administration
from apps.psychology.published.files import MOST_BYTES, File
from apps.psychology.published.sittings import FIELDS, Found, Group
from apps.psychology.published.table import STUDIES
from apps.psychology.queries.published import ROWS, find_same
from apps.traces.importers.containers.archives import expand
from apps.traces.importers.formats.own_rows import own_mapping
from apps.traces.importers.readers import source_from_bytes
from apps.traces.models import Collection, Import
from apps.traces.services import imports

MOST_FILES = 500
READ = (".csv", ".jsonl")
NUMBERED = re.compile(r"(\.\w+) (\(\d+\))$")
"""How a second file of one name is called: "a.csv (2)"."""
GIVEN = "as given"
IMPORTED, KNOWN, OPEN = "imported", "there already", "being read"


class NotImported(UserError):
    """Files that cannot be taken, or an import of them that failed; the message says why."""


class Brought(NamedTuple):
    """What became of one group: its import, and whether it was new."""

    title: str
    reading: Import
    said: str
    n_sittings: int

    @property
    def collection(self) -> Collection:
        assert self.reading.collection is not None
        return self.reading.collection


def unpacked(files: Sequence[File]) -> list[File]:
    """The tables, those in archives too, bounded as every upload is; raises UserError."""
    members = expand([source_from_bytes(file.name, file.content) for file in files])
    if len(members) > MOST_FILES:
        raise NotImported(f"{len(members):,} files; at most {MOST_FILES} are read")
    broken = next((member for member in members if member.problem), None)
    if broken:
        raise NotImported(f"{broken.name}: {broken.problem}")
    found, room = [], MOST_BYTES
    for member in members:
        name = NUMBERED.sub(r" \2\1", member.name)
        if not name.lower().endswith(READ):
            continue
        with member.open() as stream:
            found.append(File(name, stream.read(room + 1)))
        room -= len(found[-1].content)
        if room < 0:
            raise NotImported(f"{member.name}: the files have more than {MOST_BYTES:,} bytes together")
    return found


def read_published(study: str, files: Sequence[File]) -> Found:
    """All that the files hold, checked; raises UserError that names the file, row and column at fault."""
    try:
        reader = STUDIES[study]
    except UnknownName as error:
        raise NotImported(str(error)) from None
    return reader.read(sorted(files, key=lambda file: file.name))


def import_published(
    *, project: Project, user: User | None, study: str, files: Sequence[File], name: str = "", wait: bool = True
) -> list[Brought]:
    """Store a study's groups as collections of the project; without `wait` workers store them.

    Nothing is stored unless every file can be read. Raises UserError.
    """
    given = {file.name: file for file in unpacked(files)}
    found = read_published(study, list(given.values()))
    title = name.strip() or found.study
    brought = []
    for group in filter(lambda group: group.sittings, found.groups):
        content = b"".join(group.lines(found.study))
        reading = find_same(project, sha256(content).hexdigest())
        if reading is None:
            reading = _draft(project, user, content, [given[file] for file in group.files], f"{title}: {group.title}")
        brought.append(_brought(reading, group, title, wait=wait))
    return brought


def _brought(reading: Import, group: Group, study: str, *, wait: bool) -> Brought:
    if reading.state == JobState.DONE:
        return Brought(group.title, reading, KNOWN, len(group.sittings))
    _administered(imports.confirm(reading=reading, wake=not wait), study)
    if wait:
        imports.execute(import_id=reading.pk)
    reading.refresh_from_db()
    if reading.state == JobState.FAILED:
        raise NotImported(f"{group.title}: {reading.error}")
    said = IMPORTED if reading.state == JobState.DONE else OPEN
    return Brought(group.title, reading, said, len(group.sittings))


def _administered(collection: Collection, study: str) -> None:
    """The collection is a giving that was read in; those of one study belong together."""
    Administration.objects.get_or_create(
        collection=collection,
        defaults={"project": collection.project, "name": study[:100], "created_by": collection.created_by},
    )


def _draft(project: Project, user: User | None, content: bytes, files: Sequence[File], name: str) -> Import:
    """The sittings as our own rows, and beside them, kept but not read again, the files that they came from."""
    reading = imports.create_draft(project=project, user=user, name=name[:200])
    for file in files:
        imports.add_upload(reading=reading, name=f"{GIVEN}/{file.name}", chunks=[file.content])
    imports.add_upload(reading=reading, name=ROWS, chunks=[content])
    imports.set_options(reading=reading, options=imports.Options(mapping=own_mapping("own", FIELDS).to_json()))
    return reading
