"""How large a Parquet file is when it is unpacked, from its own headers and before it is decoded. Decodes no value.

The schema's breadth and depth come from the footer; the size of each page and the number of its values from the header
that stands before it, since that is what a decoder believes, whatever the footer adds up. Source: apache/parquet-format
2.10, parquet.thrift.
"""

from dataclasses import dataclass
from typing import Any, BinaryIO, NamedTuple

from ..files import MAX_COLUMNS, MAX_DEPTH, ContainerError, SourceFile
from .inflate import in_units
from .thrift import I32, LIST, STRUCT, Compact, EndOfBytes, ThriftError

MAX_FOOTER, MAX_HEADER = 64 << 20, 16 << 20
MAX_PAGE, MAX_OPEN_PAGES = 256 << 20, 1 << 30
MAX_VALUES = 32_000_000
BATCH_ROWS, BATCH_BYTES = 256, 128 << 20
DICTIONARY_PAGE = 2
PREFIX_ENCODING = 7


def check_schema(file: SourceFile) -> None:
    """Refuse a footer, breadth or depth past the bounds. Raises ContainerError."""
    footer = _footer(file)
    try:
        n_leaves, depth = _measure(Compact(footer))
    except ThriftError as problem:
        raise ContainerError(f"{file.name}: the Parquet file's footer is broken ({problem})") from None
    if n_leaves > MAX_COLUMNS:
        raise ContainerError(f"{file.name}: a Parquet file of {n_leaves:,} columns; at most {MAX_COLUMNS:,} are read")
    if depth > MAX_DEPTH:
        raise ContainerError(f"{file.name}: a Parquet file nested deeper than {MAX_DEPTH} levels")


def _footer(file: SourceFile) -> bytes:
    with file.open() as stream:
        size = stream.seek(0, 2)
        stream.seek(max(0, size - 8))
        tail = stream.read(8)
        if tail[4:] == b"PARE":
            raise ContainerError(f"{file.name}: an encrypted Parquet file; give it without encryption")
        if size < 12 or tail[4:] != b"PAR1":
            raise ContainerError(f"{file.name}: the Parquet file is cut off (its footer is missing)")
        n_bytes = int.from_bytes(tail[:4], "little")
        if n_bytes > min(MAX_FOOTER, size - 12):
            raise ContainerError(
                f"{file.name}: the Parquet file's footer of {in_units(n_bytes)} is broken or too large"
            )
        stream.seek(size - 8 - n_bytes)
        return stream.read(n_bytes)


def _measure(footer: Compact) -> tuple[int, int]:
    """Leaves and depth of the schema: a list of elements in depth-first order, each with its number of children."""
    for field, kind in footer.fields():
        if field == 2 and kind == LIST:
            return _measure_elements(footer)
        footer.skip(kind)
    raise ThriftError("it has no schema")


def _measure_elements(footer: Compact) -> tuple[int, int]:
    n, _ = footer.list_head()
    open_children: list[int] = []
    n_leaves = deepest = 0
    for _ in range(n):
        n_children = 0
        for field, kind in footer.fields():
            if field == 5 and kind == I32:
                n_children = footer.number()
            else:
                footer.skip(kind)
        n_leaves += n_children <= 0
        if n_children > 0:
            open_children.append(n_children + 1)
            deepest = max(deepest, len(open_children))
        while open_children:
            open_children[-1] -= 1
            if open_children[-1] > 0:
                break
            open_children.pop()
        if n_leaves > MAX_COLUMNS or deepest > MAX_DEPTH:
            break
    return n_leaves, deepest


class Page(NamedTuple):
    """What a page's header says: kind, sizes of its body, values, encoding, and the header's own length."""

    kind: int
    size: int
    packed: int
    n_values: int
    encoding: int
    n_header: int


@dataclass(slots=True)
class Chunk:
    """One column of one row group: its largest page, its dictionary, its values, and whether these lean on others."""

    path: str
    largest: int = 0
    dictionary: int = 0
    n_values: int = 0
    has_prefixes: bool = False

    @property
    def expanding(self) -> int:
        """The largest value that may be written in a few bytes again and again."""
        return self.largest if self.has_prefixes else self.dictionary


