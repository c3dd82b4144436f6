"""What a sample of rows holds, path by path: present how often, text or number, how long, how many different values.

Knows values and names of keys, not what they mean; the guesses are made in detect.py.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from ..fields import fold
from ..paths import WILD, join_path
from ..transforms import to_flag, to_number, to_text

MAX_PATHS, MAX_NESTING, MAX_ELEMENTS = 300, 5, 32
ROLE_KEYS = {"role", "from", "speaker"}


@dataclass
class Column:
    """One path: its values in the sampled rows (one list per row for exploded paths), nulls left out."""

    path: str
    key: str
    depth: int
    is_exploded: bool = False
    rows: list[int] = field(default_factory=list)
    values: list[object] = field(default_factory=list)
    is_list: bool = False
    is_object: bool = False
    is_messages: bool = False

    def add(self, row: int, value: object) -> None:
        if value is not None:
            self.rows.append(row)
            self.values.append(value)

    @cached_property
    def texts(self) -> list[str]:
        return [text for value in self.values if (text := to_text(value)) is not None]

    @cached_property
    def is_scalar(self) -> bool:
        return bool(self.values) and len(self.texts) == len(self.values)

    @cached_property
    def is_text(self) -> bool:
        return bool(self.values) and sum(isinstance(value, str) for value in self.values) >= 0.9 * len(self.values)

    @cached_property
    def is_number(self) -> bool:
        return bool(self.values) and all(to_number(v) is not None and not isinstance(v, bool) for v in self.values)

    @cached_property
    def is_flag(self) -> bool:
        """Says true or false in every row, in one vocabulary (a lone letter C among A, B, D is no grade)."""
        return bool(self.values) and all(to_flag(value) is not None for value in self.values)

    @cached_property
    def is_bool(self) -> bool:
        words = {
            "true",
            "false",
            "correct",
            "incorrect",
            "yes",
            "no",
            "pass",
            "fail",
            "right",
            "wrong",
            "passed",
            "failed",
        }
        return bool(self.values) and all(str(value).strip().lower() in words for value in self.values)

    @cached_property
    def mean_length(self) -> float:
        return sum(map(len, self.texts)) / len(self.texts) if self.texts else 0.0

    @cached_property
    def distinct(self) -> int:
        return len(set(self.texts))

    @cached_property
    def by_row(self) -> dict[int, str]:
        """The first text of each row."""
        found: dict[int, str] = {}
        for row, value in zip(self.rows, self.values, strict=True):
            if (text := to_text(value)) is not None:
                found.setdefault(row, text)
        return found

    @property
    def folded(self) -> str:
        return fold(self.key.replace(WILD, ""))

    @cached_property
    def is_counter(self) -> bool:
        """Whole numbers that rise by one from row to row: a row's number, no answer."""
        numbers = [to_number(value) for value in self.values]
        steps = {b - a for a, b in pairwise(numbers) if a is not None and b is not None}
        return len(numbers) > 2 and None not in numbers and steps == {1.0}

    @cached_property
    def has_assistant(self) -> bool:
        """Whether a list of messages has one that a model wrote."""
        messages = [
            item for value in self.values if isinstance(value, list) for item in value if isinstance(item, dict)
        ]
        roles = {str(message.get(key)).lower() for message in messages for key in ROLE_KEYS}
        return bool(roles & {"assistant", "gpt", "model", "ai", "bot", "chatgpt"})

    def holds_json(self, opener: str) -> bool:
        """Whether every value is a text that looks like a JSON list or object (cells of a table)."""
        return self.is_text and all(text.strip().startswith(opener) for text in self.texts)

    def same_as(self, other: "Column") -> bool:
        return self.rows == other.rows and self.values == other.values


def find_columns(rows: Sequence[Mapping[str, object]]) -> dict[str, Column]:
    """Every path of the sampled rows, in order of first appearance (at most 300)."""
    columns: dict[str, Column] = {}
    for number, row in enumerate(rows):
        for path, key, depth, value, kind in _walk(row, "", 1):
            if path not in columns:
                if len(columns) >= MAX_PATHS:
                    continue
                columns[path] = Column(path, key, depth, "[]" in path)
            column = columns[path]
            column.add(number, value)
            column.is_list = column.is_list or kind in ("list", "messages")
            column.is_messages = column.is_messages or kind == "messages"
            column.is_object = column.is_object or kind == "object"
    return columns


Found = tuple[str, str, int, object, str]


def _walk(value: Mapping[str, object], base: str, depth: int, exploded: bool = False) -> Iterator[Found]:
    for key, item in value.items():
        path = join_path(base, key)
        if isinstance(item, dict):
            yield path, key, depth, item, "object"
            if depth < MAX_NESTING:
                yield from _walk(item, path, depth + 1, exploded)
        elif isinstance(item, list):
            yield from _walk_list(item, path, key, depth, exploded)
        else:
            yield path, key, depth, item, "scalar"


def _walk_list(items: list[object], path: str, key: str, depth: int, exploded: bool) -> Iterator[Found]:
    is_chat = bool(items) and all(isinstance(item, dict) and ROLE_KEYS & set(item) for item in items[:3])
    yield path, key, depth, items, "messages" if is_chat else "list"
    if is_chat or exploded or depth >= MAX_NESTING:
        return
    for item in items[:MAX_ELEMENTS]:
        if isinstance(item, dict):
            yield from _walk(item, f"{path}[]", depth + 1, exploded=True)
        elif isinstance(item, list):
            nested = bool(item) and all(isinstance(i, dict) and ROLE_KEYS & set(i) for i in item[:3])
            if nested:
                yield f"{path}[]", key, depth, item, "messages"
            elif len(item) == 1:
                yield f"{path}[][0]", key, depth, item[0], "scalar"
        else:
            yield f"{path}[]", key, depth, item, "scalar"


def list_lengths(column: Column) -> dict[int, int]:
    """Row -> how many elements a list column has there."""
    lengths: dict[int, int] = {}
    for row, value in zip(column.rows, column.values, strict=True):
        if isinstance(value, list):
            lengths[row] = len(value)
    return lengths
