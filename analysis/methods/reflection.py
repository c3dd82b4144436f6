"""Methods that read the reflection inside one trace. Knows no registry."""

from typing import Final

from analysis.methods.method import Method

REFLECTION: Final = (
    Method(
        "first-try-matters",
        "First Try Matters: Revisiting the Role of Reflection in Reasoning Models",
        "2510.08308",
        ("Asks what the thoughts after a first candidate answer are worth, and finds that most only repeat it."),
        does=(
            "Finds the candidate answers of each rollout, grades them, and shows first against final accuracy, "
            "the five kinds of transition, tokens before and after the first answer, and what stopping early "
            "would have saved."
        ),
        by=(
            "measure:accuracy",
            "measure:transitions",
            "measure:tokens",
            "measure:candidates",
            "measure:position",
            "measure:early_stop",
            "measure:question_stop",
            "extractor:rules",
            "protocol:extraction",
            "scheme:transitions",
            "export:cut_at",
            "export:reflection_mix",
        ),
        left_out=(
            "Training on shortened traces. Candidates come from rules by default; the paper lets a model find "
            "them, which is the protocol named here."
        ),
        proof=(
            "Tables 4 to 6, Fig. 3 and p(F→T) of the paper from its own rows; hand-counted traces; coverage of "
            "intervals on simulated data."
        ),
        proven_in=(
            "tests/analysis/measures/test_published.py",
            "tests/analysis/measures/test_traces.py",
            "docs/proofs.md",
        ),
    ),
    Method(
        "self-braking",
        "Let LLMs Break Free from Overthinking via Self-Braking Tuning",
        "2505.14604",
        ("Scores how much of a trace is spent after the first right solution, and tunes models to stop by themselves."),
        does=(
            "Computes the efficiency ratio, the share of marker words and the overthinking score of each model, "
            "with the weight as a setting."
        ),
        by=("measure:overthinking", "measure:markers", "export:sbt_e", "export:sbt_d"),
        left_out=(
            "The tuning. A model judges there where the first solution ends; here it is the first right candidate."
        ),
        proof="The paper's worked example (.543); hand-counted traces; coverage of intervals on simulated data.",
        proven_in=("tests/analysis/measures/test_traces.py", "tests/analysis/test_markers.py", "docs/proofs.md"),
    ),
)
