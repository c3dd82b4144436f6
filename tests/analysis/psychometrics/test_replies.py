"""Replies to items: read as the option that was meant, or said why not; never a midpoint, never zero."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.psychometrics.instrument import (
    BadInstrument,
    Instrument,
    Item,
    Option,
    checked,
    instrument_of,
    with_texts,
)
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


def instrument(**changes: object) -> dict[str, object]:
    row: dict[str, object] = {
        "id": "own",
        "version": "1",
        "licence": "CC0",
        "items": [{"id": "e1", "scale": "E"}, {"id": "e2", "scale": "E", "reversed": True}],
        "options": [{"value": option.value, "label": option.label} for option in FIVE],
    }
    return row | changes


def test_an_instrument_from_a_file_scores_reversed_items_from_the_other_end() -> None:
    read = instrument_of(instrument())
    assert [read.keyed(item, 2) for item in read.items] == [2, 4]
    assert (read.scales, read.low, read.high) == (("E",), 1, 5)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"items": []}, "has 0 items"),
        ({"items": [{"id": "a", "scale": "E"}] * 2}, "item 'a' is there 2 times"),
        ({"items": [{"id": "", "scale": "E"}]}, "an item has no id"),
        ({"items": [{"id": "a", "scale": ""}]}, "item 'a' belongs to no score"),
        ({"items": [{"id": "a"}]}, "lacks or misspells 'scale'"),
        ({"items": ["a"]}, "lacks or misspells"),
        ({"options": [{"value": 1, "label": "no"}]}, "has 1 options"),
        ({"options": [{"value": 1, "label": "no"}, {"value": 3, "label": "yes"}]}, r"options \[1, 3\] are no whole"),
        ({"options": [{"value": 2, "label": "no"}, {"value": 1, "label": "yes"}]}, "from lowest to highest"),
        ({"options": [{"value": 1, "label": "no"}, {"value": 2, "label": " No"}]}, "label 'no' does not tell"),
        ({"options": [{"value": 1.5, "label": "no"}]}, "option value 1.5 is no whole number"),
        ({"licence": ""}, "needs an id, a version and a licence"),
    ],
)
def test_a_key_that_cannot_be_used_is_refused_with_what_is_wrong(changes: dict[str, object], why: str) -> None:
    with pytest.raises(BadInstrument, match=why):
        instrument_of(instrument(**changes))


def test_a_pack_of_texts_must_fit_the_key() -> None:
    key = checked(Instrument("own", "1", "CC0", (Item("a", "E"), Item("b", "E", True)), tuple(FIVE)))
    assert [item.text for item in with_texts(key, {"a": " I talk. ", "b": "I hide."}).items] == ["I talk.", "I hide."]
    with pytest.raises(BadInstrument, match="no text for b; the key has no item c"):
        with_texts(key, {"a": "I talk.", "c": "I hide."})
