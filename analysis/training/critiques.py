"""A critic's step feedback: what the critic learns, what the actor learns from it, and the labels of the steps.

Source: AutoMathCritique (arXiv 2411.16579): critiques go step by step, and those are kept that help the actor. Knows
verdicts, gives none.
"""

import re
from collections.abc import Callable, Iterator

from analysis.protocols.conduct import Parameter
from analysis.protocols.declared import Settings
from analysis.protocols.feedback import STAGES, verdicts_in
from analysis.protocols.templates import fill, refuse_unknown, refuse_without
from analysis.training.exporter import Exporter, Making
from analysis.training.remarks import NO_VERDICTS, RIGHT, WRONG, has_verdicts, spoken
from analysis.training.rows import LeftOut, Made, Said, Shape, sft, steps
from analysis.training.traces import Group, Trace
from analysis.training.wording import answered, asked_before, content_of
from analysis.types import Role

PLACES = ("question", "solution")
QUOTED = re.compile(
    r"^\W*Step sentence\W{0,6}(.*\S.*)\n+\W*Correctness of the step\W{0,6}(correct|wrong|incorrect)\b",
    re.IGNORECASE | re.MULTILINE,
)
LOOK = Parameter(
    "look",
    "What the critic is told",
    "long_text",
    STAGES["critic"].look,
    "Places: {question} and {solution}.",
)
KEEP = Parameter(
    "keep",
    "Critiques that are kept",
    "choice",
    "helped",
    "The paper filters softly by sampling many refinements of each; a trace has one.",
    choices=(
        ("helped", "After a wrong answer, before a right one"),
        ("true", "Whose verdict on the final answer is true"),
        ("all", "All of a right or wrong answer"),
    ),
)
Row = Callable[[Trace, int, Settings], Made | LeftOut]


def _check(settings: Settings) -> None:
    refuse_unknown(settings["look"], PLACES)
    for name in PLACES:
        refuse_without(settings["look"], name)


def _making(row: Row) -> Making:
    def making(group: Group, settings: Settings) -> Iterator[Made | LeftOut]:
        for trace in group:
            critics = [place for place, turn in enumerate(trace.turns) if turn.role is Role.CRITIC and turn.text]
            if not critics:
                yield LeftOut(trace.source, "no critique")
            elif not has_verdicts(trace):
                yield LeftOut(trace.source, NO_VERDICTS)
            else:
                yield from (_one(trace, place, settings, row) for place in critics)

    return making


def _one(trace: Trace, place: int, settings: Settings, row: Row) -> Made | LeftOut:
    why = _unfit(trace, place, settings)
    return LeftOut(trace.source, why) if why else row(trace, place, settings)


def _feedback(trace: Trace, place: int, settings: Settings) -> Made | LeftOut:
    n = sum(at < place for at in trace.places) - 1
    solution = content_of(trace.attempts[n])
    asked = fill(settings["look"], {"question": trace.problem.question, "solution": solution})
    return Made(_kind(trace, n), (trace.source,), sft(answered([Said("user", asked)], content_of(trace.turns[place]))))


def _refined(trace: Trace, place: int, settings: Settings) -> Made | LeftOut:
    """The answer after the critique is learned, where it is right."""
    after = next((at for at in trace.places if at > place), None)
    if after is None or trace.outcomes[trace.places.index(after)] is not RIGHT:
        return LeftOut(trace.source, "no right answer after the critique")
    asked, refined = asked_before(trace, after), content_of(trace.turns[after])
    if not refined:
        return LeftOut(trace.source, "no text")
    return Made(_kind(trace, trace.places.index(after) - 1), (trace.source,), sft(answered(asked, refined)))


def _labelled(trace: Trace, place: int, settings: Settings) -> Made | LeftOut:
    """The steps that the critique quotes, each with its label; all must stand in the solution."""
    n = sum(at < place for at in trace.places) - 1
    found, solution = steps_in(spoken(trace.turns[place])), _squeezed(content_of(trace.attempts[n]))
    if not found:
        return LeftOut(trace.source, "the critique labels no step")
    if not all(_squeezed(text) in solution for text, _ in found):
        return LeftOut(trace.source, "a step of the critique is not in the solution")
    body = steps(trace.problem.question, [text for text, _ in found], [is_right for _, is_right in found])
    return Made(_kind(trace, n), (trace.source,), body)


def steps_in(critique: str) -> list[tuple[str, bool]]:
    """Each step that a critique quotes and labels, and whether it calls it correct.

    >>> steps_in("Step sentence: 2 + 2 is 5.\\nCorrectness of the step: Incorrect\\nExplanation: it is 4.")
    [('2 + 2 is 5.', False)]
    """
    return [(text.strip(), label.lower() == "correct") for text, label in QUOTED.findall(critique)]


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _kind(trace: Trace, n: int) -> str:
    return "of a right answer" if trace.outcomes[n] is RIGHT else "of a wrong answer"


def _unfit(trace: Trace, place: int, settings: Settings) -> str:
    """Why a critique is not kept; "" where it is."""
    before = sum(at < place for at in trace.places)
    outcomes, critique = trace.outcomes, spoken(trace.turns[place])
    if not before or outcomes[before - 1] not in (RIGHT, WRONG):
        return "no right or wrong answer before the critique"
    was_right = outcomes[before - 1] is RIGHT
    ends_right = before < len(outcomes) and outcomes[before] is RIGHT
    if settings["keep"] == "helped" and (was_right or not ends_right):
        return "the critique mended nothing"
    if settings["keep"] == "true" and verdicts_in(critique).is_right is not was_right:
        return "the critique's verdict is not true"
    return "" if content_of(trace.attempts[before - 1]) and trace.problem.question else "no text"


CITATION = "AutoMathCritique (arXiv 2411.16579)"
DIFFERS = (
    "Critiques are those of the collection, not written to flawed paths made on purpose; whether one helps is told by "
    "the one refinement that followed."
)
CRITIQUES = Exporter(
    version="2",
    shape=Shape.SFT,
    citation=CITATION,
    differs=DIFFERS,
    needs="Rollouts with a critic's turn, as the protocol Critic and refine makes them.",
    parameters=(LOOK, KEEP),
    making=_making(_feedback),
    check=_check,
)
CRITIQUE_REFINE = Exporter(
    version="1",
    shape=Shape.SFT,
    citation=f"{CITATION}, the actor's refinement",
    differs=DIFFERS,
    needs="Rollouts with a critic's turn and an answer after it.",
    parameters=(KEEP,),
    making=_making(_refined),
)
STEP_LABELS = Exporter(
    version="1",
    shape=Shape.STEPS,
    citation=f"{CITATION}, labels of steps",
    differs=f"{DIFFERS} The steps are those that the critic quotes; they are not checked by rollouts from each.",
    needs="Critiques in the format of steps: the step, its correctness, why.",
    parameters=(KEEP._replace(default="true"),),
    making=_making(_labelled),
)
