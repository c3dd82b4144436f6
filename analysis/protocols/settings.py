"""Settings of a protocol or engine, read against its declared parameters. Knows no form and no command line.

Values may come typed (from JSON) or as text (from a form or `--set name=value`); what is refused is named with its
value.
"""

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from analysis.errors import UserError
from analysis.protocols.conduct import Parameter

TRUE = frozenset({"true", "yes", "on", "1"})
FALSE = frozenset({"false", "no", "off", "0", ""})
LONGEST = 100_000
"""Characters of a text or a list: it is kept with every run and sent with every request."""
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class SettingRefused(UserError):
    """A setting that is not known, or whose value cannot be used; the message names both."""


def settle(parameters: Sequence[Parameter], given: Mapping[str, Any]) -> dict[str, Any]:
    """Every parameter with its value: the given one, read and checked, or the default.

    Raises SettingRefused for a name that no parameter has, or a value of another kind or out of its limits.

    >>> k = Parameter("k", "Samples", "integer", 1, minimum=1, maximum=9)
    >>> settle((k,), {}), settle((k,), {"k": "3"})
    ({'k': 1}, {'k': 3})
    >>> settle((k,), {"k": 0})
    Traceback (most recent call last):
    ...
    analysis.protocols.settings.SettingRefused: k is 0, must be at least 1
    """
    known = [parameter.name for parameter in parameters]
    for name in given:
        if name not in known:
            raise SettingRefused(f"unknown setting {name!r}; known: {', '.join(known) or 'none'}")
    return {each.name: read(each, given[each.name]) if each.name in given else each.default for each in parameters}


def read(parameter: Parameter, value: Any) -> Any:
    """One value as its parameter's kind; None stays None where the default is None.

    Raises SettingRefused.
    """
    if parameter.default is None and (value is None or value == ""):
        return None
    found = READERS[parameter.kind](parameter, value)
    if parameter.kind in ("integer", "number"):
        _refuse_beyond(parameter, found)
    elif isinstance(found, str | list | tuple):
        _refuse_unwritable(parameter, found)
    return found


def _refuse_unwritable(parameter: Parameter, value: str | Sequence[Any]) -> None:
    """Too long to be kept, or with what no database takes."""
    text = value if isinstance(value, str) else "".join(map(str, value))
    if len(text) > LONGEST:
        raise SettingRefused(f"{parameter.name} is {len(text):,} characters long, must be at most {LONGEST:,}")
    if UNSTORABLE.search(text):
        raise SettingRefused(f"{parameter.name} holds a NUL or half a surrogate pair, which cannot be stored")


def _refuse_beyond(parameter: Parameter, value: float) -> None:
    if parameter.minimum is not None and value < parameter.minimum:
        raise SettingRefused(f"{parameter.name} is {value}, must be at least {parameter.minimum:g}")
    if parameter.maximum is not None and value > parameter.maximum:
        raise SettingRefused(f"{parameter.name} is {value}, must be at most {parameter.maximum:g}")


def _refused(parameter: Parameter, value: Any, wanted: str) -> SettingRefused:
    shown = repr(value)
    return SettingRefused(f"{parameter.name} is {shown if len(shown) < 80 else shown[:77] + '...'}, must be {wanted}")


def _integer(parameter: Parameter, value: Any) -> int:
    number = _number(parameter, value, "a whole number")
    if number != int(number):
        raise _refused(parameter, value, "a whole number")
    return value if isinstance(value, int) else int(number)


def _number(parameter: Parameter, value: Any, wanted: str = "a number") -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise _refused(parameter, value, wanted)
    try:
        number = float(value)
    except (ValueError, OverflowError):
        raise _refused(parameter, value, wanted) from None
    if not math.isfinite(number):
        raise _refused(parameter, value, wanted)
    return number


def _text(parameter: Parameter, value: Any) -> str:
    if not isinstance(value, str):
        raise _refused(parameter, value, "text")
    return value


def _choice(parameter: Parameter, value: Any) -> str:
    known = [name for name, _ in parameter.choices]
    if value not in known:
        raise _refused(parameter, value, f"one of {', '.join(known)}")
    return str(value)


def _flag(parameter: Parameter, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in TRUE or word in FALSE:
        return word in TRUE
    raise _refused(parameter, value, "true or false")


def _list(parameter: Parameter, value: Any) -> tuple[Any, ...]:
    """A list as it is, text as a JSON list, else as parts between commas."""
    if isinstance(value, str):
        return _split(parameter, value.strip())
    if not isinstance(value, list | tuple):
        raise _refused(parameter, value, "a list")
    return tuple(value)


def _split(parameter: Parameter, text: str) -> tuple[Any, ...]:
    if not text.startswith("["):
        return tuple(part.strip() for part in text.split(",") if part.strip())
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise _refused(parameter, text, "a JSON list or parts between commas") from None
    return tuple(found)


READERS: Mapping[str, Callable[[Parameter, Any], Any]] = {
    "integer": _integer,
    "collection": _integer,
    "number": _number,
    "text": _text,
    "long_text": _text,
    "choice": _choice,
    "flag": _flag,
    "list": _list,
}
