"""Numbers are written as the look's NOTES say."""

import pytest

from apps.core.templatetags import numbers


@pytest.mark.parametrize(
    ("value", "text"),
    [(27416, "27\u202f416"), (0, "0"), (999, "999"), (1318, "1\u202f318"), (None, "–"), (2615.6, "2\u202f616")],
)
def test_counts_group_thousands_by_a_narrow_no_break_space(value: float | None, text: str) -> None:
    assert numbers.count(value) == text


def test_a_share_has_one_decimal_and_its_unit_after_a_narrow_no_break_space() -> None:
    assert numbers.share(0.6234) == "62.3\u202f%"
    assert numbers.percent(0.6234) == "62.3"
    assert numbers.share(None) == "–"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.026, "+2.6"), (-0.005, "\u22120.5"), (0.0, "0.0"), (-0.0001, "0.0"), (0.0004, "0.0"), (None, "–")],
)
def test_a_difference_is_signed_in_points_and_what_rounds_to_nothing_has_no_sign(
    value: float | None, text: str
) -> None:
    assert numbers.points(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0312, "p=.03"),
        (0.0009, "p<.001"),
        (0.001, "p=.001"),
        (0.0052, "p=.005"),
        (1.0, "p=1"),
        (0.999, "p=1"),
        (0.5, "p=.50"),
    ],
)
def test_p_values_have_no_leading_zero_and_a_floor(value: float, text: str) -> None:
    assert numbers.p_value(value) == text


def test_an_interval_is_written_in_the_unit_of_its_value() -> None:
    assert numbers.interval(0.581, 0.662, "share") == "[58.1, 66.2]"
    assert numbers.interval(-0.0052, 0.031, "difference") == "[\u22120.5, +3.1]"
    assert numbers.interval(2540, 2696, "tokens") == "[2\u202f540, 2\u202f696]"


def test_where_there_is_no_interval_nothing_is_written() -> None:
    assert numbers.interval(None, None, "share") == ""


def test_one_is_singular() -> None:
    assert (numbers.plural(1, "rollout"), numbers.plural(3000, "rollout")) == ("1 rollout", "3\u202f000 rollouts")
