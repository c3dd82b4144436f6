"""Methods that ask whether a model knows what it knows. Knows no registry."""

from typing import Final

from analysis.methods.method import Method

CALIBRATION: Final = (
    Method(
        "thinking-out-loud",
        "Thinking Out Loud: Do Reasoning Models Know When They're Right?",
        "2504.06564",
        "Looks whether reasoning models say fitting confidences, and when they say that they do not know.",
        does=(
            "Reads stated confidences of imported or fresh rollouts, and shows ECE and its kin, Brier, AUROC, a "
            "reliability figure, declined answers, and confidence against length, by model."
        ),
        by=(
            "measure:calibration",
            "measure:calibration_length",
            "measure:calibration_change",
            "format:stated-confidence",
            "protocol:regenerate",
        ),
        left_out="The paper's prompts: ours are worded anew.",
        proof=(
            "Fixtures for both edges and tie rules, scikit-learn and relplot as second routes; naive loops; coverage."
        ),
        proven_in=(
            "tests/analysis/test_calibration.py",
            "tests/analysis/measures/test_calibration.py",
            "docs/proofs.md",
        ),
    ),
    Method(
        "knowrl",
        "KnowRL: Teaching Language Models to Know What They Know",
        "2510.11407",
        "Rewards a model for judging alike, again and again, which tasks it can and cannot do.",
        does=(
            "Lets a model name tasks of both kinds and judge them again blind, several times, and shows "
            "agreement; judges answerable and unanswerable questions, ours or uploaded, with accuracy and F1. Writes "
            "the tasks with the majority's judgement and its consensus."
        ),
        by=("task:feasibility", "export:consensus"),
        left_out="The reinforcement learning.",
        proof="Hand-derived judgements with ties and unread replies; F1 by scikit-learn as a second route.",
        proven_in=(
            "tests/analysis/psychometrics/tasks/test_feasibility.py",
            "tests/analysis/protocols/lab/test_feasibility.py",
            "tests/analysis/training/test_groups.py",
        ),
    ),
)
