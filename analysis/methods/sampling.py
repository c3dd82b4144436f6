"""Methods that draw several samples of a problem. Knows no registry."""

from typing import Final

from analysis.methods.method import Method

SAMPLING: Final = (
    Method(
        "relift",
        "Learning What Reinforcement Learning Can't: Interleaved Online Fine-Tuning for Hardest Questions",
        "2506.07527",
        "Puts demonstrations in between where reinforcement learning never finds an answer.",
        does=(
            "Draws samples of each problem, sorts problems into bands by the share that is right, and queues "
            "those that are never solved; these are then asked of another model."
        ),
        by=("measure:difficulty", "protocol:regenerate", "export:relift_buffer", "export:relift_prompts"),
        left_out="The learning.",
        proof=(
            "Every share of eight samples falls where the paper's table has it; the 86 always and 4 never "
            "solved problems of a real set."
        ),
        proven_in=("tests/analysis/measures/test_bands_and_balance.py",),
    ),
    Method(
        "b-star",
        "B-STaR: Monitoring and Balancing Exploration and Exploitation in Self-Taught Reasoners",
        "2412.17256",
        (
            "Watches how many different right samples self-training still finds, and sets temperature and "
            "threshold by it."
        ),
        does=("Computes Pass@K-S, Reward@K-S and the balance score over a grid of conditions and reward thresholds."),
        by=("measure:balance", "measure:sampling", "protocol:regenerate", "export:b_star"),
        left_out="The self-training.",
        proof="Hand-counted sets; both curves equal a loop over all subsets and all orders of ties.",
        proven_in=("tests/analysis/measures/test_bands_and_balance.py", "docs/proofs.md"),
    ),
    Method(
        "icsf-survey",
        "Internal Consistency and Self-Feedback in Large Language Models: A Survey",
        "2407.14507",
        "Surveys how far a model agrees with itself in its answers, its probabilities and its layers.",
        does=(
            "Shows how far the samples of a problem agree, their entropy, and whether agreement goes with being "
            "right; forced answers give the probability of each answer along a trace."
        ),
        by=("measure:sampling", "protocol:probe"),
        left_out="Answers read from hidden layers: planned.",
        proof=(
            "The survey's own values; entropies and votes equal naive loops; coverage of intervals on simulated data."
        ),
        proven_in=(
            "tests/analysis/sampling/test_sampling.py",
            "tests/analysis/measures/test_sampling.py",
            "docs/proofs.md",
        ),
    ),
)
