r"""Steps as paragraphs: runs of lines that are not blank. Knows nothing of what a paragraph says.

Source: the "\n\n" checkpoints of CGRS (arXiv 2508.05337) and most step-level work on reasoning traces.
"""

from analysis.segmentation.line import segment as lines
from analysis.types import Step


def segment(text: str) -> list[Step]:
    r"""Join neighbouring lines that are not blank; a blank line (nothing but white space) separates.

    A paragraph starts at its first line's start and ends at its last line's end. A text without any visible character
    has no paragraph.

    >>> segment("a\nb\n \nc")
    [Step(number=1, start=0, end=3), Step(number=2, start=6, end=7)]
    """
    paragraphs: list[Step] = []
    is_open = False
    for _, start, end in lines(text):
        if not text[start:end].strip():
            is_open = False
        elif is_open:
            paragraphs[-1] = paragraphs[-1]._replace(end=end)
        else:
            paragraphs.append(Step(len(paragraphs) + 1, start, end))
            is_open = True
    return paragraphs
