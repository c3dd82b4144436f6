r"""Where a flat line holds a mathematical value, and how that value is written down. Knows no cue and no problem.

A value is a maximal run of numbers, fractions, roots, named constants, single letters and bracketed groups joined by
signs, or a tuple, interval or small matrix of such. All repetitions are bounded or possessive, so that a hostile line
costs time in proportion to its length.
"""

import re
import sys
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

_BRACE0 = r"\{[^{}]{0,80}+\}"
_BRACE1 = rf"\{{(?:[^{{}}]{{1,80}}+|{_BRACE0}){{0,12}}+\}}"
_BRACE = rf"\{{(?:[^{{}}]{{1,80}}+|{_BRACE1}){{0,12}}+\}}"
_NUMBER = r"(?:\d{1,3}(?:(?:,|\{,\}|,\\!)\d{3})++(?!\d)|\d{1,40}+)(?:\.\d{1,40}+)?+|(?<!\d)\.\d{1,40}+"
_NO_WORDS = r"(?![^()]{0,100}?(?<![\\A-Za-z])[A-Za-z]{3})"
_GROUP = rf"\({_NO_WORDS}(?:[^()\n=:]{{1,60}}+|\([^()\n=:]{{1,40}}+\)){{1,6}}+\)"
_FRACTION = rf"\\[dtc]?frac ?(?:{_BRACE}|\d) ?(?:{_BRACE}|\d)"
_BINOMIAL = rf"\\d?binom ?{_BRACE} ?{_BRACE}"
_ROOT = rf"\\sqrt(?:\[\d\])?+ ?(?:{_BRACE}|\d)|[√∛] ?(?:\d{{1,20}}+|\([^()]{{1,40}}+\)|[a-zπ])|sqrt\([^()]{{1,40}}+\)"
_NAME = (
    r"\\(?:pi|infty|theta|alpha|beta|gamma|lambda|phi|omega|varphi|emptyset|varnothing)(?![A-Za-z])"
    r"|[π∞θαβγλφω∅]|(?<![A-Za-z])pi(?![A-Za-z])"
)
_FUNCTION = (
    r"\\(?:sin|cos|tan|cot|sec|csc|log|ln|arcsin|arccos|arctan)(?![A-Za-z])"
    r"|(?<![A-Za-z])(?:sin|cos|tan|log|ln)(?![A-Za-z])"
)
_LETTER = r"(?<![A-Za-z\\'])[A-Za-z](?![A-Za-z'])"
_SUFFIX = (
    rf"(?: ?\^ ?(?:{_BRACE0}|-?\d{{1,9}}|[A-Za-z](?![A-Za-z])|\([^()]{{1,30}}+\))|_ ?(?:{_BRACE0}|\w)"
    r"|[²³¹⁰-⁹₀-₉]|!| ?°| ?\\?%)"
)
_ATOM = rf"(?:{_NUMBER}|{_FRACTION}|{_BINOMIAL}|{_ROOT}|{_NAME}|{_FUNCTION}|{_LETTER}|{_GROUP}){_SUFFIX}{{0,6}}+"
_CLOSE = rf"(?:{_FRACTION}|{_BINOMIAL}|{_ROOT}|{_NAME}|{_FUNCTION})"
_JOINED = rf" ?{_CLOSE}|{_LETTER}|(?<=[A-Za-z]) (?=[A-Za-z]\^){_LETTER}|{_GROUP}"
_MAY_JOIN = r"(?= ?[\\(√∛π∞θαβγλφω∅]|[A-Za-z]| (?:pi|sin|cos|tan|log|ln|sqrt\(|[A-Za-z]\^))"
"""How `_JOINED` begins: looked at first, since most values end here."""
_NEXT = rf"(?: {{0,4}}[-+*/×·÷±] {{0,7}}[-+]?(?:{_ATOM})|{_MAY_JOIN}(?:{_JOINED}){_SUFFIX}{{0,6}}+)"
_SIGNED = r"(?=[ +±-])(?:(?<![\w.)}°%]) {0,2}[-+±] ?|[-+±])"
_RUN = rf"(?:{_SIGNED})?(?:{_ATOM}){_NEXT}{{0,24}}+"
_MEMBER = r"(?:[^()\[\]=:;,\n]{1,60}+|\([^()]{1,30}+\)){1,3}+"
_UNION = rf"(?: ?(?:\\cup|∪|U) ?[(\[]{_MEMBER}, ?{_MEMBER}[)\]])"
_TUPLE = rf"[(\[]{_NO_WORDS}{_MEMBER}(?:, ?{_MEMBER}){{1,5}}+[)\]]{_UNION}{{0,4}}+"
_MATRIX = r"\\begin\{([pbv])matrix\}[^\n]{1,160}?\\end\{\2matrix\}"
_STARTS = r"\dA-Za-z\\(\[.+±√∛π∞θαβγλφω∅-"
"""What a value can begin with, but for blanks before a sign."""
_WORD = r"(?<![\\A-Za-z])(?!(?:pi|sin|cos|tan|log|ln)(?![A-Za-z]))[A-Za-z]{2,}+(?<!sqrt)[ ,]?"
_PROSE = rf"(?:{_WORD}|[^{_STARTS}]++|\.(?!\d))++"
"""Words of two letters or more and signs, which start no value; passing over them at once saves trying each letter."""
_VALUE = re.compile(rf"(?:{_PROSE})?+(?:({_MATRIX}|{_TUPLE}|{_RUN})|[\s\S])?+")
_DIGIT = re.compile(r"\d")
_CONSTANTS = frozenset("π√∞∅")
_CONSTANT = re.compile(r"[π√∞∅]|\\(?:pi|sqrt|frac|dfrac|infty|emptyset|varnothing)|(?<![A-Za-z])pi(?![A-Za-z])")


