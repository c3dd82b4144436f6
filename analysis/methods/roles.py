"""Methods in which one model looks at another's work. Knows no registry."""

from typing import Final

from analysis.methods.method import Method

ROLES: Final = (
    Method(
        "thinktuning",
        "ThinkTuning: Instilling Cognitive Reflections without Distillation",
        "2508.07616",
        "Puts a teacher's feedback into a student's rollouts while the student learns.",
        does=(
            "Runs attempt, teacher's feedback that gives nothing away, and second attempt, with one or two "
            "models, shows both accuracies with what turned right and wrong, and writes the guided rollouts with "
            "their rewards."
        ),
        by=("protocol:teacher", "measure:self_correction", "export:thinktuning"),
        left_out="Counts of kinds of reflection in the feedback. Training of any kind.",
        proof=(
            "Hand-derived dialogues in which the teacher is a turn of its own; coverage of intervals on simulated data."
        ),
        proven_in=(
            "tests/analysis/protocols/test_roles.py",
            "tests/analysis/training/test_remarks.py",
            "docs/proofs.md",
        ),
    ),
    Method(
        "automathcritique",
        "Enhancing LLM Reasoning via Critique Models with Test-Time and Training-Time Supervision",
        "2411.16579",
        "A critic of its own goes through the steps of an answer, and the solver refines it.",
        does=(
            "Runs solver, critic and refinement with two models, and shows how often the critic is right and "
            "what the refinement gained, by band of difficulty and under a vote."
        ),
        by=(
            "protocol:critique",
            "measure:self_correction",
            "measure:difficulty",
            "measure:sampling",
            "export:critiques",
            "export:critique_refine",
            "export:step_labels",
        ),
        left_out="The training.",
        proof="Hand-derived verdicts of the critic, unread ones counted; coverage of intervals on simulated data.",
        proven_in=("tests/analysis/protocols/test_roles.py", "docs/proofs.md"),
    ),
    Method(
        "mad",
        "Encouraging Divergent Thinking in Large Language Models through Multi-Agent Debate",
        "2305.19118",
        "Two sides argue before a judge, so that a model does not settle on its first thought.",
        does=(
            "Runs the debate with its levels of disagreement and a judge that may end it, shows disagreement by "
            "round, and compares it with self-correction on the same problems."
        ),
        by=("protocol:debate", "measure:compare"),
        left_out="Disagreement judged by people, as in the paper: here it is whether the answers differ.",
        proof="Hand-derived debates: ended early, ended by the last judgement, without a verdict.",
        proven_in=("tests/analysis/protocols/test_roles.py",),
    ),
    Method(
        "supercorrect",
        "SuperCorrect: Supervising and Correcting Language Models with Error-Driven Insights",
        "2410.09008",
        "A larger model shows a smaller one where its solution first goes wrong, and how it is mended.",
        does=(
            "Runs a critic of another model over each line of an answer with the student's refinement after it; "
            "people mark the first wrong step and its cause. Writes a teacher's corrections over the student's own as "
            "pairs, and answers in the template of thought."
        ),
        by=(
            "protocol:critique",
            "scheme:first_wrong_step",
            "measure:self_correction",
            "export:supercorrect_pairs",
            "export:supercorrect_thoughts",
        ),
        left_out="Putting answers into the template of thought. Training of any kind.",
        proof="Hand-derived dialogues; the scheme has a closed list of causes and an example of each label.",
        proven_in=(
            "tests/analysis/protocols/test_roles.py",
            "tests/analysis/labelling/test_shipped_schemes.py",
            "tests/analysis/training/test_remarks.py",
        ),
    ),
    Method(
        "tailored-learning",
        "Democratizing Reasoning Ability: Tailored Learning from Large Language Model",
        "2310.13332",
        "A student sits an exam, a teacher explains each mistake, and the student learns from both.",
        does=("Runs the exam with a teacher's feedback on each answer, and lists the problems that are never solved."),
        by=("protocol:teacher", "measure:difficulty", "export:tailored"),
        left_out="Rounds of learning between exams.",
        proof="Hand-derived dialogues; bands by hand and by the 86 and 4 problems of a real set.",
        proven_in=("tests/analysis/protocols/test_roles.py", "tests/analysis/measures/test_bands_and_balance.py"),
    ),
)
