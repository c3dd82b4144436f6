"""The literal table of extractors of candidate answers. Knows no grades and no storage; a default reads neither gold
nor final answer.

Source: Extract(C) of First Try Matters (arXiv 2510.08308) section 2.1, equation 1, where a language model reads the
trace.
"""

from typing import Protocol

from analysis.registry import Entry, Registry
from analysis.types import Candidate, Problem


class Extractor(Protocol):
    """The candidates of a reasoning text, in order; only a labelled variant may read `final`."""

    def __call__(self, text: str, problem: Problem, final: str | None = None) -> list[Candidate]: ...


DEFAULT = "rules"
EXTRACTORS: Registry[Extractor] = Registry(
    "extractor",
    {
        "rules": Entry("Rules (question and text)", "analysis.answers.extract.rules:extract"),
        "rules+final": Entry("Rules, told the final answer", "analysis.answers.extract.told:extract"),
        "boxed": Entry("Boxed or 'answer is' (baseline)", "analysis.answers.extract.boxed:extract"),
    },
)
VERSIONS = {"rules": 1, "rules+final": 1, "boxed": 1}
READS_FINAL = frozenset({"rules+final"})
"""Extractors that read the final answer: what they find leans towards confirming it."""