class Value(NamedTuple):
    """A value at [start, end) of the flat line, as it stands there."""

    start: int
    end: int
    text: str


Span = tuple[int, int, str]
"""A Value, or a plain tuple like it: there are many, and few are looked at."""


def values_in(flat: str, most: int = sys.maxsize) -> list[Span]:
    r"""The first values of a flat line, left to right, none inside another.

    >>> [text for _, _, text in values_in("so 2 × 5 = 10, r = (3√3) / π inches, and (18, -24)")]
    ['2 × 5', '10', 'r', '(3√3) / π', '(18, -24)']
    """
    found: list[Span] = []
    for match in _VALUE.finditer(flat):
        text = match[1]
        if text is None:
            continue
        end = match.end()
        if text[0] in " +":
            text = text.lstrip(" +")
        found.append((end - len(text), end, text))
        if len(found) == most:
            break
    return found


def has_substance(text: str) -> bool:
    """Whether a value says more than a letter: a digit, a root, a fraction or a named constant.

    >>> has_substance("x"), has_substance("x + 1"), has_substance("π")
    (False, True, True)
    """
    if text[-1:].isdecimal():
        return True
    if len(text) == 1:
        return text in _CONSTANTS
    if _DIGIT.search(text):
        return True
    return ("\\" in text or "pi" in text or not text.isascii()) and _CONSTANT.search(text) is not None


_BOX = re.compile(r"\\(?:boxed|fbox) ?\{")


def boxes_in(text: str) -> Iterator[Value]:
    r"""The contents of \boxed{...} with balanced braces; a box that never closes gives nothing.

    >>> [box.text for box in boxes_in(r"so \boxed{\frac{1}{2}} or \boxed{3")]
    ['\\frac{1}{2}']
    """
    for match in _BOX.finditer(text):
        end = _closing(text, match.end())
        if end is not None and text[match.end() : end].strip():
            yield Value(match.end(), end, text[match.end() : end])


