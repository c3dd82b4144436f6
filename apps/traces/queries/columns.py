"""Which columns a list of rollouts may show, as addresses write them. Knows no page."""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.errors import UserError


class BadColumnsError(UserError):
    """A column that lists do not have; the message says which they have."""


@dataclass(frozen=True, slots=True)
class Column:
    """`sort` is the order that a click on its head asks for (empty: none); `largest_first` is where that begins."""

    label: str
    sort: str = ""
    is_num: bool = False
    largest_first: bool = False
    words: str = ""


COLUMNS: dict[str, Column] = {
    "set": Column("problem set"),
    "subject": Column("subject"),
    "level": Column("level"),
    "model": Column("model", "model"),
    "condition": Column("condition", "condition"),
    "collection": Column("collection"),
    "id": Column("id", words="external id"),
    "sample": Column("sample", "sample", is_num=True),
    "final": Column("final", "outcome", words="grade of the final answer"),
    "first": Column("first", "first", words="grade of the first candidate"),
    "uploaded": Column("uploaded", words="grade that was uploaded"),
    "candidates": Column("candidates", "candidates", is_num=True, largest_first=True),
    "transitions": Column("transitions", "changes", largest_first=True),
    "position": Column("first at", "position", is_num=True, words="where the first candidate stands"),
    "tokens": Column("tokens", "tokens", is_num=True, largest_first=True),
    "tokens_first": Column("to first", "tokens_first", is_num=True, words="tokens to the first candidate"),
    "length": Column("characters", "length", is_num=True),
    "markers": Column("markers", is_num=True, words="reflection markers in the text read"),
    "confidence": Column("confidence", is_num=True, words="stated confidence of the last attempt"),
    "finish": Column("finish", words="finish reason"),
    "scores": Column("scores"),
    "flags": Column("flags", words="truncated, changed, error"),
}
"""The problem itself is the head of each line; these follow it in this order unless an address says another."""
DEFAULT = (
    "model", "condition", "sample", "final", "first", "candidates", "transitions", "tokens", "length", "flags",
)  # fmt: skip
OF_TURNS = ("uploaded", "confidence", "finish", "scores")
"""Looked up for the lines of a page only."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The chosen columns in their order."""

    names: tuple[str, ...] = DEFAULT

    @classmethod
    def parse(cls, texts: Sequence[str]) -> "Columns":
        """From `columns=model,final` or a form's repeated `columns=model&columns=final`. Raises BadColumnsError.

        >>> Columns.parse(["final,model"]).names, Columns.parse([]) == Columns(), Columns.parse(["final"]).text
        (('final', 'model'), True, 'final')
        """
        names = tuple(dict.fromkeys(name for text in texts for name in text.split(",") if name))
        unknown = [name for name in names if name not in COLUMNS]
        if unknown:
            raise BadColumnsError(f"there is no column {unknown[0][:60]!r}; there are: {', '.join(COLUMNS)}")
        return cls(names or DEFAULT)

    @property
    def text(self) -> str:
        """As an address writes it; empty for the usual ones."""
        return "" if self.names == DEFAULT else ",".join(self.names)