class Plan(NamedTuple):
    """How a row group is read: rows at a time, and columns kept as indices into their dictionary."""

    n_rows: int
    as_dictionary: tuple[str, ...]


def plan_row_group(stream: BinaryIO, name: str, group: Any, number: int) -> Plan:
    """Walk all pages of a row group (pyarrow's RowGroupMetaData). Raises ContainerError past the bounds."""
    place = f"{name}: row group {number + 1}"
    chunks = [_measure_chunk(stream, place, group.column(i)) for i in range(group.num_columns)]
    held = sum(chunk.largest + chunk.dictionary for chunk in chunks)
    if held > MAX_OPEN_PAGES:
        raise ContainerError(f"{place} needs {in_units(held)} at once; write smaller pages")
    repeated = [chunk for chunk in chunks if chunk.n_values > group.num_rows]
    as_dictionary = tuple(c.path for c in repeated if c.dictionary and c.n_values * c.dictionary > BATCH_BYTES)
    for chunk in repeated:
        if chunk.n_values > MAX_VALUES:
            raise ContainerError(f"{place}: the lists of {chunk.path} hold {chunk.n_values:,} values; write fewer rows")
        if chunk.has_prefixes and chunk.n_values * chunk.largest > MAX_OPEN_PAGES:
            raise ContainerError(f"{place}: {chunk.path} may unpack to more than {in_units(MAX_OPEN_PAGES)}")
    expanding = sum(chunk.expanding for chunk in chunks if chunk.path not in as_dictionary)
    return Plan(max(1, min(BATCH_ROWS, BATCH_BYTES // max(expanding, 1))), as_dictionary)


def _measure_chunk(stream: BinaryIO, place: str, column: Any) -> Chunk:
    chunk = Chunk(column.path_in_schema)
    starts = [at for at in (column.dictionary_page_offset, column.data_page_offset) if at]
    at = min(starts, default=0)
    end = at + column.total_compressed_size
    while at < end:
        page = _page_at(stream, at, f"{place}, column {chunk.path}")
        if page.size > MAX_PAGE or page.packed < 0 or page.size < 0:
            raise ContainerError(
                f"{place}: a page of {chunk.path} unpacks to {in_units(max(page.size, 0))}; "
                f"at most {in_units(MAX_PAGE)} are read"
            )
        if page.kind == DICTIONARY_PAGE:
            chunk.dictionary = max(chunk.dictionary, page.size)
        else:
            chunk.largest = max(chunk.largest, page.size)
            chunk.n_values += max(page.n_values, 0)
            chunk.has_prefixes |= page.encoding == PREFIX_ENCODING
        at += page.n_header + page.packed
    return chunk


def _page_at(stream: BinaryIO, at: int, place: str) -> Page:
    size = 1 << 12
    while True:
        stream.seek(at)
        data = stream.read(size)
        try:
            return _read_page(Compact(data))
        except EndOfBytes:
            if len(data) < size or size >= MAX_HEADER:
                raise ContainerError(f"{place}: the Parquet file is cut off or broken") from None
            size *= 16
        except ThriftError as problem:
            raise ContainerError(f"{place}: a page's header is broken ({problem})") from None


def _read_page(header: Compact) -> Page:
    numbers = {1: 0, 2: 0, 3: 0}
    n_values, encoding = 0, -1
    for field, kind in header.fields():
        if field in numbers and kind == I32:
            numbers[field] = header.number()
        elif field in (5, 8) and kind == STRUCT:
            n_values, encoding = _values_and_encoding(header, 2 if field == 5 else 4)
        else:
            header.skip(kind)
    return Page(numbers[1], numbers[2], numbers[3], n_values, encoding, header.at)


def _values_and_encoding(header: Compact, encoding_field: int) -> tuple[int, int]:
    found = {1: 0, encoding_field: -1}
    for field, kind in header.fields():
        if field in found and kind == I32:
            found[field] = header.number()
        else:
            header.skip(kind)
    return found[1], found[encoding_field]
