"""The archive as a file: members with their hashes in a zip, and its rows as lines. Knows no table.

Every member stands in the zip as it is (stored), so that its size says what it takes; rows are zstd inside. The last
64 bytes of the file, the zip's comment, are the SHA-256 of all bytes before the end record, so that a wrong byte
between members is found too.
"""

import hashlib
import io
import os
import struct
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import orjson
import zstandard

CHUNK = 1 << 20
MADE = (1980, 1, 1, 0, 0, 0)
MANIFEST = "manifest.json"
END = struct.Struct("<4s4H2LH")
"""The end record of a zip: mark, two disks, two counts of entries, size and place of the directory, comment."""
COMMENT_BYTES = 64
LEVEL = 3


@dataclass
class Written:
    """What the manifest says of a member; `n_rows` and `n_expanded` of one that holds rows."""

    n_bytes: int = 0
    sha256: str = ""
    n_rows: int | None = None
    n_expanded: int | None = None


class _Hashed(io.RawIOBase):
    """Passes on what is written, and counts and hashes it."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.n_bytes, self.digest = file, 0, hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, body: Any) -> int:
        self.digest.update(body)
        self.n_bytes += len(body)
        self.file.write(body)
        return len(body)


@dataclass
class Writer:
    """An archive that is being written."""

    zip: zipfile.ZipFile
    members: dict[str, Written] = field(default_factory=dict)

    def add_lines(self, name: str, lines: Iterable[object]) -> int:
        """A member of JSON lines; returns how many."""
        n_rows = n_expanded = 0
        with self._member(name) as member:
            packing = zstandard.ZstdCompressor(level=LEVEL).stream_writer(member, closefd=False)  # type: ignore[arg-type]
            for line in lines:
                body = orjson.dumps(line, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)
                packing.write(body)
                n_rows, n_expanded = n_rows + 1, n_expanded + len(body)
            packing.flush(zstandard.FLUSH_FRAME)
        self.members[name].n_rows, self.members[name].n_expanded = n_rows, n_expanded
        return n_rows

    def add_bytes(self, name: str, chunks: Iterable[bytes]) -> None:
        """A member as it is; the same name again is not written twice."""
        if name in self.members:
            return
        with self._member(name) as member:
            for chunk in chunks:
                member.write(chunk)

    def finish(self, about: Mapping[str, object]) -> dict[str, Any]:
        """Write the manifest, which comes last because it knows all others."""
        listed = {name: _without_none(written) for name, written in self.members.items()}
        manifest = {**about, "members": listed}
        with self.zip.open(_info(MANIFEST), "w") as member:
            member.write(orjson.dumps(manifest, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS))
        return manifest

    @contextmanager
    def _member(self, name: str) -> Iterator[_Hashed]:
        with self.zip.open(_info(name), "w", force_zip64=True) as file:
            hashed = _Hashed(file)
            yield hashed
        self.members[name] = Written(hashed.n_bytes, hashed.digest.hexdigest())


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """A new archive at `path`, whole and on disk when the block ends."""
    with zipfile.ZipFile(path, "x", zipfile.ZIP_STORED, allowZip64=True, strict_timestamps=True) as archive:
        yield Writer(archive)
        archive.comment = b"0" * COMMENT_BYTES
    with path.open("r+b") as file:
        digest = digest_before_end(file)
        file.seek(-COMMENT_BYTES, os.SEEK_END)
        file.write(digest.encode())
        file.flush()
        os.fsync(file.fileno())


def digest_before_end(file: IO[bytes], beat: Callable[[], None] = lambda: None) -> str:
    """The hash of all bytes before the end record."""
    left = file.seek(0, os.SEEK_END) - END.size - COMMENT_BYTES
    digest = hashlib.sha256()
    file.seek(0)
    while left > 0 and (chunk := file.read(min(CHUNK, left))):
        digest.update(chunk)
        left -= len(chunk)
        beat()
    return digest.hexdigest()


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, MADE)
    info.external_attr = 0o100600 << 16
    return info


def _without_none(written: Written) -> dict[str, object]:
    return {name: value for name, value in vars(written).items() if value is not None}
