"""Whether a value has the asked form, and how it sits in its sentence. Knows shapes; knows no phrases of conclusion."""

import re

from analysis.answers.extract.scene import Scene

_WHOLE = re.compile(r"-?[0-9]{1,40}")
_SMALL = re.compile(r"-?(?:[0-9]|1[0-2])")
_COMMAND = re.compile(r"\\[A-Za-z]+")
_LETTER = re.compile(r"[A-Za-z]")
_ALNUM = re.compile(r"[A-Za-z0-9]")
_UNFINISHED = re.compile(r"[\d)}] ?(?:\\cdot|\\times|[+*×÷]|(?<=\d)\s-) ?-?[\d({]|\d!|\\binom")
_DIVISION = re.compile(r"\\frac\{([0-9]{1,15})\}\{([0-9]{1,15})\}")
_SPOKEN_OF = re.compile(r"\s*(?:is|are|was|were|does|has|divides|equals|goes|times|divided|multiplied|minus|plus)\b")


def ends_sentence(scene: Scene) -> bool:
    return _ALNUM.search(scene.context.after) is None


def is_given(scene: Scene) -> bool:
    return scene.value in scene.asked.given and not scene.context.is_boxed


def is_small(scene: Scene) -> bool:
    return _SMALL.fullmatch(scene.value) is not None


def has_letters(scene: Scene) -> bool:
    """Letters that the answer cannot have: any where a number is asked, else those that the question does not use."""
    if scene.value.isdecimal():
        return False
    letters = set(_LETTER.findall(_COMMAND.sub("", scene.value)))
    return bool(letters - scene.asked.letters if "expression" in scene.asked.forms else letters)


def fits(scene: Scene) -> bool:
    forms, value = scene.asked.forms, scene.value
    if "tuple" in forms or "interval" in forms:
        return _is_tuple(value)
    if "fraction" in forms:
        return "frac" in value or "/" in value
    return "expression" in forms and bool(_LETTER.search(value))


def fails(scene: Scene) -> bool:
    value = scene.value
    if scene.asked.components:
        return not _is_tuple(value)
    if _is_tuple(value):
        return not scene.asked.forms & {"tuple", "interval", "list"}
    return "fraction" in scene.asked.forms and _WHOLE.fullmatch(value) is not None and not scene.context.is_boxed


def is_unfinished(scene: Scene) -> bool:
    value = scene.value
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
