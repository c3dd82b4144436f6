"""Instruments from files: what is in one, and what is refused with the item, option or score named."""

from typing import Any

import pytest

from analysis.psychometrics.instrument import Option, Range, Scoring
from analysis.psychometrics.instrument_checks import BadInstrument
from analysis.psychometrics.instrument_files import as_json, instrument_of, parsed

LABELS = ("Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree")
FIVE = [{"value": value, "label": label} for value, label in enumerate(LABELS, 1)]
FOUR = [{"value": value, "label": f"option {value}"} for value in (4, 1, 3, 2)]


def instrument(**changes: object) -> dict[str, Any]:
    row: dict[str, object] = {
        "id": "own",
        "version": "1",
        "licence": "CC0",
        "items": [{"id": "e1", "scale": "E"}, {"id": "e2", "scale": "E", "reversed": True}],
        "options": FIVE,
    }
    return row | changes


def items(*rows: dict[str, object]) -> dict[str, object]:
    return {"items": [{"scale": "E", **row} for row in rows]}


def test_an_instrument_from_a_file_scores_reversed_items_from_the_other_end() -> None:
    read = instrument_of(instrument())
    assert [read.keyed(item, 2) for item in read.items] == [2, 4]
    assert (read.scales, read.low, read.high) == (("E",), 1, 5)


def test_a_key_apart_from_the_items_is_the_same_as_one_at_them() -> None:
    apart = instrument(items=[{"id": "e1"}, {"id": "e2"}], key={"E": {"straight": ["e1"], "reversed": ["e2"]}})
    assert instrument_of(apart) == instrument_of(instrument())


def test_what_is_written_reads_as_the_same_instrument() -> None:
    row = instrument(
        **items(
            {"id": "a", "facet": "F", "pair": "p", "text": "Ich rede — viel."},
            {"id": "b", "pair": "p", "options": FOUR},
        ),
        title="T", source="S", about="A", language="de", doubts="D", verified=False, scoring="sum",
        norms=[{"scale": "E", "mean": 4, "sd": None, "source": "nobody"}],
        bands=[{"scale": "E", "at_least": 5, "label": "high"}],
    )  # fmt: skip
    read = instrument_of(row)
    assert instrument_of(as_json(read)) == read
    assert (read.facets, read.items[0].text, read.norms[0].sd) == ({"F": "E"}, "Ich rede — viel.", None)


def test_items_with_options_of_their_own_are_keyed_on_them_in_whatever_order_they_are_shown() -> None:
    """Shown 4, 1, 3, 2 on a scale of 1 to 4: reversed, 4 counts 1 and 2 counts 3."""
    read = instrument_of(instrument(**items({"id": "a", "reversed": True, "options": FOUR})))
    (item,) = read.items
    assert [option.value for option in read.options_of(item)] == [4, 1, 3, 2]
    assert (read.ends_of(item), read.keyed(item, 4), read.keyed(item, 2)) == (Range(1, 4), 1, 3)


