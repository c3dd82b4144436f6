"""A reply as a turn: where its reasoning stands, what it answers, how sure it says it is. Knows no question asked.

Replies are hostile text: nothing here raises for one but ProtocolFailed for a reply that is an error or empty.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate

from analysis.answers.final import final_answer
from analysis.asking import Message, Reply
from analysis.delimiters import split_reasoning
from analysis.protocols.conduct import ProtocolFailed, Replies
from analysis.types import Problem, Role, Span, Turn

CONFIDENCE = re.compile(
    r"\bconfidence(?: level| score)?\b[\s*_]{0,4}(?:is|of|[:=])?[\s*_]{0,4}(?:about |around |~ ?)?"
    r"(?P<number>\d{1,3}(?:\.\d{1,4})?)\s{0,2}(?P<unit>%|/ ?100?\b|out of 100?\b|percent)?",
    re.IGNORECASE,
)
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
MAX_READ = 100_000


def only(replies: Replies) -> Reply:
    """The one reply to one ask."""
    reply = replies[0]
    assert isinstance(reply, Reply)
    return reply


def all_of(replies: Replies) -> list[Reply]:
    """The replies to asks none of which was a probing."""
    return [reply for reply in replies if isinstance(reply, Reply)]


def good(reply: Reply, role: str = "solver") -> Reply:
    """The reply with text that can be stored; raises ProtocolFailed where it is an error or has no text."""
    if reply.finish_reason == "error":
        raise ProtocolFailed(f"the {role}'s reply failed: {reply.error or 'no reason given'}")
    if not reply.text.strip():
        raise ProtocolFailed(f"the {role}'s reply is empty")
    return replace(reply, text=storable(reply.text))


def storable(text: str) -> str:
    """The text with U+FFFD for NUL and lone surrogates, code point for code point."""
    return UNSTORABLE.sub("\ufffd", text)


def attempt_of(reply: Reply, problem: Problem, actor: str = "", role: Role = Role.ASSISTANT) -> Turn:
    """A reply as an answering turn: reasoning and response, the answer that the response states, its confidence."""
    reasoning, response, _, _ = split_reasoning(reply.text)
    stated = reply.text[response.start : response.end] if response else ""
    confidence, said = confidence_in(stated)
    return Turn(
        role,
        reply.text,
        reasoning,
        response,
        is_attempt=True,
        actor=actor,
        answer=answer_in(stated, problem),
        confidence=confidence,
        confidence_text=said,
        n_tokens=reply.n_tokens,
        n_reasoning_tokens=n_tokens_until(reply, reasoning.end) if reasoning else None,
        finish_reason=reply.finish_reason,
    )


def remark_of(reply: Reply, role: Role, actor: str = "") -> Turn:
    """A reply as a turn that answers nothing: a critique, feedback, a verdict."""
    reasoning, response, _, _ = split_reasoning(reply.text)
    turn = Turn(role, reply.text, reasoning, response, actor=actor or role.value)
    return replace(turn, n_tokens=reply.n_tokens, finish_reason=reply.finish_reason)


def asked_turns(messages: Sequence[Message], text: str | None = None) -> tuple[Turn, ...]:
    """What was asked, as turns."""
    told = tuple(Turn(message.role, message.text) for message in messages)
    return told if text is None else (*told, Turn(Role.USER, text))


def visible(text: str) -> str:
    """A text without its reasoning; "" where nothing follows it."""
    response = split_reasoning(text).response
    return text[response.start : response.end] if response else ""


def answer_in(response: str, problem: Problem) -> str | None:
    """The answer that a response states, None where none can be read.

    >>> answer_in("FINAL ANSWER: 42", Problem()), answer_in("", Problem())
    ('42', None)
    """
    found = final_answer(response[-MAX_READ:], problem) if response.strip() else None
    return found.value if found else None


def confidence_in(response: str) -> tuple[float | None, str]:
    """The last confidence that a response states, as a share of 1, and the words that say so.

    "%", "percent", "/100" and "out of 100" are hundredths, "/10" tenths; a bare number is a share up to 1 and
    hundredths above. More than the whole is none.

    >>> confidence_in("42. Confidence: 85%"), confidence_in("confidence is 0.9"), confidence_in("Confidence: 7/10")
    ((0.85, 'Confidence: 85%'), (0.9, 'confidence is 0.9'), (0.7, 'Confidence: 7/10'))
    >>> confidence_in("Confidence: 140%"), confidence_in("I am sure")
    ((None, ''), (None, ''))
    """
    found = list(CONFIDENCE.finditer(response[-MAX_READ:]))
    if not found:
        return None, ""
    number, unit = float(found[-1]["number"]), (found[-1]["unit"] or "").lower()
    share = number / _whole(number, unit)
    return (share, found[-1][0].strip()) if share <= 1 else (None, "")


def _whole(number: float, unit: str) -> float:
    if unit.endswith("10"):
        return 10
    return 100 if unit or number > 1 else 1


def n_tokens_until(reply: Reply, end: int) -> int | None:
    """Tokens that begin before code point `end`; None where the text is not the beginning of the tokens' texts."""
    starts = [0, *accumulate(len(token.text) for token in reply.tokens)]
    if not reply.tokens or not "".join(token.text for token in reply.tokens).startswith(reply.text):
        return None
    return sum(start < end for start in starts[:-1])


def shifted(span: Span | None, by: int) -> Span | None:
    return None if span is None else Span(span.start + by, span.end + by)
