"""The query language of the search: words (all of them), "a phrase", prefix*, -without. Read, never executed.

What people write is read word by word as texts are; it never becomes a regular expression, an operator of a store or a
part of a statement.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.errors import UserError
from apps.traces.queries.words import LONGEST, MOST_IN_PHRASE, pattern_of, words_of

MOST_CHARS = 500
MOST_TERMS = 16
SHORTEST_PREFIX = 3
_PIECE = re.compile(r'(-?)(?:"([^"]*)(?:"|$)|(\S+))')


class BadSearchError(UserError):
    """A query that cannot be searched for; the message says why and what to write instead."""


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand one after another; the last one may be the beginning of a word."""

    words: tuple[str, ...]
    is_prefix: bool = False

    @property
    def pattern(self) -> str:
        return pattern_of(self.words, is_prefix=self.is_prefix)

    def __str__(self) -> str:
        text = " ".join(self.words) + ("*" if self.is_prefix else "")
        return f'"{text}"' if len(self.words) > 1 else text


@dataclass(frozen=True, slots=True)
class Asking:
    """A rollout matches if each of `wanted` stands in some text of it and none of `unwanted` in any."""

    text: str
    wanted: tuple[Term, ...]
    unwanted: tuple[Term, ...] = ()

    @classmethod
    def parse(cls, text: str) -> "Asking":
        """Raises BadSearchError.

        >>> asked = Asking.parse('wait "the answer is" recon* -hmm x^2')
        >>> [str(term) for term in asked.wanted], [str(term) for term in asked.unwanted]
        (['wait', '"the answer is"', 'recon*', '"x 2"'], ['hmm'])
        """
        text = text.strip()
        if len(text) > MOST_CHARS:
            raise BadSearchError(f"the query is {len(text)} characters long; {MOST_CHARS} is the most")
        wanted: dict[Term, None] = {}
        unwanted: dict[Term, None] = {}
        for minus, phrase, word in _PIECE.findall(text):
            term = _term(phrase or word, may_be_prefix=not phrase)
            if term is not None:
                (unwanted if minus else wanted)[term] = None
        if not wanted:
            without = ", beside what is to be left out" if unwanted else ""
            raise BadSearchError(
                f"{_short(text)} has no word to search for{without}; write a word, a number or a phrase"
            )
        if len(wanted) + len(unwanted) > MOST_TERMS:
            raise BadSearchError(f"the query has {len(wanted) + len(unwanted)} terms; {MOST_TERMS} is the most")
        return cls(text, tuple(wanted), tuple(unwanted))

    @property
    def pattern(self) -> "re.Pattern[str]":
        """Finds any of what is wanted."""
        return re.compile("|".join(term.pattern for term in self.wanted), re.IGNORECASE)

    @property
    def as_json(self) -> str:
        """What is wanted, for the reader's script: [[words, is_prefix] ...]."""
        return json.dumps([[term.words, term.is_prefix] for term in self.wanted], ensure_ascii=False)


def _term(written: str, *, may_be_prefix: bool) -> Term | None:
    words = words_of(written)
    if not words:
        return None
    if len(words) > MOST_IN_PHRASE:
        raise BadSearchError(f"the phrase {_short(written)} has {len(words)} words; {MOST_IN_PHRASE} is the most")
    is_prefix = may_be_prefix and written.endswith("*")
    if is_prefix and len(words) == 1 and len(words[0]) < SHORTEST_PREFIX:
        raise BadSearchError(f"{_short(written)} begins too many words; write at least {SHORTEST_PREFIX} characters")
    return Term(tuple(words), is_prefix and len(words[-1]) < LONGEST)


def _short(text: str) -> str:
    return f"“{text[:60]}…”" if len(text) > 60 else f"“{text}”"


def terms_in_words(terms: Sequence[Term]) -> str:
    return " ".join(str(term) for term in terms)
