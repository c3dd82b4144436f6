"""The table of labels: what a spreadsheet sees, what comes back, and tables that others made."""

import csv
import io

import pytest

from analysis.labelling.exchange import FORMATS
from analysis.labelling.exchange.types import BadFile, Bundle, hash_of
from analysis.labelling.rows import Row

from .bundles import FACE, REFLECTION, document, read_text, round_trip

FORM = FORMATS["csv"]


def written(bundle: Bundle) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("".join(FORM.write(bundle.scheme, bundle.parts())), newline="")))


def labelled(value: str, text: str = f"{FACE} x = 2") -> Bundle:
    there = document(text, external_id="e1")
    row = Row("k", "r1", "candidate", "gold", "c", 1, 2, 7, there.text_hash, value=value, comment="@me", author="ann")
    return Bundle(REFLECTION, (there,), (row,))


def test_a_row_has_code_points_and_the_text_that_the_label_stands_on() -> None:
    (row,) = written(labelled("2"))
    assert (row["start"], row["end"], row["quote"]) == ("2", "7", "x = 2")
    assert (row["rollout"], row["external_id"], row["label"], row["stray"]) == ("r1", "e1", "candidate", "")


@pytest.mark.parametrize("value", ["=1+1", "+3", "-2", "@a", "\ta", "\ra", "'=1", "''=1"])
def test_text_that_begins_a_formula_is_made_harmless_and_comes_back(value: str) -> None:
    (row,) = written(labelled(value))
    assert row["value"] == "'" + value
    assert row["comment"] == "'@me"
    assert round_trip(FORM, labelled(value)).rows == labelled(value).tidy().rows


@pytest.mark.parametrize("value", ["'tis", "1+1", "2", "\u2212 3", "a\r\nb", 'say "2"', "a,b", "\u2028"])
def test_other_text_stays_as_it_is(value: str) -> None:
    (row,) = written(labelled(value))
    assert row["value"] == value
    assert round_trip(FORM, labelled(value)).rows == labelled(value).tidy().rows


def test_a_table_of_others_needs_a_label_and_something_to_find_the_rollout_by() -> None:
    bundle = read_text(FORM, "external_id,turn,start,end,label\nmath/1,1,0,4,Doubt\n", REFLECTION)
    (row,) = bundle.rows
    assert (row.rollout, row.turn, row.start, row.end, row.name) == ("math/1", 1, 0, 4, "doubt")
    assert bundle.documents[0].external_id == "math/1"


def test_a_table_of_others_may_hold_the_text_itself() -> None:
    bundle = read_text(FORM, 'text,start,end,label\n"So 2, then.",0,4,verify\n', REFLECTION)
    assert bundle.documents[0].text == "So 2, then."
    assert bundle.rows[0].text_hash == hash_of("So 2, then.") == bundle.documents[0].text_hash


def test_an_unknown_label_is_listed_with_its_line() -> None:
    bundle = read_text(FORM, "rollout,label,start,end\nr,mood,0,1\n", REFLECTION)
    assert bundle.unplaced == (("line 2", "scheme reflection has no label 'mood'"),)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("", "line 1: a table of labels has the columns label and one of .* found: nothing"),
        ("rollout,start\n", "found: rollout, start"),
        ("rollout,label,label\n", "line 1: a column is there twice"),
        ("rollout,label\nr\n", "line 2: 1 cells where the header has 2"),
        ("rollout,label,start\nr,doubt,-1\n", "line 2: start '-1' is no whole number from 0"),
        ("rollout,label,start\nr,doubt,1.5\n", "line 2: start '1.5' is no whole number from 0"),
        ('rollout,label\n"r"x,doubt\n', "line 2: no CSV"),
        (
            "key,rollout,label,start,end\nk,r,doubt,0,1\nk,r,doubt,1,2\n",
            "line 3: a label with key 'k' is there already",
        ),
    ],
)
def test_a_broken_table_is_refused_with_its_line(table: str, message: str) -> None:
    with pytest.raises(BadFile, match=message):
        read_text(FORM, table, REFLECTION)
