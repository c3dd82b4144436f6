r"""The lines of a text made ready for cues: flat, numbered, each with the line that leads to it. Knows no cue.

Lines are cut on "\n" only, as everywhere; blank lines are numbered and left out here.
"""

from analysis.answers.extract.contexts import Line
from analysis.answers.extract.flatten import flatten
from analysis.segmentation.line import segment

_SHORT = 90


def lines_of(text: str) -> list[Line]:
    r"""The lines that hold something, with their numbers in the text.

    A line's `lead` is the line before it where that ends with a colon or is short: a displayed formula is read under
    it.

    >>> [(line.number, line.start, line.lead) for line in lines_of("So:\n\\[\nx = 3\n\\]")]
    [(1, 0, ''), (3, 7, 'So:')]
    """
    lines: list[Line] = []
    for number, start, end in segment(text):
        raw = text[start:end]
        flat = flatten(raw)
        if flat.strip():
            lines.append(Line(number, start, flat, _lead(lines[-1].flat) if lines else ""))
    return lines


def _lead(before: str) -> str:
    return before if len(before) < _SHORT or before.rstrip().endswith((":", "=")) else ""
