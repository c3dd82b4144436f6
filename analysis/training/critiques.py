"""A critic's step feedback as what a critique model learns: question and solution in, the critique out.

Source: AutoMathCritique (arXiv 2411.16579): critiques go step by step, and those are kept that help the actor. Knows
verdicts, gives none.
"""

from collections.abc import Iterator

from analysis.protocols.conduct import Parameter
from analysis.protocols.declared import Settings
from analysis.protocols.feedback import STAGES, verdicts_in
from analysis.protocols.templates import fill, refuse_unknown, refuse_without
from analysis.training.exporter import Exporter
from analysis.training.rows import LeftOut, Made, Said, Shape, sft
from analysis.training.traces import Group, Trace
from analysis.training.wording import answered, content_of
from analysis.types import Outcome, Role

PLACES = ("question", "solution")
RIGHT, WRONG = Outcome.CORRECT, Outcome.INCORRECT
PARAMETERS = (
    Parameter(
        "look",
        "What the critic is told",
        "long_text",
        STAGES["critic"].look,
        "Places: {question} and {solution}.",
    ),
    Parameter(
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
    ),
)


def _check(settings: Settings) -> None:
    refuse_unknown(settings["look"], PLACES)
    for name in PLACES:
        refuse_without(settings["look"], name)


def _making(group: Group, settings: Settings) -> Iterator[Made | LeftOut]:
    for trace in group:
        critics = [place for place, turn in enumerate(trace.turns) if turn.role is Role.CRITIC and turn.text]
        if not critics:
            yield LeftOut(trace.source, "no critique")
        elif len(trace.outcomes) != len(trace.places):
            yield LeftOut(trace.source, "not every answer has a verdict")
        else:
            yield from (_made(trace, place, settings) for place in critics)


def _made(trace: Trace, place: int, settings: Settings) -> Made | LeftOut:
    before = sum(at < place for at in trace.places)
    outcomes, critique = trace.outcomes, content_of(trace.turns[place])
    if not before or outcomes[before - 1] not in (RIGHT, WRONG):
        return LeftOut(trace.source, "no right or wrong answer before the critique")
    was_right = outcomes[before - 1] is RIGHT
    ends_right = before < len(outcomes) and outcomes[before] is RIGHT
    if settings["keep"] == "helped" and (was_right or not ends_right):
        return LeftOut(trace.source, "the critique mended nothing")
    if settings["keep"] == "true" and verdicts_in(critique).is_right is not was_right:
        return LeftOut(trace.source, "the critique's verdict is not true")
    solution = content_of(trace.attempts[before - 1])
    if not solution or not trace.problem.question:
        return LeftOut(trace.source, "no text")
    asked = fill(settings["look"], {"question": trace.problem.question, "solution": solution})
    kind = "of a right answer" if was_right else "of a wrong answer"
    return Made(kind, (trace.source,), sft(answered([Said("user", asked)], critique)))


CRITIQUES = Exporter(
    version="1",
    shape=Shape.SFT,
    citation="AutoMathCritique (arXiv 2411.16579)",
    differs=(
        "Critiques are those of the collection, not written to flawed paths made on purpose; whether one helps is told "
        "by the one refinement that followed."
    ),
    parameters=PARAMETERS,
    making=_making,
    check=_check,
)
