"""SELF: feedback and refinement as a skill to learn, then refined answers that the model stands by.

The meta-skill corpus has question, answer, feedback, refinement: the loss is of the feedback and the refinement. A row
of self-evolution has the question and the refined answer. Source: SELF (arXiv 2310.00533). Knows verdicts, gives none.
"""

from collections.abc import Iterator

from analysis.protocols.conduct import Parameter
from analysis.protocols.declared import Settings
from analysis.protocols.feedback import verdicts_in
from analysis.protocols.verdicts import are_same
from analysis.training.exporter import Exporter
from analysis.training.remarks import NO_VERDICTS, RIGHT, WRONG, Remark, has_verdicts, remarks_of
from analysis.training.rows import LeftOut, Made, Said, Shape, learned, sft
from analysis.training.traces import Group, Trace, asker
from analysis.training.wording import answered, asked_before, content_of, question_of
from analysis.types import Role

ASK_FEEDBACK = "Look for problems in what you answered, and list those that you find."
ASK_REFINEMENT = "With these problems in mind, answer the question again."
META = (
    Parameter(
        "keep",
        "Refinements that are kept",
        "choice",
        "right",
        "The paper has a stronger model check them.",
        choices=(("right", "Right ones"), ("mended", "Right ones of wrong answers"), ("all", "All")),
    ),
    Parameter("direct", "The refined answer to the bare question too", "flag", True, "The third term of the loss."),
    Parameter("ask_feedback", "What asks for feedback", "long_text", ASK_FEEDBACK, "Where a critic's turn holds it."),
    Parameter("ask_refinement", "What asks for the refinement", "long_text", ASK_REFINEMENT, "The same."),
)
EVOLVING = (
    Parameter(
        "filter",
        "Refined answers that are kept",
        "choice",
        "own",
        "The paper filters by the model's own feedback and knows no gold.",
        choices=(
            ("own", "Those that its next feedback calls right, or that it gives again"),
            ("gold", "Right ones"),
            ("all", "All"),
        ),
    ),
)


def _is_own(trace: Trace, remark: Remark) -> bool:
    return remark.turn.role is Role.ASSISTANT or (bool(trace.model) and remark.author == trace.model)


def _learning(group: Group, settings: Settings) -> Iterator[Made | LeftOut]:
    for trace in group:
        if not has_verdicts(trace):
            yield LeftOut(trace.source, NO_VERDICTS)
            continue
        own = [each for each in remarks_of(trace) if each.after is not None and _is_own(trace, each)]
        last = {each.place: each for each in own}
        if not last:
            yield LeftOut(trace.source, "no feedback of the model's own before a next answer")
        for remark in last.values():
            yield from _rows(trace, remark, settings)


def _rows(trace: Trace, remark: Remark, settings: Settings) -> Iterator[Made | LeftOut]:
    asked, refined = asked_before(trace, remark.place), content_of(trace.turns[remark.after or 0])
    if settings["keep"] != "all" and remark.then is not RIGHT:
        yield LeftOut(trace.source, "the refined answer is not right")
    elif settings["keep"] == "mended" and remark.before is not WRONG:
        yield LeftOut(trace.source, "the answer was not wrong")
    elif not (asked and content_of(trace.turns[remark.place]) and refined):
        yield LeftOut(trace.source, "no text")
    else:
        yield Made("feedback and refinement", (trace.source,), sft([*asked, *_said(trace, remark, settings)]))
        if settings["direct"]:
            yield Made("answer", (trace.source,), sft(answered(question_of(trace), refined)))


def _said(trace: Trace, remark: Remark, settings: Settings) -> Iterator[Said]:
    """The answer without loss, then all that was said up to the refinement; the model's own words of it are learned."""
    yield Said("assistant", content_of(trace.turns[remark.place]))
    for turn in trace.between(remark.place):
        text = content_of(turn)
        if turn.role is Role.ASSISTANT:
            yield learned("assistant", text)
        elif trace.model and trace.author_of(turn) == trace.model:
            yield Said("user", settings["ask_feedback"])
            yield learned("assistant", text)
            yield Said("user", settings["ask_refinement"])
        else:
            yield Said(asker(turn.role), text)
    yield learned("assistant", content_of(trace.turns[remark.after or 0]))


def _evolving(group: Group, settings: Settings) -> Iterator[Made | LeftOut]:
    for trace in group:
        asked = question_of(trace)
        if len(trace.places) < 2:
            yield LeftOut(trace.source, "no refined answer")
        elif not has_verdicts(trace):
            yield LeftOut(trace.source, NO_VERDICTS)
        elif (n := _refined(trace, settings)) is None:
            yield LeftOut(trace.source, NONE[settings["filter"]])
        elif not asked or not content_of(trace.attempts[n]):
            yield LeftOut(trace.source, "no text")
        else:
            kind = {RIGHT: "right", WRONG: "wrong"}.get(trace.outcomes[n], "not known")
            yield Made(kind, (trace.source,), sft(answered(asked, content_of(trace.attempts[n]))), {"round": n})


NONE = {
    "own": "the model stands by no refined answer",
    "gold": "no refined answer is right",
    "all": "no refined answer",
}


def _refined(trace: Trace, settings: Settings) -> int | None:
    """The number of the first refined answer that is kept (the first answer is 0)."""
    after = range(1, len(trace.places))
    if settings["filter"] == "all":
        return after[-1]
    if settings["filter"] == "gold":
        return next((n for n in after if trace.outcomes[n] is RIGHT), None)
    return next((n for n in after if _stands_by(trace, n)), None)


def _stands_by(trace: Trace, n: int) -> bool:
    """Its own feedback calls the answer right, or it gives the answer of before again."""
    own = [each for each in remarks_of(trace) if each.place == trace.places[n] and _is_own(trace, each)]
    verdicts = [said for each in own if (said := verdicts_in(each.text).is_right) is not None]
    if verdicts:
        return verdicts[-1]
    before, now = trace.attempts[n - 1].answer, trace.attempts[n].answer
    return before is not None and now is not None and are_same(trace.problem, before, now)


CITATION = "SELF (arXiv 2310.00533)"
SELF_META = Exporter(
    version="1",
    shape=Shape.SFT,
    citation=f"{CITATION}, meta-skill learning",
    differs=(
        "Feedback and refinements are the model's own, kept by the grade of what they led to, where the paper has a "
        "stronger model write or check them; its weight of the direct answer is the trainer's."
    ),
    needs="Answer, feedback of the model's own, next answer: the review in two calls, or a critic of the same model.",
    parameters=META,
    making=_learning,
)
SELF_EVOLUTION = Exporter(
    version="1",
    shape=Shape.SFT,
    citation=f"{CITATION}, self-evolution",
    differs=(
        "One round, from the answers of the collection. What says nothing of an answer is read from whether the model "
        "gives it again."
    ),
    needs="Rollouts of two or more answers; two rounds or a verdict in the feedback for the model's own filter.",
    parameters=EVOLVING,
    making=_evolving,
)
