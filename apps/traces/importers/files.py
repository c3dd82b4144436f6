"""A file as it was given, its encoding, and its bytes as UTF-8. Knows nothing of JSON, CSV or rollouts."""

import codecs
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from analysis.errors import UserError

HEAD_BYTES = 1 << 20
MAX_ROW_BYTES = 64 << 20
MAX_DEPTH = 100
MAX_COLUMNS = 10_000

BINARY_KINDS = (
    (b"PK\x03\x04", "a zip archive inside an archive inside an archive; unpack it and give the files inside"),
    (b"\x1f\x8b", "gzip-compressed more than twice; unpack it first"),
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x80\x04\x95", "a Python pickle, which is never opened"),
    (b"\x28\xb5\x2f\xfd", "zstandard-compressed more than twice; unpack it first"),
)


class ContainerError(UserError):
    """The bytes of a file cannot be had from what holds it (cut, encrypted, too large ...); names file and member."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One given file: its path as uploaded (folders kept, `/` between them), how to open it, and its size in bytes.

    `problem` says why a member of an archive is not read; reading such a file raises ContainerError. `given` is the
    name of the uploaded file that a member comes from ('' = the file itself was uploaded).
    """

    name: str
    open: Callable[[], BinaryIO]
    size: int
    problem: str = ""
    given: str = ""

    @property
    def base(self) -> str:
        return self.name.rpartition("/")[2]

    @property
    def folder(self) -> str:
        return self.name.rpartition("/")[0]


@dataclass(frozen=True, slots=True)
class Encoding:
    """How bytes become characters: a codec, the length of the byte-order mark, words where it is not plain UTF-8."""

    codec: str
    bom: int = 0
    said: str = ""


def read_head(file: SourceFile, size: int = HEAD_BYTES) -> bytes:
    with file.open() as stream:
        return stream.read(size)


def binary_kind(head: bytes) -> str:
    """What a file that cannot hold rollouts is, in words; '' where it may be text."""
    for magic, words in BINARY_KINDS:
        if head.startswith(magic):
            return words
    if guess_encoding(head).codec == "utf-8" and head[:4096].count(0) > 40:
        return "a binary file"
    return ""


def guess_encoding(head: bytes) -> Encoding:
    """Byte-order mark first, then the pattern of zero bytes of UTF-16 without one, then UTF-8, else Latin-1."""
    for mark, codec in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if head.startswith(mark):
            return Encoding(codec, len(mark), "" if codec == "utf-8" else "read as UTF-16")
    start = head[:2000]
    if len(start) >= 4 and start[1::2].count(0) > 0.4 * len(start) and start[0::2].count(0) < 3:
        return Encoding("utf-16-le", 0, "read as UTF-16")
    if len(start) >= 4 and start[0::2].count(0) > 0.4 * len(start) and start[1::2].count(0) < 3:
        return Encoding("utf-16-be", 0, "read as UTF-16")
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return Encoding("latin-1", 0, "not UTF-8; read as Latin-1 (Windows-1252 where that has a character)")
    return Encoding("utf-8")


def decode_latin(raw: bytes) -> str:
    """Windows-1252 where it has a character, else Latin-1: never fails.

    >>> decode_latin(b"caf\\xe9 \\x93x\\x94")
    'caf\\xe9 “x”'
    """
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


class _Transcoder(io.RawIOBase):
    """Bytes of another encoding as UTF-8 bytes, a chunk at a time."""

    def __init__(self, source: BinaryIO, codec: str) -> None:
        self._source = source
        self._decoder = codecs.getincrementaldecoder(codec)(errors="replace") if codec != "latin-1" else None
        self._left = b""

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        self._source.close()
        super().close()

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]
        while not self._left:
            raw = self._source.read(HEAD_BYTES)
            if self._decoder is None:
                self._left = decode_latin(raw).encode()
            else:
                self._left = self._decoder.decode(raw, final=not raw).encode("utf-8", "replace")
            if not raw:
                break
        n = min(len(buffer), len(self._left))
        buffer[:n] = self._left[:n]
        self._left = self._left[n:]
        return n


def open_utf8(file: SourceFile, encoding: Encoding) -> BinaryIO:
    """The file's content as UTF-8 bytes without byte-order mark; a context manager."""
    stream = file.open()
    stream.read(encoding.bom)
    if encoding.codec == "utf-8":
        return stream
    return io.BufferedReader(_Transcoder(stream, encoding.codec), HEAD_BYTES)
