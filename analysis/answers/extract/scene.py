"""A value in its context beside what the problem asks: what every cue about a mathematical answer looks at. Decides nothing."""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from analysis.answers.extract.asked import Asked, content, squeeze, stem
from analysis.answers.extract.contexts import Context, Line
from analysis.answers.extract.values import write_down

_PROSE = re.compile(r"(?<!\\)(?<![A-Za-z])[A-Za-z]{3,}")
_EQUALS = re.compile(r"(?:=|≈|→|=>)\s*\|?\s*$")
_SIDE_STOP = re.compile(r"[,:;]\s")
_NEXT_WORDS = re.compile(
    r"^[^A-Za-z\n.,;:=+*/<>|]{0,6}([A-Za-z][A-Za-z'-]*)(?:\W{1,2}([A-Za-z][A-Za-z'-]*))?(?:\W{1,2}([A-Za-z][A-Za-z'-]*))?"
)


@dataclass(frozen=True)
class Scene:
    """One value, its line and what is asked; `names` are the formulas and letters that stand for what is asked."""

    context: Context
    line: Line
    asked: Asked
    names: frozenset[str]
    position: float
    composed: str = ""

    @cached_property
    def value(self) -> str:
        """The value in the asked form: composed of several, the coefficient alone, or as it stands."""
        if self.composed:
            return self.composed
        written = write_down(self.context.value.text)
        return coefficient(written, self.asked) if "coefficient" in self.asked.heads else written

    @cached_property
    def is_bare(self) -> bool:
        """The line holds no word: a displayed formula."""
        return is_bare(self.line.flat)

    @cached_property
    def said_before(self) -> str:
        """What introduces the value: its sentence up to it, and for a displayed formula the line that leads to it."""
        return self.line.lead if self.is_bare else self.context.before

    @cached_property
    def said_close(self) -> str:
        return self.line.lead if self.is_bare else self.context.clause

    @cached_property
    def follows_equals(self) -> bool:
        return _EQUALS.search(self.context.before) is not None

    @cached_property
    def root(self) -> str:
        """The left-most side of the equation that the value ends, without spaces; "" where there is none."""
        if self.context.root:
            return squeeze(self.context.root)
        if not self.follows_equals:
            return ""
        return squeeze(_SIDE_STOP.split(self.context.before.partition("=")[0])[-1])

    @cached_property
    def next_words(self) -> list[str]:
        """Up to three words right after the value, as they stand."""
        match = _NEXT_WORDS.match(self.context.after)
        return [word for word in match.groups() if word] if match else []

    @cached_property
    def next_stems(self) -> list[str]:
        return [stem(word) for word in self.next_words]

    @cached_property
    def words_before(self) -> frozenset[str]:
        return stems(self.said_before)

    @cached_property
    def words_close(self) -> frozenset[str]:
        return stems(self.said_close)


@lru_cache(maxsize=4096)
def stems(text: str) -> frozenset[str]:
    """`content`, remembered: many values share their sentence."""
    return content(text)


@lru_cache(maxsize=1024)
def is_bare(flat: str) -> bool:
    """Whether a flat line has no word of three letters or more.

    >>> is_bare("x = 3"), is_bare("so x = 3 then")
    (True, False)
    """
    return _PROSE.search(flat) is None


def coefficient(value: str, asked: Asked) -> str:
    """What stands before the asked power: "36x^2" is 36 where the coefficient of x^2 is asked; other values stay.

    >>> from analysis.answers.extract.asked import read
    >>> asked = read("What is the coefficient of $x^2$ in $(x+6)^2$?")
    >>> coefficient("36x^2", asked), coefficient("-x^2", asked), coefficient("7x", asked)
    ('36', '-1', '7x')
    """
    written = squeeze(value)
    for power in asked.arguments:
        if written.endswith(power) and len(written) >= len(power):
            factor = written.removesuffix(power)
            return {"": "1", "-": "-1"}.get(factor, factor)
    return value
