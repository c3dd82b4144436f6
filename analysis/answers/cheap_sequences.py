r"""Lists, sets, tuples and intervals of cheap values, and when two are the same.

Order counts where the gold has round or square brackets, not where it is a set or a bare list; a pair in square or
mixed brackets is an interval and equals only the same brackets. These are Math-Verify 0.9.0's rules
(`sympy_compare_sets`).
"""

import re
from collections.abc import Callable, Iterable

from analysis.answers.cheap_values import Infinity, Sequence, Value

OPEN, CLOSE = "([{", ")]}"
SEPARATOR = re.compile(r",? ?(?<![A-Za-z])(?:and|or)(?![A-Za-z]) ?|[,;]")
MAYBE_THOUSANDS = re.compile(r"(?<!\d)\d{1,3},\d{3}(?!\d)")
INFINITY = re.compile(r"([-+]?) ?(?:\\infty|infinity|∞)")
MEMBER = re.compile(r"[A-Za-z] ?(?:\\in(?![a-z])|∈) ?")
MAX_ITEMS = 50

ReadItem = Callable[[str], Value | None]
Equal = Callable[[Value, Value], bool | None]


def read_infinity(text: str) -> Infinity | None:
    r"""Infinity with its sign; None for anything else.

    >>> read_infinity(r"-\infty")
    Infinity(negative=True)
    """
    match = INFINITY.fullmatch(text)
    return Infinity(match[1] == "-") if match else None


def read_sequence(text: str, read_item: ReadItem) -> Value | None:
    r"""The sequence that a normalised text writes; one item in brackets is that item; None when any item is not cheap.

    A list whose comma could group thousands (`(1,234)`) is None. Braces may be escaped.

    >>> from analysis.answers.cheap import read
    >>> read_sequence("[-2, 7)", read).brackets, len(read_sequence(r"\{1, 2, 3\}", read).items)
    ('[)', 3)
    """
    text = MEMBER.sub("", text.replace(r"\{", "{").replace(r"\}", "}"), count=1)
    inner, brackets = _outer(text)
    parts = _split(inner)
    if parts is None or not 1 <= len(parts) <= MAX_ITEMS or (len(parts) == 1 and not brackets):
        return None
    if MAYBE_THOUSANDS.search(inner):
        return None
    items = [read_item(part) for part in parts]
    values = tuple(item for item in items if item is not None)
    if len(values) < len(items):
        return None
    return values[0] if len(values) == 1 else Sequence(values, brackets)


def equal_sequences(gold: Sequence, answer: Sequence, equal: Equal) -> bool | None:
    """Whether two sequences are the same; None where repeated items in a set, or an undecided item, leave it open.

    >>> from analysis.answers.cheap import equal_values, read
    >>> def same(gold, answer):
    ...     return equal_sequences(read(gold), read(answer), equal_values)
    >>> same("(1, 2)", "1, 2"), same("(1, 2)", "(2, 1)"), same("1, 2", "2, 1"), same("[1, 2]", "(1, 2)")
    (True, False, True, False)
    """
    if not _comparable(gold, answer):
        return False
    ordered = gold.brackets not in ("", "{}")
    if len(gold.items) != len(answer.items):
        return False if ordered and _all_differ(answer, equal) else _by_size(gold, answer, equal)
    if ordered:
        return all_of(equal(a, b) for a, b in zip(gold.items, answer.items, strict=True))
    return _unordered(gold, answer, equal)


def _comparable(gold: Sequence, answer: Sequence) -> bool:
    """Pairs in square or mixed brackets are intervals: only the same brackets compare."""
    pair = len(gold.items) == 2 and len(answer.items) == 2
    interval = {"[]", "(]", "[)"}
    return not pair or gold.brackets == answer.brackets or not interval & {gold.brackets, answer.brackets}


def _by_size(gold: Sequence, answer: Sequence, equal: Equal) -> bool | None:
    """Two sets of different length differ, unless one repeats an item."""
    return False if _all_differ(gold, equal) and _all_differ(answer, equal) else None


def _all_differ(sequence: Sequence, equal: Equal) -> bool:
    items = sequence.items
    return all(equal(a, b) is False for i, a in enumerate(items) for b in items[:i])


def _unordered(gold: Sequence, answer: Sequence, equal: Equal) -> bool | None:
    """Each item of the gold takes its equal among the items that are left."""
    left = list(answer.items)
    for item in gold.items:
        verdicts = [equal(item, other) for other in left]
        if True in verdicts:
            left.pop(verdicts.index(True))
        else:
            return None if None in verdicts else _by_size(gold, answer, equal)
    return True


def all_of(verdicts: Iterable[bool | None]) -> bool | None:
    """Whether all hold: False where one does not, None where none fails and one is open.

    >>> all_of([True, None, False]), all_of([True, None])
    (False, None)
    """
    found = list(verdicts)
    if False in found:
        return False
    return None if None in found else True


def _outer(text: str) -> tuple[str, str]:
    """The text inside one pair of brackets around all of it, and the pair; the text itself and "" without one."""
    text = text.strip()
    if len(text) < 2 or text[0] not in OPEN or text[-1] not in CLOSE:
        return text, ""
    depth = 0
    for i, character in enumerate(text):
        depth += (character in OPEN) - (character in CLOSE)
        if depth == 0 and i < len(text) - 1:
            return text, ""
    pair = text[0] + text[-1]
    return (text[1:-1], pair) if depth == 0 and ("{" in pair) == ("}" in pair) else (text, "")


def _split(text: str) -> list[str] | None:
    """The parts between separators outside brackets; None when brackets do not balance."""
    parts, depth, start, i = [], 0, 0, 0
    while i < len(text):
        depth += (text[i] in OPEN) - (text[i] in CLOSE)
        match = SEPARATOR.match(text, i) if depth == 0 else None
        if depth < 0:
            return None
        if match:
            parts.append(text[start:i].strip())
            start = match.end()
        i = match.end() if match else i + 1
    parts.append(text[start:].strip())
    return parts if depth == 0 and all(parts) else None
