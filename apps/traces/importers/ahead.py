"""An upload read in a process of its own, so that reading and storing use two cores. Knows files, not tables.

The child is asked once (one line of JSON: files, options, where to start) and answers with frames: a length, then plain
values. It ends with its pipe, however the parent ends; a child that ends without its last frame is an error there.
Both sides can compress texts: the child does while it is ahead, the parent what comes as it was read.
`python -m apps.traces.importers.ahead` is the child.
"""

import fcntl
import gc
import io
import json
import marshal
import os
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import astuple, dataclass
from functools import partial
from pathlib import Path
from queue import Queue
from typing import IO, Any, BinaryIO, NamedTuple

from analysis.errors import UserError
from analysis.types import Rollout

from .files import SourceFile
from .identity import Duplicate
from .mapping import mapping_from_json
from .packed import Packed, PackedTurn, Packer, compressed, compressor
from .report import RowError
from .source import Position, Source, open_source

ROOT = Path(__file__).resolve().parents[3]
CHILD = [sys.executable, "-m", "apps.traces.importers.ahead"]
OBJECTS_BETWEEN_COLLECTIONS = 200_000
FRAME_BYTES, ITEM_BYTES, FRAMES_AHEAD = 1 << 18, 1000, 32
FRAMES_WELL_AHEAD = FRAMES_AHEAD // 2
"""With so many that wait, about a batch, storing is the slower side, and the reader has time to compress."""
BUFFER_BYTES, PIPE_BYTES = 1 << 20, 1 << 20
LENGTH = struct.Struct("<Q")
PackedItem = Packed | RowError | Duplicate


class ReadingFailed(RuntimeError):
    """The reading process ended before it had read everything."""


class ReadingRefused(UserError):
    """What the reading process said of files that cannot be read."""


class Ending(NamedTuple):
    """What is known once everything has been read: the format, files without rollouts and why, remarks.

    `files` are (name, words) of the files of which more is to be said than how many rollouts they hold.
    """

    format: str
    not_rollouts: Sequence[tuple[str, str]]
    remarks: Sequence[str]
    files: Sequence[tuple[str, str]] = ()


class Given(NamedTuple):
    """An upload and how it is to be read, in values that JSON holds; `files` are (name, path on disk, bytes)."""

    files: Sequence[tuple[str, str, int]]
    format: str
    mapping: Mapping[str, object] | None
    set_values: Mapping[str, str]
    map_values: Mapping[str, str]
    known_problems: dict[str, str]
    start: tuple[int, int] = (0, 0)

    @property
    def n_bytes(self) -> int:
        return sum(size for _, _, size in self.files)

    def open(self, meter: "Meter | None" = None) -> Source:
        files = [SourceFile(name, partial(_open, path, meter or Meter()), size) for name, path, size in self.files]
        mapping = mapping_from_json(self.mapping) if self.mapping else None
        return open_source(files, self.format, mapping, self.set_values, self.map_values, self.known_problems)


@dataclass(slots=True)
class Meter:
    """Bytes that have been read."""

    n_bytes: int = 0


class _MeteredFile(io.FileIO):
    """A file on disk that counts what is read of it."""

    meter: Meter

    def readinto(self, buffer: Any, /) -> int | None:
        n = super().readinto(buffer)
        self.meter.n_bytes += n or 0
        return n


def _open(path: str, meter: Meter) -> BinaryIO:
    file = _MeteredFile(path, "rb")
    file.meter = meter
    return io.BufferedReader(file, BUFFER_BYTES)


class Here:
    """What a source yields, packed, read in this process: for what is small. `share` of the bytes has been read."""

    def __init__(self, given: Given, packer: Packer | None = None) -> None:
        self._given, self._meter, self._packer = given, Meter(), packer or Packer()
        self._source: Source | None = None

    @property
    def share(self) -> float:
        return min(1.0, self._meter.n_bytes / max(self._given.n_bytes, 1)) if self._source else 0.0

    def items(self) -> Iterator[tuple[Position, PackedItem]]:
        self._source = self._given.open(self._meter)
        self._meter.n_bytes = 0
        pack = self._packer.pack
        for position, item in self._source.rollouts(start=self._given.start):
            yield position, pack(item) if isinstance(item, Rollout) else item

    @property
    def ending(self) -> Ending:
        assert self._source is not None
        detection = self._source.detection
        refused = [(file.name, file.not_rollouts) for file in detection.files if file.not_rollouts]
        report = self._source.report
        return Ending(detection.format, refused, report.remarks(), report.file_remarks())


