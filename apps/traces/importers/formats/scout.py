"""Transcripts of Inspect Scout: a Parquet database (or its rows) with the messages of each transcript as JSON text.

Source: Scout's documentation of its transcript database; peers_and_formats §3.14. `events` and `timelines`
are not read.
"""

from collections.abc import Iterator

from ..files import SourceFile
from ..mapping import Mapping, Rule
from ..presets import Claim, FileSample, preset_guess
from ..readers import RawRow
from ..transforms import from_cell, to_flag, to_text
from .raw_values import Row, chat_of, object_of, shaped, with_facts

KEYS = {"transcript_id", "messages"}
MARKS = {"source_type", "source_id", "source_uri", "task_set", "task_repeat", "message_count"}
UNREAD = ("events", "timelines")
MAPPING = Mapping(
    {
        "id": Rule("transcript_id"),
        "problem_id": Rule("problem_id"),
        "problem.set": Rule("task_set"),
        "turns": Rule("messages"),
        "correct": Rule("success"),
        "model": Rule("model"),
        "sample": Rule("task_repeat"),
        "error": Rule("error"),
        "condition.agent": Rule("agent"),
        "condition.temperature": Rule("model_options.temperature"),
        "score.score": Rule("score"),
        "attribute.limit": Rule("limit"),
        "attribute.total_tokens": Rule("total_tokens"),
        "attribute.source_uri": Rule("source_uri"),
    },
    format="scout",
)


class _Scout:
    def claim(self, sample: FileSample) -> Claim | None:
        rows = sample.rows[:20]
        if not rows or not all(set(row) >= KEYS and len(MARKS & set(row)) > 1 for row in rows):
            return None
        return Claim(preset_guess(MAPPING, "transcripts"))

    def shape(self, rows: Iterator[RawRow], file: SourceFile) -> Iterator[RawRow]:
        for raw in rows:
            yield raw if raw.error else shaped(raw, _row(raw.value))


def _row(row: Row) -> dict[str, object]:
    """The row without its events, its options as an object, and its task named within its set."""
    task, group = to_text(row.get("task_id")), to_text(row.get("task_set"))
    kept = {key: value for key, value in row.items() if key not in UNREAD}
    named = f"{group}/{task}" if group and task else task
    told = with_facts(chat_of(row.get("messages")) or [], correct=to_flag(row.get("success")))
    messages = {"messages": told} if told else {}
    return {**kept, **messages, "problem_id": named, "model_options": object_of(from_cell(row.get("model_options")))}


FORMAT = _Scout()
