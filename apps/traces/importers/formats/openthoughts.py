"""OpenThoughts: conversations with thought and solution markers, or the reasoning in columns of its own.

Source: the dataset cards of OpenThoughts-114k (default and metadata), -114k-math and OpenThoughts3-1.2M;
peers_and_formats §3.6. The markers are in analysis.delimiters. The columns named `deepseek_…` say who wrote them.
"""

from collections.abc import Iterator

from ..files import SourceFile
from ..mapping import Mapping, Rule
from ..presets import Claim, FileSample, preset_guess
from ..readers import RawRow
from .raw_values import Row, inside, list_of, object_of, shaped, with_facts
from .sharegpt import THOUGHT, with_system

LABELS = {"problem.subject": Rule("domain"), "problem.set": Rule("source"), "problem.level": Rule("difficulty")}
COLUMNS = Mapping(
    {
        "problem": Rule("problem"),
        "answer": Rule("ground_truth_solution", "boxed"),
        "reasoning": Rule("deepseek_reasoning"),
        "response": Rule("deepseek_solution"),
        "model": Rule("DeepSeek-R1", "fixed"),
        **LABELS,
    },
    format="openthoughts",
)
MATHS = Mapping(
    {
        "problem": Rule("problem"),
        "answer": Rule("solution", "boxed"),
        "turns": Rule("turns"),
        "correct": Rule("correct"),
        "attribute.generated_token_count": Rule("generated_token_count"),
        **LABELS,
    },
    format="openthoughts",
)
CONVERSATIONS = Mapping({"turns": Rule("turns"), **LABELS}, format="openthoughts")


class _OpenThoughts:
    def claim(self, sample: FileSample) -> Claim | None:
        rows = sample.rows[:20]
        if not rows:
            return None
        if all({"problem", "deepseek_reasoning", "deepseek_solution"} <= set(row) for row in rows):
            return Claim(preset_guess(COLUMNS, "reasoning and response in separate fields"))
        if not all(_has_conversation(row) for row in rows):
            return None
        if all({"problem", "solution", "generated_token_count"} <= set(row) for row in rows):
            return Claim(preset_guess(MATHS, "conversations with graded solutions"))
        if any(THOUGHT in str(_answer(row)) for row in rows) or all(
            {"difficulty", "domain"} <= set(row) for row in rows
        ):
            return Claim(preset_guess(CONVERSATIONS, "conversations"))
        return None

    def shape(self, rows: Iterator[RawRow], file: SourceFile) -> Iterator[RawRow]:
        for raw in rows:
            if raw.error or "conversations" not in raw.value:
                yield raw
                continue
            row = with_system(raw.value, "conversations", "turns")
            yield shaped(raw, {**row, "turns": with_facts(list_of(row["turns"]), correct=row.get("correct"))})


def _has_conversation(row: Row) -> bool:
    return isinstance(_answer(row), str) and "from" in object_of(inside(row, "conversations", -1))


def _answer(row: Row) -> object:
    return inside(row, "conversations", -1, "value")


FORMAT = _OpenThoughts()
