"""What people send to the pages, read into what services take."""

from collections.abc import Sequence

import pytest
from django.http import QueryDict

from apps.traces.forms import MappingForm, TypedNameForm, key_before
from apps.traces.importers.mapping import Mapping, Rule
from apps.traces.models import Preset
from apps.traces.services.imports import Options

SHOWN = Mapping({"problem": Rule("question"), "answer": Rule("gold", "boxed"), "response": Rule("gen")})
ROW = ("row_field", "row_path", "row_text", "row_how", "row_marker", "row_was")
AS_SHOWN = [
    ("problem", "question", "", "path", "", "question"),
    ("answer", "gold", "", "boxed", "", "boxed:gold"),
    ("response", "gen", "", "path", "", "gen"),
]


def sent(rows: Sequence[tuple[str, ...]], **others: str) -> MappingForm:
    data = QueryDict(mutable=True)
    for row in rows:
        for name, value in zip(ROW, row, strict=True):
            data.appendlist(name, value)
    data.update(others)
    return MappingForm(data)


def options(rows: Sequence[tuple[str, ...]], before: Options = Options(), **others: str) -> Options:  # noqa: B008
    return sent(rows, **others).options(before, preset=None, shown=lambda: SHOWN)


def test_a_table_that_was_not_touched_changes_nothing() -> None:
    assert options(AS_SHOWN) == Options()


def test_another_path_becomes_one_changed_field() -> None:
    row = ("response", "completion", "", "path", "", "gen")
    assert options([*AS_SHOWN[:2], row]).map_values == {"response": "completion"}


def test_a_reading_with_a_marker_is_written_as_the_command_line_takes_it() -> None:
    row = ("answer", "solution", "", "after last", "####", "boxed:gold")
    assert options([row]).map_values == {"answer": "after_last<####>:solution"}


def test_a_fixed_value_is_set_and_a_path_by_hand_is_mapped() -> None:
    rows = [("model", "=", " R1 ", "fixed", "", ""), ("confidence", "=", "meta.conf[0]", "path", "", "")]
    found = options(rows)
    assert (found.set_values, found.map_values) == ({"model": "R1"}, {"confidence": "meta.conf[0]"})


def test_a_fixed_value_counts_even_where_the_select_still_shows_a_path() -> None:
    """Read as "fixed value" shows the text field; what was typed there is meant."""
    assert options([("model", "m", "R1", "fixed", "", "m")]).set_values == {"model": "R1"}


def test_a_field_that_is_not_used_any_more_leaves_the_mapping() -> None:
    found = options([("answer", "", "", "boxed", "", "boxed:gold")])
    assert Mapping.to_json(SHOWN.without("answer")) == found.mapping


def test_taking_an_own_rule_back_keeps_the_others() -> None:
    before = Options(map_values={"answer": "target", "sample": "n"})
    found = options([("answer", "", "", "path", "", "target")], before)
    assert found.map_values == {"sample": "n"}


def test_a_row_without_a_field_is_left_out() -> None:
    assert options([*AS_SHOWN, ("", "gen", "", "path", "", "")]) == Options()


def test_cells_that_do_not_make_a_row_are_no_rule() -> None:
    data = QueryDict(mutable=True)
    data.appendlist("row_field", "answer")
    assert MappingForm(data).options(Options(), preset=None, shown=lambda: SHOWN) == Options()


def test_another_format_starts_from_its_own_mapping_and_keeps_fixed_values() -> None:
    before = Options(map_values={"answer": "x"}, set_values={"model": "R1"})
    assert options(AS_SHOWN, before, format="own") == Options(format="own", set_values={"model": "R1"})


def test_a_preset_brings_its_mapping() -> None:
    preset = Preset(name="mine", mapping=SHOWN.to_json(), set_values={})
    found = sent(AS_SHOWN).options(Options(map_values={"answer": "x"}), preset=preset, shown=lambda: SHOWN)
    assert (found.mapping, found.map_values) == (SHOWN.to_json(), {})


def test_reset_goes_back_to_what_was_detected() -> None:
    assert options(AS_SHOWN, Options(format="own", map_values={"answer": "x"}), reset="1") == Options()


def test_keeping_good_rows_is_off_when_its_box_was_shown_and_not_ticked() -> None:
    before = Options(keep_good=True)
    assert options([], before).keep_good is True
    assert options([], before, has_keep_good="1").keep_good is False
    assert options([], Options(), has_keep_good="1", keep_good="1").keep_good is True


@pytest.mark.parametrize(
    ("typed", "is_valid"), [("Runs of May", True), (" Runs of May ", True), ("runs of may", False)]
)
def test_a_deletion_needs_the_very_name(typed: str, is_valid: bool) -> None:
    assert TypedNameForm({"confirm": typed}, name="Runs of May").is_valid() is is_valid


@pytest.mark.parametrize(
    ("given", "key"), [("17", 17), ("", None), ("-1", None), ("1e3", None), ("٣", None), ("9" * 30, None)]
)
def test_the_key_of_a_page_is_a_number_or_nothing(given: str, key: int | None) -> None:
    assert key_before({"before": given}) == key
