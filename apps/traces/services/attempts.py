"""Stored rollouts with what an analysis needs of them: the answering turn, its text, grades already given."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from analysis import types
from analysis.features import ReadFrom
from analysis.types import AnswerType, Outcome
from apps.traces.models import Collection, Grade, Problem, Rollout, Score, Turn
from apps.traces.services.earlier import MOST, Earlier, cut
from apps.traces.services.texts import contents


@dataclass(slots=True)
class Attempt:
    """One rollout, seen as its last answering turn, with the `earlier` ones; `uploaded` are grades by turn."""

    rollout: Rollout
    problem: types.Problem
    turn: Turn | None = None
    text: str = ""
    uploaded: dict[int, Outcome] = field(default_factory=dict)
    overruled: Outcome | None = None
    attempt_indexes: list[int] = field(default_factory=list)
    earlier: list[Earlier] = field(default_factory=list)
    scores: dict[str, float] = field(default_factory=dict)

    @property
    def reasoning(self) -> str:
        return cut(self.text, self.turn.reasoning_start, self.turn.reasoning_end) if self.turn else ""

    @property
    def response(self) -> str:
        return cut(self.text, self.turn.response_start, self.turn.response_end) if self.turn else ""

    @property
    def read_from(self) -> ReadFrom:
        if self.reasoning.strip():
            return "reasoning"
        return "response" if self.response.strip() else "none"

    @property
    def read_text(self) -> str:
        return {"reasoning": self.reasoning, "response": self.response, "none": ""}[self.read_from]

    @property
    def read_offset(self) -> int:
        """Where `read_text` starts in the turn's text."""
        if self.turn is None:
            return 0
        start = self.turn.reasoning_start if self.read_from == "reasoning" else self.turn.response_start
        return start or 0


def problem_of(row: Problem) -> types.Problem:
    return types.Problem(
        question=row.question,
        golds=tuple(row.golds),
        answer_type=AnswerType(row.answer_type),
        options=tuple(row.options),
        key=row.key,
        problem_set=row.problem_set.name,
        subject=row.subject,
        level=row.level,
    )


def attempts_after(collection: Collection, last_id: int, n: int) -> list[Attempt]:
    """The next `n` rollouts of a collection by id, in a fixed number of queries."""
    shared = ("model", "problem__problem_set", "condition")  # by few objects, so each is made once
    rows = Rollout.objects.filter(collection=collection, pk__gt=last_id).prefetch_related(*shared).order_by("pk")[:n]
    return load_attempts(list(rows))


def load_attempts(rollouts: Sequence[Rollout]) -> list[Attempt]:
    problems = {row.problem_id: row.problem for row in rollouts}
    asked = {pk: problem_of(problem) for pk, problem in problems.items()}
    attempts = {row.pk: Attempt(row, asked[row.problem_id]) for row in rollouts}
    turns: dict[int, list[Turn]] = defaultdict(list)
    for turn in Turn.objects.filter(rollout_id__in=attempts, is_attempt=True).order_by("index"):
        turns[turn.rollout_id].append(turn)
    last = {pk: found[-1] for pk, found in turns.items()}
    read = [*last.values(), *(turn for found in turns.values() for turn in found[:-1][:MOST])]
    texts = contents({turn.text_id for turn in read if turn.text_id})
    for pk, turn in last.items():
        attempts[pk].turn = turn
        attempts[pk].text = texts.get(turn.text_id or 0, "")
        attempts[pk].attempt_indexes = [found.index for found in turns[pk]]
        attempts[pk].earlier = [Earlier(each, texts.get(each.text_id or 0, "")) for each in turns[pk][:-1][:MOST]]
    _add_grades(attempts)
    _add_scores(attempts)
    return list(attempts.values())


def _add_grades(attempts: dict[int, Attempt]) -> None:
    for given in Grade.objects.filter(rollout_id__in=attempts).exclude(source=Grade.Source.OURS):
        attempt = attempts[given.rollout_id]
        if given.source == Grade.Source.UPLOADED:
            attempt.uploaded[given.turn_index] = Outcome(given.outcome)
        elif attempt.turn is None or given.turn_index == attempt.turn.index:
            attempt.overruled = Outcome(given.outcome)


def _add_scores(attempts: dict[int, Attempt]) -> None:
    """Those of the whole rollout and of the last attempt; of one name the last attempt's."""
    rows = Score.objects.filter(rollout_id__in=attempts).order_by("pk")
    for rollout_id, turn_index, name, value in rows.values_list("rollout_id", "turn_index", "name", "value"):
        attempt = attempts[rollout_id]
        is_last = attempt.turn is not None and turn_index == attempt.turn.index
        if is_last or (turn_index is None and name not in attempt.scores):
            attempt.scores[name] = value
