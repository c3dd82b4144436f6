"""Safe reads of raw JSON values for formats that reshape rows: whatever comes, an answer and no exception.

Knows no format and no field.
"""

from collections.abc import Mapping as ReadOnly
from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b

from ..fields import FIELDS, fold
from ..mapping import Mapping, Rule
from ..readers import RawRow
from ..transforms import from_cell, to_flag, to_number, to_text
from ..turns import read_content

Row = ReadOnly[str, object]
ALL = ("condition", "score", "attribute")


def object_of(value: object) -> dict[str, object]:
    """
    >>> object_of({"a": 1}), object_of([1]), object_of(None)
    ({'a': 1}, {}, {})
    """
    return value if isinstance(value, dict) else {}


def list_of(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def inside(value: object, *keys: str | int) -> object:
    """What stands under keys (text) and places (numbers), None where a step is missing.

    >>> inside({"a": [{"b": 1}]}, "a", 0, "b"), inside({"a": 3}, "a", "b")
    (1, None)
    """
    for key in keys:
        if isinstance(key, str):
            value = object_of(value).get(key)
        else:
            items = list_of(value)
            value = items[key] if -len(items) <= key < len(items) else None
    return value


def first_given(*values: object) -> object:
    """The first value that is neither null nor an empty text."""
    return next((value for value in values if value is not None and value != ""), None)


def numbers_in(values: Row) -> dict[str, float]:
    """The members that are numbers or truth values, as numbers.

    >>> numbers_in({"acc": True, "f1": 0.5, "n": "x", "l": [1]})
    {'acc': 1.0, 'f1': 0.5}
    """
    return {
        str(key): number
        for key, value in values.items()
        if isinstance(value, bool | int | float) and (number := to_number(value)) is not None
    }


def named_member(values: Row, field: str) -> object:
    """The member whose name announces a field, the surest name first; None where there is none.

    >>> named_member({"task": "sums", "question": "1+1?"}, "problem")
    '1+1?'
    """
    ranked = [(rank, key) for key in values if (rank := _rank(field, key)) is not None and values[key] is not None]
    return values[min(ranked)[1]] if ranked else None


@lru_cache(4096)
def _rank(field: str, key: str) -> int | None:
    synonyms, name = FIELDS[field].synonyms, fold(key)
    return synonyms.index(name) if name in synonyms else None


def is_grade(values: Sequence[object]) -> bool:
    """Whether every value that is there says right or wrong (and one is there).

    >>> is_grade([1.0, 0, None]), is_grade([0.5]), is_grade([None])
    (True, False, False)
    """
    given = [value for value in values if value is not None]
    return bool(given) and all(not isinstance(value, str | list) and to_flag(value) is not None for value in given)


def place_of_best(values: Sequence[object]) -> int | None:
    """Where the largest number stands (the first of equals); None where one of the values is no number.

    >>> place_of_best([-3.0, "-1.5", -1.5]), place_of_best([1, "x"]), place_of_best([])
    (1, None, None)
    """
    numbers = [to_number(value) for value in values]
    known = [number for number in numbers if number is not None]
    return numbers.index(max(known)) if known and len(known) == len(numbers) else None


def own_mapping(format_name: str, names: Sequence[str]) -> Mapping:
    """The mapping of shaped rows that carry our names; `condition`, `score` and `attribute` are objects of members."""
    rules = {name: Rule(f'["{name}"]' if "." in name else name) for name in names if name not in ALL}
    return Mapping(rules | {f"{name}.all": Rule(name) for name in ALL if name in names}, format=format_name)


def shaped(raw: RawRow, values: Row) -> RawRow:
    """The same place in the file with other values."""
    return RawRow(raw.number, raw.line, dict(values), "", raw.note)


def refused(raw: RawRow, reason: str) -> RawRow:
    """A row that a format cannot read, and why."""
    return RawRow(raw.number, raw.line, {}, reason)


def chat_of(value: object) -> list[object] | None:
    """Messages with roles, also where a text holds them as JSON; None where it is something else.

    >>> chat_of('[{"role": "user", "content": "Hi"}]'), chat_of("[1]")
    ([{'role': 'user', 'content': 'Hi'}], None)
    """
    messages = from_cell(value)
    if not isinstance(messages, list) or not messages:
        return None
    return messages if all(isinstance(message, dict) and "role" in message for message in messages) else None


def last_asked(messages: Sequence[object]) -> str | None:
    """The text of the last message of a user."""
    asked = [object_of(message) for message in messages if object_of(message).get("role") == "user"]
    return read_content(asked[-1].get("content"))[1] if asked else None


def _role(message: object) -> object:
    return first_given(inside(message, "role"), inside(message, "from"))


def with_facts(messages: Sequence[object], **facts: object) -> list[object]:
    """Messages whose last answer carries what is known of it (`correct` …); those given stay as they are."""
    given = {name: value for name, value in facts.items() if value is not None}
    told = [at for at, message in enumerate(messages) if _role(message) in ("assistant", "gpt")]
    if not told or not given:
        return list(messages)
    return [*messages[: told[-1]], {**object_of(messages[told[-1]]), **given}, *messages[told[-1] + 1 :]]


class Counter:
    """How often a text came before: the sample's number of a row that has none."""

    def __init__(self) -> None:
        self._seen: dict[bytes, int] = {}

    def next(self, *parts: object) -> int:
        key = blake2b(repr(parts).encode("utf-8", "replace"), digest_size=8).digest()
        self._seen[key] = self._seen.get(key, -1) + 1
        return self._seen[key]


def text_list(value: object) -> list[str]:
    """The texts of a list, or a lone text as a list of one."""
    items = value if isinstance(value, list) else [value]
    return [text for item in items if (text := to_text(item)) is not None]
