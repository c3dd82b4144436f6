"""Self-Refine's review rewriting (arXiv 2303.17651): one row per attempt; the rows of a record become one rollout.

Every attempt is an attempt; between them stand the verdict of the model that judges (with its probability) and the
feedback. There is no gold. Source: github madaan/self-refine, data/outputs/yelp.
"""

from collections.abc import Iterator
from itertools import groupby, islice

from ..files import SourceFile
from ..mapping import Rule
from ..presets import Claim, FileSample, preset_guess
from ..readers import RawRow
from ..transforms import to_number, to_text
from .own_rows import Message, Row, ShapeError, own_mapping, reshaped_row, rows_have

KEYS = {"record_id", "attempt", "review", "target_sentiment", "transferred_review", "feedback"}
MAPPING = own_mapping("self-refine", "id problem_id problem problem.subject answer_type turns scores")
MODELS = ("gpt4", "chatgpt", "dv3")
MOST_ATTEMPTS = 1000
ATTEMPTS_MISSING = "records do not have all their attempts (numbered from 0 without a gap)"


class _SelfRefine:
    def claim(self, sample: FileSample) -> Claim | None:
        if not rows_have(sample.rows, KEYS):
            return None
        stem = sample.file.base.partition(".")[0]
        mapping = MAPPING.with_rules({"model": Rule(stem, "fixed")} if stem in MODELS else {})
        return Claim(preset_guess(mapping, "attempts and feedback, one rollout per record"))

    def shape(self, rows: Iterator[RawRow], file: SourceFile) -> Iterator[RawRow]:
        """Rows of one record that follow one another are one rollout, in the order of their attempts."""
        for record, group in groupby(rows, lambda raw: None if raw.error else to_text(raw.value.get("record_id"))):
            while members := list(islice(group, MOST_ATTEMPTS)):
                yield from map(_without_record, members) if record is None else [_record(members)]


def _without_record(raw: RawRow) -> RawRow:
    return raw if raw.error else raw._replace(value={}, error="field record_id: is missing or no text")


def _record(members: list[RawRow]) -> RawRow:
    numbers = [to_number(raw.value.get("attempt")) for raw in members]
    if None in numbers:
        return members[0]._replace(value={}, error="field attempt: is missing or no number")
    ordered = sorted(zip(numbers, members, strict=True), key=lambda pair: pair[0] or 0)
    is_whole = [number for number, _ in ordered] == list(range(len(ordered)))
    rows = [raw.value for _, raw in ordered]
    return reshaped_row(members[0]._replace(note="" if is_whole else ATTEMPTS_MISSING), lambda first: _rollout(rows))


def _rollout(rows: list[dict[str, object]]) -> dict[str, object]:
    first, last = rows[0], rows[-1]
    key, review = to_text(first.get("record_id")), to_text(first.get("review"))
    if not any(to_text(row.get("transferred_review")) for row in rows):
        raise ShapeError("field transferred_review: no attempt has a text")
    target = to_text(first.get("target_sentiment"))
    turns = [turn for row in rows for turn in _turns(row)]
    return {
        "id": key,
        "problem_id": f"self-refine/{key}",
        "problem": review,
        "problem.subject": f"to {target}" if target else None,
        "answer_type": "none",
        "turns": [{"role": "user", "text": review}, *turns],
        "scores": {
            "probability": to_number(last.get("probability")),
            "log_probability": to_number(last.get("log_probability")),
            "n_attempts": len(rows),
        },
    }


def _turns(row: Row) -> list[Message]:
    judged, feedback = to_text(row.get("transferred_review_sentiment")), to_text(row.get("feedback"))
    probability = to_number(row.get("probability"))
    turns: list[Message] = [{"role": "assistant", "text": to_text(row.get("transferred_review"))}]
    if judged is not None:
        turns.append({"role": "judge", "actor": "sentiment", "text": judged, "confidence": probability})
    if feedback is not None:
        turns.append({"role": "critic", "actor": "feedback", "text": feedback})
    return turns


FORMAT = _SelfRefine()
