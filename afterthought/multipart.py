"""A file as the body of a form, read as it is sent: no file is held in memory. Knows no address."""

import io
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO


class Chain(io.RawIOBase):
    """Several streams, read one after another."""

    def __init__(self, parts: list[IO[bytes]]) -> None:
        self._parts = parts

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        while self._parts:
            found = self._parts[0].read(size)
            if found:
                return found
            self._parts.pop(0)
        return b""


@dataclass(frozen=True)
class Upload:
    """A file on the disk, or bytes, in the form's field `file`; `fields` are the others of the form."""

    content: Path | bytes
    fields: Mapping[str, str]
    boundary: str = field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def content_type(self) -> str:
        return f"multipart/form-data; boundary={self.boundary}"

    @property
    def n_bytes(self) -> int:
        n = len(self.content) if isinstance(self.content, bytes) else self.content.stat().st_size
        return len(self._head) + n + len(self._tail)

    @contextmanager
    def opened(self) -> Iterator[Chain]:
        """The body from its beginning; opened anew for every try."""
        content = io.BytesIO(self.content) if isinstance(self.content, bytes) else self.content.open("rb")
        with content:
            yield Chain([io.BytesIO(self._head), content, io.BytesIO(self._tail)])

    @property
    def _head(self) -> bytes:
        line = f"--{self.boundary}\r\nContent-Disposition: form-data; name="
        fields = "".join(f'{line}"{name}"\r\n\r\n{value}\r\n' for name, value in self.fields.items())
        return f'{fields}{line}"file"; filename="file"\r\nContent-Type: application/octet-stream\r\n\r\n'.encode()

    @property
    def _tail(self) -> bytes:
        return f"\r\n--{self.boundary}--\r\n".encode()
