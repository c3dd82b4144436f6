r"""What a forced answer says: its value, and how likely its tokens were. Knows no trace and no rule.

A probe text that ends with an open box is answered up to the brace that closes it (Dynasor-CoT, hao-ai-lab/Dynasor);
every other is read as a response that begins with the probe text.
"""

import math
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from analysis.answers.final import final_answer
from analysis.asking import Reply, Token
from analysis.protocols.reading import storable
from analysis.types import Problem, Span

MAX_VALUE = 2_000


class Forced(NamedTuple):
    """A forced answer: the value ("" where none can be read), its tokens, and all from the reply's start to its end."""

    value: str
    tokens: Sequence[Token] = ()
    said: Sequence[Token] = ()


def forced_answer(suffix: str, reply: Reply, problem: Problem) -> Forced:
    r"""The value that a reply to a probe text gives.

    >>> forced_answer("\\boxed{", Reply(r"\frac{1}{2}} and"), Problem()).value
    '\\frac{1}{2}'
    >>> forced_answer("The answer is", Reply(" 42. Confidence: 80%"), Problem()).value
    '42'
    >>> forced_answer("\\boxed{", Reply("12", "length"), Problem()).value
    ''
    """
    text = storable(reply.text)
    span = _to_unmatched(text, reply) if suffix.rstrip().endswith("{") else _stated(suffix, text, problem)
    if span is None or span.end - span.start > MAX_VALUE:
        return Forced("")
    return Forced(text[span.start : span.end], _tokens_in(reply, span), _tokens_in(reply, Span(0, span.end)))


def _to_unmatched(text: str, reply: Reply) -> Span | None:
    """Up to the brace that closes the probe text's; to the end where the model stopped without one."""
    depth = 0
    for at, character in enumerate(text):
        depth += (character == "{") - (character == "}")
        if depth < 0:
            return _stripped(text, Span(0, at))
    return _stripped(text, Span(0, len(text))) if reply.finish_reason == "stop" and depth == 0 else None


def _stated(suffix: str, text: str, problem: Problem) -> Span | None:
    """What the probe text and its reply state together; None where that does not stand in the reply."""
    begun = suffix.rsplit(">", 1)[-1].lstrip("\n")
    found = final_answer(begun + text, problem)
    start = -1 if found is None else found.start - len(begun)
    if found is None or start < 0:
        return None
    return Span(start, start + len(found.value))


def _stripped(text: str, span: Span) -> Span | None:
    piece = text[span.start : span.end]
    if not piece.strip():
        return None
    return Span(span.start + len(piece) - len(piece.lstrip()), span.start + len(piece.rstrip()))


def _tokens_in(reply: Reply, span: Span) -> Sequence[Token]:
    """The tokens of a span; none where the reply is not the beginning of the tokens' texts.

    An end token and those of a stop string may follow the text.
    """
    if not "".join(token.text for token in reply.tokens).startswith(reply.text):
        return ()
    starts = [0, *accumulate(len(token.text) for token in reply.tokens)]
    edges = zip(starts, starts[1:], reply.tokens, strict=False)
    return [token for start, end, token in edges if start < span.end and end > span.start]


def log_probability(tokens: Sequence[Token]) -> float | None:
    """The sum over tokens (nats); None without tokens and where one has none."""
    known = [token.log_probability for token in tokens if token.log_probability is not None]
    return sum(known) if known and len(known) == len(tokens) else None


def entropy_of(classes: Sequence[int]) -> float | None:
    """Entropy of the shares of answer classes, in bits (Certaindex, arXiv 2412.20993); None for fewer than two answers.

    >>> entropy_of([0, 1, 1, 1, 1]), entropy_of([0, 0]), entropy_of([0])
    (0.7219280948873623, 0.0, None)
    """
    if len(classes) < 2:
        return None
    shares = [classes.count(kind) / len(classes) for kind in set(classes)]
    return abs(-sum(share * math.log2(share) for share in sorted(shares)))


def certainty_of(entropy: float | None, n: int) -> float | None:
    """Normalised certainty (log n - H) / log n of n answers with entropy H in bits, in [0, 1]; None for n < 2.

    The normalisation is as commonly stated for Certaindex; we could not check it against the paper.

    >>> certainty_of(1.0, 4), certainty_of(0.0, 2), certainty_of(None, 1)
    (0.5, 1.0, None)
    """
    if entropy is None or n < 2:
        return None
    return min(1.0, max(0.0, 1 - entropy / math.log2(n)))


def token_entropy(token: Token) -> float | None:
    """Entropy over the vocabulary (nats) of one token's place as far as its alternatives show: a lower bound.

    What the alternatives leave over counts as one other token. None without alternatives.
    """
    listed = dict(token.alternatives)
    if token.log_probability is not None:
        listed.setdefault(token.text, token.log_probability)
    if not token.alternatives:
        return None
    shares = [math.exp(min(0.0, value)) for value in listed.values()]
    rest = 1 - sum(shares)
    return -sum(share * math.log(share) for share in [*shares, rest] if share > 0)


def mean_token_entropy(tokens: Sequence[Token]) -> float | None:
    found = [entropy for token in tokens if (entropy := token_entropy(token)) is not None]
    return sum(found) / len(found) if found and len(found) == len(tokens) else None
