"""A value in its context beside what is asked: what every cue about a mathematical answer looks at. Decides nothing."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from analysis.answers.extract.asked import Asked, content, squeeze
from analysis.answers.extract.contexts import Context, Line
from analysis.answers.extract.signs import Signs, heard_in_lead
from analysis.answers.extract.values import write_down

_PROSE = re.compile(r"(?<!\\)(?<![A-Za-z])[A-Za-z]{3,}")
_SIDE_STOP = re.compile(r"[,:;]\s")


class Place(NamedTuple):
    """A line, beside what is asked; `position` is the part of the text up to it, above 0, at most 1."""

    line: Line
    asked: Asked
    position: float


@dataclass(slots=True, eq=False)
class Scene:
    """One value, its line and what is asked.

    `names` are the formulas and letters that stand for what is asked; `is_bare`: the line holds no word;
    `said_before` and `said_close` introduce the value: its sentence or clause up to it, or, for a bare line, the line
    that leads to it, and `heard` are the phrases they may hold; `root` is the left-most side of the equation that the
    value ends, without spaces, "" where there is none; `names_asked`: the asked formula or letter stands before "=" or
    "is"; `has_unit`: the asked unit follows.
    """

    context: Context
    signs: Signs
    line: Line
    asked: Asked
    names: frozenset[str]
    value: str
    is_bare: bool
    said_before: str
    said_close: str
    heard: int
    root: str
    words_before: frozenset[str]
    words_close: frozenset[str]
    is_stated: bool
    names_asked: bool = False
    has_unit: bool = False
    share_of_words: float = 0.0
    share_of_foreign_words: float = 0.0


def scene_of(context: Context, signs: Signs, line: Line, asked: Asked, names: frozenset[str], value: str) -> Scene:
    """Make ready what the cues look at; `value` is what the place gives, written down."""
    bare = is_bare(line.flat)
    said_before = line.lead if bare else context.before
    clause_start = context.clause_start
    said_close = line.lead if bare else context.before[clause_start:]
    words = stems(line.lead) if bare else content(said_before)
    return Scene(
        context=context,
        signs=signs,
        line=line,
        asked=asked,
        names=names,
        value=value,
        is_bare=bare,
        said_before=said_before,
        said_close=said_close,
        heard=heard_in_lead(line.lead) if bare else signs.heard,
        root=root_of(context, signs.follows_equals),
        words_before=words,
        words_close=words if bare or not clause_start else content(said_close),
        is_stated=signs.follows_copula or signs.follows_equals,
    )


def in_asked_form(text: str, asked: Asked) -> str:
    """A value as it is compared and shown: written down, of an asked coefficient its factor alone."""
    written = write_down(text)
    return coefficient(written, asked) if "coefficient" in asked.heads else written


def root_of(context: Context, equals: bool) -> str:
    """The left-most side of the equation that the value ends, without spaces; "" where there is none."""
    if context.root:
        return squeeze(context.root)
    return squeeze(_SIDE_STOP.split(context.before.partition("=")[0])[-1]) if equals else ""


@lru_cache(maxsize=4096)
def stems(text: str) -> frozenset[str]:
    """`content`, remembered: many values share the line that leads to them."""
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
