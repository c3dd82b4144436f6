"""Listening first finds what searching finds: phrases, values and lines as the plain way gives them."""

import re

import pytest

from analysis.answers.extract import choice_phrases, math_phrases
from analysis.answers.extract.contexts import Line, contexts_of, sentences_of
from analysis.answers.extract.flatten import flatten, flatten_lines
from analysis.answers.extract.hearing import EVERYTHING, Phrase, lowered
from analysis.answers.extract.signs import signs_of
from analysis.answers.extract.values import values_in

PHRASES = {
    name: phrase
    for module in (math_phrases, choice_phrases)
    for name, phrase in vars(module).items()
    if isinstance(phrase, Phrase)
}
SENTENCES = """
So the answer is 4|Yes, that checks out|Wait, no|Hmm, if I let me see, for x = 3|I Need to find it|It isn't 5
at least 5|the total of|is equal to|gives us (|this makes|that leads to|approximately|roughly|thereabout|≈
x ≥|x <|\\leq|step|in case|case #|The previous value|first method|i had|Each of them|per hour|labelled|labeled
problem says|is defined|assuming|e.g|Let's say|we'll|it's|that's|Finally|and so finally|in conclusion|notable
sum total|summed|to|to get|as|simplifies to|evaluates to|obtained|THE FINAL ANSWER IS|is the correct answer|so_|2so
is|equals the|totalling|confirms|verified|consistent|doesn't|rather than|instead of|contradicts|maybe|Perhaps not
""".replace("\n", "|").split("|")


@pytest.mark.parametrize("name", PHRASES)
def test_a_phrase_is_found_where_its_pattern_is(name: str) -> None:
    phrase = PHRASES[name]
    for text in [*SENTENCES, *(f"and then {sentence} " for sentence in SENTENCES), *(f"({s}" for s in SENTENCES)]:
        plain = phrase.pattern.search(lowered(text)) is not None
        signs = re.search(r"[:≈<>≤≥]", text)
        heard = math_phrases.EAR.hear(text) if phrase in vars(math_phrases).values() else choice_ear(text)
        last = EVERYTHING if signs else math_phrases.LAST.last(text)
        assert plain == phrase.is_in(text, last if is_last(phrase) else heard), text


def choice_ear(text: str) -> int:
    ear = getattr(choice_phrases, "EAR", None)
    return EVERYTHING if ear is None else int(ear.hear(text))


def is_last(phrase: Phrase) -> bool:
    ending = (math_phrases.COPULA, math_phrases.VERB, math_phrases.BOUND, math_phrases.LABELLED)
    return any(phrase is each for each in (*ending, math_phrases.APPROXIMATE))


def test_prose_is_passed_over_and_no_value_in_it_is_lost() -> None:
    # A function, a root or a constant may look like a word, and a lone letter may be a value; a sign after two spaces
    # goes on from the constant before it.
    text = "So log x, sqrt(2) or pi  -5 and word.5, sin 30 and mod-3 of a^2"
    assert [value for _, _, value in values_in(text)] == [
        *("log", "x", "sqrt(2)", "pi  -5", ".5"),
        *("sin", "30", "-3", "a^2"),
    ]


def test_signs_between_values_are_passed_over_and_no_value_after_them_is_lost() -> None:
    text = 'e.g. "x":  -5; .5, ...7 → - 3 (no) = + 2.'
    assert [value for _, _, value in values_in(text)] == ["e", "g", "x", "-5", ".5", ".7", "- 3", "(no)", "2"]


def test_a_quotation_mark_ends_a_sentence_after_a_stop_but_not_after_a_semicolon() -> None:
    found = sentences_of('"No;" he said. "Why?" So 3;." 4;')
    assert [sentence.text for sentence in found] == ['"No;" he said', ' "Why', '" So 3;', '" 4']


def test_a_colon_states_a_value_only_where_it_stands_right_before_it() -> None:
    contexts = contexts_of(Line(1, 0, "Note: among all of those dice 5; so: 7 and it is 8", ""))
    assert [signs_of(context).follows_copula for context in contexts] == [False, True, True]


@pytest.mark.parametrize(
    ("line", "is_stated"),
    [
        ("it becomes (((( 7", True),  # a blank, four brackets, a blank
        ("it becomes ((((( 7", False),
        ("the result:      7", True),
        ("the result:       7", False),
        ("so obtainéd: 7", True),
    ],
)
def test_a_verb_or_a_colon_states_a_value_over_six_signs_at_most(line: str, is_stated: bool) -> None:
    [context] = contexts_of(Line(1, 0, line, ""))
    signs = signs_of(context)
    low = context.before.lower()
    assert signs.follows_copula is is_stated
    assert is_stated is any(phrase.pattern.search(low) for phrase in (math_phrases.VERB, math_phrases.COPULA))


def test_an_answer_mark_is_known_by_itself_and_not_in_a_longer_line() -> None:
    lines = ["*** Final Answer : ** 7", "#### 7", "Answer: 7", "and the last of all then is the answer: 7", "x 7"]
    marked = [signs_of(contexts_of(Line(1, 0, line, ""))[-1]).is_marked for line in lines]
    assert marked == [True, True, True, False, False]


def test_a_text_is_flattened_as_its_lines_are() -> None:
    text = "\\(x\\)\n**So** $90^\\circ$\t\\text{cm}\n\\text{a\nb} \\times\n" + "y" * 30_000 + "$\n\nz"
    assert flatten_lines(text) == [flatten(line) for line in text.split("\n")]
