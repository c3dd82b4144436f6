"""A value in its context beside what is asked: what every cue about a mathematical answer looks at. Decides nothing."""

import re
from dataclasses import dataclass
from functools import lru_cache

from analysis.answers.extract.asked import Asked, content, squeeze, stem
from analysis.answers.extract.contexts import Context, Line
from analysis.answers.extract.math_phrases import follows_equals
from analysis.answers.extract.values import write_down

_PROSE = re.compile(r"(?<!\\)(?<![A-Za-z])[A-Za-z]{3,}")
_SIDE_STOP = re.compile(r"[,:;]\s")
_NEXT_WORDS = re.compile(
    r"^[^A-Za-z\n.,;:=+*/<>|]{0,6}([A-Za-z][A-Za-z'-]*)(?:\W{1,2}([A-Za-z][A-Za-z'-]*))?(?:\W{1,2}([A-Za-z][A-Za-z'-]*))?"
)


@dataclass(frozen=True, slots=True)
class Scene:
    """One value, its line and what is asked.

    `names` are the formulas and letters that stand for what is asked; `is_bare`: the line holds no word;
    `said_before` and `said_close` introduce the value: its sentence or clause up to it, or, for a bare line, the line
    that leads to it; `root` is the left-most side of the equation that the value ends, without spaces, "" where there
    is none; `next_words` are up to three words right after it.
    """

    context: Context
    line: Line
    asked: Asked
    names: frozenset[str]
    position: float
    value: str
    is_bare: bool
    said_before: str
    said_close: str
    follows_equals: bool
    root: str
    next_words: tuple[str, ...]
    next_stems: tuple[str, ...]
    words_before: frozenset[str]
    words_close: frozenset[str]


def scene_of(
    context: Context, line: Line, asked: Asked, names: frozenset[str], position: float, composed: str = ""
) -> Scene:
    """Make ready what the cues look at; `composed` replaces the value that stands there."""
    before = context.before
    bare = is_bare(line.flat)
    equals = follows_equals(context)
    next_words = words_after(context)
    return Scene(
        context=context,
        line=line,
        asked=asked,
        names=names,
        position=position,
        value=composed or _in_asked_form(context.value.text, asked),
        is_bare=bare,
        said_before=line.lead if bare else before,
        said_close=line.lead if bare else context.clause,
        follows_equals=equals,
        root=_root(context, equals),
        next_words=next_words,
        next_stems=tuple(map(stem, next_words)),
        words_before=stems(line.lead if bare else before),
        words_close=stems(line.lead if bare else context.clause),
    )


def words_after(context: Context) -> tuple[str, ...]:
    """Up to three words right after a value, as they stand."""
    match = _NEXT_WORDS.match(context.after)
    return tuple(filter(None, match.groups())) if match else ()


def _in_asked_form(text: str, asked: Asked) -> str:
    written = write_down(text)
    return coefficient(written, asked) if "coefficient" in asked.heads else written


def _root(context: Context, equals: bool) -> str:
    if context.root:
        return squeeze(context.root)
    return squeeze(_SIDE_STOP.split(context.before.partition("=")[0])[-1]) if equals else ""


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
