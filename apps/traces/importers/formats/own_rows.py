"""What formats that reshape rows share: a mapping of our own names, and rows that say what is wrong with them.

Open fields come as whole objects: `condition`, `scores`, `attributes`. Knows no format and no file.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping

from ..mapping import Mapping as FieldMapping
from ..mapping import Rule
from ..readers import RawRow, type_in_words
from ..transforms import to_text

OBJECTS = {"condition": "condition.all", "scores": "score.all", "attributes": "attribute.all"}
Row = Mapping[str, object]
Message = dict[str, object]


class ShapeError(ValueError):
    """A row that cannot be reshaped; the message names the field and what it holds instead."""


def own_mapping(format_name: str, names: str, **rules: Rule) -> FieldMapping:
    """A mapping that reads our names (and whole objects of open fields) as they stand; `rules` come from elsewhere.

    >>> sorted(own_mapping("x", "id turns scores").fields)
    ['id', 'score.all', 'turns']
    """
    fields = {OBJECTS.get(name, name): Rule(f'["{name}"]' if "." in name else name) for name in names.split()}
    return FieldMapping({**fields, **rules}, format=format_name)


def reshaped(rows: Iterable[RawRow], reshape: Callable[[Row], dict[str, object]]) -> Iterator[RawRow]:
    """Every row by a function of its own values; where that raises ShapeError the row stands as an error."""
    for raw in rows:
        yield raw if raw.error else reshaped_row(raw, reshape)


def reshaped_row(raw: RawRow, reshape: Callable[[Row], dict[str, object]]) -> RawRow:
    try:
        return raw._replace(value=reshape(raw.value))
    except ShapeError as problem:
        return raw._replace(value={}, error=str(problem))


def list_in(row: Row, name: str, path: str = "") -> list[object]:
    """The list under a name; [] where it is missing or null.

    >>> list_in({"a": None}, "a")
    []
    """
    value = row.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise ShapeError(f"field {path or name}: holds {type_in_words(value)}, not a list")
    return value


def object_in(row: Row, name: str) -> Row:
    """The object under a name, {} where there is none or something else stands there."""
    value = row.get(name)
    return value if isinstance(value, Mapping) else {}


def objects_in(row: Row, name: str, path: str = "") -> list[Row]:
    """The list of objects under a name; the error names the place of what is none."""
    found = list_in(row, name, path)
    for number, item in enumerate(found):
        if not isinstance(item, Mapping):
            raise ShapeError(f"field {path or name}[{number}]: holds {type_in_words(item)}, not an object")
    return found  # type: ignore[return-value]


def texts_in(row: Row, name: str, path: str = "") -> list[str]:
    """The list of texts under a name; null is the empty text, an object or a list is an error."""
    found = list_in(row, name, path)
    for number, item in enumerate(found):
        if isinstance(item, dict | list):
            raise ShapeError(f"field {path or name}[{number}]: holds {type_in_words(item)}, not text")
    return [to_text(item) or "" for item in found]


def rows_have(rows: Iterable[Row], keys: set[str]) -> bool:
    """Whether most of the first 20 rows have all the keys.

    >>> rows_have([{"a": 1}, {"a": 2}, {}], {"a"}), rows_have([], {"a"})
    (True, False)
    """
    first = [keys <= set(row) for row, _ in zip(rows, range(20), strict=False)]
    return sum(first) > len(first) / 2
