"""Label Studio's JSON as it comes from there, and ours as it is seen there."""

import json
from typing import Any

import pytest

from analysis.labelling.exchange import FORMATS
from analysis.labelling.exchange.types import BadFile, Bundle, hash_of
from analysis.labelling.rows import Row

from .bundles import FACE, REFLECTION, document, read_text, round_trip

FORM = FORMATS["labelstudio"]
TEXT = f"{FACE} So x = 2.\nWait, let me check: 2 + 0 = 2. Fine."


def region(start: int, end: int, label: str, quote: str | None = None, own: str = "a1") -> dict[str, Any]:
    value: dict[str, Any] = {"start": start, "end": end, "labels": [label]}
    if quote is not None:
        value["text"] = quote
    return {"id": own, "from_name": "label", "to_name": "text", "type": "labels", "value": value}


def task(*results: dict[str, Any], text: str = TEXT, **annotation: Any) -> dict[str, Any]:
    return {"id": 7, "data": {"text": text}, "annotations": [{"id": 1, "result": list(results), **annotation}]}


def read(*tasks: Any) -> Bundle:
    return read_text(FORM, json.dumps(list(tasks)), REFLECTION)


def spans(bundle: Bundle) -> list[tuple[int | None, int | None, str]]:
    return [(row.start, row.end, row.name) for row in bundle.rows]


def test_offsets_in_utf_16_units_become_code_points() -> None:
    # "So x = 2." is code points 2 to 11; the face before it is two units, so units 3 to 12
    bundle = read(task(region(3, 12, "candidate", "So x = 2.")))
    assert spans(bundle) == [(2, 11, "candidate")]
    assert TEXT[2:11] == "So x = 2."
    assert bundle.rows[0].text_hash == hash_of(TEXT)


def test_offsets_in_code_points_are_known_by_the_text_that_they_quote() -> None:
    assert spans(read(task(region(2, 11, "candidate", "So x = 2.")))) == [(2, 11, "candidate")]


def test_a_quote_that_fits_both_counts_is_read_as_the_rest_of_the_file_is() -> None:
    text = f"{FACE}aaaa b"  # "a" from 2 to 3 fits both; only "b" (6 in code points, 7 in units) tells
    bundle = read(task(region(2, 3, "verify", "a"), region(6, 7, "doubt", "b", own="a2"), text=text))
    assert spans(bundle) == [(2, 3, "verify"), (6, 7, "doubt")]
    bundle = read(task(region(2, 3, "verify", "a"), region(7, 8, "doubt", "b", own="a2"), text=text))
    assert spans(bundle) == [(1, 2, "verify"), (6, 7, "doubt")]


def test_without_a_quote_offsets_are_utf_16_units() -> None:
    assert spans(read(task(region(3, 12, "candidate")))) == [(2, 11, "candidate")]


def test_a_region_whose_quote_is_not_there_is_listed_and_not_guessed() -> None:
    bundle = read(task(region(3, 12, "candidate", "So x = 3.")))
    assert not bundle.rows
    (left,) = bundle.unplaced
    assert left.where == "task 1, annotation 1, result 1"
    assert "'So x = 3.', which is not there" in left.reason


def test_a_newline_may_be_quoted_as_backslash_and_n() -> None:
    assert spans(read(task(region(10, 17, "doubt", "2.\\nWait")))) == [(9, 16, "doubt")]


def test_a_label_is_found_by_its_title_and_an_unknown_one_is_listed() -> None:
    bundle = read(task(region(3, 12, "New approach"), region(3, 12, "Weather", own="a2")))
    assert spans(bundle) == [(2, 11, "new_approach")]
    assert bundle.unplaced[0].reason == "scheme reflection has no label 'Weather'"


def test_values_comments_people_and_times_are_read() -> None:
    value = {"id": "a1", "type": "textarea", "value": {"text": ["2"]}}
    marked = region(3, 12, "candidate") | {"meta": {"text": ["early"]}}
    bundle = read(task(marked, value, completed_by={"id": 3, "email": "ann@x.org"}, created_at="2026-11-01T10:00:00Z"))
    (row,) = bundle.rows
    assert (row.value, row.comment, row.author, row.at) == ("2", "early", "ann@x.org", "2026-11-01T10:00:00Z")


def test_a_relation_joins_the_labels_of_its_regions() -> None:
    link = {"type": "relation", "from_id": "b", "to_id": "a", "direction": "right", "labels": ["verifies"]}
    lost = link | {"to_id": "z"}
    bundle = read(task(region(3, 12, "candidate", own="a"), region(13, 31, "verify", own="b"), link, lost))
    keys = {row.name: row.key for row in bundle.rows if not row.is_relation}
    (relation,) = (row for row in bundle.rows if row.is_relation)
    assert (relation.name, relation.first, relation.other) == ("verifies", keys["verify"], keys["candidate"])
    assert [left.reason for left in bundle.unplaced] == ["a relation with a region that is not there"]


