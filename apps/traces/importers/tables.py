"""CSV and its relatives: delimiter, header, rows. Knows no fields; the standard csv module does the reading."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import BinaryIO, NamedTuple

from .decode import clean_text
from .files import MAX_COLUMNS, MAX_ROW_BYTES, decode_latin
from .guessing.own import is_own_format

DELIMITERS = {",": "commas", "\t": "tabs", ";": "semicolons", "|": "bars"}
EXPORTED = ("rollout", "id")
"""How exported tables begin; that of rollouts has the collection between the two."""
NEUTRALISED = tuple("'" + mark for mark in "=+-@\t\r")


class Dialect(NamedTuple):
    """What separates cells, and the column names (the first record)."""

    delimiter: str
    header: tuple[str, ...]

    @property
    def words(self) -> str:
        return f"a table of {len(self.header)} columns separated by {DELIMITERS[self.delimiter]}"


class Record(NamedTuple):
    """One row of a table, the line on which it starts, and why it cannot be used ('' = it can)."""

    cells: dict[str, object]
    line: int
    error: str = ""


def find_dialect(head: str) -> Dialect | None:
    """The delimiter that gives most rows the same number (> 1) of cells; None where there is none.

    >>> find_dialect("id;model\\n1;a\\n2;b\\n").delimiter
    ';'
    """
    best: tuple[float, int, Dialect] | None = None
    for delimiter in DELIMITERS:
        records = _head_records(head, delimiter)
        if len(records) < 2 or len(records[0]) < 2:
            continue
        share = sum(len(record) == len(records[0]) for record in records) / len(records)
        score = (share, len(records[0]), Dialect(delimiter, _unique(records[0])))
        if share >= 0.6 and (best is None or score[:2] > best[:2]):
            best = score
    if best is None or not _is_header(best[2].header):
        return None
    return best[2]


def _head_records(head: str, delimiter: str) -> list[list[str]]:
    csv.field_size_limit(MAX_ROW_BYTES)
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
    records: list[list[str]] = []
    try:
        for record in reader:
            if record:
                records.append(record)
            if len(records) > 50:
                return records
    except csv.Error:
        return []
    return records[:-1] if len(records) > 2 and not head.endswith("\n") else records


def _is_header(header: tuple[str, ...]) -> bool:
    named = [name for name in header if name.strip() and not name.startswith("(column ")]
    numeric = sum(name.replace(".", "").isdigit() for name in named)
    return bool(named) and numeric <= 0.5 * len(named) and max(map(len, header)) < 200


def _unique(names: list[str]) -> tuple[str, ...]:
    seen: dict[str, int] = {}
    unique = []
    for number, raw in enumerate(names, 1):
        name = raw.strip() or f"(column {number})"
        seen[name] = seen.get(name, 0) + 1
        unique.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(unique)


class _Lines:
    """Text lines for csv.reader, ended by "\\n" only, each within the bound; counts bytes that were not UTF-8."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream, self.not_utf8 = stream, False

    def __iter__(self) -> Iterator[str]:
        while raw := self.stream.readline(MAX_ROW_BYTES):
            try:
                yield raw.decode()
            except UnicodeDecodeError:
                self.not_utf8 = True
                yield decode_latin(raw)


def read_table(stream: BinaryIO, dialect: Dialect) -> Iterator[Record]:
    """Every record after the header; empty cells are None; a record of another width is an error.

    In tables with our own names the marks that our export puts before formulas are taken off again.
    """
    csv.field_size_limit(MAX_ROW_BYTES)
    header = dialect.header
    if len(header) > MAX_COLUMNS:
        yield Record({}, 1, f"{len(header)} columns; at most {MAX_COLUMNS} are read")
        return
    reader = csv.reader(iter(_Lines(stream)), delimiter=dialect.delimiter)
    line, is_header = 1, True
    is_ours = is_own_format([dict.fromkeys(header)]) or is_exported(header)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as problem:
            yield Record({}, line, f"not CSV: {problem}")
            line = reader.line_num + 1
            continue
        if cells and not is_header:
            yield _record(header, cells, line, is_ours)
        is_header = is_header and not cells
        line = reader.line_num + 1


def _record(header: tuple[str, ...], cells: list[str], line: int, is_ours: bool) -> Record:
    if len(cells) != len(header):
        return Record({}, line, f"{len(cells)} cells where the header has {len(header)}")
    if is_ours:
        cells = [restore_neutralised(cell) for cell in cells]
    return Record({name: clean_text(cell) if cell else None for name, cell in zip(header, cells, strict=True)}, line)


def is_exported(header: Sequence[str]) -> bool:
    """Whether a table with this head is one of rollouts, or of what hangs on them, that was exported here.

    >>> is_exported(["rollout", "id", "turn", "text"]), is_exported(["id", "rollout"])
    (True, False)
    """
    head = tuple(header[:3])
    return head[:2] == EXPORTED or (head[1:2] == ("collection",) and (*head[:1], *head[2:]) == EXPORTED)


def restore_neutralised(cell: str) -> str:
    """Undo what our CSV export does to text cells that a spreadsheet would run as a formula.

    >>> restore_neutralised("'=1+1"), restore_neutralised("'tis")
    ('=1+1', "'tis")
    """
    return cell[1:] if cell.startswith(NEUTRALISED) else cell
