"""Phrases, and a cheap way to tell that a text holds none of them: by its words. Knows no particular phrase.

Most sentences hold no word of most phrases, so a pattern is searched only where a word that it needs was heard. What
a word may belong to is worked out once per word. Patterns are written in lower case and searched in the text in lower
case: a pattern that ignores case tries all its alternatives everywhere.
"""

import re
from functools import reduce
from operator import or_
from typing import NamedTuple

_WORD = re.compile("[a-z]+")
_LITERAL = re.compile(r"([a-z]+)(.?)", re.DOTALL)
_NOT_LETTERS = "".join(map(chr, range(65))) + "[\\]^_`{|}~"
_ENDS_A_WORD = frozenset(["", " ", "'", "|", ")", "-"])
_STARTS_A_WORD = frozenset(["", " ", "'", "-"])
_GROUP = re.compile(r"\([^()]*\)\??|\[[^\]]*\]")
_MOST_WORDS = 50_000
_LONGEST_WORD = 40
EVERYTHING = -1
"""Heard where nobody listened: every phrase may be there."""


class Phrase(NamedTuple):
    """A pattern and its bit in what an ear hears."""

    pattern: re.Pattern[str]
    bit: int

    def is_in(self, text: str, heard: int) -> bool:
        """Whether the pattern is found in `text`, of which `heard` was heard (or of a longer text around it)."""
        return heard & self.bit != 0 and self.pattern.search(lowered(text)) is not None

    def opens(self, text: str, heard: int) -> bool:
        """Whether the pattern matches at the start of `text`."""
        return heard & self.bit != 0 and self.pattern.match(lowered(text)) is not None


class Ear(dict[str, int]):
    r"""Phrases that are listened for together; as a mapping: the bits of the phrases that need a word.

    >>> ear = Ear()
    >>> so, plan = ear.opening("so|thus"), ear.words("need to|let me|plann?ed")
    >>> heard = ear.hear("So we planned it.")
    >>> so.opens("So we planned it.", heard), plan.is_in("So we planned it.", heard), ear.hear("A needle") & plan.bit
    (True, True, 0)
    """

    def __init__(self) -> None:
        super().__init__()
        self._triggers: list[re.Pattern[str]] = []
        self._any: re.Pattern[str] | None = None

    def __missing__(self, word: str) -> int:
        if len(word) > _LONGEST_WORD:
            return EVERYTHING
        if self._any is None:  # compiled once all phrases are known
            self._any = re.compile("|".join(trigger.pattern for trigger in self._triggers) or "(?!)")
        bits = 0
        if self._any.fullmatch(word):  # most words are of no phrase
            bits = sum(1 << place for place, trigger in enumerate(self._triggers) if trigger.fullmatch(word))
        if len(self) < _MOST_WORDS:
            self[word] = bits
        return bits

    def hear(self, text: str) -> int:
        """The bits of the phrases that may be in `text`; a phrase without its bit is not."""
        return self.hear_low(lowered(text))

    def hear_low(self, low: str) -> int:
        """The same, of a text in lower case."""
        return reduce(or_, map(self.__getitem__, _WORD.findall(low)), 0)

    def words(self, pattern: str) -> Phrase:
        r"""A pattern of whole words; each alternative spells out a word at least."""
        return self.pattern(whole_words(pattern), [_longest(alternative) for alternative in _alternatives(pattern)])

    def opening(self, pattern: str, may_follow: str = "") -> Phrase:
        r"""A pattern at the start of a sentence, after a list number or other signs, and after `may_follow`."""
        before = rf"^\W{{0,8}}(?:\d{{1,3}}[.)]\W{{1,4}})?{may_follow}"
        return self.pattern(
            rf"{before}(?:{pattern})\b", [_longest(alternative) for alternative in _alternatives(pattern)]
        )

    def pattern(self, pattern: str, triggers: list[str]) -> Phrase:
        """Any pattern that needs a word which matches one of `triggers`."""
        self._triggers.append(re.compile("|".join(triggers)))
        self._any = None
        return Phrase(re.compile(pattern), 1 << (len(self._triggers) - 1))


