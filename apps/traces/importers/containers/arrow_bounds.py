"""How large the messages of an Arrow IPC stream or file are, before pyarrow reads them. Decodes no value.

A message's body, and of a packed one what each of its buffers says it unpacks to, are summed up from the flatbuffer
that stands before it. Source: apache/arrow, format/Message.fbs; flatbuffers' internals page.
"""

import struct
from typing import BinaryIO

from ..files import ContainerError
from .inflate import in_units

FILE_MAGIC, STREAM_MARK = b"ARROW1", b"\xff\xff\xff\xff"
MAX_METADATA, MAX_BODY = 16 << 20, 512 << 20
DICTIONARY_BATCH, RECORD_BATCH = 2, 3


class _Table:
    """A table of a flatbuffer; a field that is absent has the place 0."""

    def __init__(self, data: bytes, at: int) -> None:
        self.data, self.at = data, at
        self.layout = at - self._unpack("<i", at)
        self.n_fields = (self._unpack("<H", self.layout) - 4) // 2

    def _unpack(self, form: str, at: int) -> int:
        if at < 0:
            raise struct.error("a place before the start")
        number: int = struct.unpack_from(form, self.data, at)[0]
        return number

    def place(self, field: int) -> int:
        offset = self._unpack("<H", self.layout + 4 + 2 * field) if field < self.n_fields else 0
        return self.at + offset if offset else 0

    def number(self, field: int, form: str) -> int:
        place = self.place(field)
        return self._unpack(form, place) if place else 0

    def follow(self, field: int) -> int:
        place = self.place(field)
        return place + self._unpack("<I", place) if place else 0

    def table(self, field: int) -> "_Table | None":
        place = self.follow(field)
        return _Table(self.data, place) if place else None

    def pairs(self, field: int) -> list[tuple[int, int]]:
        """A vector of structs of two 64-bit numbers."""
        place = self.follow(field)
        n = self._unpack("<I", place) if place else 0
        if n * 16 > len(self.data):
            raise struct.error("a list longer than its message")
        return [struct.unpack_from("<qq", self.data, place + 4 + 16 * i) for i in range(n)]


def check_messages(stream: BinaryIO, name: str) -> None:
    """Walk all messages from the stream's place on. Raises ContainerError past the bounds or where it is cut off."""
    number, size = 0, _size_of(stream)
    while True:
        mark = stream.read(8)
        if mark[:4] != STREAM_MARK or len(mark) < 8:
            if mark and mark[:4] != STREAM_MARK:
                raise ContainerError(f"{name}: the Arrow file is broken, or older than Arrow 0.15; write it anew")
            return
        n_bytes = int.from_bytes(mark[4:], "little", signed=True)
        if n_bytes == 0:
            return
        if not 0 < n_bytes <= MAX_METADATA:
            raise ContainerError(f"{name}: a message of the Arrow file has a header of {n_bytes:,} bytes")
        number += 1
        try:
            _check_message(stream, stream.read(n_bytes), f"{name}: message {number}", size)
        except (struct.error, IndexError):
            raise ContainerError(f"{name}: message {number} of the Arrow file is broken") from None


def _size_of(stream: BinaryIO) -> int:
    at = stream.tell()
    size = stream.seek(0, 2)
    stream.seek(at)
    return size


def _check_message(stream: BinaryIO, metadata: bytes, place: str, size: int) -> None:
    message = _Table(metadata, struct.unpack_from("<I", metadata, 0)[0])
    kind, n_body = message.number(1, "<B"), message.number(3, "<q")
    start = stream.tell()
    if n_body < 0 or start + n_body > size:
        raise ContainerError(f"{place} of the Arrow file is cut off")
    if n_body > MAX_BODY:
        raise ContainerError(f"{place} holds {in_units(n_body)}; at most {in_units(MAX_BODY)} are read at once")
    header = message.table(2)
    if header is not None and kind == DICTIONARY_BATCH:
        header = header.table(1)
    if header is not None and kind in (DICTIONARY_BATCH, RECORD_BATCH) and header.place(3):
        unpacked = sum(_unpacked_size(stream, start + at, n) for at, n in header.pairs(2))
        if unpacked > MAX_BODY:
            raise ContainerError(f"{place} unpacks to {in_units(unpacked)}; at most {in_units(MAX_BODY)} are read")
    stream.seek(start + (n_body + 7) // 8 * 8)


def _unpacked_size(stream: BinaryIO, at: int, n: int) -> int:
    """A packed buffer begins with its size when unpacked, or -1 where it is not packed after all."""
    if n < 8:
        return max(n, 0)
    stream.seek(at)
    stated: int = struct.unpack("<q", stream.read(8))[0]
    return n if stated == -1 else max(stated, 0) if stated >= 0 else MAX_BODY + 1
