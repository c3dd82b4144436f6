"""Packs of item texts: three ways to write one, and what does not fit a key named item by item."""

import json

import pytest

from analysis.psychometrics.instrument import Instrument, Item, Option
from analysis.psychometrics.instrument_checks import BadInstrument
from analysis.psychometrics.packs import misfits_of, pack_of, with_texts

YES_NO = (Option(1, "no"), Option(2, "yes"))
NUMBERED = Instrument("k", "1", "CC0", tuple(Item(str(n), "E", n == 2) for n in (1, 2, 3)), YES_NO)
NAMED = Instrument("k", "1", "CC0", (Item("a", "E"), Item("b", "E")), YES_NO)
TEXTS = {"1": "I talk.", "2": "I hide, often.", "3": "I sing."}


def sent(text: str, key: Instrument = NUMBERED) -> dict[str, str]:
    return dict(pack_of(text.encode(), key).texts)


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(TEXTS),
        json.dumps({"items": TEXTS, "licence": "CC0"}),
        json.dumps([{"id": int(name), "text": text} for name, text in TEXTS.items()]),
        'id,text\n1,I talk.\n2,"I hide, often."\n3,I sing.\n',
        "Item;Statement;by\r\n3;I sing.;x\r\n1;I talk.;x\r\n2;I hide, often.;x",
        "number\ttext\n1\tI talk.\n2\tI hide, often.\n3\tI sing.",
        "1. I talk.\n2. I hide, often.\n\n3. I sing.\n",
        "3) I sing.\n(1) I talk.\n[2] I hide, often.",
        "\ufeff1 I talk.\n2 I hide, often.\n03: I sing.",
        "I talk.\nI hide, often.\n\nI sing.\n",
    ],
)
def test_a_pack_may_be_json_csv_numbered_or_plain_lines(text: str) -> None:
    assert sent(text) == TEXTS


def test_numbers_before_lines_stand_for_places_where_items_have_names() -> None:
    assert sent("2. I hide.\n1. I talk.", NAMED) == {"b": "I hide.", "a": "I talk."}


def test_a_pack_may_say_its_licence_and_source() -> None:
    found = pack_of(json.dumps({"items": TEXTS, "licence": " CC0 ", "source": "me"}).encode(), NUMBERED)
    assert (found.licence, found.source) == ("CC0", "me")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (" \n", "the pack is empty"),
        ("I talk.\nI sing.", "2 lines without numbers, the key 3 items"),
        ("1. I talk.\nI hide.\n3. I sing.", "the line 'I hide.' has no number"),
        ("1. I talk.\n1. I hide.\n3. I sing.", "item '1' 2 times"),
        ('{"1": "I talk.", "1": "I hide."}', "'1' is there 2 times"),
        ('{"1": 5}', "item '1' of the pack must have an id and a text"),
        ('["I talk."]', "item 'None' of the pack must have an id"),
        ('{"items": {}, "licence": 3}', "licence and source of a pack must be text"),
        ("id,text\n1,a,b\n", "line 2 has 3 columns, the first line 2"),
        ('id,text\n1,"a', "the CSV cannot be read"),
        ("id,text\n1,a\n1,b\n", "item '1' 2 times"),
        ("{", "this is no JSON"),
    ],
)
def test_what_cannot_be_read_as_a_pack_is_refused(text: str, why: str) -> None:
    with pytest.raises(BadInstrument, match=why):
        sent(text)


def test_more_than_two_million_bytes_are_refused() -> None:
    with pytest.raises(BadInstrument, match="2,000,001 bytes"):
        pack_of(b"x" * 2_000_001, NUMBERED)


def test_texts_are_put_to_their_items_and_the_key_stays() -> None:
    whole = with_texts(NUMBERED, {**TEXTS, "1": "  I\ttalk. "})
    assert [item.text for item in whole.items] == list(TEXTS.values())
    assert [item.is_reversed for item in whole.items] == [False, True, False]
    assert whole.has_texts
    assert not NUMBERED.has_texts


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"1": ""}, "the pack has no text for 1"),
        ({"4": "I run.", "x": "I eat."}, "the key has no item 4, x"),
        ({"2": "I hide.\0"}, "the text of 2 holds a character"),
        ({"3": "\ud800"}, "the text of 3 holds a character"),
        ({"2": "x" * 4001}, "the text of 2 has more than 4,000"),
        ({"3": "i  TALK."}, "items 1, 3 have a text that another item has too"),
    ],
)
def test_what_does_not_fit_is_named(changes: dict[str, str], why: str) -> None:
    assert why in "; ".join(misfits_of(NUMBERED, TEXTS | changes))
    with pytest.raises(BadInstrument, match=why):
        with_texts(NUMBERED, TEXTS | changes)


def test_of_many_misfits_ten_are_named_and_the_others_counted() -> None:
    key = Instrument("k", "1", "CC0", tuple(Item(str(n), "E") for n in range(1, 16)), YES_NO)
    assert misfits_of(key, {}) == ["the pack has no text for 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 5 more"]