class LastWords(Ear):
    r"""Phrases that end a text, told by its last word.

    >>> ear = LastWords()
    >>> copula = ear.ending(r"\b(?:is|equals?)(?: just)?\W{0,6}$")
    >>> [copula.is_in(text, ear.last(text)) for text in ("so x is (", "it is just", "is it", "so")]
    [True, True, False, False]
    """

    def last(self, text: str) -> int:
        """The bits of the phrases that may end `text`, by the last letters in it."""
        return self[text.rstrip(_NOT_LETTERS).rpartition(" ")[2]]

    def __missing__(self, word: str) -> int:
        letters = lowered(word)[-_LONGEST_WORD:]
        start = len(letters)
        while start and "a" <= letters[start - 1] <= "z":
            start -= 1
        if word and start == len(letters):
            return EVERYTHING
        bits = super().__missing__(letters[start:])
        if len(self) < _MOST_WORDS and len(word) <= _LONGEST_WORD:
            self[word] = bits
        return bits

    def ending(self, pattern: str) -> Phrase:
        r"""A pattern whose last word is always one that it spells out."""
        return self.pattern(pattern, literals(pattern))


def lowered(text: str) -> str:
    """The text in lower case, character for character; the few letters that become two in lower case stay.

    >>> lowered("So İ"), len(lowered("İ"))
    ('so İ', 1)
    """
    low = text.lower()
    return low if len(low) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def whole_words(pattern: str) -> str:
    r"""Alternatives that begin with a letter each, as whole words, put so that a search stops at these letters only.

    >>> whole_words("so|since|hence")
    's(?<=\\bs)(?:o|ince)\\b|h(?<=\\bh)(?:ence)\\b'
    """
    rests: dict[str, list[str]] = {}
    for alternative in _alternatives(pattern):
        rests.setdefault(alternative[0], []).append(alternative[1:])
    return "|".join(rf"{letter}(?<=\b{letter})(?:{'|'.join(rest)})\b" for letter, rest in rests.items())


def literals(pattern: str) -> list[str]:
    r"""Triggers for all words that a pattern spells out; a word that goes on otherwise counts by its beginning.

    >>> literals(r"\b(?:equals?|obtain\w*|to get)\b")
    ['equal.*', 'obtain.*', 'to', 'get']
    """
    return [_trigger(match) for match in _LITERAL.finditer(_unescaped(pattern))]


def _longest(alternative: str) -> str:
    r"""The trigger for the longest of the words that an alternative always has: the least likely one to be heard.

    >>> _longest("in order to"), _longest("how (?:many|much)"), _longest("labell?ed"), _longest(r"e\.g")
    ('order', 'how', 'label.*', 'e')
    """
    plain, before = _unescaped(alternative), ""
    while plain != before:
        before, plain = plain, _GROUP.sub(r"\\", plain)
    found = [match for match in _LITERAL.finditer(plain) if plain[: match.start()][-1:] in _STARTS_A_WORD]
    if not found:
        raise ValueError(f"{alternative!r} spells out no word")
    return _trigger(max(found, key=lambda match: len(match[1])))


def _unescaped(pattern: str) -> str:
    r"""The pattern with a blank for "\." and "\" for what may be a letter."""
    return re.sub(r"\\.", "\\\\", pattern.replace(r"\.", " "))


def _trigger(match: re.Match[str]) -> str:
    word, following = match.groups()
    if following in _ENDS_A_WORD:
        return str(word)
    return f"{word[:-1] if following in ('?', '*', '{') else word}.*"


def _alternatives(pattern: str) -> list[str]:
    """The alternatives of a pattern that stand in no group."""
    found, depth = [""], 0
    for sign in pattern:
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "|" and not depth:
            found.append("")
        else:
            found[-1] += sign
    return found
