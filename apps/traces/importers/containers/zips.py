"""The directory of a zip archive, and one member's bytes. Knows no rows and no nesting; trusts no header.

Written for hostile files: the directory is bounded before it is read, entries may not lie over each other, and a member
gives at most what the directory says of it, which its checksum must fit. Methods: stored, deflate, bzip2 and zstandard
(93).
Source: PKWARE APPNOTE 6.3.10, sections 4.3-4.5.
"""

import io
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

from ..files import ContainerError, SourceFile
from .inflate import PIECE, Budget, Patient, in_units, inflated
from .spooling import part_of

MAX_DIRECTORY = 8 << 20
METHODS = {0: "", 8: "deflate", 12: "bzip2", 93: "zstandard"}
METHOD_NAMES = {9: "deflate64", 14: "LZMA", 95: "xz", 98: "PPMd", 99: "AES encryption"}
ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
END, END_SIZE = b"PK\x05\x06", 22
ENTRY, ENTRY_SIZE = struct.Struct("<4sBBHHHHHLLLHHHHHLL"), 46
FULL_16, FULL_32 = 0xFFFF, 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class ZipEntry:
    """One entry as the directory states it; `start` is where its local header stands in the file."""

    name: str
    method: int
    is_encrypted: bool
    crc: int
    packed: int
    size: int
    start: int
    is_link: bool

    @property
    def is_folder(self) -> bool:
        return self.name.endswith("/")


def read_directory(file: SourceFile) -> list[ZipEntry]:
    """Every entry, in the directory's order. Raises ContainerError for what is no whole and honest zip archive."""
    with file.open() as stream:
        size = stream.seek(0, io.SEEK_END)
        tail = _read_at(stream, max(0, size - (1 << 16) - END_SIZE), (1 << 16) + END_SIZE)
        at = tail.rfind(END)
        if at < 0 or len(tail) - at < END_SIZE:
            raise ContainerError(f"{file.name}: the zip archive is cut off (its directory is missing)")
        end = size - len(tail) + at
        place = _directory_place(stream, file.name, tail[at : at + END_SIZE], end)
        if place.size > MAX_DIRECTORY:
            raise ContainerError(f"{file.name}: the zip archive's directory is larger than {in_units(MAX_DIRECTORY)}")
        start = place.end - place.size
        if start < 0:
            raise ContainerError(f"{file.name}: the zip archive's directory is broken")
        directory = _read_at(stream, start, place.size)
    entries = _entries(directory, max(start - place.offset, 0), file.name)
    _refuse_overlaps(entries, start, file.name)
    return entries


class _Place(NamedTuple):
    """Where the directory stands: its size, its stated offset, and where it ends in the file."""

    size: int
    offset: int
    end: int


def _read_at(stream: BinaryIO, at: int, size: int) -> bytes:
    stream.seek(at)
    return stream.read(size)


def _directory_place(stream: BinaryIO, name: str, end: bytes, at: int) -> _Place:
    """Large archives keep size and offset of the directory in a record of their own (zip64)."""
    n_entries, n_bytes, offset = struct.unpack("<HLL", end[10:20])
    locator = _read_at(stream, at - 20, 20) if at >= 20 else b""
    is_wide = n_entries == FULL_16 or n_bytes == FULL_32 or offset == FULL_32
    if not is_wide or not locator.startswith(b"PK\x06\x07"):
        return _Place(n_bytes, offset, at)
    record_at = struct.unpack("<Q", locator[8:16])[0]
    record = _read_at(stream, min(record_at, at), 56)
    if len(record) < 56 or not record.startswith(b"PK\x06\x06"):
        raise ContainerError(f"{name}: the zip archive's directory is broken")
    n_bytes, offset = struct.unpack("<QQ", record[40:56])
    return _Place(n_bytes, offset, record_at)


def _entries(directory: bytes, before: int, name: str) -> list[ZipEntry]:
    entries, at = [], 0
    while directory[at : at + 4] == b"PK\x01\x02":
        if len(directory) < at + ENTRY_SIZE:
            raise ContainerError(f"{name}: the zip archive's directory is broken")
        fields = ENTRY.unpack_from(directory, at)
        n_name, n_extra, n_comment = fields[11:14]
        raw = directory[at + ENTRY_SIZE : at + ENTRY_SIZE + n_name]
        extra = directory[at + ENTRY_SIZE + n_name : at + ENTRY_SIZE + n_name + n_extra]
        entries.append(_entry(fields, raw, extra, before))
        at += ENTRY_SIZE + n_name + n_extra + n_comment
    return entries


