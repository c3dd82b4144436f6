"""What a line of the history is about, as a number in the archive instead of a key. Knows the history's words only."""

import re
from collections.abc import Callable

from django.db.models import Model

from apps.traces.models import Collection, Import, Problem, Rollout
from apps.traces.services.storing import LEARNED

KINDS: dict[str, type[Model]] = {"collection": Collection, "problem": Problem, "rollout": Rollout}
GONE = "gone"
"""Stands for the key of what was deleted."""
Number = Callable[[type[Model], int], int | None]
_TARGET = re.compile(rf"({'|'.join(KINDS)}):(\d{{1,18}})")
_REASON = re.compile(r"import (\d{1,18})")


def renumbered_target(target: str, number_of: Number) -> str:
    """`problem:17` with another number; that of what is not there becomes `problem:gone`."""
    found = _TARGET.fullmatch(target)
    if found is None:
        return target
    number = number_of(KINDS[found[1]], int(found[2]))
    return f"{found[1]}:{GONE if number is None else number}"


def renumbered_reason(verb: str, reason: str, number_of: Number) -> str:
    """The import that a problem learned its gold from is named in the reason."""
    found = _REASON.fullmatch(reason) if verb == LEARNED else None
    if found is None:
        return reason
    number = number_of(Import, int(found[1]))
    return f"import {GONE if number is None else number}"
