"""The literal table of the schemes that come with the application: one small file each, in words of our own.

Knows nobody's labels. A project takes a copy of a scheme and may change it.
"""

from analysis.labelling.scheme import Scheme
from analysis.registry import Entry, Registry

SCHEMES: Registry[Scheme] = Registry(
    "scheme",
    {
        "reflection": Entry("Reflection steps", "analysis.labelling.shipped.reflection:SCHEME"),
        "candidates": Entry("Candidate answers", "analysis.labelling.shipped.candidates:SCHEME"),
        "transitions": Entry(
            "Transitions and types of reflection (First Try Matters)", "analysis.labelling.shipped.transitions:SCHEME"
        ),
        "thought_anchors": Entry(
            "What a sentence does (thought anchors)", "analysis.labelling.shipped.thought_anchors:SCHEME"
        ),
        "zimmerman": Entry(
            "Phases of self-regulated learning (Zimmerman)", "analysis.labelling.shipped.zimmerman:SCHEME"
        ),
        "agent_behaviours": Entry("Behaviours of agents", "analysis.labelling.shipped.agent_behaviours:SCHEME"),
        "first_wrong_step": Entry(
            "First wrong step and its cause", "analysis.labelling.shipped.first_wrong_step:SCHEME"
        ),
        "hint_faithfulness": Entry("Faithful to a hint", "analysis.labelling.shipped.hint_faithfulness:SCHEME"),
    },
)
