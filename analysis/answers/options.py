"""The options of a multiple-choice question. Knows the shapes in which questions print them, not which one is right.

Source: the prompts of MMLU-Pro (arXiv 2406.01574; "A. text" lines, up to ten) and of AMC-like sets ("(A) 3 (B) 4" on
one line).
"""

import re
from collections.abc import Iterable, Iterator

from analysis.types import AnswerType, Problem

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LINE = re.compile(r"^[ \t]{0,8}(?:\(([A-Z])\)|\*\*([A-Z])[.):]\*\*|([A-Z])[.):])[ \t]{0,8}(.*)$", re.MULTILINE)
_INLINE = re.compile(r"(?:\(|\\text(?:bf)?\{\()([A-Z])\)\}?")


def options_in(question: str) -> tuple[str, ...]:
    r"""The texts of the options that `question` prints, in the order A, B, C ...; () where it prints none.

    Options are lines "A. text", "A) text", "A: text", "(A) text" or "**A.** text", or, on one line, "(A) text (B)
    text". Their letters must run from A without a gap and be two at least; the last such run counts. A line that
    follows an option and starts no other belongs to it, up to a blank line.

    >>> options_in("Which is even?\n\nA. one\nB. two\nC. three")
    ('one', 'two', 'three')
    >>> options_in("Pick: (A) 3 (B) 4 (C) 5")
    ('3', '4', '5')
    >>> options_in("What is 1 + 1?")
    ()
    """
    return _in_lines(question) or _in_one_line(question)


def options_of(problem: Problem) -> tuple[str, ...]:
    """The problem's own options, else those printed in its question; () for a question that is answered by a number
    or code.

    >>> options_of(Problem("Pick: (A) 3 (B) 4", options=("three", "four")))
    ('three', 'four')
    >>> options_of(Problem("Pick: (A) 3 (B) 4", answer_type=AnswerType.NUMBER))
    ()
    """
    if problem.options:
        return problem.options
    if problem.answer_type in (AnswerType.NUMBER, AnswerType.CODE):
        return ()
    return options_in(problem.question)


def _in_lines(question: str) -> tuple[str, ...]:
    run = _last_run((next(filter(None, m.group(1, 2, 3))), m.start(), m.start(4)) for m in _LINE.finditer(question))
    return tuple(_to_blank_line(piece) for piece in _pieces(question, run))


def _in_one_line(question: str) -> tuple[str, ...]:
    run = _last_run((m.group(1), m.start(), m.end()) for m in _INLINE.finditer(question))
    return tuple(_to_blank_line(piece).strip(" \t\n,;$\\~&") for piece in _pieces(question, run))


def _last_run(found: Iterable[tuple[str, int, int]]) -> list[tuple[int, int]]:
    """Where marker and text start, for the last run A, B, C ... of two letters or more."""
    best: list[tuple[int, int]] = []
    run: list[tuple[int, int]] = []
    for letter, marker, start in found:
        if letter == "A":
            run = [(marker, start)]
        elif run and len(run) < len(LETTERS) and letter == LETTERS[len(run)]:
            run.append((marker, start))
        if len(run) >= 2:
            best = run
    return best


def _pieces(question: str, run: list[tuple[int, int]]) -> Iterator[str]:
    markers = [marker for marker, _ in run[1:]]
    for (_, start), stop in zip(run, [*markers, len(question)] if run else [], strict=True):
        yield question[start:stop]


def _to_blank_line(piece: str) -> str:
    return re.split(r"\n[ \t]{0,40}\n", piece, maxsplit=1)[0].replace("\\qquad", " ").replace("\\textbf{", " ").strip()
