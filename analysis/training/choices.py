"""Agentic Critical Training: which of two actions at a state is better, the expert's or the model's own?

A state is a problem, an action an answer to it. Source: ACT (arXiv 2603.08706): the critic's data is a state with two
actions in random order and which of them is the expert's. Knows verdicts, gives none.
"""

from collections.abc import Iterator

from analysis.protocols.conduct import Parameter
from analysis.protocols.declared import Settings
from analysis.protocols.templates import fill, refuse_unknown, refuse_without
from analysis.training.exporter import Exporter
from analysis.training.mixed import draw_of
from analysis.training.remarks import spoken
from analysis.training.rows import LeftOut, Made, Said, Shape, prompt_only
from analysis.training.traces import Group, Trace
from analysis.types import Outcome

PLACES = ("question", "first", "second")
LOOK = (
    "{question}\n\nTwo actions are proposed.\n\nAction 1:\n{first}\n\nAction 2:\n{second}\n\n"
    "Think about which of them is better here, and end with a line\nCHOICE: 1 or 2"
)
PARAMETERS = (
    Parameter("expert", "Model whose actions are the expert's", "text", "", "Empty: every right answer."),
    Parameter("alternatives", "Alternatives of a state at most", "integer", 4, minimum=1, maximum=1000),
    Parameter(
        "orders",
        "Order of the two",
        "choice",
        "drawn",
        choices=(("drawn", "One, drawn by the names of the rollouts"), ("both", "Both, a row each")),
    ),
    Parameter("look", "What asks for the choice", "long_text", LOOK, "Places: {question}, {first} and {second}."),
)


def _check(settings: Settings) -> None:
    refuse_unknown(settings["look"], PLACES)
    for name in PLACES:
        refuse_without(settings["look"], name)


def _making(group: Group, settings: Settings) -> Iterator[Made | LeftOut]:
    shown = [trace for trace in group if _is_expert(trace, settings)]
    seen: set[str] = set()
    for trace in group:
        if _is_expert(trace, settings):
            continue
        why = _refused(trace, shown, seen, settings)
        if why:
            yield LeftOut(trace.source, why)
            continue
        expert = shown[len(seen) % len(shown)]
        seen.add(_action(trace))
        yield from _rows(trace, expert, settings)


def _is_expert(trace: Trace, settings: Settings) -> bool:
    is_named = settings["expert"] in ("", trace.model)
    return is_named and trace.is_right and bool(_action(trace) and trace.problem.question)


def _refused(trace: Trace, shown: Group, seen: set[str], settings: Settings) -> str:
    """Why an answer is no alternative; "" where it is."""
    if trace.model == settings["expert"]:
        return "the expert's answer is not right"
    if not trace.outcomes or trace.outcomes[-1] is not Outcome.INCORRECT:
        return "the answer is not wrong"
    if not _action(trace) or not trace.problem.question:
        return "no text"
    if not shown:
        return "no expert's action at the state"
    if _action(trace) in seen:
        return "the same action again"
    return "" if len(seen) < settings["alternatives"] else "more than are wanted of a state"


def _rows(trace: Trace, expert: Trace, settings: Settings) -> Iterator[Made]:
    drawn = draw_of(f"{expert.source}|{trace.source}") < 0.5
    for is_first in (True, False) if settings["orders"] == "both" else (drawn,):
        pair = (_action(expert), _action(trace))
        first, second = pair if is_first else reversed(pair)
        asked = fill(settings["look"], {"question": trace.problem.question, "first": first, "second": second})
        kind = "the expert's first" if is_first else "the expert's second"
        body = prompt_only([Said("user", asked)], ["1" if is_first else "2"])
        yield Made(kind, (expert.source, trace.source), body)


def _action(trace: Trace) -> str:
    return spoken(trace.attempts[-1]) if trace.attempts else ""


ACT_CHOICES = Exporter(
    version="1",
    shape=Shape.PROMPTS,
    citation="Agentic Critical Training (arXiv 2603.08706)",
    differs=(
        "An alternative is a wrong answer of the collection to the same problem, where the paper draws other actions "
        "at each state of an expert's path; the reward of a choice is the trainer's."
    ),
    needs="States as problems, with right answers of an expert and wrong ones of a model.",
    parameters=PARAMETERS,
    making=_making,
    check=_check,
)
