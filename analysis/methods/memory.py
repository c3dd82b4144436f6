"""Methods of memory banks, own demonstrations, agents' societies and learning rates. Knows no registry."""

from typing import Final

from analysis.methods.method import Method

MEMORY: Final = (
    Method(
        "echosafe",
        ("Evolving Contextual Safety in Multi-Modal Large Language Models via Inference-Time Self-Reflective Memory"),
        "2603.15800",
        "Keeps insights about safety from earlier queries, and retrieves those that fit.",
    ),
    Method(
        "moltbook",
        "Exploring Silicon-Based Societies: An Early Study of the Moltbook Agent Community",
        "2602.02613",
        "Sorts what agents wrote about their own communities into clusters.",
    ),
    Method(
        "metacognitive-reuse",
        "Metacognitive Reuse: Turning Recurring LLM Reasoning Into Concise Behaviors",
        "2509.13237",
        "Names steps that recur in traces, and hands them out again as a handbook.",
    ),
    Method(
        "homeostatic-nn",
        "Need is All You Need: Homeostatic Neural Networks Adapt to Concept Shift",
        "2205.08645",
        "A small network whose learning rate rises and falls with what it sees.",
    ),
    Method(
        "sec",
        "Are Human-generated Demonstrations Necessary for In-context Learning?",
        "2309.14681",
        "A model writes its own examples before it answers.",
    ),
)
