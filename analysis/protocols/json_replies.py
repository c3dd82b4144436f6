"""JSON objects and Python lists inside a reply's text, read safely. Knows no protocol.

Nothing is evaluated but literals; what is too long, too deep or broken is simply not found.
"""

import ast
import json
import warnings
from collections.abc import Iterator
from typing import Any

MAX_LENGTH = 200_000
MAX_LOOKED_AT = 1_000_000
MAX_DEPTH = 40
PAIRS = {"{": "}", "[": "]", "(": ")"}


def find_object(text: str) -> dict[str, Any] | None:
    """The last JSON object of a text that is not inside another; None without one.

    >>> find_object('I think {"a": {"b": 1}} is it.'), find_object("{'a': 1}"), find_object("{" * 9_000)
    ({'a': {'b': 1}}, {'a': 1}, None)
    """
    found = [value for value in _values(text, "{") if isinstance(value, dict)]
    return found[-1] if found else None


def find_list(text: str) -> list[Any] | None:
    """The last list of a text, as JSON or as Python writes it, that is not inside another; None without one.

    >>> find_list('So: [(3, "[1, 2)"), (5, "7")]'), find_list("[1, 2"), find_list("[] and then [[1, 2]]")
    ([(3, '[1, 2)'), (5, '7')], None, [[1, 2]])
    """
    found = [value for value in _values(text, "[") if isinstance(value, list)]
    return found[-1] if found else None


def _values(text: str, opener: str) -> Iterator[Any]:
    """Literals that begin with the opener, outermost first, as far as the budget of characters looked at reaches."""
    text = text[-MAX_LENGTH:]
    behind, budget = 0, MAX_LOOKED_AT
    for start in (at for at, character in enumerate(text) if character == opener):
        if start < behind or budget < 0:
            continue
        looked_to, end = _end(text, start)
        budget -= looked_to - start
        value = None if end is None else _literal(text[start:end])
        if value is not None and end is not None:
            behind = end
            yield value


def _end(text: str, start: int) -> tuple[int, int | None]:
    """How far was looked, and where the bracket at `start` closes; None where it does not, or nests too deep."""
    waiting: list[str] = []
    quote, at = "", start
    while at < len(text):
        character = text[at]
        if quote:
            at += character == "\\"
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character in PAIRS:
            waiting.append(PAIRS[character])
        elif waiting and character == waiting[-1]:
            waiting.pop()
        at += 1
        if not waiting:
            return at, at
        if len(waiting) > MAX_DEPTH:
            return at, None
    return at, None


def _literal(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None
