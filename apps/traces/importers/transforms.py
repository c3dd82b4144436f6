"""How a value is read once it is found: last \\boxed, before or after a marker, between tags, as a number, as a letter.

Knows values, not files; the names are those of mapping.READ_AS.
"""

import json
import math
import re
from collections.abc import Callable

import orjson

from analysis.delimiters import find_opener, split_reasoning

from .decode import REPLACEMENT, UnreadableError, decode_json

MAX_BOXES, SHORT_ANSWER = 50, 100
LARGEST_COUNT = 2**31 - 1
Transform = Callable[[str, str], str | None]
TRUE = {"true", "1", "1.0", "yes", "correct", "right", "c", "pass", "passed", "t", "y", "success", "✓"}
FALSE = {"false", "0", "0.0", "no", "incorrect", "wrong", "i", "fail", "failed", "f", "n", "failure", "✗"}


def last_boxed(text: str) -> str | None:
    r"""The content of the last complete \boxed{…} (or \fbox), braces balanced; None where there is none.

    >>> last_boxed(r"so \boxed{1} or \boxed{\frac{1}{2}}.")
    '\\frac{1}{2}'
    """
    for start in reversed([m.end() for m in re.finditer(r"\\(?:f?boxed)\s*\{", text)][-MAX_BOXES:]):
        depth = 1
        for piece in re.finditer(r"\\.|[{}]", text[start:], re.DOTALL):
            depth += {"{": 1, "}": -1}.get(piece[0], 0)
            if depth == 0:
                return text[start : start + piece.start()].strip()
    bare = re.findall(r"\\boxed\s+([^\s${}]+)", text)
    return bare[-1] if bare else None


def boxed_or_short(text: str) -> str | None:
    """The last boxed answer; where nothing is boxed a short text is the answer itself, a long one holds none.

    >>> boxed_or_short("12"), boxed_or_short("so it is not known. " * 20)
    ('12', None)
    """
    return last_boxed(text) or (text if len(text) <= SHORT_ANSWER else None)


def read_before(text: str, marker: str) -> str | None:
    """Everything before the first marker; an opening tag stands for any opening delimiter; None where there is none."""
    at = find_opener(text) if marker == "<think>" else text.find(marker)
    return text[:at] if at >= 0 else None


def read_after(text: str, marker: str) -> str | None:
    """From behind the first marker on; for “<think>” the tag stays, as it belongs to the completion."""
    if marker == "<think>":
        at = find_opener(text)
        return text[at:] if at >= 0 else None
    at = text.find(marker)
    return text[at + len(marker) :] if at >= 0 else None


def read_after_last(text: str, marker: str) -> str | None:
    """
    >>> read_after_last("a: 1\\nA: 18", "A: ")
    '18'
    """
    at = text.rfind(marker)
    return text[at + len(marker) :].strip() if at >= 0 else None


def read_between(text: str, _marker: str) -> str | None:
    span = split_reasoning(text).reasoning
    return text[span.start : span.end] if span else None


def read_after_tags(text: str, _marker: str) -> str | None:
    span = split_reasoning(text).response
    return text[span.start : span.end] if span else None


TRANSFORMS: dict[str, Transform] = {
    "boxed": lambda text, _: boxed_or_short(text),
    "before": read_before,
    "after": read_after,
    "after last": read_after_last,
    "between": read_between,
    "after tags": read_after_tags,
    "number": lambda text, _: text,
    "letter": lambda text, _: to_letter(text),
}


def to_text(value: object) -> str | None:
    """A scalar as text, numbers as they are written in JSON; None for null, objects and lists.

    >>> to_text(2.0), to_text(7), to_text("x"), to_text(True), to_text([1])
    ('2.0', '7', 'x', 'true', None)
    """
    if isinstance(value, str):
        return value.replace("\x00", REPLACEMENT) if "\x00" in value else value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float) and math.isfinite(value):
        return repr(value)
    return None


def to_number(value: object) -> float | None:
    """A finite number, also from text ("0.9", "90%" = 0.9, "1,000") and from a list of one; None where it is none.

    >>> to_number("90%"), to_number([3.5]), to_number("high"), to_number(True)
    (0.9, 3.5, None, 1.0)
    """
    if isinstance(value, list) and len(value) == 1:
        return to_number(value[0])
    if isinstance(value, bool | int | float):
        return _finite_of(value)
    if not isinstance(value, str) or len(value) > 100:
        return None
    text = value.strip().replace(",", "")
    try:
        return _finite(float(text[:-1]) / 100 if text.endswith("%") else float(text))
    except ValueError:
        return None


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None


def _finite_of(value: float) -> float | None:
    """Also of whole numbers of hundreds of digits, which no float holds: those are none."""
    try:
        return _finite(float(value))
    except OverflowError:
        return None


def to_count(value: object) -> int | None:
    """A number that counts something, 0 to 2,147,483,647 (what a column holds), whole; None where it is none.

    >>> to_count("12"), to_count(12.7), to_count(-1), to_count(1e300)
    (12, 12, None, None)
    """
    if value is None or (type(value) is int and 0 <= value <= LARGEST_COUNT):
        return value
    number = to_number(value)
    return int(number) if number is not None and 0 <= number <= LARGEST_COUNT else None


def to_flag(value: object) -> bool | None:
    """True or False from what files say of a grade; None where it says neither.

    >>> to_flag("C"), to_flag(0), to_flag("maybe"), to_flag(0.5)
    (True, False, None, None)
    """
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return {1.0: True, 0.0: False, -1.0: False}.get(value)
    if isinstance(value, str):
        word = value.strip().lower()
        return True if word in TRUE else False if word in FALSE else None
    if isinstance(value, list) and len(value) == 1:
        return to_flag(value[0])
    return None


def to_letter(value: object) -> str | None:
    """
    >>> to_letter(2), to_letter("0"), to_letter("C")
    ('C', 'A', 'C')
    """
    text = (to_text(value) or "").strip()
    if text.isascii() and text.isdigit() and int(text) < 26:
        return chr(65 + int(text))
    return text or None


def to_json(value: object) -> str:
    """JSON text of any value that was read, also with whole numbers past 64 bits.

    >>> to_json({"a": [1, None]}), to_json(10**20)
    ('{"a":[1,null]}', '100000000000000000000')
    """
    try:
        return orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
    except TypeError:
        return json.dumps(value, ensure_ascii=False, default=str)


def from_cell(value: object) -> object:
    """A list or object that a table's cell holds as JSON text; anything else as it is."""
    if not isinstance(value, str) or value.lstrip()[:1] not in ("[", "{"):
        return value
    try:
        return decode_json(value.encode("utf-8", "replace")).value
    except UnreadableError:
        return value


def to_options(value: object) -> tuple[str, ...]:
    """The texts of choices A, B, C … from a list, an object {A: …} or a JSON text; leading labels are taken off.

    >>> to_options(["A. one", "B. two"])
    ('one', 'two')
    """
    value = from_cell(value)
    if isinstance(value, dict):
        if isinstance(value.get("text"), list):
            return to_options(value["text"])
        value = [value[key] for key in sorted(value)]
    if not isinstance(value, list):
        return ()
    texts = [to_text(item["text"] if isinstance(item, dict) and "text" in item else item) or "" for item in value]
    labels = [re.match(r"\s*\(?([A-Za-z])\s*[.):]\s+", text) for text in texts]
    if texts and all(m and m[1].upper() == chr(65 + i) for i, m in enumerate(labels)):
        return tuple(text[m.end() :] for text, m in zip(texts, labels, strict=True) if m)
    return tuple(texts)
