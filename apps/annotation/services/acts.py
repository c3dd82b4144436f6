"""What a person does to the labels of a rollout, as the browser sends it: one act a key press, each safe to send twice.

An act names its label by a key that the browser made, so that what is sent again after a lost connection is known.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from analysis.errors import UserError

VERBS = ("add", "remove", "restore", "relate", "accept", "reject", "undecide", "comment")
MOST_ACTS = 500
LONGEST_VALUE, LONGEST_COMMENT = 2_000, 5_000


class BadAct(UserError):
    """An act that cannot be carried out; the message says which part of it and why."""


class Place(NamedTuple):
    """Code points of a turn's text, and that text's SHA-256 in hex: the text that the browser showed."""

    turn: int
    start: int
    end: int
    text_hash: str


@dataclass(frozen=True, slots=True)
class Act:
    """`key` is the label's; `suggestion`, `first` and `other` are keys of others."""

    verb: str
    key: UUID | None = None
    name: str = ""
    value: str = ""
    text: str = ""
    place: Place | None = None
    suggestion: UUID | None = None
    first: UUID | None = None
    other: UUID | None = None


def act_of(row: Mapping[str, Any]) -> Act:
    """
    >>> act_of({"verb": "remove", "key": "12345678-1234-5678-1234-567812345678"}).verb
    'remove'
    >>> act_of({"verb": "burn"})
    Traceback (most recent call last):
    ...
    apps.annotation.services.acts.BadAct: unknown act 'burn'; known: add, remove, restore, relate, accept, reject, undecide, comment
    """  # noqa: E501
    verb = row.get("verb")
    if verb not in VERBS:
        raise BadAct(f"unknown act {verb!r}; known: {', '.join(VERBS)}")
    return Act(
        verb=verb,
        key=_key(row, "key"),
        name=_words(row, "name", 60),
        value=_words(row, "value", LONGEST_VALUE),
        text=_words(row, "text", LONGEST_COMMENT),
        place=_place(row),
        suggestion=_key(row, "suggestion"),
        first=_key(row, "first"),
        other=_key(row, "other"),
    )


def _key(row: Mapping[str, Any], field: str) -> UUID | None:
    given = row.get(field)
    if given in (None, ""):
        return None
    try:
        return UUID(str(given))
    except ValueError:
        raise BadAct(f"{field} {str(given)[:60]!r} is no key") from None


def _words(row: Mapping[str, Any], field: str, longest: int) -> str:
    words = row.get(field) or ""
    if not isinstance(words, str):
        raise BadAct(f"{field} is no text")
    if len(words) > longest:
        raise BadAct(f"{field} has {len(words)} characters; at most {longest}")
    whole = words.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.replace("\x00", "\ufffd")


def _place(row: Mapping[str, Any]) -> Place | None:
    if row.get("start") is None:
        return None
    numbers = [row.get(field) for field in ("turn", "start", "end")]
    for field, number in zip(("turn", "start", "end"), numbers, strict=True):
        if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < 2**31:
            raise BadAct(f"{field} {str(number)[:40]} is no place in a text")
    turn, start, end = (int(number or 0) for number in numbers)
    return Place(turn, start, end, str(row.get("text_hash", ""))[:64])
