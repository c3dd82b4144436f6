"""Units (or starts that are no units yet) as the items that protocols read: problem, rollout with its texts, seed.

Knows rows and texts; loads many at once in a number of queries that does not grow.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from analysis.asking import Message
from analysis.protocols.conduct import Item, Source
from analysis.types import Outcome, Role, Span, Turn
from apps.runs.models import Unit
from apps.runs.services.rivals import rivals_of
from apps.runs.services.sources import Start, rows_of
from apps.traces.models import Collection, Grade, Rollout
from apps.traces.models import Turn as TurnRow
from apps.traces.models.collections import GradeSource
from apps.traces.services.attempts import Attempt, load_attempts, problem_of
from apps.traces.services.texts import contents

TOLD = {Role.SYSTEM, Role.USER, Role.ASSISTANT, Role.TOOL, Role.CRITIC, Role.TEACHER, Role.JUDGE}


def items_of(units: Sequence[Unit], against: Collection | None = None) -> dict[int, Item]:
    """Unit id -> its item; a unit whose problem is gone is left out. `against` is where rivals are."""
    items = items_from([Start(unit.problem_id, unit.source_id) for unit in units], against)
    return {
        unit.pk: replace(item, sample=unit.sample, seed=unit.seed)
        for unit, item in zip(units, items, strict=True)
        if item is not None
    }


def items_from(starts: Sequence[Start], against: Collection | None = None) -> list[Item | None]:
    """The item of each start, of sample and seed 0; None where its rows are gone."""
    problems, rollouts = rows_of(starts)
    rivals = rivals_of(list(rollouts.values()), against) if against else {}
    others = rows_of([Start(None, pk) for pk in rivals.values() if pk not in rollouts])[1]
    sources = sources_of([*rollouts.values(), *others.values()])
    items: list[Item | None] = []
    for start in starts:
        problem = problems.get(start.problem_id or 0)
        source = sources.get(start.rollout_id or 0)
        is_there = problem is not None and (start.rollout_id is None or source is not None)
        rival = sources.get(rivals.get(start.rollout_id or 0, 0))
        items.append(Item(problem_of(problem), source, rival=rival) if problem is not None and is_there else None)
    return items


def sources_of(rollouts: Sequence[Rollout]) -> dict[int, Source]:
    """Rollout id -> its last attempt as a protocol starts from it; one without an attempt has an empty text."""
    turns, texts = _turns_of(rollouts)
    grades = _grades_of(rollouts)
    return {
        attempt.rollout.pk: _source(attempt, turns[attempt.rollout.pk], texts, grades)
        for attempt in load_attempts(rollouts)
    }


def _source(
    attempt: Attempt, rows: Sequence[TurnRow], texts: Mapping[int, str], grades: Mapping[int, Sequence[Grade]]
) -> Source:
    index = attempt.turn.index if attempt.turn else 0
    turns = tuple(_turn(row, texts) for row in rows)
    before = [turn for row, turn in zip(rows, turns, strict=True) if row.index < index and turn.text]
    messages = tuple(Message(turn.role, turn.text or "") for turn in before if turn.role in TOLD)
    return Source(
        attempt.rollout.pk,
        index,
        attempt.text,
        _span(attempt.turn.reasoning_start, attempt.turn.reasoning_end) if attempt.turn else None,
        messages or (Message(Role.USER, attempt.problem.question),),
        attempt.turn.answer if attempt.turn else None,
        _is_correct(attempt, grades[attempt.rollout.pk]),
        turns,
    )


def _turns_of(rollouts: Iterable[Rollout]) -> tuple[dict[int, list[TurnRow]], dict[int, str]]:
    turns: dict[int, list[TurnRow]] = defaultdict(list)
    for row in TurnRow.objects.filter(rollout__in=[each.pk for each in rollouts]).order_by("index"):
        turns[row.rollout_id].append(row)
    return turns, contents({row.text_id for rows in turns.values() for row in rows if row.text_id})


def _grades_of(rollouts: Iterable[Rollout]) -> dict[int, list[Grade]]:
    grades: dict[int, list[Grade]] = defaultdict(list)
    for grade in Grade.objects.filter(rollout__in=[each.pk for each in rollouts]).order_by("pk"):
        grades[grade.rollout_id].append(grade)
    return grades


def _is_correct(attempt: Attempt, grades: Sequence[Grade]) -> bool | None:
    """By the grade that counts: a person's, then the collection's choice, then whichever there is; None undecided."""
    index = attempt.turn.index if attempt.turn else 0
    uploaded_first = attempt.rollout.collection.counting_grade == GradeSource.UPLOADED
    wanted = sorted((Grade.Source.OURS, Grade.Source.UPLOADED), reverse=uploaded_first)
    given = {grade.source: grade.outcome for grade in grades if grade.turn_index == index}
    for source in (Grade.Source.PERSON, *wanted):
        if given.get(source) in {Outcome.CORRECT, Outcome.INCORRECT}:
            return bool(given[source] == Outcome.CORRECT)
    return None


def _turn(row: TurnRow, texts: Mapping[int, str]) -> Turn:
    return Turn(
        Role(row.role),
        texts.get(row.text_id) if row.text_id else None,
        _span(row.reasoning_start, row.reasoning_end),
        _span(row.response_start, row.response_end),
        row.is_attempt,
        row.actor,
        row.answer,
        row.confidence,
        row.confidence_text,
        row.n_tokens,
        row.n_reasoning_tokens,
        row.finish_reason,
        row.reward,
    )


def _span(start: int | None, end: int | None) -> Span | None:
    return None if start is None or end is None else Span(start, end)
