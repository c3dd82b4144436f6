"""An analysed trace: the turns of a rollout with the candidates and verdicts that an analysis gave. Reads no text.

Knows no storage. All traces of one problem together are what an exporter is given, because some methods set the samples
of a problem against each other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from analysis.protocols.conduct import NO_SCORES
from analysis.types import NOTHING, Outcome, Problem, Role, Turn

GRADED = (Outcome.CORRECT, Outcome.INCORRECT, Outcome.UNPARSED, Outcome.REFUSED, Outcome.NOT_ATTEMPTED)
"""Outcomes that say whether a problem was solved; without a gold, after an error or a time limit nobody knows."""


class Mark(NamedTuple):
    """A candidate: code points of the last attempt's text, its verdict, its class of equal values in the trace."""

    start: int
    end: int
    outcome: Outcome
    same_as: int


@dataclass(frozen=True, slots=True)
class Trace:
    """One rollout as training sets see it.

    `outcomes` has a verdict for each attempt of `turns`, in order; the last is that of the rollout. `marks` are the
    candidates of the last attempt, in the order of its text; `final_class` is the class of its final answer, -1 when
    that equals no candidate, None when there is none. `source` names the rollout, `played_by` the models of the parts
    that others than its own model played.
    """

    source: str
    problem: Problem
    turns: tuple[Turn, ...]
    outcomes: tuple[Outcome, ...]
    model: str = ""
    marks: tuple[Mark, ...] = ()
    final_class: int | None = None
    truncated: bool = False
    scores: Mapping[str, float] = field(default_factory=lambda: NO_SCORES)
    played_by: Mapping[str, str] = field(default_factory=lambda: NOTHING)

    @property
    def places(self) -> list[int]:
        """Where the attempts stand in `turns`."""
        return [place for place, turn in enumerate(self.turns) if turn.is_attempt]

    @property
    def attempts(self) -> list[Turn]:
        return [turn for turn in self.turns if turn.is_attempt]

    @property
    def is_right(self) -> bool:
        return bool(self.outcomes) and self.outcomes[-1] is Outcome.CORRECT

    def author_of(self, turn: Turn) -> str:
        """The model that wrote a turn: the actor where it is named, else the model of that part, "" where unknown."""
        if turn.role is Role.ASSISTANT:
            return self.model
        return self.played_by.get(turn.role.value, "") if turn.actor in ("", turn.role.value) else turn.actor

    def between(self, place: int) -> list[Turn]:
        """What was said between the attempt at `place` of `turns` and the next attempt; no empty turns."""
        after = self.turns[place + 1 :]
        n = next((at for at, turn in enumerate(after) if turn.is_attempt), len(after))
        return [turn for turn in after[:n] if turn.text]

    @property
    def is_graded(self) -> bool:
        return bool(self.outcomes) and self.outcomes[-1] in GRADED


Group = Sequence[Trace]
"""The traces of one problem, in the order of the collection."""


def asker(role: Role) -> str:
    """The role of a message as chat templates know it: a critic's or teacher's words reach a model as a user's.

    >>> asker(Role.TEACHER), asker(Role.SYSTEM)
    ('user', 'system')
    """
    return role.value if role in (Role.SYSTEM, Role.ASSISTANT, Role.TOOL) else Role.USER.value
