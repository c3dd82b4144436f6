"""The literal table of training sets. Knows nothing of how one is made."""

from analysis.registry import Entry, Registry
from analysis.training.exporter import Exporter

TRAINING_SETS: Registry[Exporter] = Registry(
    "training set",
    {
        "cut_at": Entry("Cut after the i-th candidate", "analysis.training.cut_at:CUT_AT"),
        "reflection_mix": Entry("Correcting and confirming rollouts, mixed", "analysis.training.mixed:REFLECTION_MIX"),
        "clt": Entry("Keep right answers (CLT)", "analysis.training.correcting:CLT"),
        "cst": Entry("Mend wrong answers (CST)", "analysis.training.correcting:CST"),
        "cct": Entry("Keep and mend (CCT)", "analysis.training.correcting:CCT"),
        "sbt_e": Entry("Self-braking after two solutions (SBT-E)", "analysis.training.self_braking:SBT_E"),
        "sbt_d": Entry("Self-braking by the score (SBT-D)", "analysis.training.self_braking:SBT_D"),
        "scl": Entry("Better of two answers (SCL)", "analysis.training.two_turns:SCL"),
        "revise_verify": Entry("ReVISE, stage 1: stop or refine", "analysis.training.revise:REVISE_VERIFY"),
        "revise_correct": Entry("ReVISE, stage 2: refine", "analysis.training.revise:REVISE_CORRECT"),
        "relift_buffer": Entry(
            "Demonstrations for unsolved problems (ReLIFT)", "analysis.training.relift:RELIFT_BUFFER"
        ),
        "relift_prompts": Entry("RL prompts by difficulty (ReLIFT)", "analysis.training.relift:RELIFT_PROMPTS"),
        "b_star": Entry("Selected samples (B-STaR)", "analysis.training.b_star:B_STAR"),
        "srpo": Entry("Think, answer, reflect, think, answer (SRPO)", "analysis.training.five_blocks:SRPO"),
        "critiques": Entry("Step feedback of critics (AutoMathCritique)", "analysis.training.critiques:CRITIQUES"),
        "critique_refine": Entry(
            "Refining by a critique (AutoMathCritique)", "analysis.training.critiques:CRITIQUE_REFINE"
        ),
        "step_labels": Entry("Labels of steps (AutoMathCritique)", "analysis.training.critiques:STEP_LABELS"),
        "tailored": Entry("Teacher's rationale against mistakes", "analysis.training.tailored:TAILORED"),
        "thinktuning": Entry("Rollouts guided by a teacher (ThinkTuning)", "analysis.training.guided:THINKTUNING"),
        "self_meta": Entry("Feedback and refinement as a skill (SELF)", "analysis.training.self_evolving:SELF_META"),
        "self_evolution": Entry("Refined answers (SELF)", "analysis.training.self_evolving:SELF_EVOLUTION"),
        "supercorrect_thoughts": Entry(
            "Hierarchical thoughts (SuperCorrect, stage 1)", "analysis.training.supercorrect:SUPERCORRECT_THOUGHTS"
        ),
        "supercorrect_pairs": Entry(
            "Teacher's correction over the student's (SuperCorrect, stage 2)",
            "analysis.training.supercorrect:SUPERCORRECT_PAIRS",
        ),
        "rerest_agent": Entry("Passed or repaired answers (Re-ReST)", "analysis.training.repairs:REREST_AGENT"),
        "rerest_reflector": Entry("Repairs by feedback (Re-ReST)", "analysis.training.repairs:REREST_REFLECTOR"),
        "rerest_pairs": Entry("Repaired over failed answers (Re-ReST)", "analysis.training.repairs:REREST_PAIRS"),
        "exit_tasks": Entry("Steps of improvement as tasks (ExIt)", "analysis.training.tasks:EXIT_TASKS"),
        "consensus": Entry("Tasks judged alike (KnowRL)", "analysis.training.consensus:CONSENSUS"),
        "act_choices": Entry("Which of two actions is better (ACT)", "analysis.training.choices:ACT_CHOICES"),
        "agent_messages": Entry(
            "Agents' messages without observations (DeepResearcher)", "analysis.training.agent_messages:AGENT_MESSAGES"
        ),
    },
)
