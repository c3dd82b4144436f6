"""Token counts of a text and of the places in it: uploaded where there are any, else estimated from characters.

Knows no tokenizer; whoever has one passes its count as an uploaded count with the source TOKENIZER.
"""

from typing import NamedTuple

from analysis.types import TokenSource

CHARS_PER_TOKEN = 2.9
"""Characters per token of mathematical reasoning. Source: rollouts that stopped at a known token limit, in the sample
math-r1-1p5b-temps (DeepSeek-R1-Distill-Qwen-1.5B on MATH): 2.95 (316 rollouts at 1,500), 2.88 (214 at 1,800), 2.82
(122 at 3,600); 90 % of single rollouts lie between 2.2 and 3.9, so an estimate may be a third off."""


class TokenCount(NamedTuple):
    """Tokens of the whole attempt and of the text that was read; None where neither counts nor text are there."""

    attempt: int | None
    read: int | None
    source: TokenSource | None


def count(
    n_read_chars: int,
    n_attempt_chars: int,
    n_tokens: int | None = None,
    n_read_tokens: int | None = None,
    source: TokenSource = TokenSource.UPLOADED,
) -> TokenCount:
    """Tokens of an attempt and of the part of it that was read, from whichever counts were uploaded.

    `n_attempt_chars` >= `n_read_chars` >= 0 are characters. What is missing of the two counts is interpolated by its
    share of characters from the other; with neither, both are characters / CHARS_PER_TOKEN and the source is ESTIMATED.
    An attempt without text keeps its uploaded count; without count and text all is None.
    Raises ValueError on a negative number.

    >>> count(2900, 5800)
    TokenCount(attempt=2000, read=1000, source=<TokenSource.ESTIMATED: 'estimated'>)
    >>> count(900, 1000, n_tokens=500)
    TokenCount(attempt=500, read=450, source=<TokenSource.UPLOADED: 'uploaded'>)
    >>> count(900, 1000, n_read_tokens=450)
    TokenCount(attempt=500, read=450, source=<TokenSource.UPLOADED: 'uploaded'>)
    >>> count(0, 0)
    TokenCount(attempt=None, read=None, source=None)
    """
    if min(n_read_chars, n_attempt_chars, n_tokens or 0, n_read_tokens or 0) < 0:
        raise ValueError(f"negative count: {(n_read_chars, n_attempt_chars, n_tokens, n_read_tokens)}")
    n_attempt_chars = max(n_attempt_chars, n_read_chars)
    if n_tokens is None and n_read_tokens is None:
        if not n_attempt_chars:
            return TokenCount(None, None, None)
        return TokenCount(_estimate(n_attempt_chars), _estimate(n_read_chars), TokenSource.ESTIMATED)
    if n_tokens is None and n_read_tokens is not None:
        n_tokens = round(n_read_tokens * n_attempt_chars / n_read_chars) if n_read_chars else n_read_tokens
    if n_read_tokens is None and n_tokens is not None and n_attempt_chars:
        n_read_tokens = round(n_tokens * n_read_chars / n_attempt_chars)
    return TokenCount(n_tokens, n_read_tokens, source)


def at(n_chars: int, n_read_chars: int, n_read_tokens: int) -> int:
    """Tokens in the first `n_chars` of a text of `n_read_chars` characters and `n_read_tokens` tokens: interpolated.

    >>> at(250, 1000, 400)
    100
    """
    return round(n_read_tokens * n_chars / n_read_chars)


def _estimate(n_chars: int) -> int:
    return round(n_chars / CHARS_PER_TOKEN)
