"""The number that a reply states: read where there is one, and never made up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.psychometrics.tasks.numbers import read_number


@pytest.mark.parametrize(
    ("reply", "value"),
    [
        ("5", 5),
        (" 5.\n", 5),
        ("**17**", 17),
        ("I choose 5 of 32", 5),
        ("5 out of the 32 cards", 5),
        ("12/32", 12),
        ("On a scale from 0 to 32 I would say 8", 8),
        ("0", 0),
        ("32", 32),
        ("7, yes, 7", 7),
        ("Twelve.", 12),
        ("\u0665", 5),
        ("3.0", 3),
    ],
)
def test_one_number_is_read_however_it_is_dressed(reply: str, value: float) -> None:
    assert read_number(reply, 0, 32).value == value


@pytest.mark.parametrize(
    ("reply", "status"),
    [
        ("", "empty"),
        ("  \n", "empty"),
        ("As an AI, I do not play. 5", "refused"),
        ("I cannot choose.", "refused"),
        ("532", "off the scale"),
        ("1,000", "off the scale"),
        ("-5", "off the scale"),
        ("\u22125", "off the scale"),
        ("2.5", "off the scale"),
        ("16 %", "off the scale"),
        ("9" * 400, "off the scale"),
        ("between 5 and 10", "several answers"),
        ("5\u20137 cards", "several answers"),
        ("4 or 5", "several answers"),
        ("5 of 20", "several answers"),
        ("1. 5 cards", "several answers"),
        ("from 0 to 32", "unread"),
        ("at least 5", "unread"),
        ("not 5", "unread"),
        ("more than 5 cards", "unread"),
        ("a few", "unread"),
        ("пять", "unread"),
        ("1e9", "unread"),
        ("5x", "unread"),
        ("one should not play", "unread"),
    ],
)
def test_what_is_not_one_number_on_the_scale_is_not_read(reply: str, status: str) -> None:
    found = read_number(reply, 0, 32)
    assert (found.status.value, found.value) == (status, None)


def test_a_number_at_the_end_of_a_cut_reply_may_go_on() -> None:
    assert read_number("I choose 1", 0, 32, is_cut=True).status.value == "unread"
    assert read_number("12 cards, bec", 0, 32, is_cut=True).value == 12


def test_a_percentage_counts_where_the_scale_ends_at_a_hundred() -> None:
    assert read_number("72.5 %", 0, 100, whole=False).value == 72.5
    assert read_number("70/100", 0, 100).value == 70


@given(st.text(max_size=80))
def test_no_text_gives_a_number_off_the_scale(text: str) -> None:
    value = read_number(text, 0, 32).value
    assert value is None or (0 <= value <= 32 and value == int(value))
