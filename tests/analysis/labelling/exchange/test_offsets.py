"""Code points against UTF-16 units; the second route is Python's own UTF-16 encoder."""

import pytest
from hypothesis import given

from analysis.labelling.exchange.offsets import Offsets, Span, Split, Unit

from .bundles import FACE, MATHS, TEXTS


@given(text=TEXTS)
def test_units_are_those_of_the_utf_16_encoder_and_come_back(text: str) -> None:
    offsets = Offsets(text)
    for point in range(len(text) + 1):
        unit = len(text[:point].encode("utf-16-le")) // 2
        assert offsets.units(point) == unit
        assert offsets.points(unit) == point


def test_an_offset_in_the_middle_of_a_character_is_refused() -> None:
    with pytest.raises(Split, match="UTF-16 offset 1 is in the middle of a character"):
        Offsets(FACE).points(1)


def test_a_span_outside_the_text_or_through_a_character_is_none() -> None:
    offsets = Offsets(f"{MATHS} = 2")  # units: x is 0-2, then 2 3 4 5 6
    assert offsets.read(0, 2, Unit.UTF16) == Span(0, 1)
    assert offsets.read(0, 1, Unit.UTF16) is None
    assert offsets.read(0, 6, Unit.UTF16) == Span(0, 5)
    assert offsets.read(0, 7, Unit.UTF16) is None
    assert offsets.read(3, 2, Unit.POINTS) is None


def test_combining_marks_and_line_ends_are_one_each_in_both_counts() -> None:
    offsets = Offsets("e\u0301\r\n\u2028x")
    assert not offsets.differ
    assert offsets.written(2, 5, Unit.UTF16) == (2, 5)