class Ahead:
    """The same, read by a child process while this one stores."""

    def __init__(self, given: Given) -> None:
        self._given = given
        self._ending: Ending | None = None
        self.share = 0.0

    def items(self) -> Iterator[tuple[Position, PackedItem]]:
        process = subprocess.Popen(CHILD, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert process.stdin is not None
        assert process.stdout is not None
        _widen(process.stdout)
        try:
            process.stdin.write(json.dumps(self._given).encode() + b"\n")
            process.stdin.flush()
            unpacked = partial(_unpacked, compress=compressor())
            while frame := self._frame(process.stdout):
                yield from map(unpacked, frame)
        finally:
            process.kill()
            process.communicate()

    def _frame(self, stream: IO[bytes]) -> Sequence[Any]:
        """The next items; none at the end."""
        kind, value = _read(stream)
        if kind == "refused":
            raise ReadingRefused(value)
        if kind == "end":
            self._ending = Ending(*value)
            return []
        self.share, items = value
        return list(items)

    @property
    def ending(self) -> Ending:
        assert self._ending is not None
        return self._ending


def _widen(stream: IO[bytes]) -> None:
    """A pipe that holds whole frames; where the system gives none the small one does as well, slower."""
    if sys.platform == "linux":
        with suppress(OSError):
            fcntl.fcntl(stream, fcntl.F_SETPIPE_SZ, PIPE_BYTES)


def _read(stream: IO[bytes]) -> Any:
    head = stream.read(LENGTH.size)
    body = stream.read(LENGTH.unpack(head)[0]) if len(head) == LENGTH.size else b""
    if not body:
        raise ReadingFailed("the process that reads the files ended before their end")
    return marshal.loads(body)  # noqa: S302  from our own child


def _unpacked(
    item: tuple[tuple[int, int, int], str, tuple[Any, ...]], compress: Callable[[bytes], bytes]
) -> tuple[Position, PackedItem]:
    position, kind, values = item
    if kind == "rollout":
        turns = [PackedTurn(text and compressed(text, compress), *columns) for text, *columns in values[-1]]
        return Position(*position), Packed._make((*values[:-1], tuple(turns)))
    return Position(*position), (RowError if kind == "error" else Duplicate)(*values)


def _plain(position: Position, item: PackedItem) -> tuple[tuple[int, ...], str, tuple[Any, ...]]:
    if isinstance(item, Packed):
        return tuple(position), "rollout", (*item[:-1], tuple([tuple(turn) for turn in item.turns]))
    return tuple(position), "error" if isinstance(item, RowError) else "duplicate", astuple(item)


class Pen(threading.Thread):
    """Writes frames in their order while the next are read: the pipe is small, and its reader is often busy storing."""

    def __init__(self, answers: BinaryIO) -> None:
        super().__init__(name="pen")
        self._answers = answers
        self._bodies: Queue[bytes] = Queue(FRAMES_AHEAD)

    def is_well_ahead(self) -> bool:
        """Whether who reads the frames has enough of them for now."""
        return self._bodies.qsize() >= FRAMES_WELL_AHEAD

    def put(self, value: tuple[str, Any]) -> None:
        self._bodies.put(marshal.dumps(value))

    def end(self) -> None:
        self._bodies.put(b"")
        self.join()

    def run(self) -> None:
        try:
            while body := self._bodies.get():
                self._answers.write(LENGTH.pack(len(body)))
                self._answers.write(body)
            self._answers.flush()
        except BrokenPipeError:  # the parent is gone, and with it the reason to read on
            os._exit(1)


def _n_bytes(item: Packed) -> int:
    return sum([len(turn.text[2]) for turn in item.turns if turn.text])


def _frames(here: Here) -> Iterator[list[Any]]:
    """Items in lists of about FRAME_BYTES of text, as it is sent."""
    frame, room = [], FRAME_BYTES
    for position, item in here.items():
        frame.append(_plain(position, item))
        room -= ITEM_BYTES + (_n_bytes(item) if isinstance(item, Packed) else 0)
        if room < 0:
            yield frame
            frame, room = [], FRAME_BYTES
    if frame:
        yield frame


def serve(asked: BinaryIO, answers: BinaryIO) -> None:
    """Read what is asked for and write it in frames: items, then how it ended or why it cannot be read."""
    pen = Pen(answers)
    here = Here(Given(*json.loads(asked.readline())), Packer(pen.is_well_ahead))
    pen.start()
    try:
        for frame in _frames(here):
            pen.put(("items", (here.share, frame)))
        format_name, refused, remarks, files = here.ending
        pen.put(("end", (format_name, list(refused), list(remarks), list(files))))
    except UserError as error:
        pen.put(("refused", str(error)))
    finally:
        pen.end()


if __name__ == "__main__":
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    serve(sys.stdin.buffer, sys.stdout.buffer)
