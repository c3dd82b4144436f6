r"""Steps as lines: the text cut at every "\n". Knows nothing of what a line says. Source: First Try Matters, 2.1."""

from analysis.types import Step


def segment(text: str) -> list[Step]:
    r"""Cut `text` at each "\n" and at nothing else.

    Blank lines are steps too, so that a number is the line's number in any editor; "\r", U+0085 and U+2028 stay inside
    their line. The step leaves out the "\n" itself. An empty text is one empty line, as for `str.split`.
    First Try Matters (arXiv 2510.08308) section 2.1: a step is a line; the authors' code numbers blank lines too.

    >>> segment("a\n\nbc")
    [Step(number=1, start=0, end=1), Step(number=2, start=2, end=2), Step(number=3, start=3, end=5)]
    """
    steps = []
    start = 0
    for number, line in enumerate(text.split("\n"), 1):
        steps.append(Step(number, start, start + len(line)))
        start += len(line) + 1
    return steps
