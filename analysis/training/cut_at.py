"""Reasoning cut after its i-th candidate: the training sets with i answers of First Try Matters.

Source: First Try Matters (arXiv 2510.08308v1), section 3.1. Knows candidates and verdicts, finds none.
"""

from collections.abc import Iterator

from analysis.protocols.conduct import Parameter
from analysis.protocols.declared import Settings
from analysis.training.exporter import Exporter
from analysis.training.rows import LeftOut, Made, Shape, sft
from analysis.training.traces import Group, Mark, Trace
from analysis.training.wording import Parts, answered, find_parts, question_of
from analysis.types import Outcome

PARAMETERS = (
    Parameter("i", "Cut after candidate number", "integer", 1, "1 to 6 in the paper.", minimum=1, maximum=1000),
    Parameter(
        "more_than",
        "Right candidates, more than",
        "integer",
        6,
        "A rollout is kept if more of its candidates are right, so that the sets of every i have the same problems.",
        minimum=0,
        maximum=1000,
    ),
)


def _making(group: Group, settings: Settings) -> Iterator[Made | LeftOut]:
    for trace in group:
        parts = find_parts(trace.attempts[-1]) if trace.attempts else None
        why = _refused(trace, parts, settings)
        if why or parts is None:
            yield LeftOut(trace.source, why)
            continue
        made = _cut(trace, parts, trace.marks[settings["i"] - 1])
        yield Made(f"cut-at-{settings['i']}", (trace.source,), sft(answered(question_of(trace), made)))


def _refused(trace: Trace, parts: Parts | None, settings: Settings) -> str:
    """Why a trace gives no row; "" where it does."""
    if not trace.is_right:
        return "the final answer is not right"
    if parts is None:
        return "no reasoning with an answer after it"
    if sum(mark.outcome is Outcome.CORRECT for mark in trace.marks) <= settings["more_than"]:
        return f"not more than {settings['more_than']} right candidates"
    if len(trace.marks) < settings["i"]:
        return f"fewer than {settings['i']} candidates"
    if trace.marks[settings["i"] - 1].same_as != trace.final_class:
        return "the final answer is not that of the cut candidate"
    return "" if question_of(trace) else "no question"


def _cut(trace: Trace, parts: Parts, mark: Mark) -> str:
    """The content up to the end of the candidate's line, then the end of the reasoning and the answer."""
    end = parts.reasoning.find("\n", mark.end - parts.at)
    kept = parts.reasoning if end < 0 else parts.reasoning[:end]
    return parts.opening + kept + parts.closing + parts.response


CUT_AT = Exporter(
    version="1",
    shape=Shape.SFT,
    citation="First Try Matters (arXiv 2510.08308v1), section 3.1",
    differs=(
        "The paper lets the model write a new final answer after the cut and drops those that differ from the cut "
        "candidate; here the rollout's own final answer stands there, under the same rule. Sets are not cut down to "
        "28 M tokens."
    ),
    needs="Right rollouts that reason, with many right candidates in the reasoning.",
    parameters=PARAMETERS,
    making=_making,
)
