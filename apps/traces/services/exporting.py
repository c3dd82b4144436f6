"""Stored rollouts with their texts as rows of our own format, so that importing them gives the same rollouts again.

A rollout that ends in its only attempt is a row with `reasoning` and `response`, its earlier messages in `turns`; any
other is a row whose `turns` are all of its messages.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from apps.traces.importers.turns import attempt
from apps.traces.models import Grade, Problem, Rollout, Score, Turn
from apps.traces.queries.many import among
from apps.traces.services.texts import contents

FOUND = "reasoning_source"
BATCH_CHARS, BATCH_ROWS = 5_000_000, 500
OwnRow = dict[str, Any]


def own_rows(rows: Iterable[Mapping[str, Any]]) -> Iterator[OwnRow]:
    """A row of our format for each row of a list, a bounded number of characters at a time."""
    batch: list[int] = []
    n_chars = 0
    for row in rows:
        batch.append(row["pk"])
        n_chars += row["n_chars"]
        if len(batch) >= BATCH_ROWS or n_chars >= BATCH_CHARS:
            yield from _written(batch)
            batch, n_chars = [], 0
    yield from _written(batch)


def _written(ids: Sequence[int]) -> Iterator[OwnRow]:
    related = ("model", "condition", "problem__problem_set")
    rollouts = {each.pk: each for each in Rollout.objects.filter(among("pk", ids)).select_related(*related)}
    turns: dict[int, list[Turn]] = defaultdict(list)
    scores: dict[int, dict[str, float]] = defaultdict(dict)
    for turn in Turn.objects.filter(among("rollout_id", ids)).order_by("index"):
        turns[turn.rollout_id].append(turn)
    known = Score.objects.filter(among("rollout_id", ids), turn_index__isnull=True).order_by("pk")
    for owner, name, value in known.values_list("rollout_id", "name", "value"):
        scores[owner][name] = value
    uploaded = Grade.objects.filter(among("rollout_id", ids), source=Grade.Source.UPLOADED)
    grades = {(grade.rollout_id, grade.turn_index): grade.outcome == "correct" for grade in uploaded}
    texts = contents(turn.text_id for found in turns.values() for turn in found if turn.text_id)
    for pk in ids:
        if rollout := rollouts.get(pk):
            yield own_row(rollout, turns[pk], texts, grades, scores[pk])


def own_row(
    rollout: Rollout,
    turns: Sequence[Turn],
    texts: Mapping[int, str],
    grades: Mapping[tuple[int, int], bool],
    scores: Mapping[str, float],
) -> OwnRow:
    """One rollout as our format writes it; what it does not have is left out."""
    row: OwnRow = {"id": rollout.external_id, "sample": rollout.sample, "model": rollout.model.name}
    row |= _problem(rollout.problem)
    row |= {"condition": rollout.condition.factors, "error": rollout.error}
    row |= {f"score.{name}": value for name, value in scores.items()}
    row |= {f"attribute.{name}": value for name, value in (rollout.attributes or {}).items() if name != FOUND}
    attempts = [turn for turn in turns if turn.is_attempt]
    messages = [_message(turn, texts, grades) for turn in turns]
    if len(attempts) == 1 and attempts[0] is turns[-1] and attempts[0].text_id:
        row |= _attempt(attempts[0], texts, grades)
        messages.pop()
    row["turns"] = messages
    return {name: value for name, value in row.items() if value not in (None, "", [], {})}


def _problem(problem: Problem) -> OwnRow:
    return {
        "problem_id": problem.key,
        "problem": problem.question,
        "answer": problem.golds[0] if len(problem.golds) == 1 else problem.golds,
        "options": problem.options,
        "answer_type": problem.answer_type,
        "problem.set": problem.problem_set.name,
        "problem.subject": problem.subject,
        "problem.level": problem.level,
    }


def _attempt(turn: Turn, texts: Mapping[int, str], grades: Mapping[tuple[int, int], bool]) -> OwnRow:
    """The only attempt, in fields of its row."""
    reasoning, response = _parts(turn, texts[turn.text_id or 0])
    given = {"reasoning": reasoning, "response": response, "n_reasoning_tokens": turn.n_reasoning_tokens}
    return given | _facts(turn, grades)


def _message(turn: Turn, texts: Mapping[int, str], grades: Mapping[tuple[int, int], bool]) -> OwnRow:
    reasoning, text = _parts(turn, texts[turn.text_id]) if turn.text_id else (None, None)
    given = {"role": turn.role, "actor": turn.actor, "text": text, "reasoning": reasoning, "reward": turn.reward}
    given |= {"tool_calls": turn.tool_calls, "train_on": turn.train_on} | _facts(turn, grades)
    if turn.role == "assistant" and not turn.is_attempt:
        given["is_attempt"] = False
    return {name: value for name, value in given.items() if (value is not None and value != "") or name == "text"}


def _facts(turn: Turn, grades: Mapping[tuple[int, int], bool]) -> OwnRow:
    return {
        "predicted": turn.answer,
        "correct": grades.get((turn.rollout_id, turn.index)),
        "confidence": turn.confidence_text or turn.confidence,
        "finish_reason": turn.finish_reason,
        "n_tokens": turn.n_tokens,
    }


def _parts(turn: Turn, text: str) -> tuple[str | None, str | None]:
    """The text as fields that are read back with the same spans: whole where its tags say them, else in two."""
    end = turn.reasoning_end
    if not turn.is_attempt or end is None or turn.reasoning_start != 0 or turn.response_start not in (None, end):
        return None, text
    whole, _ = attempt(None, text)
    if (whole.reasoning, whole.response) == _spans(turn):
        return None, text
    return text[:end], text[end:] or None


def _spans(turn: Turn) -> tuple[tuple[int, int] | None, tuple[int, int] | None]:
    pairs = ((turn.reasoning_start, turn.reasoning_end), (turn.response_start, turn.response_end))
    reasoning, response = (None if a is None or b is None else (a, b) for a, b in pairs)
    return reasoning, response