def _entry(fields: Sequence[int], raw: bytes, extra: bytes, before: int) -> ZipEntry:
    made_by, flags, method, crc = fields[2], fields[4], fields[5], fields[8]
    wide = _wide_fields(extra)
    packed, size, start = fields[9], fields[10], fields[17]
    size = next(wide, size) if size == FULL_32 else size
    packed = next(wide, packed) if packed == FULL_32 else packed
    start = next(wide, start) if start == FULL_32 else start
    mode = (fields[16] >> 16) & 0o170000 if made_by == 3 else 0
    name = raw.decode("utf-8" if flags & 0x800 else "cp437", "replace")
    return ZipEntry(name, method, bool(flags & 0x41), crc, packed, size, start + before, mode == 0o120000)


def _wide_fields(extra: bytes) -> Iterator[int]:
    """The 64-bit numbers of an entry's extra field 1, in order."""
    at = 0
    while at + 4 <= len(extra):
        kind, n = struct.unpack_from("<HH", extra, at)
        if kind == 1:
            part = extra[at + 4 : at + 4 + n // 8 * 8]
            yield from struct.unpack(f"<{len(part) // 8}Q", part[: len(part) // 8 * 8])
            return
        at += 4 + n


def _refuse_overlaps(entries: Sequence[ZipEntry], end: int, name: str) -> None:
    """Entries that share bytes are how a small archive unpacks to a huge one."""
    ordered = sorted(entries, key=lambda entry: entry.start)
    for entry, limit in zip(ordered, [*(entry.start for entry in ordered[1:]), end], strict=False):
        if entry.start + 30 + entry.packed > limit:
            raise ContainerError(
                f"{name}: the entry {entry.name[:200]!r} lies over another one, as in a zip bomb; nothing of it is read"
            )


def refusal_of(entry: ZipEntry) -> str:
    """Why an entry cannot be read, in words; '' where it can."""
    if entry.is_encrypted:
        return "it is encrypted; give it without a password"
    if entry.method not in METHODS:
        named = METHOD_NAMES.get(entry.method, f"method {entry.method}")
        return f"it is packed with {named}, which is not read; pack it with deflate or zstandard"
    return ""


class _Checked(io.RawIOBase):
    """A member's bytes, which must come to the size and checksum that the directory states."""

    def __init__(self, inner: BinaryIO, entry: ZipEntry, name: str) -> None:
        self._inner, self._entry, self._name, self._n, self._crc = inner, entry, name, 0, 0

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        self._inner.close()
        super().close()

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]
        found = self._inner.read(len(buffer))
        self._n += len(found)
        self._crc = zlib.crc32(found, self._crc)
        if self._n > self._entry.size or (not found and self._n < self._entry.size):
            raise ContainerError(f"{self._name}: unpacks to another size than the archive states; it may be a zip bomb")
        if not found and self._crc != self._entry.crc:
            raise ContainerError(f"{self._name}: its checksum does not fit; the archive is damaged")
        buffer[: len(found)] = found
        return len(found)


def open_entry(file: SourceFile, entry: ZipEntry, name: str) -> BinaryIO:
    """A member's plain bytes; `name` stands in messages."""
    if words := refusal_of(entry):
        raise ContainerError(f"{name}: {words}")
    stream = file.open()
    header = _read_at(stream, entry.start, 30)
    if len(header) < 30 or not header.startswith(b"PK\x03\x04"):
        stream.close()
        raise ContainerError(f"{name}: its place in the archive holds something else; the archive is damaged")
    n_name, n_extra = struct.unpack("<HH", header[26:30])
    plain = part_of(stream, entry.start + 30 + n_name + n_extra, entry.packed)
    if kind := METHODS[entry.method]:
        plain = inflated(plain, kind, Budget(name))
    return Patient(_Checked(plain, entry, name), PIECE)
