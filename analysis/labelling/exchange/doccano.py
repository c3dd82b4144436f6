"""doccano's JSON lines: `label` triples or, with relations, `entities` and `relations`. Knows no project.

    {"text": "...", "label": [[0, 20, "verify"]], "cats": ["faithful"], "afterthought": {...}}
    {"text": "...", "entities": [{"id": 0, "start_offset": 0, "end_offset": 20, "label": "verify"}],
     "relations": [{"id": 0, "from_id": 0, "to_id": 1, "type": "verifies"}], "afterthought": {...}}

Offsets are UTF-16 units, as doccano's editor counts. doccano keeps other fields of a line as its metadata, sorts spans
and numbers them anew: what it has no place for is found again by span and label. Source: peers_and_formats 3.17;
doccano/doccano, data_import and data_export.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, NamedTuple

from analysis.labelling.exchange.bounded import Line, lines_of, parsed
from analysis.labelling.exchange.fields import (
    chosen,
    document_of,
    list_at,
    number_at,
    object_at,
    scheme_at,
    scheme_json,
    text_at,
)
from analysis.labelling.exchange.offsets import Offsets, Unit
from analysis.labelling.exchange.reading import Reading, completed
from analysis.labelling.exchange.sheets import (
    OURS,
    Sheet,
    document_json,
    filled,
    plain_span,
    plain_whole,
    rest,
    sheets_of,
)
from analysis.labelling.exchange.types import BadFile, Bundle, Document, Format, Part, hash_of
from analysis.labelling.rows import Row
from analysis.labelling.scheme import Scheme, Target


def write(scheme: Scheme, parts: Iterable[Part]) -> Iterator[str]:
    """One document a line; the first carries the scheme."""
    head: dict[str, Any] = {"scheme": scheme_json(scheme)}
    has_relations = bool(scheme.on(Target.RELATION))
    for sheet in (sheet for part in parts for sheet in sheets_of(part)):
        yield json.dumps(_document_line(sheet, has_relations, head), ensure_ascii=False) + "\n"
        head = {}


def _document_line(sheet: Sheet, has_relations: bool, head: dict[str, Any]) -> dict[str, Any]:
    drawn = _entities(sheet) if has_relations else {"label": _triples(sheet)}
    whole = {"cats": [row.name for row in sheet.whole]} if sheet.whole else {}
    ours = head | {"offsets": Unit.UTF16, "document": document_json(sheet.document), **_beyond(sheet)}
    return {"text": sheet.text, **drawn, **whole, OURS: ours}


def _triples(sheet: Sheet) -> list[list[Any]]:
    offsets = Offsets(sheet.text)
    return [[*offsets.written(*row.ends, Unit.UTF16), row.name] for row in sheet.spans]


def _entities(sheet: Sheet) -> dict[str, Any]:
    number = {row.key: n for n, row in enumerate(sheet.spans)}
    entities = [
        {"id": n, "start_offset": start, "end_offset": end, "label": name}
        for n, (start, end, name) in enumerate(_triples(sheet))
    ]
    relations = [
        {"id": n, "from_id": number[row.first], "to_id": number[row.other], "type": row.name}
        for n, row in enumerate(sheet.relations)
    ]
    return {"entities": entities, "relations": relations}


def _beyond(sheet: Sheet) -> dict[str, Any]:
    """What each label holds that the line does not show, beside what it is found again by."""
    document = sheet.document
    spans = [[*row.ends, row.name, rest(row, plain_span(document, "", row.name, *row.ends))] for row in sheet.spans]
    whole = [[row.name, rest(row, plain_whole(document, "", row.name))] for row in sheet.whole]
    relations = [
        [row.first, row.other, row.name, rest(row, plain_whole(document, "", row.name, row.first, row.other))]
        for row in sheet.relations
    ]
    return {"labels": spans, "cats": whole, "relations": relations, "carried": [filled(row) for row in sheet.carried]}


def read(source: BinaryIO, known: Scheme | None) -> Bundle:
    reading: Reading | None = None
    for line in lines_of(source):
        row = object_at(parsed(line.text, line.where), line.where)
        ours = _ours(row, line.where)
        if reading is None:
            scheme = scheme_at(ours["scheme"], f"{line.where}: scheme") if "scheme" in ours else None
            reading = Reading(chosen(scheme, known))
        _read_line(reading, line, row, ours)
    return (reading or Reading(chosen(None, known))).bundle()


def _ours(row: dict[str, Any], where: str) -> dict[str, Any]:
    meta = row.get("meta")
    given = row.get(OURS) or (meta.get(OURS) if isinstance(meta, dict) else None) or {}
    return object_at(given, f"{where}: {OURS}")


class Page(NamedTuple):
    """A line while it is read; `beyond` is what was carried beside its labels."""

    reading: Reading
    document: Document
    offsets: Offsets
    beyond: "Beyond"


class Beyond:
    """What was carried beside labels, handed out by what each label shows."""

    def __init__(self, entries: list[Any], where: str) -> None:
        self._by_place: dict[str, list[dict[str, Any]]] = {}
        for entry in entries:
            *place, rest_of = list_at(entry, f"{where}: {OURS}") or [{}]
            self._by_place.setdefault(json.dumps(place), []).append(object_at(rest_of, f"{where}: {OURS}"))

    def take(self, *place: Any) -> dict[str, Any]:
        """The next of those at this place; {} where none is left."""
        found = self._by_place.get(json.dumps(list(place)))
        return found.pop(0) if found else {}


def _read_line(reading: Reading, line: Line, row: dict[str, Any], ours: dict[str, Any]) -> None:
    if "text" not in row:
        raise BadFile(f"{line.where}: there is no text (fields: {', '.join(row)[:200] or 'none'})")
    text = text_at(row["text"], f"{line.where}: text")
    document = _document(text, ours, line.where)
    reading.documents.append(document)
    entries = [entry for name in ("labels", "cats", "relations") for entry in list_at(ours.get(name) or [], line.where)]
    page = Page(reading, document, Offsets(text), Beyond(entries, line.where))
    keys = _read_spans(page, row, line.where)
    _read_whole(page, row, line.where)
    _read_relations(page, row, keys, line.where)
    reading.take_carried(list_at(ours.get("carried") or [], line.where), line.where)


def _document(text: str, ours: dict[str, Any], where: str) -> Document:
    if "document" in ours:
        return document_of(object_at(ours["document"], where) | {"text": text}, where)
    return Document(text=text, text_hash=hash_of(text))


def _spans_in(row: dict[str, Any], where: str) -> Iterator[tuple[str, Any, Any, Any, Any]]:
    """Where it stands, id, start, end and label of every span of a line."""
    for field in ("label", "labels", "entities"):
        for number, given in enumerate(list_at(row.get(field) or [], f"{where}: {field}"), 1):
            at = f"{where}: {field} {number}"
            if isinstance(given, dict):
                yield at, given.get("id"), given.get("start_offset"), given.get("end_offset"), given.get("label")
            elif isinstance(given, list) and len(given) == 3:
                yield at, None, *given
            elif not isinstance(given, str):
                raise BadFile(f"{at}: {str(given)[:60]} is no [start, end, label]")


def _read_spans(page: Page, row: dict[str, Any], where: str) -> dict[Any, str]:
    """Keys of the labels by the ids that the line gives them."""
    keys: dict[Any, str] = {}
    for at, own, first, last, named in _spans_in(row, where):
        start, end = number_at(first, f"{at}: start"), number_at(last, f"{at}: end")
        name = text_at(named, f"{at}: label")
        span = page.offsets.read(start, end, Unit.UTF16)
        if span is None:
            page.reading.leave(at, f"{start} to {end} is outside the text or splits a character")
            continue
        key = _take(page, plain_span(page.document, "", name, *span), page.beyond.take(*span, name), at)
        keys[str(own)] = key
    return keys


def _read_whole(page: Page, row: dict[str, Any], where: str) -> None:
    names = [name for field in ("label", "labels") for name in row.get(field) or [] if isinstance(name, str)]
    for name in (*names, *list_at(row.get("cats") or [], f"{where}: cats")):
        plain = plain_whole(page.document, "", text_at(name, f"{where}: cats"))
        _take(page, plain, page.beyond.take(name), f"{where}: cats")


def _read_relations(page: Page, row: dict[str, Any], keys: dict[Any, str], where: str) -> None:
    for number, given in enumerate(list_at(row.get("relations") or [], f"{where}: relations"), 1):
        at = f"{where}: relation {number}"
        relation = object_at(given, at)
        first, other = (keys.get(str(relation.get(end)), "") for end in ("from_id", "to_id"))
        if not first or not other:
            page.reading.leave(at, "a relation with an entity that is not there")
            continue
        name = text_at(relation.get("type"), f"{at}: type")
        plain = plain_whole(page.document, "", name, first, other)
        _take(page, plain, page.beyond.take(first, other, name), at)


def _take(page: Page, plain: Row, beyond: dict[str, Any], where: str) -> str:
    """Keep a label under its own key or one made for it; '' where the scheme does not have it."""
    full = completed(plain, beyond, where)
    place = (full.text_hash, full.start, full.end, full.name, full.first, full.other)
    key = page.reading.key_for(full.key, "doccano", *place)
    return key if page.reading.take(completed(full, {"key": key}, where), where) else ""


FORMAT = Format(".jsonl", "application/x-ndjson", write, read, needs_text=True)
