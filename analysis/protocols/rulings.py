"""What a judge replied: its verdict, its score, its reasons, or the likelihoods of what it might have written."""

import math
import re
from collections.abc import Sequence

from analysis.asking import Reply
from analysis.protocols.conduct import ProtocolFailed
from analysis.protocols.reading import good, storable, visible

VERDICT = re.compile(r"VERDICT\W{0,8}(correct|incorrect|right|wrong|tie|A|B)\b", re.IGNORECASE)
SCORE = re.compile(r"SCORE\W{0,8}?(-?\d{1,6}(?:\.\d{1,4})?)(?![\d.]*[eE])", re.IGNORECASE)
WORDS = {"right": "correct", "wrong": "incorrect", "a": "A", "b": "B"}


def verdict_in(text: str, allowed: Sequence[str]) -> str:
    """The last verdict of a reply; raises ProtocolFailed where it gives none of the allowed ones.

    >>> verdict_in("Good.\\nVERDICT: **Correct**", ("correct", "incorrect"))
    'correct'
    """
    found = [_folded(word) for word in VERDICT.findall(visible(text) or text)]
    found = [word for word in found if word in allowed]
    if not found:
        raise ProtocolFailed(f"the judge's reply gives no verdict ({', '.join(allowed)})")
    return found[-1]


def _folded(word: str) -> str:
    return WORDS.get(word.lower(), word.lower())


def score_in(text: str, low: float, high: float) -> float:
    """The last score of a reply; raises ProtocolFailed where there is none on the scale.

    >>> score_in("Sound.\\nSCORE: 7/10", 1, 10)
    7.0
    """
    found = [float(number) for number in SCORE.findall(visible(text) or text)]
    if not found or not low <= found[-1] <= high:
        raise ProtocolFailed(f"the judge's reply gives no score from {low:g} to {high:g}")
    return found[-1]


def reason_in(reply: Reply) -> str:
    """What stands before the verdict or score."""
    text = storable(visible(reply.text) or reply.text)
    ends = [match.start() for pattern in (VERDICT, SCORE) for match in pattern.finditer(text)]
    return text[: max(ends, default=len(text))].strip()


def weighed(reply: Reply) -> list[float]:
    """The shares of the alternatives by their likelihood, in their order; raises ProtocolFailed without them.

    >>> weighed(Reply(continuations=(-1.0, -1.0)))
    [0.5, 0.5]
    """
    if reply.finish_reason == "error":
        good(reply, "judge")
    known = [value for value in reply.continuations if value is not None]
    if not known or len(known) != len(reply.continuations):
        raise ProtocolFailed("the judge's engine gives no log-probabilities, so nothing can be read by likelihood")
    weights = [math.exp(max(value - max(known), -700)) for value in known]
    return [weight / sum(weights) for weight in weights]
