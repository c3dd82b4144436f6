"""What other files of an upload say beside a row: a sibling's one object, or the row of another file with the same key.

A join is a sibling's base name (`problem.json`: its object stands beside every row), or `KEY@*` (`custom_id@*`: the row
of another JSON-lines file that holds the same value under that key, and is not itself such a row's answer). Knows no
fields; keeps keyed rows compressed, at most 256 MB of them.
"""

import zlib
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as ReadOnly

from .decode import UnreadableError, decode_json
from .files import MAX_ROW_BYTES, ContainerError, SourceFile, read_head

MAX_KEYED_BYTES = 256 << 20
REQUESTS = ("body", "params")


class Joined(dict[str, object]):
    """What a mapping's joins gave, by name; `problems` says in words which siblings could not be read."""

    def __init__(self) -> None:
        super().__init__()
        self.problems: list[str] = []
        self.keyed: dict[str, tuple[str, dict[str, bytes]]] = {}

    def __bool__(self) -> bool:
        return bool(len(self) or self.keyed)

    def beside(self, row: dict[str, object]) -> dict[str, object]:
        """A row with what is joined to it."""
        whole = {**row, **self}
        for name, (key, found) in self.keyed.items():
            packed = found.get(str(row.get(key)))
            if packed is not None:
                whole[name] = decode_json(zlib.decompress(packed)).value
        return whole


def read_joined(file: SourceFile, files: Sequence[SourceFile], joins: ReadOnly[str, str]) -> Joined:
    """The content of each sibling that is there; one that is missing gives nothing, one that is broken is said."""
    joined = Joined()
    for name, base in joins.items():
        key, marked, _ = base.partition("@*")
        if marked:
            _join_by_key(joined, name, key, [other for other in files if other.name != file.name])
            continue
        wanted = f"{file.folder}/{base}" if file.folder else base
        sibling = next((other for other in files if other.name == wanted), None)
        if sibling is None:
            continue
        try:
            joined[name] = decode_json(read_head(sibling, MAX_ROW_BYTES)).value
        except (UnreadableError, ContainerError) as problem:
            joined.problems.append(f"{sibling.name} cannot be read ({problem}); its fields are missing")
    return joined


def _join_by_key(joined: Joined, name: str, key: str, others: Sequence[SourceFile]) -> None:
    """The requests of every other file by their keys, as compressed JSON."""
    found: dict[str, bytes] = {}
    for other in others:
        try:
            joined.problems += _add_requests(found, other, key)
        except ContainerError as problem:
            joined.problems.append(f"{other.name} cannot be read ({problem}); its prompts are missing")
    if found:
        joined.keyed[name] = (key, found)


def _add_requests(found: dict[str, bytes], file: SourceFile, key: str) -> list[str]:
    """Add the requests of a file to those that were found; say what could not be read."""
    size, n_broken, problems = sum(map(len, found.values())), 0, []
    for value, raw in _requests(file, key):
        if value is None:
            n_broken += 1
            continue
        packed = zlib.compress(raw, 1)
        size += len(packed)
        if size > MAX_KEYED_BYTES:
            problems.append(f"{file.name} is too large to be joined; the prompts behind that are missing")
            break
        found.setdefault(value, packed)
    if n_broken:
        problems.append(f"{n_broken} lines of {file.name} cannot be read; their prompts are missing")
    return problems


def _requests(file: SourceFile, key: str) -> Iterator[tuple[str | None, bytes]]:
    """(key, line) of a file of requests, None for a key that cannot be read; its first line decides what it is."""
    if read_head(file, 64).lstrip(b"\xef\xbb\xbf \t\r\n")[:1] != b"{":
        return
    with file.open() as stream:
        is_requests = False
        while raw := stream.readline(MAX_ROW_BYTES + 1):
            value = _object(raw)
            is_request = key in value and _asks(value)
            is_requests = is_requests or is_request
            if not is_requests and raw.strip():
                return
            if raw.strip():
                yield str(value[key]) if is_request else None, raw


def _asks(value: ReadOnly[str, object]) -> bool:
    """Whether a row is what was asked: a request's body, or a question."""
    return any(isinstance(value.get(part), dict) for part in REQUESTS) or isinstance(value.get("question"), str)


def _object(raw: bytes) -> dict[str, object]:
    try:
        value = (
            decode_json(raw.removeprefix(b"\xef\xbb\xbf")).value if raw.lstrip(b"\xef\xbb\xbf \t")[:1] == b"{" else {}
        )
    except UnreadableError:
        return {}
    return value if isinstance(value, dict) else {}
