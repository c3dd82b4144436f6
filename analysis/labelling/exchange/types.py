"""What travels between files and projects: documents, labels, and what could not be placed. Knows no format.

A document is the text of one turn of a rollout; a file of another tool may hold its text alone, without saying whose it
is. Offsets are code points everywhere but inside a file.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import BinaryIO, NamedTuple

from analysis.errors import UserError
from analysis.labelling.rows import Row
from analysis.labelling.scheme import Scheme

REPLACEMENT = "\ufffd"


class BadFile(UserError):
    """A file that cannot be read as what it is said to be; names the line or field."""


@dataclass(frozen=True, slots=True)
class Document:
    """The text of turn `turn` of a rollout; `rollout` is '' where the file does not say whose text it is.

    `text` is None where only its hash (SHA-256, hex) is known.
    """

    rollout: str = ""
    collection: str = ""
    turn: int | None = None
    text: str | None = None
    external_id: str = ""
    text_hash: str = ""


class Unplaced(NamedTuple):
    """Something in a file that became no label: where it stands, and why."""

    where: str
    reason: str


class Part(NamedTuple):
    """The documents and labels of one rollout, so that a large layer is written rollout by rollout."""

    documents: tuple[Document, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Bundle:
    """A scheme, documents and their labels; `unplaced` is what a reader had to leave out."""

    scheme: Scheme
    documents: tuple[Document, ...] = ()
    rows: tuple[Row, ...] = ()
    unplaced: tuple[Unplaced, ...] = ()

    def tidy(self) -> "Bundle":
        """The same in the one order that readers give: by rollout, turn and offset."""
        documents = tuple(sorted(self.documents, key=_document_order))
        return replace(self, documents=documents, rows=tuple(sorted(self.rows, key=row_order)))

    def parts(self) -> Iterator[Part]:
        """One part per rollout (or, where the rollout is not known, per text)."""
        tidy = self.tidy()
        rows = {place: tuple(these) for place, these in groupby(tidy.rows, _row_place)}
        documents = {place: tuple(these) for place, these in groupby(tidy.documents, _document_place)}
        for place in sorted(rows.keys() | documents.keys()):
            yield Part(documents.get(place, ()), rows.get(place, ()))


Place = tuple[str, str, str]
Write = Callable[[Scheme, Iterable[Part]], Iterator[str]]
Read = Callable[[BinaryIO, Scheme | None], Bundle]


class Format(NamedTuple):
    """A format of files: how it is written and read, and what its files are called.

    `needs_text`: its files carry the texts, so documents without text cannot be written.
    """

    suffix: str
    content_type: str
    write: Write
    read: Read
    needs_text: bool


def hash_of(text: str) -> str:
    """SHA-256 (hex) of a text as it is stored.

    >>> hash_of("")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(text.encode()).hexdigest()


def stored(text: str) -> str:
    r"""The text as the importers store it: NUL and half characters (lone surrogates) become U+FFFD, one for one.

    >>> stored("a\x00b\r\n")
    'a�b\r\n'
    """
    if text.isascii():
        return text.replace("\x00", REPLACEMENT)
    return "".join(REPLACEMENT if c == "\x00" or "\ud800" <= c <= "\udfff" else c for c in text)


def derived_key(*parts: object) -> str:
    """A key for a label that came without one: the same parts give the same key, so nothing is read in twice.

    >>> derived_key("a", 1) == derived_key("a", 1) != derived_key("a1")
    True
    """
    joined = "\x1f".join(str(part) for part in parts)
    return hashlib.sha256(joined.encode(errors="replace")).hexdigest()[:32]


def without(text: str | None, what: str) -> str:
    """The text of a document; raises BadFile where there is none."""
    if text is None:
        raise BadFile(f"this format carries the texts, and the text of {what} is not there")
    return text


def _row_place(row: Row) -> Place:
    return (row.collection, row.rollout, "" if row.rollout else row.text_hash)


def _document_place(document: Document) -> Place:
    return (document.collection, document.rollout, "" if document.rollout else document.text_hash)


def row_order(row: Row) -> tuple[Place, int, int, int, str]:
    """By rollout, turn and offset; labels of a whole rollout come first."""
    turn, start, end = (-1 if n is None else n for n in (row.turn, row.start, row.end))
    return (_row_place(row), turn, start, end, row.key)


def _document_order(document: Document) -> tuple[Place, int, str, str]:
    turn = -1 if document.turn is None else document.turn
    return (_document_place(document), turn, document.text_hash, document.external_id)
