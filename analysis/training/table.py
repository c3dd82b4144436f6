"""The literal table of training sets. Knows nothing of how one is made."""

from analysis.registry import Entry, Registry
from analysis.training.exporter import Exporter

TRAINING_SETS: Registry[Exporter] = Registry(
    "training set",
    {
        "cut_at": Entry("Cut after the i-th candidate", "analysis.training.cut_at:CUT_AT"),
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
        "tailored": Entry("Teacher's rationale against mistakes", "analysis.training.tailored:TAILORED"),
    },
)
