"""Properties seen in replies and read from predictions; what does not comply is None."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.psychometrics.tasks.properties import (
    PROPERTIES,
    code_of,
    either_of,
    first_word,
    is_even,
    properties_for,
    said_character,
    said_word,
    short,
    starts_with_vowel,
)
from analysis.types import AnswerType, Problem

FOUR = ("a storm", "a market", "a debt", "a clock")
HOSTILE = (
    "",
    " \n",
    "As an AI language model I cannot say.",
    "I'm sorry, I can't help with that.",
    "word " * 50,
    "٣٤ x y",
)


@pytest.mark.parametrize(
    ("reply", "values"),
    [
        ("Otter", ("otter", "o", "t", "t", "yes")),
        ("**A fox!**", ("a", "a", "f", "o", "yes")),
        ('"Don\'t stop"', ("don't", "d", "o", "n", "no")),
        ("7", ("7", "7", None, None, None)),
        ("水", ("水", "水", None, None, None)),
        ("", (None, None, None, None, None)),
        ("As an AI, I have no favourite.", (None, None, None, None, None)),
    ],
)
def test_words_and_characters_are_seen_in_a_short_reply(reply: str, values: tuple[str | None, ...]) -> None:
    names = ("first_word", "first_character", "second_character", "third_character", "starts_with_vowel")
    assert tuple(PROPERTIES[name].observe(reply, ()) for name in names) == values


@pytest.mark.parametrize(
    ("reply", "value"),
    [
        ("42", "even"),
        ("-7", "odd"),
        ("1,041", "odd"),
        ("seven", "odd"),
        ("The number is 58.", "even"),
        ("58, yes 58", "even"),
        ("3.5", None),
        ("3,5", None),
        ("1/2", None),
        ("4 or 5", None),
        ("no number", None),
        ("1e5", None),
        ("8" * 400, None),
    ],
)
def test_one_whole_number_is_even_or_odd(reply: str, value: str | None) -> None:
    assert is_even(reply) == value


@pytest.mark.parametrize(
    ("reply", "value"),
    [("A", "yes"), ("(b)", "no"), ("C. a debt", "yes"), ("a clock", "no"), ("A or C", None), ("E", None), ("", None)],
)
def test_one_option_is_among_the_first_third_or_not(reply: str, value: str | None) -> None:
    assert either_of(reply, FOUR) == value


def test_without_options_there_is_no_either() -> None:
    assert either_of("A", ()) is None


def test_a_vowel_with_a_mark_is_a_vowel() -> None:
    assert (starts_with_vowel("Ötter"), starts_with_vowel("(yes)")) == ("yes", "no")


@pytest.mark.parametrize(
    ("said", "word", "letter"),
    [
        ("otter", "otter", None),
        ("O.", "o", "o"),
        ('The first word would be "Otter".', "otter", None),
        ("It would be O", "o", "o"),
        ("'o' or 'e'", None, None),
        ("an otter", None, None),
        ("3", "3", "3"),
        ("strongly agree!", None, None),
    ],
)
def test_what_is_said_is_one_word_or_one_character(said: str, word: str | None, letter: str | None) -> None:
    assert (said_word(said), said_character(said)) == (word, letter)


@pytest.mark.parametrize("reply", HOSTILE[:-1])
def test_silence_refusals_and_sentences_do_not_comply(reply: str) -> None:
    assert short(reply) is None
    assert [each.observe(reply, FOUR) for each in PROPERTIES.values()] == [None] * len(PROPERTIES)
    assert [each.read(reply) for each in PROPERTIES.values()] == [None] * len(PROPERTIES)


def test_the_type_of_answer_says_which_properties_there_are() -> None:
    assert properties_for(Problem("?", (), AnswerType.CHOICE, FOUR)) == ("either_of",)
    assert properties_for(Problem("?", (), AnswerType.NUMBER)) == ("is_even", "first_character")
    assert len(properties_for(Problem("?", (), AnswerType.TEXT))) == 5
    assert properties_for(Problem("?", (), AnswerType.CHOICE)) == properties_for(Problem("?", (), AnswerType.TEXT))


@given(st.text(max_size=120), st.sampled_from(list(PROPERTIES)))
def test_any_text_gives_a_value_with_a_storable_code_or_none(text: str, name: str) -> None:
    for value in (PROPERTIES[name].observe(text, FOUR), PROPERTIES[name].read(text)):
        assert value is None or 0 <= code_of(value) < 2**32


@given(st.text(min_size=1, max_size=12), st.text(min_size=1, max_size=12))
def test_equal_codes_of_words_are_equal_words(one: str, other: str) -> None:
    words = {
        word for word in (first_word(one), first_word(other)) if word and len(word) > 1 and word not in ("yes", "no")
    }
    assert len({code_of(word) for word in words}) == len(words)
