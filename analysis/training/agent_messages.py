"""Agents' messages with the loss of what the model wrote: thoughts, calls and answers, never what a tool returned.

Source: DeepResearcher (arXiv 2504.03160) masks observations; Agent-R (2501.11425) and STeP (2505.20023) mask single
messages, which an upload says by `train_on`. Knows verdicts, gives none.
"""

import json
from collections.abc import Iterator

from analysis.protocols.conduct import Parameter
from analysis.protocols.declared import Settings
from analysis.training.exporter import Exporter
from analysis.training.rows import LeftOut, Made, Said, Shape, learned, sft
from analysis.training.traces import Group, Trace, asker
from analysis.training.wording import content_of
from analysis.types import Role, Turn

PARAMETERS = (
    Parameter(
        "keep",
        "Rollouts that are kept",
        "choice",
        "right",
        choices=(("right", "That end right"), ("all", "All")),
    ),
    Parameter("tools_only", "Only with a tool's turn", "flag", True),
    Parameter("uploaded_masks", "What an upload masks stays masked", "flag", True, "By its `train_on` of a message."),
)


def _making(group: Group, settings: Settings) -> Iterator[Made | LeftOut]:
    for trace in group:
        why = _refused(trace, settings)
        messages = [] if why else [_said(turn, settings) for turn in trace.turns if _written(turn)]
        if not why and not any(message.spans for message in messages):
            why = "nothing of the model is learned"
        if why:
            yield LeftOut(trace.source, why)
            continue
        kind = "right" if trace.is_right else "not right"
        n = sum(message.role == Role.TOOL for message in messages)
        yield Made(kind, (trace.source,), sft(messages), {"n_tool_turns": n})


def _refused(trace: Trace, settings: Settings) -> str:
    if settings["keep"] == "right" and not trace.is_right:
        return "the final answer is not right"
    if settings["tools_only"] and not any(turn.role is Role.TOOL for turn in trace.turns):
        return "no tool was used"
    return "" if any(_written(turn) for turn in trace.turns) else "no text"


def _written(turn: Turn) -> str:
    r"""A turn's words, its calls after them as lines of JSON between <tool_call> tags.

    >>> _written(Turn(Role.ASSISTANT, "Look.", tool_calls=({"name": "search", "arguments": {"q": "a"}},)))
    'Look.\n<tool_call>\n{"name": "search", "arguments": {"q": "a"}}\n</tool_call>'
    """
    calls = [f"<tool_call>\n{json.dumps(call, ensure_ascii=False)}\n</tool_call>" for call in turn.tool_calls]
    return "\n".join(part for part in (content_of(turn), *calls) if part)


def _said(turn: Turn, settings: Settings) -> Said:
    is_masked = settings["uploaded_masks"] and turn.train_on is False
    if turn.role is Role.ASSISTANT and not is_masked:
        return learned("assistant", _written(turn))
    return Said(asker(turn.role), _written(turn))


AGENT_MESSAGES = Exporter(
    version="1",
    shape=Shape.SFT,
    citation="DeepResearcher (arXiv 2504.03160), data with observations masked",
    differs="Calls stand in the text between <tool_call> tags; a chat template of another form has to be made of them.",
    needs="Rollouts with turns of tools.",
    parameters=PARAMETERS,
    making=_making,
)
