"""Parts of a file as files, and streams put down in temporary files so that they can be read at any place.

A spooled file has no name: it goes when the last one who may read it goes. Knows neither archives nor rows.
"""

import io
import os
import tempfile
from dataclasses import replace
from typing import BinaryIO, cast

from ..files import ContainerError, SourceFile
from .inflate import PIECE, in_units

MAX_SPOOL = 8 << 30


class Slice(io.RawIOBase):
    """`size` bytes of a seekable stream from `start` on, read one after another."""

    def __init__(self, raw: BinaryIO, start: int, size: int) -> None:
        self._raw, self._start, self._size, self._at = raw, start, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = 0) -> int:
        base = {0: 0, 1: self._at, 2: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def close(self) -> None:
        self._raw.close()
        super().close()

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]
        n = max(0, min(len(buffer), self._size - self._at))
        self._raw.seek(self._start + self._at)
        found = self._raw.read(n)
        buffer[: len(found)] = found
        self._at += len(found)
        return len(found)


def part_of(raw: BinaryIO, start: int, size: int) -> BinaryIO:
    """A part of a stream as a stream of its own; closing it closes `raw`."""
    return io.BufferedReader(Slice(raw, start, size), PIECE)


class _Spool:
    """A temporary file, and its readers: each has its own place, and the file lives as long as one of them."""

    def __init__(self, most: int) -> None:
        self.file = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115
        self.size, self.most = 0, most

    def fill(self, stream: BinaryIO, name: str) -> str:
        """Copy a stream; what went wrong, in words (then the file holds what came before), or ''."""
        try:
            while chunk := stream.read(PIECE):
                if self.size + len(chunk) > self.most:
                    return f"{name}: unpacks to more than {in_units(self.most)}, which is what is left for this upload"
                self.file.write(chunk)
                self.size += len(chunk)
        except ContainerError as problem:
            return str(problem)
        except OSError as problem:
            raise ContainerError(f"{name}: there is no room to unpack it ({problem.strerror})") from None
        finally:
            self.file.flush()
        return ""

    def open(self) -> BinaryIO:
        return io.BufferedReader(_SpoolReader(self), PIECE)


class _SpoolReader(io.RawIOBase):
    def __init__(self, spool: _Spool) -> None:
        self._spool, self._at = spool, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = max(0, {0: 0, 1: self._at, 2: self._spool.size}[whence] + offset)
        return self._at

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]
        found = os.pread(self._spool.file.fileno(), len(buffer), self._at)
        buffer[: len(found)] = found
        self._at += len(found)
        return len(found)


def spooled(file: SourceFile, most: int = MAX_SPOOL) -> tuple[SourceFile, str]:
    """A file whose bytes can be read at any place, and what cut it short ('' = it is whole)."""
    spool = _Spool(most)
    with file.open() as stream:
        problem = spool.fill(stream, file.name)
    return replace(file, open=spool.open, size=spool.size), problem


def is_seekable(file: SourceFile) -> bool:
    with file.open() as stream:
        return stream.seekable()


def seekable(file: SourceFile) -> SourceFile:
    """The same file where it can be read at any place, else its copy; raises ContainerError where that is cut short."""
    if is_seekable(file):
        return file
    copy, problem = spooled(file)
    if problem:
        raise ContainerError(problem)
    return copy
