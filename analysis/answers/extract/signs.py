"""What stands right before and after a value, as plain facts for the gate and the cues. Knows phrases, no question."""

import re
from functools import lru_cache
from typing import NamedTuple

from analysis.answers.extract import math_phrases as phrase
from analysis.answers.extract.asked import stem
from analysis.answers.extract.contexts import Context, Sentence
from analysis.answers.extract.hearing import EVERYTHING

_EQUALS = ("=", "≈", "→", "=>")
_NEXT_WORDS = re.compile(
    r"[^A-Za-z\n.,;:=+*/<>|]{0,6}([A-Za-z][A-Za-z'-]*)(?:\W{1,2}([A-Za-z][A-Za-z'-]*))?(?:\W{1,2}([A-Za-z][A-Za-z'-]*))?"
)
_OPERATOR_STARTS = frozenset("-+*/×÷^=<>≤≥\\idtpmsc")
_ORDINAL_STARTS = frozenset("-–tsnrdb")
_PART_STARTS = _OPERATOR_STARTS | _ORDINAL_STARTS
_MARK_SIGNS = frozenset(":=#")
_CLOSE = 60
_LONGEST_COLON = 18
"""Characters from the colon of a copula to the value at most."""


_COPULAS = phrase.VERB.bit | phrase.COPULA.bit


class Signs(NamedTuple):
    """Facts about one value.

    `heard` are the phrases that its sentence may hold, `last` those that may end right before it; `next_words` are up
    to three words right after it and `next_stems` their stems.
    """

    heard: int
    last: int
    follows_equals: bool
    follows_copula: bool
    is_operand: bool
    is_ordinal: bool
    is_called_answer: bool
    is_marked: bool
    next_words: tuple[str, ...]
    next_stems: tuple[str, ...]


def signs_of(context: Context) -> Signs:
    """Look once at both sides of a value.

    >>> from analysis.answers.extract.contexts import Line, contexts_of
    >>> [context] = contexts_of(Line(1, 0, "so it has 24 long sides", ""))
    >>> signs = signs_of(context)
    >>> signs.follows_copula, signs.follows_equals, signs.next_stems
    (True, False, ('long', 'side'))
    """
    before, after = context.before, context.after
    tail = before[-_CLOSE:]
    last = phrase.LAST.last(tail)
    heard = EVERYTHING if context.is_cut else heard_in(context.sentence)
    first = after.lstrip()[:1]
    next_words = words_after(after)
    return Signs(
        heard,
        last,
        _follows_equals(before[-12:]),
        _follows_copula(tail, last),
        first in _OPERATOR_STARTS and phrase.OPERATOR_NEXT.match(after) is not None,
        first in _ORDINAL_STARTS and phrase.ORDINAL.match(after) is not None,
        heard & phrase.CALLED_ANSWER.bit != 0 and phrase.CALLED_ANSWER.opens(after, heard),
        phrase.MARK.match(before) is not None and not _MARK_SIGNS.isdisjoint(tail),
        next_words,
        tuple([stem(word) for word in next_words]),
    )


def is_part(after: str) -> bool:
    """Whether an operator or a sign of order follows right after a value."""
    first = after.lstrip()[:1]
    if first not in _PART_STARTS:
        return False
    return phrase.OPERATOR_NEXT.match(after) is not None or phrase.ORDINAL.match(after) is not None


def heard_in(sentence: Sentence) -> int:
    """The phrases that a sentence may hold, listened for once."""
    if sentence.heard is None:
        sentence.heard = phrase.EAR.hear_low(sentence.low)
    return sentence.heard


@lru_cache(maxsize=4096)
def heard_in_lead(lead: str) -> int:
    """The phrases that a line may hold which leads to others."""
    return phrase.EAR.hear(lead)


def is_bound(context: Context, signs: Signs) -> bool:
    tail = context.before[-30:]
    close = tail.rstrip()
    has_sign = close[-1:] in phrase.BOUND_SIGNS or close[:-1].rstrip()[-1:] in phrase.BOUND_SIGNS
    return phrase.BOUND.is_in(tail, EVERYTHING if has_sign else signs.last)


def is_labelled(context: Context, signs: Signs) -> bool:
    return bool(signs.last & phrase.LABELLED.bit) and phrase.LABELLED.is_in(context.before[-24:].rstrip(), signs.last)


def is_approximate(context: Context, signs: Signs) -> bool:
    tail = context.before[-24:]
    return phrase.APPROXIMATE.is_in(tail, EVERYTHING if "≈" in tail else signs.last)


def words_after(after: str) -> tuple[str, ...]:
    """Up to three words right at the start of a text, as they stand."""
    match = _NEXT_WORDS.match(after)
    return tuple(filter(None, match.groups())) if match else ()


def _follows_copula(tail: str, last: int) -> bool:
    if last & _COPULAS == 0 and ":" not in tail:
        return False
    has_colon = ":" in tail[-_LONGEST_COLON:]
    return phrase.VERB.is_in(tail[-24:], last) or phrase.COPULA.is_in(tail, EVERYTHING if has_colon else last)


def _follows_equals(tail: str) -> bool:
    close = tail.rstrip()
    return (close.removesuffix("|").rstrip() if close[-1:] == "|" else close).endswith(_EQUALS)
