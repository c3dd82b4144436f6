"""Sibling files whose one JSON object stands beside every row of a file (the problem of a trace). Knows no fields."""

from collections.abc import Mapping as ReadOnly
from collections.abc import Sequence

from .decode import UnreadableError, decode_json
from .files import MAX_ROW_BYTES, ContainerError, SourceFile, read_head


class Joined(dict[str, object]):
    """What a mapping's joins gave, by name; `problems` says in words which siblings could not be read."""

    def __init__(self) -> None:
        super().__init__()
        self.problems: list[str] = []


def read_joined(file: SourceFile, files: Sequence[SourceFile], joins: ReadOnly[str, str]) -> Joined:
    """The content of each sibling that is there; one that is missing gives nothing, one that is broken is said."""
    joined = Joined()
    for name, base in joins.items():
        wanted = f"{file.folder}/{base}" if file.folder else base
        sibling = next((other for other in files if other.name == wanted), None)
        if sibling is None:
            continue
        try:
            joined[name] = decode_json(read_head(sibling, MAX_ROW_BYTES)).value
        except (UnreadableError, ContainerError) as problem:
            joined.problems.append(f"{sibling.name} cannot be read ({problem}); its fields are missing")
    return joined
