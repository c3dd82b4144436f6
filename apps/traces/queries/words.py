"""What a word is, and texts as blocks of words: the one idea of a match for both stores, the lists and the reader.

A word is a run of letters and digits in lower case; everything else stands between words. A character of a script that
writes no spaces is a word of its own; a run of more than LONGEST characters is cut in pieces. Knows no store.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LONGEST = 40
MOST_IN_PHRASE = 32
OVERLAP = MOST_IN_PHRASE - 1
"""Words that a block repeats from the one before it: a phrase of MOST_IN_PHRASE words is whole in one of the two."""
BLOCK_CHARS = 32_000
BLOCK_WORDS = 12_000
"""PostgreSQL's tsvector counts positions to 16,383."""
MOST_OF_A_WORD = 255
"""And keeps at most 255 positions of one word: a block ends before it would need another."""

ALONE = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(rf"[{ALONE}]|[^\W_{ALONE}]{{1,{LONGEST}}}")
_ALONE = re.compile(f"[{ALONE}]")


@dataclass(frozen=True, slots=True)
class Block:
    """Words `[first, last]` of a text and the characters that they stand in."""

    number: int
    start: int
    end: int
    words: Sequence[str]


def words_of(text: str) -> list[str]:
    """
    >>> words_of("Don't: \\\\frac{x_1}{3.14}"), words_of("x是y"), [len(word) for word in words_of("7" * 90)]
    (['don', 't', 'frac', 'x', '1', '3', '14'], ['x', '是', 'y'], [40, 40, 10])
    """
    found = _WORD.findall(text)
    return " ".join(found).lower().split(" ") if found else []


def blocks_of(text: str) -> list[Block]:
    """The text in blocks that both stores can hold; a text without a word is one empty block."""
    words = words_of(text)
    if _fits(words):
        return [Block(0, 0, len(text), words)]
    return list(_cut(text))


def _fits(words: Sequence[str]) -> bool:
    if len(words) > BLOCK_WORDS or sum(map(len, words)) + len(words) > BLOCK_CHARS:
        return False
    return len(words) <= MOST_OF_A_WORD or max(Counter(words).values()) <= MOST_OF_A_WORD


def _cut(text: str) -> Iterator[Block]:
    number = end = n_chars = 0
    starts: list[int] = []
    kept: list[str] = []
    seen: Counter[str] = Counter()
    for match in _WORD.finditer(text):
        word = match[0].lower()
        if n_chars + len(word) >= BLOCK_CHARS or len(kept) >= BLOCK_WORDS or seen[word] >= MOST_OF_A_WORD:
            yield Block(number, starts[0], end, kept)
            number, starts, kept = number + 1, starts[-OVERLAP:], kept[-OVERLAP:]
            n_chars, seen = sum(map(len, kept)) + len(kept), Counter(kept)
        starts.append(match.start())
        kept.append(word)
        seen[word] += 1
        end, n_chars = match.end(), n_chars + len(word) + 1
    yield Block(number, starts[0], end, kept)


def pattern_of(words: Sequence[str], *, is_prefix: bool) -> str:
    """A regular expression of our own for these words one after another, as the index matches them.

    >>> phrase = re.compile(pattern_of(["x", "1"], is_prefix=False))
    >>> bool(phrase.search("$x_1$")), bool(phrase.search("x 12")), bool(phrase.search("max 1"))
    (True, False, False)
    """
    edge = rf"[^\W_{ALONE}]"
    parts = [] if _is_alone(words[0]) else [f"(?<!{edge})"]
    for word, after in zip(words, [*words[1:], None], strict=True):
        parts.append(re.escape(word))
        if after is not None:
            may_touch = _is_alone(word) or _is_alone(after) or len(word) >= LONGEST
            parts.append(r"[\W_]*" if may_touch else r"[\W_]+")
    if not is_prefix and not _is_alone(words[-1]) and len(words[-1]) < LONGEST:
        parts.append(f"(?!{edge})")
    return "".join(parts)


def _is_alone(word: str) -> bool:
    return _ALONE.fullmatch(word) is not None
