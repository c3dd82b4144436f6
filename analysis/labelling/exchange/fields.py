"""Fields of JSON objects with their types, and labels by their names. Knows no format.

A field of another type raises BadFile that names the line, the field and what was there.
"""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from analysis.labelling.exchange.types import BadFile, Document, stored
from analysis.labelling.rows import Row
from analysis.labelling.scheme import Kind, Scheme, scheme_of

NUMBERS = frozenset({"turn", "start", "end"})
ROW_FIELDS = tuple(field.name for field in fields(Row))
DOCUMENT_FIELDS = tuple(field.name for field in fields(Document))
MOST_DIGITS = 15


def object_at(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadFile(f"{where}: {shown(value)} is no object")
    return value


def list_at(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise BadFile(f"{where}: {shown(value)} is no list")
    return value


def text_at(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise BadFile(f"{where}: {shown(value)} is no text")
    return stored(value)


def number_at(value: Any, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 10**MOST_DIGITS:
        raise BadFile(f"{where}: {shown(value)} is no whole number from 0")
    return value


def row_of(values: Mapping[str, Any], where: str) -> Row:
    """A label from its fields by name; unknown names are left out."""
    return Row(**_typed(values, ROW_FIELDS, where, needed=("key", "rollout", "name")))


def document_of(values: Mapping[str, Any], where: str) -> Document:
    return Document(**_typed(values, DOCUMENT_FIELDS, where, needed=()))


def typed_fields(values: Any, where: str) -> dict[str, Any]:
    """Some fields of a label, each with its type."""
    return _typed(object_at(values, where), ROW_FIELDS, where, needed=())


def scheme_at(value: Any, where: str) -> Scheme:
    """A scheme from JSON; raises BadFile or BadScheme."""
    row = object_at(value, where)
    kinds = [object_at(kind, f"{where}: kinds") for kind in list_at(row.get("kinds"), f"{where}: kinds")]
    words = {name: text_at(row.get(name, ""), f"{where}: {name}") for name in ("description", "source")}
    segmentation = {"segmentation": text_at(row["segmentation"], where)} if "segmentation" in row else {}
    name = text_at(row.get("name"), f"{where}: name")
    return scheme_of(name, kinds, many=row.get("many") is True, **words, **segmentation)


def scheme_json(scheme: Scheme) -> dict[str, Any]:
    return asdict(scheme) | {"kinds": [kind.as_json() for kind in scheme.kinds]}


def found_kind(scheme: Scheme, name: str) -> Kind | None:
    """The label with this name or, as another tool may show it, with this title.

    >>> from analysis.labelling.shipped import SCHEMES
    >>> found_kind(SCHEMES["reflection"], "new APPROACH").name
    'new_approach'
    """
    asked = name.strip().casefold()
    return scheme.find(name) or next((kind for kind in scheme.kinds if kind.title.casefold() == asked), None)


def chosen(scheme: Scheme | None, known: Scheme | None) -> Scheme:
    """The scheme of the file or, where it has none, the one that it is read with."""
    if scheme is None and known is None:
        raise BadFile("the file carries no scheme: say which of yours it is to be read with")
    found = scheme or known
    assert found is not None
    return found


def shown(value: Any) -> str:
    """A short picture of a value for a message."""
    return "nothing" if value is None else repr(value)[:60]


def _typed(values: Mapping[str, Any], names: tuple[str, ...], where: str, needed: tuple[str, ...]) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for name in names:
        if values.get(name) is not None:
            read = number_at if name in NUMBERS else text_at
            given[name] = read(values[name], f"{where}: {name}")
        elif name in needed:
            raise BadFile(f"{where}: {name} is missing")
    return given
