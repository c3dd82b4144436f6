"""The literal table of measures: name -> (label, where it is). A measure is a file and a line here."""

from typing import TYPE_CHECKING

from analysis.registry import Entry, Registry

if TYPE_CHECKING:
    from analysis.measures.base import Measure

MEASURES: "Registry[Measure]" = Registry(
    "measure",
    {
        "accuracy": Entry("First and final accuracy", "analysis.measures.accuracy:ACCURACY"),
        "transitions": Entry("Transitions", "analysis.measures.transitions:TRANSITIONS"),
        "tokens": Entry("Tokens before and after the first answer", "analysis.measures.tokens:TOKENS"),
        "candidates": Entry("Candidates per rollout", "analysis.measures.candidates:CANDIDATES"),
        "position": Entry("Where candidates stand", "analysis.measures.position:POSITION"),
        "length": Entry("Accuracy against length", "analysis.measures.length:LENGTH"),
        "length_matched": Entry("At equal length", "analysis.measures.length_matched:LENGTH_MATCHED"),
        "early_stop": Entry("Stopping early", "analysis.measures.early_stop:EARLY_STOP"),
        "overthinking": Entry("Overthinking (from candidates)", "analysis.measures.overthinking:OVERTHINKING"),
        "underthinking": Entry("Underthinking (from candidates)", "analysis.measures.underthinking:UNDERTHINKING"),
        "question_stop": Entry("Stopping by the question", "analysis.measures.question_stop:QUESTION_STOP"),
        "first_correct": Entry("First right answer", "analysis.measures.first_correct:FIRST_CORRECT"),
        "agreement": Entry("Stopping when answers agree (from candidates)", "analysis.measures.agreement:AGREEMENT"),
        "markers": Entry("Markers per 1,000 tokens", "analysis.measures.markers:MARKERS_PER_TOKEN"),
        "mined_phrases": Entry("Phrases of reflection", "analysis.measures.mined_phrases:MINED_PHRASES"),
        "sampling": Entry("Several samples of a problem", "analysis.measures.sampling:SAMPLING"),
        "difficulty": Entry("Difficulty bands", "analysis.measures.difficulty:DIFFICULTY"),
        "balance": Entry("Exploration and exploitation (B-STaR)", "analysis.measures.balance:BALANCE"),
        "compare": Entry("Comparison on the same problems", "analysis.measures.compare:COMPARE"),
        "self_correction": Entry("Self-correction", "analysis.measures.self_correction:SELF_CORRECTION"),
        "rounds": Entry("Round by round", "analysis.measures.rounds:ROUNDS"),
        "forms": Entry("Generation against multiple choice", "analysis.measures.forms:GENERATION_AND_CHOICE"),
        "stability": Entry("Stability", "analysis.measures.stability:STABILITY"),
        "calibration": Entry("Calibration", "analysis.measures.calibration:CALIBRATION"),
        "calibration_change": Entry(
            "Calibration before and after reflection", "analysis.measures.calibration_change:CALIBRATION_CHANGE"
        ),
        "calibration_length": Entry(
            "Confidence against length", "analysis.measures.calibration_length:CALIBRATION_LENGTH"
        ),
        "recalibration": Entry("Recalibration", "analysis.measures.recalibration:RECALIBRATION"),
    },
)
