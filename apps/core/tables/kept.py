"""A file that keeps what is written to it until it is taken, so that writers of files can write to a stream."""

from typing import Any


class Kept:
    """Says where it is, but cannot go back."""

    closed = False

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._n = 0

    def write(self, part: Any) -> int:
        self._parts.append(bytes(part))
        self._n += len(self._parts[-1])
        return len(self._parts[-1])

    def taken(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)

    def tell(self) -> int:
        return self._n

    def seekable(self) -> bool:
        return False

    def flush(self) -> None: ...

    def close(self) -> None: ...
