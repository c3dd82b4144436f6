"""What a rollout answered before its last attempt, how that is graded, and all of its attempts as columns of features.

Knows nothing of candidates: only the last attempt's text is read for those.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from analysis import answering, layers, types
from analysis.answering import NO_ANSWER_CLASS, Answering
from analysis.answers.final import final_answer
from analysis.types import Outcome
from apps.traces.models import Turn

if TYPE_CHECKING:
    from apps.traces.services.attempts import Attempt

MOST = 64
"""Of an agent that answers more often, the first so many attempts are looked at, and the last."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """An attempt before the last one, its text, and the value that it states."""

    turn: Turn
    text: str

    def value(self, problem: types.Problem) -> str | None:
        """Read from the response, else from the whole text; an uploaded answer where there is no text."""
        stated = cut(self.text, self.turn.response_start, self.turn.response_end) or self.text
        if stated.strip():
            found = final_answer(stated, problem)
            return found.value if found else None
        return self.turn.answer


@dataclass(frozen=True, slots=True)
class Settled:
    """An earlier attempt with its value and our grade of it."""

    turn: Turn
    text: str
    value: str | None
    grade: types.Grade


def cut(text: str, start: int | None, end: int | None) -> str:
    return "" if start is None or end is None else text[start:end]


def answering_of(
    attempt: "Attempt",
    earlier: Sequence[Settled],
    classes: Sequence[int],
    final: str | None,
    counted: Sequence[Outcome],
    scores: Mapping[str, float],
) -> Answering:
    """Columns of all attempts; `counted` are the outcomes that count and `classes` those of equal answers, in order."""
    turns = [*(each.turn for each in earlier), attempt.turn]
    texts = [*(each.text for each in earlier), attempt.text]
    last = attempt.turn
    return Answering(
        answer_type=attempt.problem.answer_type.value,
        answer_key=answering.answer_key(final, attempt.problem),
        text_key=_key(last),
        attempt_outcomes=[outcome.value for outcome in counted],
        attempt_classes=list(classes),
        attempt_tokens=[turn.n_tokens if turn else None for turn in turns],
        attempt_edits=[_edit(*pair) for pair in pairwise(texts)],
        attempt_confidences=[turn.confidence if turn else None for turn in turns],
        oracle_gated=answering.is_oracle_gated(attempt.rollout.condition.factors),
        confidence=_stated(last, scores),
        confidence_unread=bool(last and last.confidence is None and last.confidence_text),
        token_confidence=answering.named(scores, answering.TOKEN_SCORES),
        word_confidence=answering.named(scores, answering.WORD_SCORES),
        probe_confidence=answering.named(scores, answering.PROBE_SCORES),
        reward=_reward(last, scores),
        option_flow=answering.option_flow(scores),
        latent_agreement=scores.get(layers.LATENT_AGREEMENT),
        latent_settled=scores.get(layers.LATENT_SETTLED),
    )


def classes_of(values: Sequence[str | None], classes: Sequence[int]) -> list[int]:
    """Classes of the attempts' values from those of the values that there are.

    >>> classes_of(["4", None, "5"], [0, 1])
    [0, -1, 1]
    """
    found = iter(classes)
    return [NO_ANSWER_CLASS if value is None else next(found) for value in values]


def _edit(before: str, after: str) -> float | None:
    return answering.edit_ratio(before, after) if before and after else None


def _stated(turn: Turn | None, scores: Mapping[str, float]) -> float | None:
    stated = turn.confidence if turn else None
    return answering.named(scores, answering.STATED_SCORES) if stated is None else stated


def _reward(turn: Turn | None, scores: Mapping[str, float]) -> float | None:
    reward = turn.reward if turn else None
    return answering.named(scores, answering.REWARD_SCORES) if reward is None else reward


def _key(turn: Turn | None) -> int | None:
    """Equal for equal texts: the id under which a text is kept once."""
    return turn.text_id if turn else None
