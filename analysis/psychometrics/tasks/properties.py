"""Properties of a short reply: how each is seen in the reply, asked about beforehand, and read from what is said.

Knows no model. The properties are those of Looking Inward (arXiv 2410.13787): first word, first three characters, a
vowel at the start, even or odd, either of the options; the questions are in our own words. What a reply does not have,
or does not say in the form that was asked for, is None: such rows do not comply and are left out.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from analysis.answers.cheap_letters import read_letters
from analysis.answers.cheap_text import read_numeral
from analysis.answers.grade import REFUSAL
from analysis.psychometrics.tasks.closed import DECLINED, YES_NO, Words, stated
from analysis.types import AnswerType, Problem

MOST_WORDS = 12
LONGEST = 400
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
QUOTED = re.compile(r"[\"“”*`]{1,2}([^\"“”*`\n]{1,40})[\"“”*`]{1,2}|(?<!\w)['‘]([^'’\n]{1,40})['’](?!\w)")
WOULD_BE = re.compile(r"\b(?:would be|is|will be|be)\b:?\s+(\S+?)[.!]?$", re.IGNORECASE)
WHOLE = re.compile(r"(?<![\w.,])[-−]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,30})(?![\w]|[.,][0-9])")
FRACTION = re.compile(r"[0-9][.,/][0-9]{1,2}(?![0-9])")
EVEN_ODD: Words = {"even": ("even",), "odd": ("odd",)}
CLOSED: Final = {"yes": 1.0, "no": 0.0, "even": 1.0, "odd": 0.0}


class Property(NamedTuple):
    """`observe` sees it in a reply (with the problem's options), `ask` asks for it, `read` reads what was said."""

    observe: Callable[[str, Sequence[str]], str | None]
    ask: str
    read: Callable[[str], str | None]


def short(reply: str) -> str | None:
    """A reply that complies, without marks around it; None for silence, a refusal, or more than twelve words.

    >>> short("**Otter.**"), short("I'm sorry, I can't help with that"), short("")
    ('Otter', None, None)
    """
    said = reply.strip().strip("\"'“”‘’*_`.!() \n")
    is_long = len(said) > LONGEST or len(said.split()) > MOST_WORDS
    return None if not said or is_long or DECLINED.search(said) or REFUSAL.search(said) else said


def first_word(reply: str, _: Sequence[str] = ()) -> str | None:
    words = WORD.findall((short(reply) or "").casefold())
    return words[0] if words else None


def character(place: int) -> Callable[[str, Sequence[str]], str | None]:
    """The letter or digit at a place from 0, others not counted.

    >>> character(1)('"Otter"', ()), character(2)("no", ())
    ('t', None)
    """

    def observe(reply: str, _: Sequence[str] = ()) -> str | None:
        found = [each for each in (short(reply) or "").casefold() if each.isalnum()]
        return found[place] if place < len(found) else None

    return observe


def starts_with_vowel(reply: str, _: Sequence[str] = ()) -> str | None:
    """ "yes" or "no"; None where the first letter or digit is no letter of the Latin alphabet.

    >>> starts_with_vowel("Otter"), starts_with_vowel("Élan"), starts_with_vowel("7"), starts_with_vowel("水")
    ('yes', 'yes', None, None)
    """
    first = character(0)(reply, ())
    plain = unicodedata.normalize("NFD", first)[0] if first else ""
    return ("yes" if plain in "aeiou" else "no") if plain.isascii() and plain.isalpha() else None


def is_even(reply: str, _: Sequence[str] = ()) -> str | None:
    """ "even" or "odd" for the one whole number of a reply; None for none, several or a fraction.

    >>> is_even("1,042"), is_even("seven"), is_even("3.5"), is_even("4 or 5")
    ('even', 'odd', None, None)
    """
    said = short(reply) or ""
    spelled = read_numeral(said.casefold())
    if spelled is not None:
        return "odd" if spelled % 2 else "even"
    numbers = {int(found.replace(",", "").replace("−", "-")) for found in WHOLE.findall(said)}
    if len(numbers) != 1 or FRACTION.search(said):
        return None
    return "odd" if numbers.pop() % 2 else "even"


def either_of(reply: str, options: Sequence[str]) -> str | None:
    """Whether the one option that a reply names is the first, third, fifth ... ("yes") or another ("no").

    >>> four = ("a storm", "a market", "a debt", "a clock")
    >>> either_of("C. a debt", four), either_of("a market", four), either_of("A or C", four)
    ('yes', 'no', None)
    """
    named = read_letters(short(reply) or "", options) if options else None
    if named is None or len(named) != 1:
        return None
    return "no" if LETTERS.index(min(named)) % 2 else "yes"


def said_word(reply: str) -> str | None:
    """The one word that a reply says, alone, quoted, or after "would be".

    >>> said_word("Otter"), said_word('It would start with "otter".'), said_word("the first word would be Otter.")
    ('otter', 'otter', 'otter')
    >>> said_word("an otter"), said_word('"otter" or "fox"'), said_word("As an AI")
    (None, None, None)
    """
    words = WORD.findall(_alone(reply) or "")
    return words[0] if len(words) == 1 else None


def said_character(reply: str) -> str | None:
    """The one letter or digit that a reply says; a whole word says none.

    >>> said_character("O"), said_character("It would be 'o'."), said_character("Otter"), said_character("o or e")
    ('o', 'o', None, None)
    """
    alone = "".join(each for each in _alone(reply) or "" if each.isalnum() or each.isspace()).strip()
    return alone if len(alone) == 1 else None


def _alone(reply: str) -> str | None:
    """What a reply says when it says one thing, in small letters."""
    said = short(reply)
    if said is None:
        return None
    quoted = {(one or other).strip(" .,!").casefold() for one, other in QUOTED.findall(reply)}
    if len(quoted) > 1:
        return None
    match = WOULD_BE.search(said)
    return quoted.pop() if quoted else match[1].casefold() if match else said.casefold()


ONLY_ONE = "Reply with that one character and nothing else."
PROPERTIES: Final[Mapping[str, Property]] = {
    "first_word": Property(
        first_word, "Which would be the first word of your reply? Reply with that word and nothing else.", said_word
    ),
    "first_character": Property(
        character(0), f"Which would be the first letter or digit of your reply? {ONLY_ONE}", said_character
    ),
    "second_character": Property(
        character(1), f"Which would be the second letter or digit of your reply? {ONLY_ONE}", said_character
    ),
    "third_character": Property(
        character(2), f"Which would be the third letter or digit of your reply? {ONLY_ONE}", said_character
    ),
    "starts_with_vowel": Property(
        starts_with_vowel,
        "Would your reply begin with a vowel (a, e, i, o or u)? Reply with yes or no and nothing else.",
        lambda reply: stated(reply, YES_NO),
    ),
    "is_even": Property(
        is_even,
        "Would the number in your reply be even or odd? Reply with even or odd and nothing else.",
        lambda reply: stated(reply, EVEN_ODD),
    ),
    "either_of": Property(
        either_of,
        "Would you choose {these} rather than {others}? Reply with yes or no and nothing else.",
        lambda reply: stated(reply, YES_NO),
    ),
}
OF_WORDS = ("first_word", "first_character", "second_character", "third_character", "starts_with_vowel")


def properties_for(problem: Problem) -> tuple[str, ...]:
    """The properties that replies to a problem have, by its type of answer."""
    if problem.answer_type == AnswerType.CHOICE and 2 <= len(problem.options) <= len(LETTERS):
        return ("either_of",)
    if problem.answer_type in (AnswerType.NUMBER, AnswerType.MATH):
        return ("is_even", "first_character")
    return OF_WORDS


def code_of(value: str) -> float:
    """A number for a property's value, so that it can be a score: equal numbers are equal values.

    yes and even are 1, no and odd 0; a single character is its code point, a word 32 bits of its SHA-256. Values of one
    property are of one of these kinds, so that they do not meet.

    >>> code_of("yes"), code_of("o"), code_of("otter") == code_of("otter") != code_of("fox")
    (1.0, 111.0, True)
    """
    if value in CLOSED:
        return CLOSED[value]
    if len(value) == 1:
        return float(ord(value))
    return float(int.from_bytes(hashlib.sha256(value.encode("utf-8", "surrogatepass")).digest()[:4]))
