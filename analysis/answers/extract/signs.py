"""What stands right before and after a value, as plain facts for the gate and the cues. Knows phrases, no question."""

from functools import lru_cache
from typing import NamedTuple

from analysis.answers.extract import math_phrases as phrase
from analysis.answers.extract.contexts import Context, Sentence
from analysis.answers.extract.hearing import EVERYTHING, lowered

_EQUALS = ("=", "≈", "→", "=>")
_EQUALS_ENDS = frozenset("=≈→>|")
_OPERATOR_STARTS = frozenset("-+*/×÷^=<>≤≥\\idtpmsc")
_ORDINAL_STARTS = frozenset("-–tsnrdb")
_LONGEST_MARK = 32
"""Characters up to a value that may be an answer mark alone, but for one of "#"."""
_CLOSE = 60
_LONGEST_COLON, _COLON_ALONE = 18, 7
"""Characters from the colon of a copula to the value at most, and from one that no box follows."""


_LONGEST_VERB = 13
"""Characters from the verb to the value at most."""
_COPULAS = phrase.VERB.bit | phrase.COPULA.bit
_verb_in, _copula_in = phrase.VERB.pattern.search, phrase.COPULA.pattern.search


class Signs(NamedTuple):
    """Facts about one value.

    `heard` are the phrases that its sentence may hold, `last` those that may end right before it.
    """

    heard: int
    last: int
    follows_equals: bool
    follows_copula: bool
    is_operand: bool
    is_ordinal: bool
    is_called_answer: bool
    is_marked: bool


def signs_of(context: Context) -> Signs:
    """Look once at both sides of a value.

    >>> from analysis.answers.extract.contexts import Line, contexts_of
    >>> [context] = contexts_of(Line(1, 0, "so it has 24 long sides", ""))
    >>> signs = signs_of(context)
    >>> signs.follows_copula, signs.follows_equals
    (True, False)
    """
    before, after = context.before, context.after
    tail = before[-_CLOSE:]
    last = phrase.LAST.last(tail)
    heard = EVERYTHING if context.is_cut else context.sentence.heard or heard_in(context.sentence)
    first = after.lstrip()[:1]
    return Signs(
        heard,
        last,
        tail.rstrip()[-1:] in _EQUALS_ENDS and _follows_equals(before[-12:]),
        (last & _COPULAS != 0 or ":" in tail) and _follows_copula(tail, last),
        first in _OPERATOR_STARTS and phrase.OPERATOR_NEXT.match(after) is not None,
        first in _ORDINAL_STARTS and phrase.ORDINAL.match(after) is not None,
        heard & phrase.CALLED_ANSWER.bit != 0 and phrase.CALLED_ANSWER.opens(after, heard),
        (len(before) <= _LONGEST_MARK or "##" in before) and _is_marked(before, tail),
    )


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
    return (signs.last & phrase.BOUND.bit != 0 or _ends_with_bound(tail)) and phrase.BOUND.is_in(tail, EVERYTHING)


def _ends_with_bound(tail: str) -> bool:
    close = tail.rstrip()
    return close[-1:] in phrase.BOUND_SIGNS or close[:-1].rstrip()[-1:] in phrase.BOUND_SIGNS


def is_labelled(context: Context, signs: Signs) -> bool:
    return bool(signs.last & phrase.LABELLED.bit) and phrase.LABELLED.is_in(context.before[-24:].rstrip(), signs.last)


def is_approximate(context: Context, signs: Signs) -> bool:
    tail = context.before[-24:]
    return phrase.APPROXIMATE.is_in(tail, EVERYTHING if "≈" in tail else signs.last)


def _is_marked(before: str, tail: str) -> bool:
    return (":" in tail or "=" in tail or "#" in tail) and phrase.MARK.match(before) is not None


def _follows_copula(tail: str, last: int) -> bool:
    """The words are looked for only where the last one may be theirs; letters beyond ASCII may hide it."""
    if last & _COPULAS == 0 and tail.isascii():
        return phrase.COLON.search(tail[-_COLON_ALONE:]) is not None
    low = lowered(tail)
    if last & phrase.VERB.bit and _verb_in(low, max(0, len(low) - _LONGEST_VERB)):
        return True
    return (last & phrase.COPULA.bit != 0 or ":" in tail[-_LONGEST_COLON:]) and _copula_in(low) is not None


def _follows_equals(tail: str) -> bool:
    close = tail.rstrip()
    return (close.removesuffix("|").rstrip() if close[-1:] == "|" else close).endswith(_EQUALS)
