"""SRPO's cold start: think, answer, reflection, think, answer in one message, of traces that end right.

Source: SRPO (arXiv 2506.01713), its SFT data. Knows the format, writes no reflection.
"""

from collections.abc import Iterator

from analysis.protocols.declared import Settings
from analysis.protocols.five_blocks import blocks_of
from analysis.training.exporter import Exporter
from analysis.training.rows import LeftOut, Made, Shape, sft
from analysis.training.traces import Group, Trace
from analysis.training.wording import answered, question_of
from analysis.types import Outcome


def _making(group: Group, settings: Settings) -> Iterator[Made | LeftOut]:
    for trace in group:
        yield _made(trace)


def _made(trace: Trace) -> Made | LeftOut:
    if not trace.is_right:
        return LeftOut(trace.source, "the final answer is not right")
    if any(turn.is_attempt is False for turn in trace.turns[trace.places[0] :]):
        return LeftOut(trace.source, "something was said between the answers")
    text, asked = "".join(turn.text or "" for turn in trace.attempts), question_of(trace)
    if not blocks_of(text).is_in_format:
        return LeftOut(trace.source, "not the five blocks and nothing else")
    if not asked:
        return LeftOut(trace.source, "no question")
    return Made(_kind(trace), (trace.source,), sft(answered(asked, text)))


def _kind(trace: Trace) -> str:
    """What the reflection met; unknown where the reply was stored undivided or the first answer has no verdict."""
    first = trace.outcomes[0] if len(trace.outcomes) > 1 else None
    if first is Outcome.CORRECT:
        return "right first answer"
    return "wrong first answer" if first is Outcome.INCORRECT else "first answer unknown"


SRPO = Exporter(
    version="1",
    shape=Shape.SFT,
    citation="SRPO (arXiv 2506.01713), SFT data",
    differs=(
        "Reflections are those of the collection, where the paper has a stronger model write them with the gold in "
        "sight; rows are not drawn to the paper's 30 % of right first answers; no images."
    ),
    needs="Replies in the five blocks, as the protocol of that name makes them, that end right.",
    parameters=(),
    making=_making,
)
