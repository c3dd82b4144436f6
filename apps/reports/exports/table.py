"""The literal table of tables that a user can export. A table is a file of its app and a line here."""

from analysis.registry import Entry, Registry, UnknownName
from apps.traces.exports.base import NoSuchTableError, Table

TABLES: Registry[Table] = Registry(
    "table",
    {
        "rollouts": Entry("Rollouts", "apps.traces.exports.rollouts:ROLLOUTS"),
        "turns": Entry("Turns, without their texts", "apps.traces.exports.turns:TURNS"),
        "texts": Entry("Turns with their texts", "apps.traces.exports.turns:TEXTS"),
        "features": Entry("Features", "apps.traces.exports.features:FEATURES"),
        "candidates": Entry("Candidate answers", "apps.traces.exports.candidates:CANDIDATES"),
        "grades": Entry("Grades", "apps.traces.exports.grades:GRADES"),
        "scores": Entry("Scores", "apps.traces.exports.grades:SCORES"),
        "measures": Entry("Measures", "apps.traces.exports.measures:ROWS"),
        "pairs": Entry("Pairs of two arms", "apps.traces.exports.measures:PAIRS"),
        "problems": Entry("Problems", "apps.traces.exports.problems:PROBLEMS"),
        "conditions": Entry("Conditions", "apps.traces.exports.problems:CONDITIONS"),
        "collections": Entry("Collections", "apps.traces.exports.problems:COLLECTIONS"),
        "history": Entry("History", "apps.traces.exports.problems:CHANGES"),
        "runs": Entry("Runs", "apps.runs.exports.runs:RUNS"),
        "units": Entry("Units of runs", "apps.runs.exports.runs:UNITS"),
        "probes": Entry("Probes", "apps.runs.exports.runs:PROBES"),
        "judgements": Entry("Judgements", "apps.runs.exports.runs:JUDGEMENTS"),
        "labels": Entry("Labels", "apps.annotation.exports.labels:LABELS"),
        "items": Entry("Queue items", "apps.annotation.exports.labels:ITEMS"),
        "administrations": Entry("Administrations", "apps.psychology.exports.lab:ADMINISTRATIONS"),
        "answers": Entry("Answers to items", "apps.psychology.exports.lab:ANSWERED"),
        "figures": Entry("Scores and behaviours", "apps.psychology.exports.lab:SCORED"),
    },
)


def get_table(name: str) -> Table:
    """Raises NoSuchTableError; the message lists the tables."""
    try:
        return TABLES[name]
    except UnknownName as error:
        raise NoSuchTableError(str(error)) from error
