"""What JSON a column may hold, checked before it is stored. Knows no model."""

from collections.abc import Callable

MOST_DEPTH = 100
Shape = Callable[[object], bool]


def is_list_of_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def is_object(value: object) -> bool:
    return isinstance(value, dict)


def is_object_of_texts(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(each, str) for each in value.values())


def is_list(value: object) -> bool:
    return isinstance(value, list)


def is_list_of_objects(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)


def is_anything(value: object) -> bool:
    return True


TEXTS, NAMES, OBJECT, OBJECTS, VALUES, VALUE = (
    is_list_of_texts,
    is_object_of_texts,
    is_object,
    is_list_of_objects,
    is_list,
    is_anything,
)


def is_shallow(value: object, left: int = MOST_DEPTH) -> bool:
    """Whether lists and objects are nested at most so deep.

    >>> is_shallow([[1]], 2), is_shallow([[1]], 1)
    (True, False)
    """
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        return True
    return left > 0 and all(is_shallow(each, left - 1) for each in value)


def holds_nul(value: object) -> bool:
    """Whether some text or name in a value holds a NUL character, which PostgreSQL cannot store.

    >>> holds_nul([{"a": "x\\0"}]), holds_nul(["\\\\u0000"])
    (True, False)
    """
    if isinstance(value, dict):
        return any(map(holds_nul, value)) or any(map(holds_nul, value.values()))
    if isinstance(value, list):
        return any(map(holds_nul, value))
    return isinstance(value, str) and "\0" in value
