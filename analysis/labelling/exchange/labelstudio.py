"""Label Studio's JSON list of tasks, written. Knows no project; reading is in `labelstudio_reading`.

A task is one document: `data.text`, and one annotation per person and layer. A label is a region (`labels`) with its
value as a per-region `textarea` and its comment in `meta.text`; a label of the whole rollout is a `choices` result; a
relation is a `relation` between regions of one annotation. What Label Studio has no place for lies in
`data.afterthought`, which it keeps. Source: peers_and_formats 3.17; HumanSignal/label-studio.

Offsets are UTF-16 units; `POINTS` is the same format with code points, as Label Studio counts since the end of 2021.
"""

import json
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import groupby
from typing import Any

from analysis.labelling.exchange.fields import scheme_json
from analysis.labelling.exchange.labelstudio_reading import read
from analysis.labelling.exchange.offsets import Offsets, Unit
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
from analysis.labelling.exchange.types import Format, Part
from analysis.labelling.rows import Row
from analysis.labelling.scheme import Scheme

TO = {"to_name": "text"}


def write(scheme: Scheme, parts: Iterable[Part], unit: Unit = Unit.UTF16) -> Iterator[str]:
    """One task a line; the first carries the scheme."""
    yield "["
    head: dict[str, Any] = {"scheme": scheme_json(scheme)}
    for sheet in (sheet for part in parts for sheet in sheets_of(part)):
        yield (",\n" if not head else "\n") + json.dumps(_task(sheet, head, unit), ensure_ascii=False)
        head = {}
    yield "\n]\n"


def _task(sheet: Sheet, head: dict[str, Any], unit: Unit) -> dict[str, Any]:
    document = sheet.document
    shown = {"rollout": document.rollout, "external_id": document.external_id, "collection": document.collection}
    ours = head | {"offsets": unit, "document": document_json(document), **_beyond(sheet)}
    drawn = sorted((*sheet.spans, *sheet.whole), key=_giver)
    annotations = [{"result": _results(sheet, list(rows), unit)} for _, rows in groupby(drawn, _giver)]
    return {"data": {"text": sheet.text, **shown, OURS: ours}, "annotations": annotations}


def _giver(row: Row) -> tuple[str, str]:
    return (row.layer, row.author)


def _beyond(sheet: Sheet) -> dict[str, Any]:
    """What each label holds that its results do not show."""
    labels = {row.key: rest(row, _plain(sheet, row)) for row in (*sheet.spans, *sheet.whole)}
    relations = [
        [row.first, row.other, row.name, rest(row, plain_whole(sheet.document, "", row.name, row.first, row.other))]
        for row in sheet.relations
    ]
    return {"labels": labels, "relations": relations, "carried": [filled(row) for row in sheet.carried]}


def _plain(sheet: Sheet, row: Row) -> Row:
    if row in sheet.whole:
        return plain_whole(sheet.document, row.key, row.name)
    return plain_span(sheet.document, row.key, row.name, *row.ends, row.value, row.comment)


def _results(sheet: Sheet, rows: list[Row], unit: Unit) -> list[dict[str, Any]]:
    offsets, results = Offsets(sheet.text), []
    for row in rows:
        if row in sheet.whole:
            results.append({"id": row.key, "from_name": "rollout", **TO, "type": "choices", "value": _choice(row)})
        else:
            results += _region(row, sheet.text, offsets, unit)
    keys = {row.key for row in rows}
    return results + [_relation(row) for row in sheet.relations if row.first in keys]


def _choice(row: Row) -> dict[str, Any]:
    return {"choices": [row.name]}


def _region(row: Row, text: str, offsets: Offsets, unit: Unit) -> Iterator[dict[str, Any]]:
    start, end = offsets.written(*row.ends, unit)
    span = {"start": start, "end": end, "text": text[row.start : row.end]}
    meta = {"meta": {"text": [row.comment]}} if row.comment else {}
    place = {"id": row.key, **TO}
    yield {**place, "from_name": "label", "type": "labels", "value": {**span, "labels": [row.name]}, **meta}
    if row.value:
        yield {**place, "from_name": "value", "type": "textarea", "value": {**span, "text": [row.value]}}


def _relation(row: Row) -> dict[str, Any]:
    return {"type": "relation", "from_id": row.first, "to_id": row.other, "direction": "right", "labels": [row.name]}


FORMAT = Format(".json", "application/json", write, read, needs_text=True)
POINTS = Format(
    ".json",
    "application/json",
    partial(write, unit=Unit.POINTS),
    partial(read, unit=Unit.POINTS),
    needs_text=True,
)
