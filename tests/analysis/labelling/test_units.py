"""Rows of several hands as units: who is done with what, which step a label is on, and what is left out."""

import numpy as np
import pytest

from analysis.agreement.nominal import confusion
from analysis.agreement.report import Compared, are_ordered, fleiss_of, lines_of
from analysis.agreement.spans import Span
from analysis.labelling.rows import Row
from analysis.labelling.scheme import Kind, Scheme, Target
from analysis.labelling.units import TURN, Place, of_kinds, rollout_units, spans_of, step_units
from analysis.resampling import Resampler

A, B = Kind("a", "A", "1", 1), Kind("b", "B", "2", 2, has_value=True)
SLIP = Kind("slip", "Slip", "3", 3, on=Target.SPAN)
LEVEL = Kind("level", "Level", "4", 4, on=Target.ROLLOUT, has_value=True, values=("1", "2", "3"))
SCHEME = Scheme("s", (A, B, SLIP, LEVEL))
STEPS = [Place(7, 0, 0, 5, 1), Place(7, 0, 6, 6, 2, True), Place(7, 0, 7, 12, 3), Place(7, 0, 13, 20, 4)]
DONE = {"x": frozenset({7}), "y": frozenset({7})}


def row(layer: str, name: str, start: int | None = None, end: int | None = None, **given: object) -> Row:
    turn = None if start is None else given.pop("turn", 0)
    return Row("k", str(given.pop("rollout", 7)), name, layer, turn=turn, start=start, end=end, **given)  # type: ignore[arg-type]


def codes(*rows: Row, many: bool = False) -> list[list[int]]:
    scheme = Scheme("s", SCHEME.kinds, many=many)
    found: list[list[int]] = step_units(scheme, ["x", "y"], DONE, {7: STEPS}, rows).codes.tolist()
    return found


def test_a_step_without_a_label_is_none_and_blank_ones_are_no_units() -> None:
    assert codes(row("x", "a", 0, 5), row("y", "b", 13, 20)) == [[1, 0, 0], [0, 0, 2]]


def test_a_blank_step_that_somebody_labelled_counts() -> None:
    assert codes(row("x", "a", 6, 6)) == [[0, 1, 0, 0], [0, 0, 0, 0]]


def test_a_label_is_on_every_step_that_it_touches() -> None:
    assert codes(row("x", "a", 3, 14)) == [[1, 1, 1], [0, 0, 0]]
    assert codes(row("x", "a", 5, 7)) == [[0, 0, 0], [0, 0, 0]]  # only the blank step lies within, and it is empty


def test_of_two_labels_on_one_step_the_one_that_covers_more_counts() -> None:
    assert codes(row("x", "a", 3, 12), row("x", "b", 0, 5)) == [[2, 1, 0], [0, 0, 0]]


def test_a_hand_that_is_not_done_has_no_label_there() -> None:
    done = {"x": frozenset({7}), "y": frozenset[int]()}
    units = step_units(SCHEME, ["x", "y"], done, {7: STEPS}, [row("x", "a", 0, 5), row("y", "a", 0, 5)])
    assert units.codes.tolist() == [[1, 0, 0], [-1, -1, -1]]
    assert len(units.labels().unit) == 3


def test_labels_of_other_rollouts_turns_and_hands_are_left_out() -> None:
    others = [row("x", "a", 0, 5, rollout=8), row("x", "a", 0, 5, turn=1), row("z", "a", 0, 5), row("x", "slip", 0, 5)]
    assert codes(*others) == [[0, 0, 0], [0, 0, 0]]


def test_a_step_that_may_carry_several_labels_is_a_yes_or_no_for_each() -> None:
    scheme = Scheme("s", SCHEME.kinds, many=True)
    rows = [row("x", "a", 0, 5), row("x", "b", 0, 5, value="4"), row("y", "b", 0, 5)]
    units = step_units(scheme, ["x", "y"], DONE, {7: STEPS}, rows)
    assert units.given[:, 0].tolist() == [[True, True], [False, True]]
    assert confusion(units.labels(0), 0, 1).tolist() == [[2, 0], [1, 0]]
    assert units.values == {(0, 0, 1): "4"}


def test_a_label_of_the_whole_rollout_is_one_unit() -> None:
    units = rollout_units(SCHEME, ["x", "y"], DONE, [row("x", "level", value="2")])
    assert units.codes.tolist() == [[1], [0]]
    assert units.values == {(0, 0, 0): "2"}


def test_spans_of_different_turns_never_meet() -> None:
    rows = [row("x", "slip", 2, 9), row("y", "slip", 2, 9, turn=1), row("y", "b", 0, 5, value=" 4 ")]
    [two] = spans_of(SCHEME, "x", "y", DONE, rows)
    assert (two.first, two.second) == (
        [Span(2, 9, "slip")],
        [Span(2 + TURN, 9 + TURN, "slip"), Span(0, 5, "b", "4")],
    )
    assert of_kinds([two], ["b"])[0].second == [Span(0, 5, "b", "4")]


def compared(*rows: Row, hands: tuple[str, ...] = ("x", "y")) -> Compared:
    done = dict.fromkeys(hands, frozenset({7}))
    return Compared(
        SCHEME,
        hands,
        hands,
        step_units(SCHEME, hands, done, {7: STEPS}, rows),
        rollout_units(SCHEME, hands, done, rows),
        lambda first, second: spans_of(SCHEME, first, second, done, rows),
    )


def test_every_number_has_a_value_or_a_reason() -> None:
    for line in lines_of(compared(row("x", "a", 0, 5), row("y", "a", 0, 5)), str.__eq__):
        assert (line.estimate.value is None) <= bool(line.estimate.reason)
        assert (line.estimate.low is None) <= bool(line.estimate.reason)


def test_values_of_numbers_are_compared_by_their_order_too() -> None:
    # one rollout, 2 against 3: the only pair of values differs, alpha is 1 - (n - 1)·D_o/D_e = 1 - 1 = 0
    lines = lines_of(compared(row("x", "level", value="2"), row("y", "level", value="3")), str.__eq__)
    found = {line.name: line.estimate.value for line in lines if line.label == "level" and line.of == "rollouts"}
    assert found["values_alpha"] == pytest.approx(0)
    assert found["values_alpha_ordinal"] == pytest.approx(0)
    assert are_ordered(LEVEL.values)


def test_fleiss_kappa_is_of_the_units_that_all_labelled() -> None:
    units = step_units(SCHEME, ["x", "y"], DONE, {7: STEPS}, [row("x", "a", 0, 5), row("y", "a", 0, 5)])
    draw = Resampler(np.random.default_rng(0))
    assert fleiss_of(units.labels(), 3, draw).value is None
    assert fleiss_of(units.labels(), 2, draw).value == pytest.approx(1)


def test_clusters_are_rollouts() -> None:
    units = step_units(SCHEME, ["x", "y"], DONE, {7: STEPS}, [])
    assert np.unique(units.labels().cluster).tolist() == [7]
