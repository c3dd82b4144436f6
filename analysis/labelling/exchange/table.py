"""CSV, one label a row, for spreadsheets and scripts. Knows no database.

Offsets are code points of the turn's text; `quote` is the text that a label stands on. Texts and the scheme are not in
the file: it is read with a scheme. A document without labels has a row of its own, with no label. `stray` marks a label
whose text is not that of any document written with it. A file of others needs the columns label, one of rollout,
external_id, text_hash or text, and, for spans, start and end.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, BinaryIO

from analysis.labelling.exchange.bounded import MOST_LINE_BYTES, whole_text
from analysis.labelling.exchange.cells import neutralised, restored
from analysis.labelling.exchange.fields import MOST_DIGITS, chosen
from analysis.labelling.exchange.reading import Reading
from analysis.labelling.exchange.types import BadFile, Bundle, Document, Format, Part, hash_of, stored
from analysis.labelling.rows import Row
from analysis.labelling.scheme import Scheme

COLUMNS = (
    "collection", "rollout", "external_id", "turn", "start", "end", "label", "value", "quote", "comment", "layer",
    "author", "at", "key", "first", "other", "text_hash", "stray",
)  # fmt: skip
PLACES = ("rollout", "external_id", "text_hash", "text")
WORDS = ("rollout", "collection", "text_hash", "value", "comment", "layer", "author", "at", "first", "other")
STRAY = "yes"


def write(scheme: Scheme, parts: Iterable[Part]) -> Iterator[str]:
    yield _line(COLUMNS)
    for part in parts:
        shown: set[Document] = set()
        for row in part.rows:
            document = _document_of(row, part.documents)
            shown |= {document} if document else set()
            yield _line(_cells(row, document))
        for document in part.documents:
            if document not in shown:
                yield _line(_bare(document))


def _document_of(row: Row, documents: Sequence[Document]) -> Document | None:
    """The document that a row of the file stands for when it is read again: that of its turn and text."""
    if not _is_on_text(row):
        return None
    return next((each for each in documents if (each.turn, each.text_hash) == (row.turn, row.text_hash)), None)


def _is_on_text(row: Row | Document) -> bool:
    """Whether it speaks of one text, not of a rollout alone."""
    return row.turn is not None or not row.rollout


def _cells(row: Row, document: Document | None) -> list[object]:
    is_stray = document is None and _is_on_text(row)
    more = {
        "external_id": document.external_id if document else "",
        "label": row.name,
        "quote": _quote(row, document),
        "stray": STRAY if is_stray else "",
    }
    return [more[name] if name in more else getattr(row, name) for name in COLUMNS]


def _quote(row: Row, document: Document | None) -> str:
    if document is None or document.text is None or row.start is None or row.end is None:
        return ""
    return document.text[row.start : row.end]


def _bare(document: Document) -> list[object]:
    return [getattr(document, name, "") for name in COLUMNS]


def _line(cells: Sequence[object]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([_safe(cell) for cell in cells])
    return out.getvalue()


def _safe(cell: object) -> object:
    return neutralised(cell) if isinstance(cell, str) else cell


def read(source: BinaryIO, known: Scheme | None) -> Bundle:
    csv.field_size_limit(max(csv.field_size_limit(), MOST_LINE_BYTES))
    reading = Reading(chosen(None, known))
    records = _records(csv.reader(io.StringIO(whole_text(source), newline=""), strict=True))
    header = _checked(next(records, (1, []))[1])
    documents: dict[Document, None] = {}
    for line, cells in records:
        if len(cells) != len(header):
            raise BadFile(f"line {line}: {len(cells)} cells where the header has {len(header)}")
        _read_record(reading, documents, dict(zip(header, map(restored, cells), strict=True)), f"line {line}")
    reading.documents = list(documents)
    return reading.bundle()


def _records(rows: Any) -> Iterator[tuple[int, list[str]]]:
    """Every record that is not blank, and the line on which it ends; raises BadFile where it is no CSV."""
    while True:
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as problem:
            raise BadFile(f"line {rows.line_num}: no CSV: {problem}") from None
        if cells:
            yield rows.line_num, cells


def _checked(header: list[str]) -> list[str]:
    names = [name.strip() for name in header]
    if len(set(names)) < len(names):
        raise BadFile("line 1: a column is there twice")
    if "label" not in names or not set(PLACES) & set(names):
        raise BadFile(
            f"line 1: a table of labels has the columns label and one of {', '.join(PLACES)}; "
            f"found: {', '.join(names)[:200] or 'nothing'}"
        )
    return names


def _read_record(reading: Reading, documents: dict[Document, None], cells: dict[str, str], where: str) -> None:
    turn, start, end = (_number(cells, name, where) for name in ("turn", "start", "end"))
    words = {name: stored(cells.get(name, "")) for name in WORDS}
    text = stored(cells["text"]) if cells.get("text") else None
    if text is not None and not words["text_hash"]:
        words["text_hash"] = hash_of(text)
    external_id = stored(cells.get("external_id", ""))
    if not words["rollout"] and not words["text_hash"]:
        words["rollout"] = external_id
    row = Row(key=cells.get("key", ""), name=stored(cells["label"]), turn=turn, start=start, end=end, **words)
    if not row.name or (_is_on_text(row) and cells.get("stray") != STRAY):
        documents[Document(row.rollout, row.collection, turn, text, external_id, row.text_hash)] = None
    if row.name:
        made = "" if row.key else reading.key_for("", "csv", row, external_id)
        reading.take_new(replace(row, key=row.key or made), where)


def _number(cells: dict[str, str], name: str, where: str) -> int | None:
    given = cells.get(name, "").strip()
    if not given:
        return None
    if not (given.isascii() and given.isdigit() and len(given) <= MOST_DIGITS):
        raise BadFile(f"{where}: {name} {given[:40]!r} is no whole number from 0")
    return int(given)


FORMAT = Format(".csv", "text/csv", write, read, needs_text=False)
