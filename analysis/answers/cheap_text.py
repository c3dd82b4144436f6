r"""Words as answers: names, days, "even", "no solution", spelled-out numbers. Knows no options and no mathematics.

A lone word outside a text command may also be a product of letters (`abc`), so words that are anagrams of one another
are left undecided here; Math-Verify reads them as products.
"""

import re
from fractions import Fraction

from analysis.answers.cheap_numbers import read_number
from analysis.answers.cheap_values import Number, Words
from analysis.answers.normalise import TEXT_COMMAND

WORDS = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*(?:,? [^\W\d_]+(?:['-][^\W\d_]+)*)*")
LETTER = re.compile(r"([A-Z])|\(([A-Z])\)(?: [^()]{2,})?")
VOWEL = re.compile(r"[aeiouáéíóúàèäöü]", re.IGNORECASE)
ARTICLES = re.compile(r"^(?:a|an|the) ")
MATHS = frozenset(
    [
        "sin",
        "cos",
        "tan",
        "cot",
        "sec",
        "csc",
        "arcsin",
        "arccos",
        "arctan",
        "sinh",
        "cosh",
        "tanh",
        "log",
        "ln",
        "exp",
        "lim",
        "max",
        "min",
        "gcd",
        "lcm",
        "mod",
        "det",
        "dim",
        "deg",
        "inf",
        "sup",
        "pi",
        "alpha",
        "beta",
        "gamma",
        "delta",
        "theta",
        "lambda",
        "omega",
        "sqrt",
        "frac",
        "infinity",
        "infty",
        "undefined",
    ]
)
SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen"
)
NUMERALS = {word: i for i, word in enumerate(SMALL.split())} | {
    word: 10 * i
    for i, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)
}


def read_words(text: str, raw: str = "") -> Words | Number | None:
    r"""The words that a normalised text consists of, spelled-out numbers to 99 as numbers; None where it may be
    mathematics.

    `raw` is the text before `\text{}` was opened: words inside a text command are words however short they are.

    >>> read_words("Evelyn"), read_words("twenty-one"), read_words("xyz"), read_words("sin x")
    (Words(text='evelyn', quoted=False), Number(value=Fraction(21, 1), decimal=False, percent=False, unit=''), None,
    None)
    >>> read_words("p", r"\text{p}")
    Words(text='p', quoted=True)
    """
    if WORDS.fullmatch(text) is None:
        return None
    folded = text.casefold()
    counted = _read_counted(folded)
    if counted is not None:
        return counted
    quoted = TEXT_COMMAND.fullmatch(raw.strip()) is not None
    words = re.split(r",? ", folded)
    sure = all(len(word) >= 3 and VOWEL.search(word) for word in words) and not MATHS.intersection(words)
    return Words(folded, quoted) if quoted or sure or (len(words) > 2 and not MATHS.intersection(words)) else None


def _read_counted(folded: str) -> Number | None:
    """A spelled-out number, alone or before what it counts ("four apples")."""
    numeral = read_numeral(folded)
    if numeral is not None:
        return Number(Fraction(numeral))
    first, _, rest = folded.partition(" ")
    numeral = read_numeral(first)
    return read_number(f"{numeral} {rest}") if numeral is not None else None


def read_letter(text: str) -> Words | None:
    """A lone capital, or one in round brackets before an option's text, as a word; None for anything else.

    >>> read_letter("(C)"), read_letter("(B) Circle"), read_letter("n")
    (Words(text='c', quoted=True), Words(text='b', quoted=True), None)
    """
    match = LETTER.fullmatch(text)
    return Words((match[1] or match[2]).casefold(), quoted=True) if match else None


def read_numeral(folded: str) -> int | None:
    """The number that a casefolded numeral spells, zero to ninety-nine; None for other words.

    >>> read_numeral("seven"), read_numeral("forty two"), read_numeral("sevens")
    (7, 42, None)
    """
    tens, _, ones = folded.replace("-", " ").partition(" ")
    if not ones:
        return NUMERALS.get(tens)
    both = NUMERALS.get(tens, 0), NUMERALS.get(ones, 0)
    return sum(both) if both[0] >= 20 and 1 <= both[1] <= 9 else None


def equal_words(gold: Words, answer: Words) -> bool | None:
    """Equal without case; None for two anagrams of which one may be a product of letters.

    >>> equal_words(Words("even"), Words("even")), equal_words(Words("even"), Words("odd"))
    (True, False)
    >>> print(equal_words(Words("stop"), Words("pots")))
    None
    """
    if gold.text == answer.text:
        return True
    anagrams = sorted(gold.text) == sorted(answer.text) and not (gold.quoted and answer.quoted)
    return None if anagrams else False


def fold(text: str) -> str:
    """The key under which two text answers are the same: casefolded, without articles, punctuation at the ends or
    extra space.

    >>> fold(" The  Eiffel Tower. ") == fold("eiffel tower")
    True
    """
    folded = re.sub(r"\s+", " ", text.casefold()).strip(" \t\n.,;:!?\"'`*()[]")
    return ARTICLES.sub("", folded)