def test_a_score_has_the_range_of_its_scoring() -> None:
    """Two items, 1 to 5 and 1 to 4: sums 2 to 9, means 1 to 4.5."""
    row = instrument(**items({"id": "a"}, {"id": "b", "options": FOUR}))
    assert instrument_of(row).range_of("E") == Range(1, 4.5)
    assert instrument_of({**row, "scoring": "sum"}).range_of("E") == Range(2, 9)
    share = {**row, **items({"id": "b", "options": FOUR}), "scoring": "share_high"}
    assert instrument_of(share).range_of("E") == Range(0, 100)
    assert instrument_of(share).scoring is Scoring.SHARE_HIGH


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"items": []}, "has 0 items"),
        ({"items": None}, "lacks or misspells 'items'"),
        (items({"id": "a"}, {"id": "a"}), "item 'a' is there 2 times"),
        (items({"id": ""}), "an item has no id"),
        (items({"id": "a", "scale": ""}), "item 'a' belongs to no score"),
        (items({"id": "a/b"}), "item 'a/b': an id has letters"),
        (items({"id": "a" * 61}), "an id has letters"),
        (items({"id": "a", "scale": "trait/x"}), "item 'a': scale 'trait/x' is no name"),
        (items({"id": "a", "text": "I talk.\0"}), "the text of item 'a' holds a character that cannot be stored"),
        (items({"id": "a", "text": "I talk.\ud800"}), "the text of item 'a' holds a character that cannot be stored"),
        (items({"id": "a", "text": "x" * 4001}), "the text of item 'a' has 4,001 characters"),
        (items({"id": "a", "reversed": "no"}), "item 'a': reversed is 'no', must be true or false"),
        (items({"id": "a", "txt": "I talk."}), "item 'a' has a field 'txt'; known: facet, id"),
        (items({"id": "a", "pair": "p"}), "item 'a' is alone in pair 'p'"),
        (items({"id": "a", "pair": "p"}, {"id": "b", "pair": "p", "scale": "A"}), "pair 'p' has items of E and of A"),
        (items({"id": "a", "facet": "f"}, {"id": "b", "facet": "f", "scale": "A"}), "item 'b': facet 'f' is of E"),
        (items({"id": "a", "options": FOUR[:1]}), "item 'a' has 1 options"),
        (items({"id": "a", "options": FOUR[:3]}), r"item 'a': options \[4, 1, 3\] are no whole numbers in a row"),
        ({"items": [{"id": "a"}]}, "item 'a' lacks or misspells 'scale'"),
        ({"items": ["a"]}, "item 'a' must be an object"),
        ({"key": {"E": {"straight": ["e9"]}}}, "the key of 'E' names 'e9', which is no item"),
        ({"key": {"E": ["e1"]}}, "the key of 'E' must be"),
        ({"key": {"E": {"straight": ["e1"]}}}, "item 'e1' has its key both at the item and apart"),
        ({"key": {"E": {"straight": ["e1"], "reversed": ["e1"]}}}, "the key names item 'e1' 2 times"),
        ({"options": FIVE[:1]}, "has 1 options"),
        ({"options": [FIVE[0], FIVE[2]]}, r"options \[1, 3\] are no whole"),
        ({"options": [FIVE[1], FIVE[0]]}, "from lowest to highest"),
        ({"options": [FIVE[0], {"value": 2, "label": " strongly Disagree"}]}, "'strongly disagree' does not tell"),
        ({"options": [FIVE[0], {"value": 2, "label": " "}]}, "label '' does not tell"),
        ({"options": [FIVE[0], {"value": 1.5, "label": "b"}]}, "option value 1.5 is no whole number"),
        ({"options": [FIVE[0], {"value": True, "label": "b"}]}, "option value True is no whole number"),
        ({"options": "1-5"}, "lacks or misspells 'options'"),
        ({"range": [1, 7]}, "the scale goes from 1 to 7; the options do not cover it: 6"),
        ({"range": [1, 4]}, "the scale goes from 1 to 4; the options do not cover it: 5"),
        ({"range": [0, 10**12]}, "the options do not cover it"),
        ({"range": "1-5"}, "range is '1-5'"),
        ({"scoring": "share_high"}, "item 'e1' has 5 options, so that one is neither high nor low"),
        ({"scoring": "median"}, "scoring is 'median', must be one of mean, sum, share_high"),
        ({"norms": [{"scale": "A", "mean": 3, "source": "s"}]}, "a norm is of 'A', which no item belongs to"),
        ({"norms": [{"scale": "E", "mean": 39, "source": "s"}]}, "the norm 39 of E is off its range, 1 to 5"),
        ({"norms": [{"scale": "E", "mean": 3, "sd": 0, "source": "s"}]}, "the standard deviation 0 of E is none"),
        ({"norms": [{"scale": "E", "mean": float("nan"), "source": "s"}]}, "the mean of a norm is nan"),
        ({"bands": [{"scale": "E", "at_least": 6, "label": "high"}]}, "the band 6 of E is off its range"),
        ({"licence": ""}, "needs an id, a version and a licence"),
        ({"licence": 3}, "licence is 3, must be text"),
        ({"id": "My Own!"}, "an id has small letters"),
        ({"traits": {}}, "the file has a field 'traits'"),
        ({"title": "\0"}, "the title holds a character that cannot be stored"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_with_what_is_wrong(changes: dict[str, object], why: str) -> None:
    with pytest.raises(BadInstrument, match=why):
        instrument_of(instrument(**changes))


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        (b"", "this is no JSON"),
        (b"[]", "must hold one JSON object"),
        (b'{"id": "a", "id": "b"}', "'id' is there 2 times"),
        (b"\xff\xfe{\x00", "no UTF-8 text"),
        (b"[" * 100_000, "nested too deeply"),
        (b"1" * 5_000, "this is no JSON"),
        (b" " * 2_000_001, "2,000,001 bytes, may have 2,000,000"),
    ],
)
def test_bytes_that_are_no_instrument_are_refused(sent: bytes, why: str) -> None:
    with pytest.raises(BadInstrument, match=why):
        parsed(sent)


def test_a_refusal_says_which_item_and_field_it_is_about() -> None:
    with pytest.raises(BadInstrument) as caught:
        instrument_of(instrument(**items({"id": "a"}, {"id": "b", "facet": "?"})))
    assert (caught.value.item, caught.value.field) == ("b", "facet")


def test_options_are_read_as_they_stand() -> None:
    assert instrument_of(instrument()).options[0] == Option(1, "Strongly disagree")
