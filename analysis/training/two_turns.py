"""Pairs from two answers of one trace, one right and one wrong: the right one is chosen (SCL).

Of the four types only wrong→right (2) and right→wrong (3) give a pair. Source: SCL (arXiv 2410.04055) and its code.
"""

from collections.abc import Iterator

from analysis.protocols.declared import Settings
from analysis.training.exporter import Exporter
from analysis.training.rows import LeftOut, Made, Shape, preference
from analysis.training.traces import Group, Trace
from analysis.training.wording import content_of, question_of
from analysis.types import Outcome

RIGHT, WRONG = Outcome.CORRECT, Outcome.INCORRECT
LEFT = {(RIGHT, RIGHT): "type 1: right, then right", (WRONG, WRONG): "type 4: wrong, then wrong"}


def _making(group: Group, settings: Settings) -> Iterator[Made | LeftOut]:
    for trace in group:
        yield _made(trace)


def _made(trace: Trace) -> Made | LeftOut:
    if len(trace.outcomes) < 2:
        return LeftOut(trace.source, "fewer than two answers")
    outcomes, asked = trace.outcomes[:2], question_of(trace)
    first, second = (content_of(turn) for turn in trace.attempts[:2])
    if outcomes not in ((WRONG, RIGHT), (RIGHT, WRONG)):
        return LeftOut(trace.source, LEFT.get((outcomes[0], outcomes[1]), "an answer is neither right nor wrong"))
    if not (asked and first and second):
        return LeftOut(trace.source, "no text")
    if outcomes == (WRONG, RIGHT):
        return Made("type 2", (trace.source,), preference(asked, second, first))
    return Made("type 3", (trace.source,), preference(asked, first, second))


SCL = Exporter(
    version="1",
    shape=Shape.PREFERENCES,
    citation="SCL (arXiv 2410.04055)",
    differs="The prompt is what was asked before the first answer, without images.",
    needs="Rollouts of two answers, as the protocols of self-correction make them.",
    parameters=(),
    making=_making,
)
