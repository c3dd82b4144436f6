"""An archive that nobody vouches for: its directory, its manifest and its bytes are checked before a row is read.

Refused with the member's name: a wrong byte, a member too many or too few, a name that is not the format's own, a link,
a compressed or encrypted member, lines that grow beyond what the manifest says. Knows no table's columns.
"""

import hashlib
import os
import re
import stat
import struct
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

import orjson
import zstandard

from analysis.errors import UserError
from apps.reports.archives.members import CHUNK, COMMENT_BYTES, END, MADE, MANIFEST, digest_before_end
from apps.reports.archives.tables import BY_NAME
from apps.reports.archives.version import APPLICATION, FORMAT, VERSION, member_of

MOST_MEMBERS = 100_000
LARGEST_DIRECTORY = 16 << 20
LARGEST_MANIFEST = 64 << 20
LONGEST_LINE = 96 << 20
MOST_RATIO, FREE_BYTES = 1000, 1 << 20
WINDOW = 1 << 23
MOST_ROWS = 2_000_000_000
ZIP64, ZIP64_LOCATOR_BYTES = struct.Struct("<4sQ2H2L4Q"), 20
HASH = "[0-9a-f]{64}"
NAMES = re.compile(rf"rows/[a-z_]{{1,40}}\.jsonl\.zst|features/{HASH}\.parquet|blobs/{HASH}")
BROKEN = (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, zstandard.ZstdError)
Beat = Callable[[], None]


class BadArchive(UserError):
    """A file that is no whole archive of a project; the message names the member."""


@dataclass(frozen=True, slots=True)
class Member:
    """What the manifest promises of a member."""

    name: str
    n_bytes: int
    sha256: str
    n_rows: int = 0
    n_expanded: int = 0

    @property
    def has_rows(self) -> bool:
        return self.name.startswith("rows/")


class Archive:
    """An open archive: its directory and manifest are sound; `check` reads all of its bytes once."""

    def __init__(self, path: Path) -> None:
        self._file: BinaryIO = path.open("rb")
        try:
            self._size = _checked_end(self._file)
            self._zip = _as_zip(self._file)
            self.manifest = self._read_manifest()
            self.members = _members_of(self.manifest)
            self._check_directory()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()
        self._file.close()

    @property
    def project_name(self) -> str:
        return str(self.manifest["project"]["name"])

    @property
    def n_rows(self) -> int:
        return sum(member.n_rows for member in self.members.values())

    def rows_of(self, table: str) -> int:
        return self.members[member_of(table)].n_rows

    def check(self, beat: Beat = lambda: None) -> None:
        """Every byte against its hash; raises BadArchive with the name of the first wrong member."""
        for member in self.members.values():
            digest = hashlib.sha256()
            for chunk in self.chunks(member.name):
                digest.update(chunk)
                beat()
            if digest.hexdigest() != member.sha256:
                raise BadArchive(f"{member.name}: its bytes are not those that were archived (SHA-256 differs)")
        self._file.seek(-COMMENT_BYTES, os.SEEK_END)
        if self._file.read() != digest_before_end(self._file, beat).encode():
            raise BadArchive("the archive: its bytes are not those that were written (SHA-256 differs)")

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of a member."""
        try:
            with self._zip.open(name) as file:
                while chunk := file.read(CHUNK):
                    yield chunk
        except BROKEN as error:
            raise BadArchive(f"{name}: it cannot be read ({error})") from error

    def read(self, name: str) -> bytes:
        return b"".join(self.chunks(name))

    def lines(self, table: str) -> Iterator[bytes]:
        """The lines of a table, within what the manifest says of their size and number."""
        member = self.members[member_of(table)]
        n_lines, left = 0, b""
        for chunk in self._expanded(member):
            *lines, left = (left + chunk).split(b"\n")
            if len(left) > LONGEST_LINE:
                raise BadArchive(f"{member.name} line {n_lines + len(lines) + 1}: longer than {LONGEST_LINE:,} bytes")
            n_lines += len(lines)
            if n_lines > member.n_rows:
                raise BadArchive(f"{member.name}: more than the {member.n_rows:,} rows that the manifest says")
            yield from lines
        if left or n_lines != member.n_rows:
            raise BadArchive(f"{member.name}: {n_lines:,} rows, not the {member.n_rows:,} that the manifest says")

    def _expanded(self, member: Member) -> Iterator[bytes]:
        n_bytes = 0
        try:
            with self._zip.open(member.name) as file:
                reader = zstandard.ZstdDecompressor(max_window_size=WINDOW).stream_reader(file, read_across_frames=True)
                while chunk := reader.read(CHUNK):
                    n_bytes += len(chunk)
                    if n_bytes > member.n_expanded:
                        break
                    yield chunk
        except BROKEN as error:
            raise BadArchive(f"{member.name}: it cannot be read ({error})") from error
        if n_bytes != member.n_expanded:
            raise BadArchive(f"{member.name}: it does not hold the {member.n_expanded:,} bytes that the manifest says")

    def _read_manifest(self) -> dict[str, Any]:
        try:
            info = self._zip.getinfo(MANIFEST)
        except KeyError:
            raise BadArchive(f"{MANIFEST}: missing; this zip is no archive of a project") from None
        if info.file_size > LARGEST_MANIFEST or info.compress_type != zipfile.ZIP_STORED:
            raise BadArchive(f"{MANIFEST}: larger than {LARGEST_MANIFEST:,} bytes, or compressed")
        try:
            manifest = orjson.loads(self._zip.read(MANIFEST))
        except (*BROKEN, orjson.JSONDecodeError) as error:
            raise BadArchive(f"{MANIFEST}: it cannot be read ({error})") from error
        return _checked_manifest(manifest)

    def _check_directory(self) -> None:
        listed = self._zip.namelist()
        for name in set(listed) - {MANIFEST} - set(self.members):
            raise BadArchive(f"{name[:100]!r}: the manifest does not know this member")
        for name in set(self.members) - set(listed):
            raise BadArchive(f"{name}: missing")
        if len(listed) != len(set(listed)):
            raise BadArchive("the archive: a member is there twice")
        for info in self._zip.infolist():
            _check_info(info, self.members.get(info.filename))
        if sum(info.file_size for info in self._zip.infolist()) > self._size:
            raise BadArchive("the archive: its members overlap")


def _checked_end(file: BinaryIO) -> int:
    """The size of the file, of which the end record says what the format's own would; bounds what zipfile will read."""
    size = file.seek(0, os.SEEK_END)
    length = END.size + COMMENT_BYTES
    if size < length:
        raise BadArchive("the archive: cut off, or no archive of a project")
    file.seek(-length, os.SEEK_END)
    mark, disk, first_disk, here, n_members, n_bytes, _, n_comment = END.unpack(file.read(END.size))
    if mark != b"PK\x05\x06" or n_comment != COMMENT_BYTES or disk or first_disk or here != n_members:
        raise BadArchive("the archive: cut off, changed at its end, or no archive of a project")
    if max(n_bytes, _size_in_zip64(file, size - length)) > LARGEST_DIRECTORY:
        raise BadArchive(f"the archive: its directory is larger than {LARGEST_DIRECTORY:,} bytes")
    return size


