"""Methods in which a model answers, looks again and answers anew. Knows no registry."""

from typing import Final

from analysis.methods.method import Method

CORRECTION: Final = (
    Method(
        "generation-vs-mc",
        "Self-Correcting Large Language Models: Generation vs. Multiple Choice",
        "2511.09381",
        ("Compares how answers move over rounds of review when they are written freely and when they are chosen."),
        does=(
            "Asks one item in both forms with rounds that show all earlier answers, and shows accuracy round by "
            "round and the paired difference between the forms."
        ),
        by=("protocol:self_correction", "measure:forms", "measure:rounds", "format:answer-iterations"),
        left_out="The paper's prompts: ours are worded anew. Its models are not part of the application.",
        proof="The 72 published series of six models, two sets and three strategies; hand-counted items.",
        proven_in=("tests/analysis/measures/test_forms.py", "tests/analysis/protocols/test_self_correction.py"),
    ),
    Method(
        "srpo",
        "SRPO: Enhancing Multimodal LLM Reasoning via Reflection-Aware Reinforcement Learning",
        "2506.01713",
        "Rewards a reflection between two answers in one reply by what it did to the answer.",
        does=(
            "Asks for the five blocks in one reply, takes them apart into two attempts, and computes the "
            "rewards of format, effect and brevity."
        ),
        by=("protocol:five_blocks", "measure:self_correction", "export:srpo"),
        left_out=(
            "Images, and the reinforcement learning. The rewards follow the paper's table, not the release whose "
            "comparisons give other values."
        ),
        proof="Hand-derived rewards of each of the four outcomes and of malformed replies.",
        proven_in=("tests/analysis/protocols/test_five_blocks.py",),
    ),
    Method(
        "score",
        "Training Language Models to Self-Correct via Reinforcement Learning",
        "2409.12917",
        "Teaches a model by reinforcement learning to mend its first answer in a second turn.",
        does=(
            "Runs the two attempts with a review that says there might be an error, and shows both accuracies, "
            "their difference, and what turned right and wrong."
        ),
        by=("protocol:self_correction", "measure:self_correction"),
        left_out=(
            "The reinforcement learning and its shaped bonus; the paper has no set to train on but its own samples."
        ),
        proof="The paper's tables are met from their counts; hand-derived dialogues.",
        proven_in=("tests/analysis/test_correction.py", "tests/analysis/protocols/test_self_correction.py"),
    ),
    Method(
        "self",
        "SELF: Language-Driven Self-Evolution for Large Language Model",
        "2310.00533",
        "A model criticises and refines its own answers, and is then trained on what it has refined.",
        does=(
            "Runs answer, feedback of its own and refinement (two calls a round), shows accuracy of each stage, and "
            "writes the corpus of the skill and the refined answers that the model stands by."
        ),
        by=(
            "protocol:self_correction",
            "measure:rounds",
            "measure:self_correction",
            "export:self_meta",
            "export:self_evolution",
        ),
        left_out="How right the feedback itself is. Training of any kind.",
        proof="Hand-derived dialogues of the two-call review and rows with their masks; coverage on simulated data.",
        proven_in=(
            "tests/analysis/training/test_remarks.py",
            "tests/analysis/protocols/test_self_correction.py",
            "tests/analysis/measures/test_second_routes.py",
            "docs/proofs.md",
        ),
    ),
    Method(
        "heart",
        "HEART: Emotionally-driven test-time scaling of Language Models",
        "2509.22876",
        "Asks for another try with words of different feelings, and looks whether the feeling helps.",
        does=(
            "Retries with critical, encouraging, alternating, single or neutral words, with an oracle "
            "(labelled) or without, and shows accuracy by iteration; arms are compared on the same problems."
        ),
        by=("protocol:tones", "measure:rounds", "measure:compare"),
        left_out="The paper's phrases, which were not at hand: ours are of our own wording.",
        proof="Hand-derived dialogues of each tone and regime; coverage of intervals on simulated data.",
        proven_in=("tests/analysis/protocols/test_self_correction.py", "docs/proofs.md"),
    ),
    Method(
        "confidence-vs-critique",
        "Confidence v.s. Critique: A Decomposition of Self-Correction Capability for LLMs",
        "2412.19513",
        "Splits self-correction into keeping right answers and repairing wrong ones.",
        does=(
            "Computes both accuracies, the confidence level CL, the critique score CS and the relative score "
            "RSS, and draws models and prompts in the plane of CL and CS."
        ),
        by=(
            "measure:self_correction",
            "protocol:self_correction",
            "format:answer-pairs",
            "format:option-probabilities",
            "export:clt",
            "export:cst",
            "export:cct",
        ),
        left_out="The tuning.",
        proof=(
            "The paper's 66 rows: all second accuracies, and all scores but three that are misprinted; coverage "
            "of intervals on simulated data."
        ),
        proven_in=("tests/analysis/test_correction.py", "docs/proofs.md"),
    ),
    Method(
        "revise-text",
        "ReVISE: Learning to Refine at Test-Time via Intrinsic Self-Verification",
        "2502.14565",
        ("A model says by a token whether its answer stands or is to be refined, and votes weigh by that confidence."),
        does=(
            "Reads the probability of a verdict on each answer from log-probabilities, shows how well it tells "
            "right from wrong, and weighs votes of several samples by confidence."
        ),
        by=(
            "protocol:judge",
            "measure:calibration",
            "measure:sampling",
            "export:revise_verify",
            "export:revise_correct",
        ),
        left_out="Refining only where the verdict says so, and training the token.",
        proof="Votes equal a loop over all subsets of samples; fixtures of calibration by a second route.",
        proven_in=(
            "tests/analysis/protocols/test_roles.py",
            "tests/analysis/sampling/test_sampling.py",
            "tests/analysis/measures/test_calibration.py",
            "docs/proofs.md",
        ),
    ),
    Method(
        "exit",
        "Bootstrapping Task Spaces for Self-Improvement",
        "2509.04575",
        "Trains on single steps of improvement, chosen from the middle of a model's own histories.",
        does=(
            "Runs chains in which each step sees the question and the last solution only, some told to go "
            "another way, shows what each step gained, and writes steps at which chains come out differently as tasks."
        ),
        by=("protocol:chain", "measure:rounds", "export:exit_tasks"),
        left_out="Starting again from chosen histories, and training of any kind.",
        proof=(
            "Hand-derived chains, each step of which sees the last solution only; coverage of intervals on "
            "simulated data."
        ),
        proven_in=(
            "tests/analysis/protocols/test_self_correction.py",
            "tests/analysis/training/test_groups.py",
            "docs/proofs.md",
        ),
    ),
    Method(
        "scl",
        ("Self-Correction is More than Refinement: A Learning Framework for Visual and Language Reasoning Tasks"),
        "2410.04055",
        "Turns two-turn self-correction into pairs of a better and a worse answer.",
        does=(
            "Runs the two turns with one of four review prompts, text only, and gives each rollout its type: "
            "kept right, mended, spoilt, kept wrong."
        ),
        by=("protocol:two_turns", "measure:self_correction", "export:scl"),
        left_out="Images, and the tuning.",
        proof="Hand-derived dialogues of all four types and of answers without their marks.",
        proven_in=("tests/analysis/protocols/test_self_correction.py", "docs/proofs.md"),
    ),
)
