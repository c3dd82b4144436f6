"""As much of Thrift's compact protocol as Parquet's headers need. Knows no Parquet; every read is bounded.

Source: apache/thrift, doc/specs/thrift-compact-protocol.md.
"""

from collections.abc import Iterator

TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT = range(1, 13)
MAX_NESTING = 24


class ThriftError(ValueError):
    """Bytes that are no compact Thrift; `EndOfBytes` where more of them might be."""


class EndOfBytes(ThriftError):
    """The bytes end inside a value."""


class Compact:
    """A place in some bytes, and the values that stand there."""

    def __init__(self, data: bytes, at: int = 0) -> None:
        self.data, self.at = data, at

    def byte(self) -> int:
        if self.at >= len(self.data):
            raise EndOfBytes("the header ends early")
        self.at += 1
        return self.data[self.at - 1]

    def varint(self) -> int:
        result = shift = 0
        while True:
            byte = self.byte()
            result |= (byte & 0x7F) << shift
            if byte < 0x80:
                return result
            shift += 7
            if shift > 63:
                raise ThriftError("a number that is too long")

    def number(self) -> int:
        """A signed number (zigzag).

        >>> Compact(bytes([3])).number()
        -2
        """
        value = self.varint()
        return (value >> 1) ^ -(value & 1)

    def skip_bytes(self, n: int) -> None:
        if self.at + n > len(self.data):
            raise EndOfBytes("the header ends early")
        self.at += n

    def fields(self) -> Iterator[tuple[int, int]]:
        """(id, type) of each field of a struct; the caller reads or skips its value before the next."""
        last = 0
        while head := self.byte():
            last = last + (head >> 4) if head >> 4 else self.number()
            yield last, head & 0x0F

    def list_head(self) -> tuple[int, int]:
        """(number, type) of the elements that follow."""
        head = self.byte()
        return (self.varint() if head >> 4 == 15 else head >> 4), head & 0x0F

    def skip(self, kind: int, depth: int = 0, in_list: bool = False) -> None:
        if depth > MAX_NESTING:
            raise ThriftError("nested too deep")
        if kind in (TRUE, FALSE):
            self.skip_bytes(1 if in_list else 0)
        elif kind == BYTE:
            self.skip_bytes(1)
        elif kind in (I16, I32, I64):
            self.varint()
        elif kind == DOUBLE:
            self.skip_bytes(8)
        elif kind == BINARY:
            self.skip_bytes(self.varint())
        else:
            self._skip_many(kind, depth)

    def _skip_many(self, kind: int, depth: int) -> None:
        if kind in (LIST, SET):
            n, inner = self.list_head()
            for _ in range(n):
                self.skip(inner, depth + 1, in_list=True)
        elif kind == MAP:
            n = self.varint()
            kinds = self.byte() if n else 0
            for _ in range(n):
                self.skip(kinds >> 4, depth + 1, in_list=True)
                self.skip(kinds & 0x0F, depth + 1, in_list=True)
        elif kind == STRUCT:
            for _, inner in self.fields():
                self.skip(inner, depth + 1)
        else:
            raise ThriftError(f"a value of the unknown kind {kind}")
