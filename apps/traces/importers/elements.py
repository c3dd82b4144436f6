"""The values of a JSON array, or of JSON values one after another, as slices of a byte stream at flat memory.

Only brackets and strings are looked at; whether a slice is JSON is the decoder's matter. So a broken or overlong
element spoils itself only, and each element has its own line number.
"""

import re
from collections.abc import Generator, Iterator
from typing import BinaryIO, NamedTuple

from .files import MAX_ROW_BYTES

CHUNK = 1 << 20
TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[{}\[\]"]', re.DOTALL)
OPENERS, CLOSERS = b"{[", b"}]"


class Element(NamedTuple):
    """The bytes of one value, the 1-based line on which it starts, and why it cannot be used ('' = it can)."""

    raw: bytes
    line: int
    error: str = ""


class _Scanner:
    def __init__(self, stream: BinaryIO, max_bytes: int) -> None:
        self.stream, self.max_bytes = stream, max_bytes
        self.buffer, self.at, self.size = b"", 0, CHUNK
        self.line, self.counted = 1, 0
        self.depth, self.start, self.gap = 0, -1, 0

    def more(self) -> bool:
        """Drop what is done with, read on; False at the end of the stream."""
        keep = self.start if self.start >= 0 else self.gap
        self.count_lines(keep)
        chunk = self.stream.read(self.size)
        self.buffer = self.buffer[keep:] + chunk
        self.at -= keep
        self.counted -= keep
        self.gap -= keep
        self.start = 0 if self.start >= 0 else -1
        self.size = min(max(CHUNK, len(self.buffer)), MAX_ROW_BYTES)
        return bool(chunk)

    def count_lines(self, until: int) -> None:
        self.line += self.buffer.count(b"\n", self.counted, until)
        self.counted = until

    def bare(self, until: int) -> Iterator[Element]:
        """Values without brackets or quotes (numbers, null) between two others."""
        for piece in self.buffer[self.gap : until].split(b","):
            if piece.strip():
                self.count_lines(until)
                yield Element(piece.strip(), self.line)
        self.gap = until

    def finished(self, end: int) -> Element:
        self.count_lines(self.start)
        element = Element(self.buffer[self.start : end], self.line)
        self.start, self.gap = -1, end
        return element


def elements(stream: BinaryIO, *, in_array: bool, max_bytes: int = MAX_ROW_BYTES) -> Iterator[Element]:
    """Yield each element; `in_array` = the stream starts with `[`, otherwise values simply follow one another."""
    scan = _Scanner(stream, max_bytes)
    scan.more()
    if in_array:
        scan.at = scan.gap = scan.buffer.find(b"[") + 1
    while True:
        ended = yield from _scan_buffer(scan, in_array)
        if ended:
            return
        if len(scan.buffer) - (scan.start if scan.start >= 0 else scan.gap) > max_bytes:
            yield Element(b"", scan.line, f"longer than {max_bytes >> 20} MB; the file is not read beyond it")
            return
        if not scan.more():
            yield from _leftover(scan, in_array)
            return


def _scan_buffer(scan: _Scanner, in_array: bool) -> Generator[Element, None, bool]:
    """Yield what is complete in the buffer; True once the array is closed."""
    for token in TOKEN.finditer(scan.buffer, scan.at):
        mark = scan.buffer[token.start()]
        if mark == 0x22 and token.end() - token.start() == 1:
            if scan.depth == 0 and scan.start < 0:
                yield from scan.bare(token.start())
                scan.start = token.start()
            scan.at = token.start()
            return False
        scan.at = token.end()
        if scan.depth == 0 and scan.start < 0:
            yield from scan.bare(token.start())
            if mark in CLOSERS:
                scan.gap = token.end()
                if in_array:
                    return True
                continue
            scan.start = token.start()
        if mark in OPENERS:
            scan.depth += 1
        elif mark in CLOSERS:
            scan.depth -= 1
        if scan.depth == 0:
            yield scan.finished(token.end())
    scan.at = len(scan.buffer)
    return False


def _leftover(scan: _Scanner, in_array: bool) -> Iterator[Element]:
    if scan.start >= 0:
        scan.count_lines(scan.start)
        yield Element(scan.buffer[scan.start :], scan.line, "the file ends inside this row: it was cut off")
        return
    yield from scan.bare(len(scan.buffer))
    if in_array:
        yield Element(b"", scan.line, "the file ends before the closing bracket: it was cut off after the row before")
