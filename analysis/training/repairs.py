"""Re-ReST: right first answers and repaired ones for the solver, repairs for the reflector, both as pairs.

Source: Re-ReST (arXiv 2406.01495): D_M holds what passed at once, D_R what passed after reflection with feedback. Knows
verdicts, gives none.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple

from analysis.protocols.declared import Settings
from analysis.training.exporter import Exporter, Making
from analysis.training.remarks import NO_VERDICTS, RIGHT, WRONG, has_verdicts
from analysis.training.rows import LeftOut, Made, Shape, preference, sft, whole
from analysis.training.traces import Group, Trace
from analysis.training.wording import answered, asked_before, content_of, question_of


class Repair(NamedTuple):
    """Where a wrong answer and the right one after it stand in the turns."""

    bad: int
    good: int


def find_repair(trace: Trace) -> Repair | None:
    """The first wrong answer with a right one next; None where there is none.

    >>> from analysis.types import Problem, Role, Turn
    >>> answers = tuple(Turn(Role.ASSISTANT, text, is_attempt=True) for text in "564")
    >>> find_repair(Trace("a", Problem(), answers, (WRONG, WRONG, RIGHT)))
    Repair(bad=1, good=2)
    """
    judged = list(zip(trace.places, trace.outcomes, strict=True))
    pairs = (Repair(a, b) for (a, was), (b, then) in pairwise(judged) if was is WRONG and then is RIGHT)
    return next(pairs, None)


Row = Callable[[Trace, Repair | None], Made | LeftOut]


def _making(row: Row) -> Making:
    def making(group: Group, settings: Settings) -> Iterator[Made | LeftOut]:
        for trace in group:
            if not has_verdicts(trace):
                yield LeftOut(trace.source, NO_VERDICTS)
            elif trace.outcomes[0] not in (RIGHT, WRONG):
                yield LeftOut(trace.source, "the first answer is neither right nor wrong")
            elif not question_of(trace) or not all(content_of(turn) for turn in trace.attempts):
                yield LeftOut(trace.source, "no text")
            else:
                yield row(trace, find_repair(trace) if trace.outcomes[0] is WRONG else None)

    return making


def _solved(trace: Trace, repair: Repair | None) -> Made | LeftOut:
    if trace.outcomes[0] is RIGHT:
        return Made("own", (trace.source,), sft(answered(question_of(trace), content_of(trace.attempts[0]))))
    if repair is None:
        return LeftOut(trace.source, "never repaired")
    return Made("repaired", (trace.source,), sft(answered(question_of(trace), content_of(trace.turns[repair.good]))))


def _reflected(trace: Trace, repair: Repair | None) -> Made | LeftOut:
    if repair is None:
        return LeftOut(trace.source, _no_repair(trace))
    if not trace.between(repair.bad):
        return LeftOut(trace.source, "no feedback between the answers")
    context = asked_before(trace, repair.good)
    return Made("repaired", (trace.source,), sft(answered(context, content_of(trace.turns[repair.good]))))


def _preferred(trace: Trace, repair: Repair | None) -> Made | LeftOut:
    if repair is None:
        return LeftOut(trace.source, _no_repair(trace))
    bad, good = content_of(trace.turns[repair.bad]), content_of(trace.turns[repair.good])
    return Made("repaired", (trace.source,), preference(question_of(trace), good, bad, whole(good)))


def _no_repair(trace: Trace) -> str:
    return "the first answer is right" if trace.outcomes[0] is RIGHT else "never repaired"


def _exporter(part: str, shape: Shape, row: Row) -> Exporter:
    return Exporter(
        version="1",
        shape=shape,
        citation=f"Re-ReST (arXiv 2406.01495), {part}",
        differs=(
            "Feedback is what the collection's critic, teacher or review said, not that of an environment; a repair is "
            "kept by its grade."
        ),
        needs="Rollouts of two or more answers; a first one that is right, or wrong and then repaired.",
        parameters=(),
        making=_making(row),
    )


REREST_AGENT = _exporter("D_M and D_R", Shape.SFT, _solved)
REREST_REFLECTOR = _exporter("the reflector's data", Shape.SFT, _reflected)
REREST_PAIRS = _exporter("pairs of D_R", Shape.PREFERENCES, _preferred)
