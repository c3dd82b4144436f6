"""Methods that change decoding, look into a model, or train a policy on old rollouts. Knows no registry."""

from typing import Final

from analysis.methods.method import Method

INTERVENTIONS: Final = (
    Method(
        "cgrs",
        ("Efficient Reasoning for Large Reasoning Language Models via Certainty-Guided Reflection Suppression"),
        "2508.05337",
        "Suppresses words that begin a reflection while a probe says that the model is certain.",
        does=(
            "Probes finished traces at step ends by the same rule, and says where it would have suppressed a "
            "reflection, and what the forced answer there was."
        ),
        by=("protocol:probe",),
        left_out=(
            "The suppression itself, in decoding: planned. The bytes of the paper's probe text are unpublished, "
            "so every decision is marked as approximate."
        ),
        proof="Hand-derived certainties and decisions at the paper's threshold.",
        proven_in=("tests/analysis/protocols/test_probing.py",),
    ),
    Method(
        "remix",
        "Squeeze the Soaked Sponge: Efficient Off-policy Reinforcement Finetuning for Large Language Model",
        "2507.06892",
        "Reuses old rollouts in reinforcement learning, and sees replies shorten and reflection fade.",
    ),
    Method(
        "srgen",
        "Self-Reflective Generation at Test Time",
        "2510.02919",
        "Fits a small correction to the hidden state before it writes a token of high entropy.",
    ),
    Method(
        "id-sampling",
        "Iterative Deepening Sampling for Large Language Models",
        "2502.05449",
        "Puts in a call to check oneself at budgets that grow by a factor.",
    ),
    Method(
        "persona-non-grata",
        "Persona Non Grata: Single-Method Safety Evaluation Is Incomplete for Persona-Imbued LLMs",
        "2604.11120",
        "Finds that personas given in words and by steering activations fail in different ways.",
    ),
    Method(
        "metacognitive-monitoring",
        "Language Models Are Capable of Metacognitive Monitoring and Control of Their Internal Activations",
        "2505.13763",
        "Shows a model labels of its own activations, and asks it to report or to move them.",
    ),
    Method(
        "cyclicreflex",
        "CyclicReflex: Improving Large Reasoning Models via Cyclical Reflection Token Scheduling",
        "2506.11077",
        "Raises and lowers the logits of reflection words in a triangular wave.",
    ),
    Method(
        "psr",
        "Think Twice, Generate Once: Safeguarding by Progressive Self-Reflection",
        "2510.01270",
        "Stops every so many tokens to ask whether the text is harmful, and goes back if it is.",
    ),
)
