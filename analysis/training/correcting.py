"""Self-correction data of Confidence v.s. Critique: the first answer as context, a right second one as label.

CLT has right first answers (keep them), CST wrong ones (mend them), CCT both. Source: Confidence v.s. Critique (arXiv
2412.19513), section on CCT. Knows verdicts, gives none.
"""

from collections.abc import Iterator

from analysis.protocols.conduct import Parameter
from analysis.protocols.declared import Settings
from analysis.training.exporter import Exporter, Making
from analysis.training.rows import LeftOut, Made, Said, Shape, sft
from analysis.training.traces import Group, Trace
from analysis.training.wording import answered, content_of, question_of
from analysis.types import Outcome, Turn

INSTRUCTION = "Correct your answer if it needs it, and answer again."
CONFIDENCE, CRITIQUE = "confidence", "critique"
"""Rows whose first answer is right, and rows whose first answer is wrong."""
PARAMETERS = (
    Parameter("instruction", "What is said after the first answer", "long_text", INSTRUCTION),
    Parameter(
        "label",
        "The right answer to learn",
        "choice",
        "own",
        "The paper pairs sampled answers of a problem; a trace's own second answer is one that it came to by itself.",
        choices=(("own", "The trace's own second answer"), ("problem", "The problem's next right final answer")),
    ),
)


def _making(kinds: tuple[str, ...]) -> Making:
    def making(group: Group, settings: Settings) -> Iterator[Made | LeftOut]:
        for number, trace in enumerate(group):
            yield _made(trace, number, group, kinds, settings)

    return making


def _made(trace: Trace, number: int, group: Group, kinds: tuple[str, ...], settings: Settings) -> Made | LeftOut:
    kind = kind_of(trace)
    if kind is None:
        return LeftOut(trace.source, "the first answer is neither right nor wrong")
    if kind not in kinds:
        return LeftOut(trace.source, "the first answer is right" if kind == CONFIDENCE else "the first answer is wrong")
    found = _second(trace) if settings["label"] == "own" else _next_right(group, number)
    first, asked = content_of(trace.attempts[0]), question_of(trace)
    if found is None:
        return LeftOut(trace.source, "no right answer to learn")
    source, label = found
    if not (asked and first and content_of(label)):
        return LeftOut(trace.source, "no text")
    context = [*asked, Said("assistant", first), Said("user", settings["instruction"])]
    return Made(kind, tuple(dict.fromkeys((trace.source, source))), sft(answered(context, content_of(label))))


def kind_of(trace: Trace) -> str | None:
    """What a trace's first answer makes of its row; None where it is neither right nor wrong."""
    first = trace.outcomes[0] if trace.outcomes else None
    return {Outcome.CORRECT: CONFIDENCE, Outcome.INCORRECT: CRITIQUE}.get(first) if first else None


def _second(trace: Trace) -> tuple[str, Turn] | None:
    right = len(trace.outcomes) > 1 and trace.outcomes[1] is Outcome.CORRECT
    return (trace.source, trace.attempts[1]) if right else None


def _next_right(group: Group, number: int) -> tuple[str, Turn] | None:
    """The final answer of the next trace of the problem that ends right, going round; the trace's own comes last."""
    order = [*group[number + 1 :], *group[: number + 1]]
    return next(((each.source, each.attempts[-1]) for each in order if each.is_right), None)


def _exporter(needs: str, *kinds: str) -> Exporter:
    return Exporter(
        version="1",
        shape=Shape.SFT,
        citation="Confidence v.s. Critique (arXiv 2412.19513), CCT",
        differs="Only traces with a first answer that is right or wrong; rows are not sampled to a share of each kind.",
        needs=needs,
        parameters=PARAMETERS,
        making=_making(kinds),
    )


NEEDS = "Rollouts of two answers, the first {}; or several samples of a problem."
CLT = _exporter(NEEDS.format("right"), CONFIDENCE)
CST = _exporter(NEEDS.format("wrong"), CRITIQUE)
CCT = _exporter(NEEDS.format("right or wrong"), CONFIDENCE, CRITIQUE)
