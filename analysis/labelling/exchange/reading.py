"""What a reader has gathered so far: documents, labels, and what it had to leave out. Knows no format."""

from dataclasses import dataclass, field, replace
from typing import Any

from analysis.labelling.exchange.fields import found_kind, row_of, typed_fields
from analysis.labelling.exchange.types import BadFile, Bundle, Document, Unplaced, derived_key
from analysis.labelling.rows import Row
from analysis.labelling.scheme import Kind, Scheme, Target

MOST_UNPLACED = 10_000


@dataclass
class Reading:
    """Filled label by label; a label that the scheme does not have is listed, never renamed."""

    scheme: Scheme
    documents: list[Document] = field(default_factory=list)
    rows: dict[str, Row] = field(default_factory=dict)
    unplaced: list[Unplaced] = field(default_factory=list)

    def kind(self, name: str, where: str) -> Kind | None:
        """The label of this name or title; None, and listed, where there is none."""
        found = found_kind(self.scheme, name)
        if found is None:
            self.leave(where, f"scheme {self.scheme.name} has no label {name[:60]!r}")
        return found

    def take(self, row: Row, where: str) -> bool:
        """Keep a label whose name is known; False, and listed, where it cannot stand where it stands."""
        kind = self.kind(row.name, where)
        if kind is None:
            return False
        if not _may_stand(row, kind):
            self.leave(where, f"{kind.name} is a label of a {kind.on}, and here it is on {_place(row)}")
            return False
        self.rows[row.key] = replace(row, name=kind.name)
        return True

    def take_new(self, row: Row, where: str) -> bool:
        """Keep a label; raises BadFile where its key was there before."""
        if row.key in self.rows:
            raise BadFile(f"{where}: a label with key {row.key[:60]!r} is there already")
        return self.take(row, where)

    def take_carried(self, rows: list[Any], where: str) -> None:
        for number, values in enumerate(rows, 1):
            at = f"{where}, carried label {number}"
            self.take_new(row_of(values if isinstance(values, dict) else {}, at), at)

    def key_for(self, wanted: str, *parts: object) -> str:
        """`wanted` where it is free, else a key that follows from the parts, and from how often they were there."""
        key, times = wanted or derived_key(*parts), 0
        while key in self.rows:
            times += 1
            key = derived_key(*parts, times)
        return key

    def leave(self, where: str, reason: str) -> None:
        if len(self.unplaced) >= MOST_UNPLACED:
            raise BadFile(f"{where}: more than {MOST_UNPLACED:,} labels of this file cannot be placed; first: {reason}")
        self.unplaced.append(Unplaced(where, reason))

    def bundle(self) -> Bundle:
        return Bundle(self.scheme, tuple(self.documents), tuple(self.rows.values()), tuple(self.unplaced)).tidy()


def completed(plain: Row, beyond: Any, where: str) -> Row:
    """The plain label with what was carried beside it."""
    return replace(plain, **typed_fields(beyond, where)) if beyond else plain


def _may_stand(row: Row, kind: Kind) -> bool:
    if row.is_relation:
        return kind.on is Target.RELATION
    return kind.on in ((Target.STEP, Target.SPAN) if row.is_span else (Target.ROLLOUT,))


def _place(row: Row) -> str:
    return "a relation" if row.is_relation else "a span" if row.is_span else "a whole rollout"
