"""What another tool's file can show of a rollout's labels, and what it can only carry. Knows no tool.

A sheet is one document with the labels that a tool can draw on it. Whatever else a label holds travels beside it as its
difference from what the tool alone would give back, so that nothing is lost and nothing stands there twice.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, NamedTuple

from analysis.labelling.exchange.fields import DOCUMENT_FIELDS, ROW_FIELDS
from analysis.labelling.exchange.types import BadFile, Document, Part, without
from analysis.labelling.rows import Row

OURS = "afterthought"
"""The field of another tool's file under which ours lies."""


class Sheet(NamedTuple):
    """A document, the labels to be drawn on it (spans, whole text, relations), and those only carried."""

    document: Document
    text: str
    spans: tuple[Row, ...]
    whole: tuple[Row, ...]
    relations: tuple[Row, ...]
    carried: tuple[Row, ...]


def sheets_of(part: Part) -> Iterator[Sheet]:
    """One sheet per document; labels of the whole rollout, and what fits no document, go with the first.

    Raises BadFile where a document has no text, or labels have no document.
    """
    if not part.documents:
        raise BadFile(f"this format carries the texts, and rollout {part.rows[0].rollout} has no document")
    left = [row for row in part.rows if not row.is_relation]
    relations = [row for row in part.rows if row.is_relation]
    for number, document in enumerate(part.documents):
        text = without(document.text, document.external_id or document.rollout or document.text_hash)
        spans, left = _parted(left, [_stands_on(row, document, text) for row in left])
        givers = {row.key: (row.layer, row.author) for row in spans}
        joined, relations = _parted(relations, [_joins(row, givers) for row in relations])
        whole, left = _parted(left, [number == 0 and not row.is_span and row.turn is None for row in left])
        is_last = number == len(part.documents) - 1
        carried = (*left, *relations) if is_last else ()
        yield Sheet(document, text, tuple(spans), tuple(whole), tuple(joined), carried)


def _parted(rows: Sequence[Row], wanted: Sequence[bool]) -> tuple[list[Row], list[Row]]:
    yes = [row for row, is_wanted in zip(rows, wanted, strict=True) if is_wanted]
    return yes, [row for row, is_wanted in zip(rows, wanted, strict=True) if not is_wanted]


def _stands_on(row: Row, document: Document, text: str) -> bool:
    is_here = row.turn == document.turn and row.text_hash == document.text_hash
    return is_here and row.start is not None and row.end is not None and 0 <= row.start <= row.end <= len(text)


def _joins(row: Row, givers: Mapping[str, tuple[str, str]]) -> bool:
    """Whether a relation lies between two labels that one person gave on this document."""
    ends = [givers.get(row.first), givers.get(row.other)]
    return None not in ends and ends[0] == ends[1]


class Given(NamedTuple):
    """Who gave a label and when, as far as another tool says it."""

    author: str = ""
    at: str = ""


NOBODY = Given()


def plain_span(
    document: Document,
    key: str,
    name: str,
    start: int,
    end: int,
    value: str = "",
    comment: str = "",
    by: Given = NOBODY,
) -> Row:
    """A label of a span with what a tool shows of it."""
    return Row(
        key=key,
        rollout=document.rollout,
        name=name,
        collection=document.collection,
        turn=document.turn,
        start=start,
        end=end,
        text_hash=document.text_hash,
        value=value,
        comment=comment,
        author=by.author,
        at=by.at,
    )


def plain_whole(document: Document, key: str, name: str, first: str = "", other: str = "", by: Given = NOBODY) -> Row:
    """A label of the whole rollout or, with `first` and `other`, a relation."""
    return Row(
        key=key,
        rollout=document.rollout,
        name=name,
        collection=document.collection,
        text_hash=document.text_hash,
        first=first,
        other=other,
        author=by.author,
        at=by.at,
    )


def rest(row: Row, plain: Row) -> dict[str, Any]:
    """What a label holds beyond the plain one, by field."""
    return {name: getattr(row, name) for name in ROW_FIELDS if getattr(row, name) != getattr(plain, name)}


def filled(row: Row) -> dict[str, Any]:
    """The fields of a label that hold something."""
    return {name: value for name, value in asdict(row).items() if value not in (None, "")}


def document_json(document: Document) -> dict[str, Any]:
    """The fields of a document, but for its text, that hold something."""
    values = {name: getattr(document, name) for name in DOCUMENT_FIELDS if name != "text"}
    return {name: value for name, value in values.items() if value not in (None, "")}
