"""doccano's JSON lines as they come from there, and ours as they are seen there."""

import json
from typing import Any

import pytest

from analysis.labelling.exchange import FORMATS
from analysis.labelling.exchange.types import BadFile, Bundle
from analysis.labelling.rows import Row
from analysis.labelling.shipped import SCHEMES

from .bundles import FACE, HINT, REFLECTION, document, read_text

FORM = FORMATS["doccano"]
TEXT = f"{FACE} So x = 2.\nWait, let me check: 2 + 0 = 2. Fine."


def read(*rows: dict[str, Any], scheme: str = "reflection") -> Bundle:
    return read_text(FORM, "".join(json.dumps(row) + "\n" for row in rows), SCHEMES[scheme])


def spans(bundle: Bundle) -> list[tuple[int | None, int | None, str]]:
    return [(row.start, row.end, row.name) for row in bundle.rows if row.is_span]


def test_triples_in_utf_16_units_become_code_points() -> None:
    bundle = read({"id": 1, "text": TEXT, "label": [[3, 12, "candidate"]], "Comments": []})
    assert spans(bundle) == [(2, 11, "candidate")]  # the face is two units


def test_entities_and_relations_become_labels_and_their_relation() -> None:
    entities = [
        {"id": 40, "start_offset": 3, "end_offset": 12, "label": "candidate"},
        {"id": 41, "start_offset": 13, "end_offset": 31, "label": "verify"},
    ]
    links = [
        {"id": 9, "from_id": 41, "to_id": 40, "type": "verifies"},
        {"id": 10, "from_id": 41, "to_id": 99, "type": "verifies"},
    ]
    bundle = read({"text": TEXT, "entities": entities, "relations": links})
    keys = {row.name: row.key for row in bundle.rows if row.is_span}
    (relation,) = (row for row in bundle.rows if row.is_relation)
    assert (relation.first, relation.other) == (keys["verify"], keys["candidate"])
    assert [(left.where, left.reason) for left in bundle.unplaced] == [
        ("line 1: relation 2", "a relation with an entity that is not there")
    ]


def test_a_span_through_a_character_or_past_the_end_is_listed() -> None:
    bundle = read({"text": TEXT, "label": [[1, 12, "candidate"], [3, 999, "verify"]]})
    assert not bundle.rows
    assert [left.where for left in bundle.unplaced] == ["line 1: label 1", "line 1: label 2"]
    assert bundle.unplaced[0].reason == "1 to 12 is outside the text or splits a character"


def test_labels_of_a_whole_text_are_labels_of_its_rollout() -> None:
    bundle = read(
        {"text": "a", "label": ["faithful"]}, {"text": "b", "cats": ["Unfaithful"]}, scheme="hint_faithfulness"
    )
    assert {row.name for row in bundle.rows} == {"faithful", "unfaithful"}
    assert not any(row.is_span for row in bundle.rows)


def test_a_span_with_a_label_of_the_whole_rollout_is_listed() -> None:
    bundle = read({"text": "abc", "label": [[0, 1, "faithful"]]}, scheme="hint_faithfulness")
    assert bundle.unplaced[0].reason == "faithful is a label of a rollout, and here it is on a span"


def test_the_same_label_twice_on_one_span_is_two_labels_with_steady_keys() -> None:
    row = {"text": TEXT, "label": [[3, 12, "doubt"], [3, 12, "doubt"]]}
    assert len({each.key for each in read(row).rows}) == 2
    assert read(row) == read(row)


def ours() -> Bundle:
    there = document(TEXT, external_id="math/416")
    here = {"rollout": "r1", "collection": "c", "turn": 1, "text_hash": there.text_hash}
    rows = (
        Row("k1", name="candidate", start=2, end=11, value="2", layer="gold", author="ann", **here),  # type: ignore[arg-type]
        Row("k2", name="verify", start=12, end=30, layer="gold", author="ann", **here),  # type: ignore[arg-type]
        Row("k3", "r1", "verifies", "gold", "c", first="k2", other="k1", author="ann"),
    )
    return Bundle(REFLECTION, (there,), rows).tidy()


def test_ours_has_entities_and_relations_in_utf_16_units() -> None:
    bundle = ours()
    (line,) = FORM.write(bundle.scheme, bundle.parts())
    row = json.loads(line)
    assert row["entities"][0] == {"id": 0, "start_offset": 3, "end_offset": 12, "label": "candidate"}
    assert row["relations"] == [{"id": 0, "from_id": 1, "to_id": 0, "type": "verifies"}]


def test_a_scheme_without_relations_is_written_as_triples() -> None:
    there = document("ab")
    row = Row("k", "r1", "speaks_of_hint", collection="c", turn=1, start=0, end=1, text_hash=there.text_hash)
    (line,) = FORM.write(HINT, Bundle(HINT, (there,), (row,)).parts())
    assert json.loads(line)["label"] == [[0, 1, "speaks_of_hint"]]


def test_ours_comes_back_after_doccano_sorted_and_numbered_it_anew_and_moved_our_field_to_meta() -> None:
    bundle = ours()
    row = json.loads("".join(FORM.write(bundle.scheme, bundle.parts())))
    row["entities"] = [entity | {"id": 100 - entity["id"]} for entity in reversed(row["entities"])]
    row["relations"][0] |= {"id": 5, "from_id": 99, "to_id": 100}
    row["meta"] = {"afterthought": row.pop("afterthought")}
    assert read(row) == bundle


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"text": "a", "label": [[0, 1]]}', r"line 1: label 1: \[0, 1\] is no \[start, end, label\]"),
        ('{"text": "a", "label": [["0", 1, "doubt"]]}', "line 1: label 1: start: '0' is no whole number from 0"),
        ('{"label": []}', "line 1: there is no text .fields: label"),
        ('{"text": 3}', "line 1: text: 3 is no text"),
        ("[1]", r"line 1: \[1\] is no object"),
        ('{"text": "a"', "line 1: no JSON: Expecting"),
    ],
)
def test_a_broken_line_is_refused_with_its_place(line: str, message: str) -> None:
    with pytest.raises(BadFile, match=message):
        read_text(FORM, line, REFLECTION)
