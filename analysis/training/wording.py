"""A turn as the content of a message, and the messages before it. Knows no method.

Texts are as uploaded. A reasoning that came in a field of its own has no tags: it is put between <think> and </think>,
as the models that the methods train write it.
"""

from typing import NamedTuple

from analysis.training.rows import Said, learned
from analysis.training.traces import Trace, asker
from analysis.types import Role, Turn

OPENING, CLOSING = "<think>\n", "\n</think>\n\n"


class Parts(NamedTuple):
    """An attempt's content in four; `at` is where the reasoning starts in the turn's text."""

    opening: str
    reasoning: str
    closing: str
    response: str
    at: int

    @property
    def content(self) -> str:
        return self.opening + self.reasoning + self.closing + self.response


def find_parts(turn: Turn) -> Parts | None:
    r"""The parts of an attempt that reasons and then answers; None where one of the two is missing or empty.

    >>> from analysis.types import Span
    >>> field = Turn(Role.ASSISTANT, "1+1.2", Span(0, 4), Span(4, 5), is_attempt=True)
    >>> find_parts(field).content
    '<think>\n1+1.\n</think>\n\n2'
    >>> tagged = Turn(Role.ASSISTANT, "<think>1+1.</think>2", Span(7, 11), Span(19, 20), is_attempt=True)
    >>> find_parts(tagged).content
    '<think>1+1.</think>2'
    """
    text, inside, after = turn.text, turn.reasoning, turn.response
    if text is None or inside is None or after is None or after.start < inside.end:
        return None
    reasoning, response = text[inside.start : inside.end], text[after.start :]
    if not reasoning.strip() or not response.strip():
        return None
    opening, closing = text[: inside.start], text[inside.end : after.start]
    if not closing:
        opening, closing = OPENING, CLOSING
    return Parts(opening, reasoning, closing, response, inside.start)


def content_of(turn: Turn) -> str:
    """The whole content of a turn; "" where it has no text."""
    parts = find_parts(turn) if turn.is_attempt else None
    return parts.content if parts else turn.text or ""


def asked_before(trace: Trace, place: int) -> list[Said]:
    """The messages before the turn at `place`, none trained on; the bare question where nobody asked.

    Empty where there is neither.
    """
    told = [Said(asker(turn.role), content_of(turn)) for turn in trace.turns[:place] if turn.text]
    if any(message.role == Role.USER.value for message in told):
        return told
    return [*told, Said(Role.USER.value, trace.problem.question)] if trace.problem.question.strip() else []


def question_of(trace: Trace) -> list[Said]:
    """The messages before the first attempt; empty where nothing was asked."""
    return asked_before(trace, trace.places[0]) if trace.places else []


def answered(asked: list[Said], content: str) -> list[Said]:
    """A conversation that ends in an answer of which all is trained on."""
    return [*asked, learned(Role.ASSISTANT.value, content)]
