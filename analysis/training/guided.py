"""ThinkTuning: rollouts that a teacher's feedback guides, with the reward of how they end.

Source: ThinkTuning (arXiv 2508.07616): a student's attempt, a teacher's corrective feedback and the student's
continuation are one rollout of the group, off policy where the teacher speaks. Knows verdicts, gives none.
"""

from collections.abc import Iterator

from analysis.protocols.conduct import Parameter
from analysis.protocols.declared import Settings
from analysis.training.exporter import Exporter
from analysis.training.remarks import NO_VERDICTS, Remark, has_verdicts, remarks_of
from analysis.training.rows import LeftOut, Made, Said, Shape, all_but, completion, learned, whole
from analysis.training.traces import GRADED, Group, Trace
from analysis.training.wording import asked_before, content_of
from analysis.types import Outcome, Role, Span

PARAMETERS = (
    Parameter(
        "feedback",
        "The feedback stands",
        "choice",
        "spliced",
        choices=(("spliced", "In the student's own answer"), ("turn", "As a message of the user, never learned")),
    ),
    Parameter("learn_feedback", "Spliced feedback is learned", "flag", True, "Else it is read and has no loss."),
    Parameter("plain", "First answers as rollouts of their own too", "flag", False, "A group of GRPO has both."),
)


def _making(group: Group, settings: Settings) -> Iterator[Made | LeftOut]:
    for trace in group:
        if settings["plain"] and trace.places:
            yield _plain(trace)
        if not has_verdicts(trace):
            yield LeftOut(trace.source, NO_VERDICTS)
            continue
        told = [each for each in remarks_of(trace) if each.turn.role is Role.TEACHER]
        if not told:
            yield LeftOut(trace.source, "no teacher's feedback")
        yield from (_guided(trace, each, settings) for each in told)


def _plain(trace: Trace) -> Made | LeftOut:
    asked, answer = asked_before(trace, trace.places[0]), content_of(trace.attempts[0])
    if not asked or not answer:
        return LeftOut(trace.source, "no text")
    if not trace.outcomes or trace.outcomes[0] not in GRADED:
        return LeftOut(trace.source, "an answer is not graded")
    body = completion(asked, [learned("assistant", answer)], reward_of(trace.outcomes[0]))
    return Made("plain", (trace.source,), body)


def _guided(trace: Trace, told: Remark, settings: Settings) -> Made | LeftOut:
    if told.after is None or told.then is None:
        return LeftOut(trace.source, "no answer after the feedback")
    if told.before not in GRADED or told.then not in GRADED:
        return LeftOut(trace.source, "an answer is not graded")
    asked = asked_before(trace, told.place)
    first, second = content_of(trace.turns[told.place]), content_of(trace.turns[told.after])
    if not (asked and first and second):
        return LeftOut(trace.source, "no text")
    if settings["feedback"] == "turn":
        answer = [learned("assistant", first), Said("user", told.text), learned("assistant", second)]
    else:
        answer = [spliced(first, told.text, second, learns_all=settings["learn_feedback"])]
    body = completion(asked, answer, reward_of(told.then))
    return Made(told.kind or "unread", (trace.source,), body, {"reward_before": reward_of(told.before)})


def spliced(first: str, feedback: str, second: str, *, learns_all: bool) -> Said:
    """Attempt, feedback and continuation as one message; the loss is of all of it or of all but the feedback.

    >>> spliced("5", "Look.", "4", learns_all=False).masked["spans"]  # 5, blank, blank; L o o k . ; blank, blank, 4
    [[0, 3], [8, 11]]
    """
    content = f"{first}\n\n{feedback}\n\n{second}"
    inside = Span(len(first) + 2, len(first) + 2 + len(feedback))
    return Said("assistant", content, whole(content) if learns_all else all_but(inside, len(content)))


def reward_of(outcome: Outcome) -> float:
    return float(outcome is Outcome.CORRECT)


THINKTUNING = Exporter(
    version="1",
    shape=Shape.COMPLETIONS,
    citation="ThinkTuning (arXiv 2508.07616)",
    differs=(
        "The feedback was given once, while the collection was made, not on the policy's rollouts as they come; the "
        "advantage and its shaping are the trainer's; the words between the parts are two line ends."
    ),
    needs="Rollouts with a teacher's turn and an answer after it, as the protocol Teacher makes them.",
    parameters=PARAMETERS,
    making=_making,
)
