"""Whether a value has the asked form, and how it sits in its sentence. Knows shapes; knows no phrases of conclusion."""

import re
from typing import NamedTuple

from analysis.answers.extract.asked import Asked
from analysis.answers.extract.scene import Scene

_WHOLE = re.compile(r"-?[0-9]{1,40}")
_SMALL = re.compile(r"-?(?:[0-9]|1[0-2])")
_COMMAND = re.compile(r"\\[A-Za-z]+")
_LETTER = re.compile(r"[A-Za-z]")
_ALNUM = re.compile(r"[A-Za-z0-9]")
_UNFINISHED = re.compile(r"[\d)}] ?(?:\\cdot|\\times|[+*×÷]|(?<=\d)\s-) ?-?[\d({]|\d!|\\binom")
_DIVISION = re.compile(r"\\frac\{([0-9]{1,15})\}\{([0-9]{1,15})\}")
_SPOKEN_OF = re.compile(r"\s*(?:is|are|was|were|does|has|divides|equals|goes|times|divided|multiplied|minus|plus)\b")


class Written(NamedTuple):
    """A value as it is written down, beside what is asked."""

    value: str
    asked: Asked
    is_boxed: bool


def ends_sentence(scene: Scene) -> bool:
    return ends_with(scene.context.after)


def ends_with(after: str) -> bool:
    """Whether nothing but signs follows."""
    return _ALNUM.search(after) is None


def is_given(written: Written) -> bool:
    return written.value in written.asked.given and not written.is_boxed


def is_small(written: Written) -> bool:
    return _SMALL.fullmatch(written.value) is not None


def has_letters(written: Written) -> bool:
    """Letters that the answer cannot have: any where a number is asked, else those that the question does not use."""
    if written.value.isdecimal():
        return False
    letters = set(_LETTER.findall(_COMMAND.sub("", written.value)))
    return bool(letters - written.asked.letters if "expression" in written.asked.forms else letters)


def fits(written: Written) -> bool:
    forms, value = written.asked.forms, written.value
    if "tuple" in forms or "interval" in forms:
        return _is_tuple(value)
    if "fraction" in forms:
        return "frac" in value or "/" in value
    return "expression" in forms and bool(_LETTER.search(value))


def fails(written: Written) -> bool:
    value = written.value
    if written.asked.components:
        return not _is_tuple(value)
    if _is_tuple(value):
        return not written.asked.forms & {"tuple", "interval", "list"}
    return "fraction" in written.asked.forms and _WHOLE.fullmatch(value) is not None and not written.is_boxed


def is_unfinished(written: Written) -> bool:
    value = written.value
    if value.isdecimal() or _is_tuple(value):
        return False
    division = _DIVISION.fullmatch(value)
    if division and int(division.group(2)) > 1:
        return int(division.group(1)) % int(division.group(2)) == 0
    return _UNFINISHED.search(value) is not None


def is_in_parenthesis(scene: Scene) -> bool:
    return scene.context.before.count("(") > scene.context.before.count(")")


def is_subject(scene: Scene) -> bool:
    return _SPOKEN_OF.match(scene.context.after) is not None


def _is_tuple(value: str) -> bool:
    return value.startswith(("(", "[")) and "," in value
