"""The literal table of segmentations: how a text is cut into steps. Knows nothing of answers, storage or pages.

A segmentation is a pure function `segment(text) -> list[Step]`: offsets are code points of the text as stored, steps
are in order and do not overlap, and numbers count from 1. "\\n" alone ends a line, as in First Try Matters (arXiv
2510.08308) section 2.1.
"""

from collections.abc import Callable

from analysis.registry import Entry, Registry
from analysis.types import Step

Segmentation = Callable[[str], list[Step]]

DEFAULT = "line"
SEGMENTATIONS: Registry[Segmentation] = Registry(
    "segmentation",
    {
        "line": Entry("Lines", "analysis.segmentation.line:segment"),
        "paragraph": Entry("Paragraphs", "analysis.segmentation.paragraph:segment"),
        "sentence": Entry("Sentences", "analysis.segmentation.sentence:segment"),
    },
)
VERSIONS = {"line": 1, "paragraph": 1, "sentence": 1}
