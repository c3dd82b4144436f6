"""Gold answers and answer types from what a row gives. Knows no files; grading is analysis' matter."""

import re

from analysis.types import AnswerType

from .transforms import to_letter, to_text

GOLD_KEYS = ("value", "answer", "text", "final_answer", "aliases")
LETTER = re.compile(r"\s*\(?([A-Za-z])\s*[).]?\s*")
WORDS = re.compile(r"[A-Za-z][A-Za-z'’\- ]*[A-Za-z]")


def golds_of(value: object, options: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Gold answers as texts: a list is alternatives; with options a whole number is the place of the right one.

    >>> golds_of(["4", "four"]), golds_of(2, ("x", "y", "z")), golds_of(None)
    (('4', 'four'), ('C',), ())
    """
    if isinstance(value, list):
        return tuple(gold for item in value for gold in golds_of(item, options))
    if isinstance(value, dict):
        inner = next(
            (value[key] for key in ("value", "answer", "text", "final_answer", "aliases") if key in value), None
        )
        return golds_of(inner, options)
    is_place = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < len(options)
    if is_place and str(value) not in options:
        return (to_letter(value) or "",)
    text = to_text(value)
    return (text,) if text is not None and text.strip() else ()


def guess_answer_type(golds: tuple[str, ...], options: tuple[str, ...]) -> AnswerType:
    """Choice where there are options or the gold is one letter A-J; text where it is words only; else math.

    >>> guess_answer_type(("B",), ()), guess_answer_type(("Paris",), ()), guess_answer_type((r"\\\\frac12",), ())
    (<AnswerType.CHOICE: 'choice'>, <AnswerType.TEXT: 'text'>, <AnswerType.MATH: 'math'>)
    """
    if not golds:
        return AnswerType.CHOICE if options else AnswerType.MATH
    letters = [LETTER.fullmatch(gold) for gold in golds]
    if all(found and found[1].upper() in "ABCDEFGHIJ" and found[1].isupper() for found in letters):
        return AnswerType.CHOICE
    if options and all(gold.strip() in options for gold in golds):
        return AnswerType.CHOICE
    return AnswerType.TEXT if all(WORDS.fullmatch(gold.strip()) for gold in golds) else AnswerType.MATH
