"""What was said of an answer before the next one: remarks, who made them, and what became of the answer. Gives no row.

A remark is a critic's or teacher's turn, or one of the model itself that answers nothing. Knows verdicts, gives none.
"""

from collections.abc import Iterator
from typing import NamedTuple

from analysis.protocols.reading import visible
from analysis.training.traces import Trace
from analysis.types import Outcome, Role, Turn

RIGHT, WRONG = Outcome.CORRECT, Outcome.INCORRECT
REMARKING = (Role.CRITIC, Role.TEACHER, Role.ASSISTANT)
NO_VERDICTS = "not every answer has a verdict"


class Remark(NamedTuple):
    """A turn about the attempt at `place` of the trace's turns; `after` is where the next attempt stands.

    `before` and `then` are the verdicts of the two answers; without a next answer `after` and `then` are None.
    """

    turn: Turn
    author: str
    place: int
    before: Outcome
    after: int | None
    then: Outcome | None

    @property
    def text(self) -> str:
        return spoken(self.turn)

    @property
    def kind(self) -> str:
        """What became of the answer; "" where one of the two is neither right nor wrong."""
        return KINDS.get((self.before, self.then), "") if self.then else ""


KINDS = {(WRONG, RIGHT): "mended", (RIGHT, RIGHT): "kept", (RIGHT, WRONG): "spoilt", (WRONG, WRONG): "stuck"}


def spoken(turn: Turn) -> str:
    """A turn's words without its reasoning; all of it where nothing follows that; "" without text.

    >>> spoken(Turn(Role.CRITIC, "<think>hm</think>Wrong.")), spoken(Turn(Role.CRITIC))
    ('Wrong.', '')
    """
    return visible(turn.text or "").strip() or (turn.text or "").strip()


def has_verdicts(trace: Trace) -> bool:
    """Whether every attempt has a verdict, so that they can be told apart."""
    return bool(trace.places) and len(trace.outcomes) == len(trace.places)


def remarks_of(trace: Trace) -> Iterator[Remark]:
    """The remarks on each attempt, in order; none of a trace without a verdict for each.

    >>> from analysis.types import Problem
    >>> said = [Turn(Role.USER, "2+2?"), Turn(Role.ASSISTANT, "5", is_attempt=True), Turn(Role.CRITIC, "No.")]
    >>> trace = Trace("a", Problem(), (*said, Turn(Role.ASSISTANT, "4", is_attempt=True)), (WRONG, RIGHT), "m")
    >>> [(remark.text, remark.author, remark.kind) for remark in remarks_of(trace)]
    [('No.', '', 'mended')]
    """
    if not has_verdicts(trace):
        return
    ends: list[int | None] = [*trace.places[1:], None]
    for n, (place, after) in enumerate(zip(trace.places, ends, strict=True)):
        then = None if after is None else trace.outcomes[n + 1]
        for turn in trace.between(place):
            if turn.role in REMARKING:
                yield Remark(turn, trace.author_of(turn), place, trace.outcomes[n], after, then)
