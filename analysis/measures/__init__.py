"""The literal table of measures: name -> (label, where it is). A measure is a file and a line here."""

from typing import TYPE_CHECKING

from analysis.registry import Entry, Registry

if TYPE_CHECKING:
    from analysis.measures.base import Measure

MEASURES: "Registry[Measure]" = Registry(
    "measure",
    {
        "accuracy": Entry("First and final accuracy", "analysis.measures.accuracy:ACCURACY"),
        "transitions": Entry("Transitions", "analysis.measures.transitions:TRANSITIONS"),
        "tokens": Entry("Tokens before and after the first answer", "analysis.measures.tokens:TOKENS"),
        "candidates": Entry("Candidates per rollout", "analysis.measures.candidates:CANDIDATES"),
    },
)
