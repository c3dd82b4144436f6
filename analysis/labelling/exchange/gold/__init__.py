"""The literal table of readers for labels that others published with their data. One way; knows no database.

Each gives the text that its labels stand on, to be found by hash, or inside the text of a turn.
"""

from analysis.labelling.exchange.gold.base import GoldReader
from analysis.registry import Entry, Registry

_HERE = "analysis.labelling.exchange.gold"

LAYERS: Registry[GoldReader] = Registry(
    "published layer",
    {
        "gold_candidates": Entry("Hand-labelled candidate answers (JSON lines)", f"{_HERE}.candidates:READER"),
        "thought_anchors": Entry("Thought Anchors: tags of sentences (folder)", f"{_HERE}.thought_anchors:READER"),
        "bigbench_mistake": Entry(
            "BIG-Bench Mistake: first wrong steps (JSON lines)", f"{_HERE}.bigbench_mistake:READER"
        ),
    },
)
