r"""Steps as sentences inside lines. Knows a few abbreviations and no grammar; LaTeX is not read.

Source: rules of our own; Thought Anchors (arXiv 2506.19143) works on sentences, cut by its authors with a similar
pattern.
"""

import re
from itertools import pairwise

from analysis.segmentation.line import segment as lines
from analysis.types import Step

_STOP = re.compile(r"[.!?]{1,8}[\"'”’)\]*]{0,4}(?=\s)")
_NOT_AN_END = re.compile(r"(?:^|[\s(])(?:e\.g|i\.e|etc|vs|cf|Fig|Eq|No|Dr|Mr|Mrs|Ms|St|approx|[A-Za-z]|\d{1,3})\.$")
_LOOK_BACK = 12


def segment(text: str) -> list[Step]:
    r"""Cut each line after ".", "!" or "?" (with closing quotes or brackets) that is followed by white space.

    No sentence goes over a "\n". An abbreviation, a single letter or a list number ("1.") ends no sentence.
    Surrounding white space belongs to no sentence; a text without any visible character has none.

    >>> segment("So x = 3.5. Right?\nYes")
    [Step(number=1, start=0, end=11), Step(number=2, start=12, end=18), Step(number=3, start=19, end=22)]
    """
    spans = [span for _, start, end in lines(text) for span in _sentences(text, start, end)]
    return [Step(number, start, end) for number, (start, end) in enumerate(spans, 1)]


def _sentences(text: str, start: int, end: int) -> list[tuple[int, int]]:
    cuts = [match.end() for match in _STOP.finditer(text, start, end) if _ends_a_sentence(text, start, match)]
    edges = [start, *cuts, end]
    stripped = (_strip(text, left, right) for left, right in pairwise(edges))
    return [span for span in stripped if span[0] < span[1]]


def _ends_a_sentence(text: str, line_start: int, match: re.Match[str]) -> bool:
    if match.group().strip("\"'”’)]*") != ".":
        return True
    end = match.start() + 1
    before = text[max(line_start, end - _LOOK_BACK) : end]
    return _NOT_AN_END.search(before) is None


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    left = start + len(piece) - len(piece.lstrip())
    return left, max(left, start + len(piece.rstrip()))
