r"""Letters of multiple-choice answers: "C", "(C)", "C. text", "\text{(C)}", "option C", or an option's own text.

Knows the options where they are given; never guesses a letter from a word ("A" in "A dog" is an article).
"""

import re
from collections.abc import Sequence

from analysis.answers.cheap import equal, same_writing
from analysis.answers.cheap_text import fold
from analysis.answers.normalise import normalise

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MAX_READ = 2_000
LONE = re.compile(r"\(? ?\*{0,2}([A-Za-z])\*{0,2} ?[).:]?\*{0,2}")
LED = re.compile(r"(?:\(([A-Z])\)|\[([A-Z])\]|([A-Z])[).:])(?=\s|$|\*)\s*(?P<text>.*)", re.DOTALL)
NAMED = re.compile(
    r"(?:the )?(?:option|choice|answer|letter)(?: is)?:? \(?([A-Z])\)?(?:[.:,) ].*)?", re.IGNORECASE | re.DOTALL
)
SEVERAL = re.compile(r"\(?[A-Z]\)?(?:(?:, ?(?:and |or )?| and | or | & |/)\(?[A-Z]\)?)+")


def read_letters(text: str, options: Sequence[str] = ()) -> frozenset[str] | None:
    r"""The letters that an answer names, usually one; None when it names none.

    With options, a letter beyond the last one is none, and an answer that is the text of exactly one option is that
    letter.

    >>> read_letters(r"\text{(C)}"), read_letters("B. the liver"), read_letters("A dog")
    (frozenset({'C'}), frozenset({'B'}), None)
    >>> read_letters("the liver", ("the heart", "the liver")), sorted(read_letters("A, C"))
    (frozenset({'B'}), ['A', 'C'])
    """
    plain = normalise(text[:MAX_READ])
    letters = _named(plain)
    known = ALPHABET[: len(options)] if options else ALPHABET
    if letters is not None and letters <= set(known):
        return letters
    same = [letter for letter, option in zip(ALPHABET, options, strict=False) if same_option(option, text)]
    return frozenset(same) if len(same) == 1 else None


def same_option(option: str, answer: str) -> bool:
    """Whether an answer is the content of an option: the same words or writing, or the same cheap value.

    >>> same_option("The liver.", "the liver"), same_option("0.5", "1/2"), same_option("12", "13")
    (True, True, False)
    """
    return fold(option) == fold(answer) != "" or same_writing(option, answer) or equal(option, answer) is True


def _named(plain: str) -> frozenset[str] | None:
    lone = LONE.fullmatch(plain)
    if lone:
        return frozenset(lone[1].upper())
    if SEVERAL.fullmatch(plain):
        return frozenset(re.findall(r"[A-Z]", plain))
    led = LED.match(plain)
    if led:
        return frozenset(led[1] or led[2] or led[3])
    named = NAMED.fullmatch(plain)
    return frozenset(named[1].upper()) if named and (named[1].isupper() or named.end(1) == len(plain)) else None
