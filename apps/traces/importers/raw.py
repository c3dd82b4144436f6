"""One raw row of a file: where it stands, its values or why it has none. Knows no layout and no field."""

from typing import NamedTuple


class RawRow(NamedTuple):
    """One row as it stands in a file: its number from 0, its line from 1, its values or why it has none, a note."""

    number: int
    line: int
    value: dict[str, object]
    error: str = ""
    note: str = ""
