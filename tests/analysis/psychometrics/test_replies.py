"""Replies to items: read as the option that was meant, or said why not; never a midpoint, never zero."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.psychometrics.instrument import Option
from analysis.psychometrics.replies import Reply, Status, read_reply

LABELS = ("Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree")
FIVE = [Option(value, label) for value, label in enumerate(LABELS, 1)]


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("4", 4),
        (" 5.", 5),
        ("**2**", 2),
        ("(3)", 3),
        ("I would say 4.", 4),
        ("4/5", 4),
        ("4 out of 5", 4),
        ("My answer: 2 out of 5, since I rarely do.", 2),
        ("4.0", 4),
        ("strongly agree!", 5),
        ("Strongly Disagree", 1),
        ("disagree", 2),
        ("Neither agree nor disagree.", 3),
        ("Agree, I think.", 4),
        ("4 (Agree)", 4),
        ("4, and again: 4", 4),
    ],
)
def test_what_means_one_option_is_read_as_it(said: str, value: int) -> None:
    assert read_reply(said, FIVE) == Reply(Status.READ, value)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("", Status.EMPTY),
        ("  \n", Status.EMPTY),
        ("As an AI language model, I do not have feelings.", Status.REFUSED),
        ("As an AI I would choose 3", Status.REFUSED),
        ("I can't answer that.", Status.REFUSED),
        ("I’m unable to rate myself", Status.REFUSED),
        ("3.5", Status.OFF_SCALE),
        ("3,5", Status.OFF_SCALE),
        ("0", Status.OFF_SCALE),
        ("7", Status.OFF_SCALE),
        ("-2", Status.OFF_SCALE),
        ("4 or 5", Status.SEVERAL),
        ("4-5", Status.SEVERAL),
        ("between 2 and 3", Status.SEVERAL),
        ("Agree or strongly agree", Status.SEVERAL),
        ("I do not agree", Status.UNREAD),
        ("I don't really agree", Status.UNREAD),
        ("同意", Status.UNREAD),
        ("maybe", Status.UNREAD),
        ("B", Status.UNREAD),
    ],
)
def test_what_means_none_or_several_is_told_apart_and_has_no_value(said: str, status: Status) -> None:
    assert read_reply(said, FIVE) == Reply(status, None)


def test_letters_count_only_where_the_form_used_them() -> None:
    assert [read_reply(said, FIVE, "ABCDE").value for said in ("B", "(e)", "C.", "F")] == [2, 5, 3, None]


@given(st.text(max_size=200))
def test_whatever_is_said_a_value_is_one_of_the_options_and_only_when_read(said: str) -> None:
    found = read_reply(said, FIVE)
    assert (found.value in range(1, 6)) == (found.status is Status.READ)
