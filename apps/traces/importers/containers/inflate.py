"""Compressed bytes as a stream of plain ones, within a budget. Knows gzip, zstandard, bzip2, xz and raw deflate; no
names of members and no rows.

What comes out is counted, whatever headers say: a stream ends in ContainerError where it grows past its budget, where
it is cut off, and where its bytes are broken. Output is made in small pieces, so that a bomb costs no memory.
"""

import bz2
import io
import lzma
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Protocol

import zstandard

from ..files import ContainerError

PIECE = 1 << 16
ZSTD_PIECE = 1 << 10
MAX_WINDOW = 1 << 27
MAX_EXPANDED = 64 << 30
MAX_RATIO, RATIO_FREE = 250, 64 << 20
MAGIC = ((b"\x1f\x8b", "gzip"), (b"\x28\xb5\x2f\xfd", "zstandard"), (b"BZh", "bzip2"), (b"\xfd7zXZ\x00", "xz"))
BROKEN = (zlib.error, zstandard.ZstdError, lzma.LZMAError, OSError, EOFError, ValueError)


class Decoder(Protocol):
    """One frame of a compressed stream."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    @property
    def needs_input(self) -> bool: ...
    def decompress(self, data: bytes, max_length: int) -> bytes: ...


class _Deflate:
    """zlib's object behind the interface of bz2 and lzma."""

    def __init__(self, bits: int) -> None:
        self._inner = zlib.decompressobj(bits)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, max_length)


class _Zstandard:
    """zstandard's object, fed in pieces so small that what one gives stays small."""

    def __init__(self) -> None:
        self._inner = zstandard.ZstdDecompressor(max_window_size=MAX_WINDOW).decompressobj()
        self._fed, self._at = b"", 0

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data + self._fed[self._at :] if self._inner.eof else b""

    @property
    def needs_input(self) -> bool:
        return self._at >= len(self._fed)

    def decompress(self, data: bytes, max_length: int) -> bytes:
        if self.needs_input:
            self._fed, self._at = data, 0
        piece = self._fed[self._at : self._at + ZSTD_PIECE]
        self._at += ZSTD_PIECE
        return self._inner.decompress(piece)


DECODERS: dict[str, Callable[[], Decoder]] = {
    "gzip": lambda: _Deflate(31),
    "deflate": lambda: _Deflate(-15),
    "zstandard": _Zstandard,
    "bzip2": bz2.BZ2Decompressor,
    "xz": lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MAX_WINDOW * 2),
}


def compression_of(head: bytes) -> str:
    """
    >>> compression_of(b"BZh91AY"), compression_of(b'{"id": 1}')
    ('bzip2', '')
    """
    return next((kind for magic, kind in MAGIC if head.startswith(magic)), "")


@dataclass(slots=True)
class Budget:
    """How far one stream may grow: at most `most` bytes, and past 64 MB at most 250 times what was read for it."""

    name: str
    most: int = MAX_EXPANDED
    n_in: int = 0
    n_out: int = 0

    def spend(self, n_out: int) -> None:
        self.n_out += n_out
        if self.n_out > self.most:
            raise ContainerError(f"{self.name}: unpacks to more than {in_units(self.most)}; it is not read further")
        if self.n_out > RATIO_FREE and self.n_out > MAX_RATIO * max(self.n_in, 1):
            raise ContainerError(
                f"{self.name}: unpacks to more than {MAX_RATIO} times its size, as a zip bomb does; "
                "it is not read further"
            )


def in_units(size: int) -> str:
    """
    >>> in_units(64 << 30), in_units(3_000)
    ('64 GB', '2.9 KB')
    """
    amount, unit = float(size), "bytes"
    for larger in ("KB", "MB", "GB"):
        if amount < 1024:
            break
        amount, unit = amount / 1024, larger
    return f"{amount:.1f} {unit}".replace(".0 ", " ")


class Inflated(io.RawIOBase):
    """The plain bytes of a compressed stream, frame after frame; wrap it with `inflated`."""

    def __init__(self, raw: BinaryIO, kind: str, budget: Budget) -> None:
        self._raw, self._kind, self._budget = raw, kind, budget
        self._decoder: Decoder | None = DECODERS[kind]()
        self._fed = self._left = b""
        self._failure: ContainerError | None = None

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        self._raw.close()
        super().close()

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]
        if self._failure is not None:
            raise self._failure
        while not self._left and self._decoder is not None:
            try:
                self._left = self._more(self._decoder)
                self._budget.spend(len(self._left))
            except ContainerError as problem:
                self._failure = problem
                raise
        n = min(len(buffer), len(self._left))
        buffer[:n] = self._left[:n]
        self._left = self._left[n:]
        return n

    def _more(self, decoder: Decoder) -> bytes:
        if decoder.eof:
            self._next_frame(decoder)
            return b""
        is_hungry = decoder.needs_input
        fed = self._feed() if is_hungry else b""
        try:
            plain = decoder.decompress(fed, PIECE)
        except BROKEN as problem:
            raise ContainerError(f"{self._budget.name}: its {self._kind} stream is broken ({problem})") from None
        if is_hungry and not fed and not plain and not decoder.eof:
            raise ContainerError(f"{self._budget.name}: its {self._kind} stream is cut off")
        return plain

    def _feed(self) -> bytes:
        fed, self._fed = self._fed or self._raw.read(PIECE), b""
        self._budget.n_in += len(fed)
        return fed

    def _next_frame(self, decoder: Decoder) -> None:
        """Another frame may follow the one that ended; padding and other bytes behind the last one are left alone."""
        rest = decoder.unused_data
        if self._kind != "deflate" and not rest:
            rest = self._raw.read(PIECE)
            self._budget.n_in += len(rest)
        is_frame = compression_of(rest) == self._kind or (self._kind == "zstandard" and _is_skippable(rest))
        self._decoder, self._fed = (DECODERS[self._kind](), rest) if is_frame else (None, b"")


def _is_skippable(rest: bytes) -> bool:
    return len(rest) >= 4 and rest[0] & 0xF0 == 0x50 and rest[1:4] == b"\x2a\x4d\x18"


class Patient(io.BufferedReader):
    """A reader that gives all bytes before a failure, and raises it when there are no more."""

    def read(self, size: int | None = -1, /) -> bytes:
        left = -1 if size is None else size
        pieces: list[bytes] = []
        while left != 0:
            try:
                piece = self.read1(PIECE if left < 0 else min(left, PIECE))
            except ContainerError:
                if pieces:
                    break
                raise
            if not piece:
                break
            pieces.append(piece)
            left -= len(piece) if left > 0 else 0
        return b"".join(pieces)


def inflated(raw: BinaryIO, kind: str, budget: Budget) -> BinaryIO:
    """The plain bytes of `raw`; closing it closes `raw`."""
    return Patient(Inflated(raw, kind, budget), PIECE)
