"""Our own format: JSON lines, a scheme first, then the documents of a rollout and one label a line. Loses nothing.

    {"afterthought": "labels", "version": 1, "scheme": {...}}
    {"document": {"rollout": "...", "collection": "...", "turn": 1, "text_hash": "..."}}
    {"label": {"key": "...", "rollout": "...", "turn": 1, "start": 0, "end": 20, "name": "verify", ...}}

Offsets are code points. A document's text is there only where it was given.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from analysis.labelling.exchange.bounded import Line, lines_of, parsed
from analysis.labelling.exchange.fields import document_of, object_at, row_of, scheme_at, scheme_json
from analysis.labelling.exchange.reading import Reading
from analysis.labelling.exchange.sheets import OURS, document_json, filled
from analysis.labelling.exchange.types import BadFile, Bundle, Document, Format, Part, hash_of
from analysis.labelling.scheme import Scheme

VERSION = 1


def write(scheme: Scheme, parts: Iterable[Part]) -> Iterator[str]:
    yield _line({OURS: "labels", "version": VERSION, "scheme": scheme_json(scheme)})
    for part in parts:
        for document in part.documents:
            yield _line({"document": _document_json(document)})
        for row in part.rows:
            yield _line({"label": filled(row)})


def read(source: BinaryIO, known: Scheme | None) -> Bundle:
    """The file's own scheme comes with it; `known` is not asked."""
    lines = lines_of(source)
    reading = Reading(_head(next(lines, None)))
    for line in lines:
        _take(reading, line)
    return reading.bundle()


def _head(line: Line | None) -> Scheme:
    head = parsed(line.text, line.where) if line else None
    if line is None or not isinstance(head, dict) or head.get(OURS) != "labels":
        raise BadFile('line 1: a file of this format begins with {"afterthought": "labels", ...}')
    if head.get("version") != VERSION:
        raise BadFile(f"{line.where}: version {head.get('version')!r} is not known; version {VERSION} is")
    return scheme_at(head.get("scheme"), f"{line.where}: scheme")


def _take(reading: Reading, line: Line) -> None:
    value = object_at(parsed(line.text, line.where), line.where)
    if "label" in value:
        reading.take_new(row_of(object_at(value["label"], f"{line.where}: label"), line.where), line.where)
    elif "document" in value:
        reading.documents.append(_document(object_at(value["document"], f"{line.where}: document"), line.where))
    else:
        raise BadFile(f"{line.where}: neither a label nor a document")


def _document(values: dict[str, Any], where: str) -> Document:
    document = document_of(values, where)
    if document.text is not None and document.text_hash not in ("", hash_of(document.text)):
        raise BadFile(f"{where}: text_hash is not the hash of the text that stands beside it")
    return document


def _document_json(document: Document) -> dict[str, Any]:
    text = {} if document.text is None else {"text": document.text}
    return document_json(document) | text


def _line(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False) + "\n"


FORMAT = Format(".jsonl", "application/x-ndjson", write, read, needs_text=False)