def _size_in_zip64(file: BinaryIO, end: int) -> int:
    """The size of the directory as the second end record says it, which large archives have; 0 where there is none."""
    start = end - ZIP64_LOCATOR_BYTES - ZIP64.size
    if start < 0:
        return 0
    file.seek(start)
    record, locator = file.read(ZIP64.size), file.read(4)
    return int(ZIP64.unpack(record)[8]) if locator == b"PK\x06\x07" else 0


def _as_zip(file: BinaryIO) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except BROKEN as error:
        raise BadArchive(f"the archive: its directory cannot be read ({error})") from error


def _check_info(info: zipfile.ZipInfo, member: Member | None) -> None:
    """A member stands in the zip as this application writes it."""
    mode = info.external_attr >> 16
    plain = info.compress_type == zipfile.ZIP_STORED and info.file_size == info.compress_size and not info.flag_bits & 1
    if not plain or info.is_dir() or not stat.S_ISREG(mode) or info.date_time != MADE or info.comment:
        raise BadArchive(f"{info.filename[:100]}: not a plain stored file (compressed, encrypted, a link or a folder)")
    if info.orig_filename != info.filename:
        raise BadArchive(f"{info.filename[:100]}: its name has more to it")
    if member is not None and info.file_size != member.n_bytes:
        raise BadArchive(f"{member.name}: {info.file_size:,} bytes, not the {member.n_bytes:,} that the manifest says")


def _checked_manifest(manifest: object) -> dict[str, Any]:
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise BadArchive(f"{MANIFEST}: this zip is no archive of a project")
    if manifest.get("version") != VERSION:
        raise BadArchive(
            f"{MANIFEST}: format version {str(manifest.get('version'))[:20]}, written by application "
            f"{str(manifest.get('application'))[:20]}; this one ({APPLICATION}) reads version {VERSION}"
        )
    project = manifest.get("project")
    name = project.get("name") if isinstance(project, dict) else None
    if not isinstance(name, str) or not name.strip() or len(name) > 120 or "\0" in name:
        raise BadArchive(f"{MANIFEST}: the project has no name of 1 to 120 characters")
    return manifest


def _members_of(manifest: Mapping[str, Any]) -> dict[str, Member]:
    listed = manifest.get("members")
    if not isinstance(listed, dict) or len(listed) > MOST_MEMBERS:
        raise BadArchive(f"{MANIFEST}: no list of at most {MOST_MEMBERS:,} members")
    members = {name: _member(name, about) for name, about in listed.items()}
    for name in map(member_of, BY_NAME):
        if name not in members:
            raise BadArchive(f"{name}: missing")
    return members


def _member(name: str, about: object) -> Member:
    if not NAMES.fullmatch(name):
        raise BadArchive(f"{name[:100]!r}: not a name of this format's members")
    try:
        member = Member(name, **about)  # type: ignore[arg-type]
    except TypeError:
        raise BadArchive(f"{MANIFEST}: what it says of {name} cannot be read") from None
    numbers = (member.n_bytes, member.n_rows, member.n_expanded)
    if not all(type(each) is int and each >= 0 for each in numbers) or not isinstance(member.sha256, str):
        raise BadArchive(f"{MANIFEST}: what it says of {name} cannot be read")
    if member.n_rows > MOST_ROWS or member.n_expanded > MOST_RATIO * member.n_bytes + FREE_BYTES:
        raise BadArchive(f"{name}: it would grow more than {MOST_RATIO} times")
    if member.has_rows and name.removeprefix("rows/").removesuffix(".jsonl.zst") not in BY_NAME:
        raise BadArchive(f"{name}: this version knows no such table")
    return member
