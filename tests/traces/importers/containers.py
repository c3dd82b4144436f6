"""Archives made by hand: whole ones, and ones whose headers say what a test wants them to say."""

import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

import zstandard


def zipped(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def tarred(members: Mapping[str, bytes | tarfile.TarInfo], layout: int = tarfile.PAX_FORMAT) -> bytes:
    """A tar archive; a TarInfo in the place of a content is a member without bytes (a link, a device)."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=layout) as archive:
        for name, content in members.items():
            info = content if isinstance(content, tarfile.TarInfo) else tarfile.TarInfo(name)
            info.size = 0 if isinstance(content, tarfile.TarInfo) else len(content)
            archive.addfile(info, None if isinstance(content, tarfile.TarInfo) else io.BytesIO(content))
    return stream.getvalue()


def zstd(content: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(content)


@dataclass
class Entry:
    """One zip entry, byte for byte: `packed` stands in the file, size, crc and flags are what the headers claim."""

    name: bytes
    packed: bytes
    method: int = 0
    size: int | None = None
    crc: int = 0
    flags: int = 0
    start: int | None = None
    mode: int = 0

    @property
    def stated(self) -> int:
        return len(self.packed) if self.size is None else self.size


def packed_entry(name: str, content: bytes, method: int = 93) -> Entry:
    packed = {0: content, 93: zstd(content)}[method]
    return Entry(name.encode(), packed, method, len(content), zlib.crc32(content))


def raw_zip(*entries: Entry) -> bytes:
    """A zip archive of these entries; an entry with `start` shares the bytes that stand there."""
    body, directory = b"", b""
    for entry in entries:
        start = len(body) if entry.start is None else entry.start
        if entry.start is None:
            body += b"PK\x03\x04" + struct.pack("<HHHHHLLLHH", 20, entry.flags, entry.method, 0, 0, entry.crc,
                len(entry.packed), entry.stated, len(entry.name), 0) + entry.name + entry.packed  # fmt: skip
        directory += b"PK\x01\x02" + struct.pack("<BBHHHHHLLLHHHHHLL", 20, 3, 20, entry.flags, entry.method, 0, 0,
            entry.crc, len(entry.packed), entry.stated, len(entry.name), 0, 0, 0, 0, entry.mode << 16,
            start)  # fmt: skip
        directory += entry.name
    end = struct.pack("<HHHHLLH", 0, 0, len(entries), len(entries), len(directory), len(body), 0)
    return body + directory + b"PK\x05\x06" + end
