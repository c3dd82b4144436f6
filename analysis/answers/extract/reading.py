r"""The lines of a text made ready for cues: flat, numbered, each with the line that leads to it. Knows no cue.

Lines are cut on "\n" only, as everywhere; blank lines are numbered and left out here.
"""

from analysis.answers.extract.contexts import Line
from analysis.answers.extract.flatten import flatten_lines

_SHORT = 90


def lines_of(text: str) -> list[Line]:
    r"""The lines that hold something, with their numbers in the text.

    A line's `lead` is the line before it where that ends with a colon or is short: a displayed formula is read under
    it.

    >>> [(line.number, line.start, line.lead) for line in lines_of("So:\n\\[\nx = 3\n\\]")]
    [(1, 0, ''), (3, 7, 'So:')]
    """
    lines: list[Line] = []
    lead, start = "", 0
    for number, (flat, raw) in enumerate(zip(flatten_lines(text), text.split("\n"), strict=True), 1):
        if flat and not flat.isspace():
            lines.append(Line(number, start, flat, lead))
            lead = _lead(flat)
        start += len(raw) + 1
    return lines


def _lead(before: str) -> str:
    return before if len(before) < _SHORT or before.rstrip().endswith((":", "=")) else ""