def test_the_same_file_gives_the_same_keys_each_time_and_people_have_their_own() -> None:
    twice = task(region(3, 12, "candidate"))
    twice["annotations"] += [{"result": [region(3, 12, "candidate")], "completed_by": 2}]
    assert read(twice) == read(twice)
    assert len({row.key for row in read(twice).rows}) == 2


def test_skipped_annotations_predictions_and_other_results_make_no_labels() -> None:
    other = {"id": "s", "type": "rating", "value": {"rating": 3}}
    given = task(other) | {"predictions": [{"result": [region(3, 12, "doubt")]}]}
    given["annotations"] += [{"was_cancelled": True, "result": [region(3, 12, "doubt")]}]
    bundle = read(given)
    assert not bundle.rows
    assert [left.reason for left in bundle.unplaced] == [
        "results of type 'rating' are not read",
        "1 predictions are no labels of people",
    ]


def ours() -> Bundle:
    there = document(TEXT, external_id="math/416")
    here = {"rollout": "r1", "collection": "c", "turn": 1, "text_hash": there.text_hash}
    rows = (
        Row("k1", name="candidate", start=2, end=11, value="2", layer="gold", author="ann", **here),  # type: ignore[arg-type]
        Row("k2", name="verify", start=12, end=30, layer="gold", author="ann", **here),  # type: ignore[arg-type]
        Row("k3", "r1", "verifies", "gold", "c", first="k2", other="k1", author="ann"),
    )
    return Bundle(REFLECTION, (there,), rows).tidy()


def written(bundle: Bundle, name: str = "labelstudio") -> list[dict[str, Any]]:
    tasks: list[dict[str, Any]] = json.loads("".join(FORMATS[name].write(bundle.scheme, bundle.parts())))
    return tasks


def test_ours_is_drawn_there_in_utf_16_units_with_its_value_and_relation() -> None:
    (only,) = written(ours())
    first, value, second, link = only["annotations"][0]["result"]
    assert first["value"] == {"start": 3, "end": 12, "text": "So x = 2.", "labels": ["candidate"]}
    assert (value["id"], value["type"], value["value"]["text"]) == ("k1", "textarea", ["2"])
    assert second["id"] == "k2"
    assert (link["from_id"], link["to_id"], link["labels"]) == ("k2", "k1", ["verifies"])
    units = only["data"]["text"].encode("utf-16-le")
    assert units[2 * 3 : 2 * 12].decode("utf-16-le") == "So x = 2."


def test_the_same_can_be_written_in_code_points() -> None:
    (only,) = written(ours(), "labelstudio_points")
    assert only["annotations"][0]["result"][0]["value"]["start"] == 2
    assert round_trip(FORMATS["labelstudio_points"], ours()) == ours()


def test_what_was_moved_renamed_and_taken_away_there_comes_back_so() -> None:
    (only,) = written(ours())
    first, value, *_ = only["annotations"][0]["result"]
    first["value"] |= {"start": 6, "end": 12, "text": "x = 2.", "labels": ["repair"]}
    only["annotations"][0]["result"] = [first, value]
    bundle = read(only)
    (row,) = bundle.rows
    assert (row.key, row.name, row.start, row.end, row.layer, row.value) == ("k1", "repair", 5, 11, "gold", "2")
    assert bundle.documents[0].external_id == "math/416"


def test_an_annotation_that_was_copied_there_gets_keys_of_its_own() -> None:
    (only,) = written(ours())
    only["annotations"] *= 2
    assert len({row.key for row in read(only).rows}) == 6


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"data": {}}, "the file: {'data': {}} is no list"),
        ([{"text": "x", "label": []}], "task 1: there is no data; export from Label Studio as JSON"),
        ([{"data": {"n": 1}}], "task 1: data has no text .fields: n"),
        ([task(region(-1, 2, "doubt"))], "task 1, annotation 1, result 1: value.start: -1 is no whole number from 0"),
        ([task(region(0, 1, "doubt") | {"value": 3})], "result 1: value: 3 is no object"),
    ],
)
def test_a_broken_file_is_refused_with_its_place(given: Any, message: str) -> None:
    with pytest.raises(BadFile, match=message):
        read_text(FORM, json.dumps(given), REFLECTION)


def test_a_file_without_scheme_needs_one_to_be_read_with() -> None:
    with pytest.raises(BadFile, match="the file carries no scheme"):
        read_text(FORM, json.dumps([task()]), None)
