"""The members of a tar archive, from its headers only. Knows ustar, GNU long names and pax paths; no rows, no nesting.

Links, devices and sparse files are listed with their kind and never followed. Long-name records are bounded, so that a
header cannot ask for memory. Source: POSIX.1-2017 pax interchange format; GNU tar manual, "Basic Tar Format".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from ..files import ContainerError

BLOCK = 512
MAX_RECORD = 1 << 20
KINDS = {
    b"1": "a hard link", b"2": "a symbolic link", b"3": "a device", b"4": "a device", b"6": "a pipe",
    b"S": "a sparse file",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TarEntry:
    """One member: `kind` is '' for a file, else what it is; its bytes are [start, start + size) of the archive."""

    name: str
    kind: str
    start: int
    size: int


def is_tar(head: bytes) -> bool:
    """Whether a file begins with a tar header (by its checksum, as old archives have no magic)."""
    return len(head) >= BLOCK and any(head[:100]) and _checksum_fits(head[:BLOCK])


def _checksum_fits(header: bytes) -> bool:
    stated = _number(header[148:156])
    return stated is not None and stated == sum(header[:148]) + 8 * 32 + sum(header[156:])


def _number(field: bytes) -> int | None:
    if field[:1] == b"\x80":
        return int.from_bytes(field[1:], "big")
    digits = field.strip(b" \x00")
    if not digits or digits.translate(None, b"01234567"):
        return 0 if not digits else None
    return int(digits, 8)


def read_members(stream: BinaryIO, name: str) -> Iterator[TarEntry]:
    """Members in order; raises ContainerError at a header that is cut off or broken."""
    at, given = 0, _Given()
    while True:
        stream.seek(at)
        header = stream.read(BLOCK)
        if not header or not any(header):
            return
        if len(header) < BLOCK or not _checksum_fits(header):
            raise ContainerError(f"{name}: the tar archive is cut off or broken at byte {at}")
        size = _number(header[124:136]) or 0
        flag, start = header[156:157], at + BLOCK
        if flag in b"xgLK" and flag:
            given = given.after(flag, _record(stream, size, name))
        else:
            size = given.size if given.size is not None else size
            if entry := _entry(header, flag, given, start, size):
                yield entry
            size, given = 0 if flag in (b"1", b"2", b"3", b"4", b"5", b"6") else size, _Given()
        at = start + (size + BLOCK - 1) // BLOCK * BLOCK


def _record(stream: BinaryIO, size: int, name: str) -> bytes:
    if size > MAX_RECORD:
        raise ContainerError(f"{name}: the tar archive has a header longer than {MAX_RECORD >> 20} MB")
    return stream.read(size)


@dataclass(frozen=True, slots=True)
class _Given:
    """What records before a header say of the next member."""

    name: str = ""
    size: int | None = None
    is_sparse: bool = False

    def after(self, flag: bytes, record: bytes) -> "_Given":
        if flag == b"L":
            return _Given(_text(record), self.size, self.is_sparse)
        if flag != b"x":
            return self
        found = dict(_pax_pairs(record))
        size = found.get(b"size", b"")
        return _Given(
            _text(found.get(b"path", b"")) or self.name,
            int(size) if size.isdigit() and len(size) < 20 else self.size,
            self.is_sparse or any(key.startswith(b"GNU.sparse") for key in found),
        )


def _pax_pairs(record: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while (space := record.find(b" ", at, at + 12)) > 0 and record[at:space].isdigit():
        length = int(record[at:space])
        key, _, value = record[space + 1 : at + length - 1].partition(b"=")
        yield key, value
        if length <= space - at:
            return
        at += length


def _entry(header: bytes, flag: bytes, given: _Given, start: int, size: int) -> TarEntry | None:
    name = given.name or _stated_name(header)
    if flag == b"5" or name.endswith("/"):
        return None
    kind = "a sparse file" if given.is_sparse else KINDS.get(flag, "")
    if not kind and flag not in (b"0", b"\x00", b"7", b""):
        kind = "not a file"
    return TarEntry(name, kind, start, size)


def _stated_name(header: bytes) -> str:
    name, prefix = _field(header[:100]), _field(header[345:500]) if header[257:263] == b"ustar\x00" else ""
    return f"{prefix}/{name}" if prefix else name


def _field(raw: bytes) -> str:
    return _text(raw.partition(b"\x00")[0])


def _text(raw: bytes) -> str:
    return raw.rstrip(b"\x00").decode("utf-8", "replace")