_LONGEST_BOX = 400
_BRACES = re.compile(r"\\[{}]|[{}]")


def _closing(text: str, start: int) -> int | None:
    depth = 1
    for match in _BRACES.finditer(text, start, start + _LONGEST_BOX):
        depth += {"{": 1, "}": -1}.get(match.group(), 0)
        if depth == 0:
            return match.start()
    return None


_REWRITES = [
    (frozenset(signs), re.compile(pattern), becomes)
    for signs, pattern, becomes in (
        (",", r"(?<=\d)(?:\{,\}|,\\!|,)(?=\d{3}(?!\d))", ""),
        ("√s", r"√ ?\(([^()]{1,40})\)|(?<![A-Za-z\\])sqrt\(([^()]{1,40})\)", r"\\sqrt{\1\2}"),
        ("√", r"√ ?(\w{1,20})", r"\\sqrt{\1}"),
        ("∛", r"∛ ?(\w{1,20})", r"\\sqrt[3]{\1}"),
        ("πp", r"π|(?<![A-Za-z\\])pi(?![A-Za-z])", r"\\pi "),
        ("θ", r"θ", r"\\theta "),
        ("∞", r"∞", r"\\infty "),
        ("²", r"²", "^2"),
        ("³", r"³", "^3"),
        ("^°", r" ?(?:\^ ?\\circ|\^ ?\{ ?\\circ ?\}|°)", ""),
        ("\\", r"\\[dtc]frac", r"\\frac"),
        ("×·", r"[×·]", r" \\cdot "),
        ("\\$*", r"\\left(?![a-z])|\\right(?![a-z])|\\[,!;: ]|\$|\*\*", ""),
        ("/", r"(?<![\w})])\(([^(),]{1,40})\) ?/ ?\(([^(),]{1,40})\)(?![\w(])", r"\\frac{\1}{\2}"),
        ("/", r"(?<![\w})])\(([^(),]{1,40})\) ?/ ?([\w\\]{1,12})(?![\w(])", r"\\frac{\1}{\2}"),
        ("/", r"(?<![\w})])(\d{1,20}) ?/ ?(\d{1,20})(?![\w(])", r"\\frac{\1}{\2}"),
    )
]
"""Signs of which one must be there, the pattern, and what it becomes."""
_SIGNS = frozenset().union(*(signs for signs, _, _ in _REWRITES))
_SPACES = re.compile(r"\s{1,40}")
_PLAIN = re.compile(r"-?[0-9]{1,40}")
_TEXT_ONLY = re.compile(r"\\(?:text(?:bf|it|rm)?|mathrm|mathbf|mbox)\{([^{}]{0,200})\}")
_TRAILING_UNIT = re.compile(r"(?<=[\d})])(?:\\?%| ?\\?text[^\n]*| [a-z]{2,20}(?: [a-z]{1,20}){0,4}\.?)$")


@lru_cache(maxsize=8192)
def write_down(text: str) -> str:
    r"""A value in short LaTeX: no thousands commas, no degree sign, \frac and \sqrt for what was typed plainly.

    >>> write_down("2469/20,000"), write_down("(3√3) / π"), write_down(r"\dfrac{24}{5}"), write_down("63 knicks")
    ('\\frac{2469}{20000}', '\\frac{3\\sqrt{3}}{\\pi}', '\\frac{24}{5}', '63')
    """
    if _PLAIN.fullmatch(text):
        return text
    written = _TEXT_ONLY.sub(r"\1", text) if text.startswith("\\text") else text
    there = set(written)
    for signs, pattern, replacement in () if _SIGNS.isdisjoint(there) else _REWRITES:
        if not signs.isdisjoint(there):
            written = pattern.sub(replacement, written)
            there = set(written)
    written = _SPACES.sub(" ", written)
    written = written.strip(" .,;:")
    return _TRAILING_UNIT.sub("", written).strip() or written
