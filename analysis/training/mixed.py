"""Whole rollouts that correct themselves and rollouts that only confirm, mixed to a share on the same problems.

Source: First Try Matters (arXiv 2510.08308v1), section 3.2. Knows candidates and verdicts, finds none.
"""

from collections.abc import Iterator
from hashlib import blake2b
from itertools import pairwise

from analysis.protocols.conduct import Parameter
from analysis.protocols.declared import Settings
from analysis.training.exporter import Exporter
from analysis.training.rows import LeftOut, Made, Shape, sft
from analysis.training.traces import Group, Trace
from analysis.training.wording import answered, find_parts, question_of
from analysis.types import Outcome

RIGHT, WRONG = Outcome.CORRECT, Outcome.INCORRECT
CORRECTIVE, CONFIRMING = "with F→T", "T→T only"
PARAMETERS = (
    Parameter(
        "share",
        "Share of problems whose rollout corrects itself",
        "number",
        0.5,
        "1, .75, .5, .25 and 0 in the paper. Problems are drawn by their keys: a larger share holds a smaller one.",
        minimum=0,
        maximum=1,
    ),
)


def _making(group: Group, settings: Settings) -> Iterator[Made | LeftOut]:
    kinds = [kind_of(trace) for trace in group]
    if not {CORRECTIVE, CONFIRMING} <= set(kinds):
        yield from (LeftOut(trace.source, _why(kind)) for trace, kind in zip(group, kinds, strict=True))
        return
    wanted = CORRECTIVE if draw_of(group[0].problem.key) < settings["share"] else CONFIRMING
    taken = kinds.index(wanted)
    for number, (trace, kind) in enumerate(zip(group, kinds, strict=True)):
        parts = find_parts(trace.attempts[-1]) if number == taken else None
        if parts is None:
            yield LeftOut(trace.source, "the other kind or one more of the problem" if kind in KINDS else kind)
        else:
            yield Made(kind, (trace.source,), sft(answered(question_of(trace), parts.content)))


KINDS = (CORRECTIVE, CONFIRMING)


def kind_of(trace: Trace) -> str:
    """Which of the two kinds a trace is, else why it is neither."""
    if not trace.is_right:
        return "the final answer is not right"
    if find_parts(trace.attempts[-1]) is None or not question_of(trace):
        return "no reasoning with an answer after it"
    outcomes = [mark.outcome for mark in trace.marks]
    if any(before is WRONG and then is RIGHT for before, then in pairwise(outcomes)):
        return CORRECTIVE
    is_confirming = len(outcomes) > 1 and all(outcome is RIGHT for outcome in outcomes)
    return CONFIRMING if is_confirming else "neither with F→T nor with T→T only"


def _why(kind: str) -> str:
    return "the problem has not both kinds" if kind in KINDS else kind


def draw_of(key: str) -> float:
    """A number from 0 to below 1 that depends on nothing but the problem's key.

    >>> 0 <= draw_of("p1") < 1, draw_of("p1") == draw_of("p1"), draw_of("p1") == draw_of("p2")
    (True, True, False)
    """
    return int.from_bytes(blake2b(key.encode(errors="replace"), digest_size=6).digest()) / 2**48


REFLECTION_MIX = Exporter(
    version="1",
    shape=Shape.SFT,
    citation="First Try Matters (arXiv 2510.08308v1), section 3.2",
    differs="The first rollout of the wanted kind is taken; sets are not cut to 6,000 problems.",
    needs="Problems with one right rollout that corrects itself and one that only confirms.",
    parameters=PARAMETERS,
    making=_making,
)
