"""Stated confidences on an unknown scale: what is read, and what is counted and never used."""

import numpy as np
import pytest

from analysis.confidence import STATUSES, Read, read


def of_one_model(stated: list[float | None], scale: str = "auto", unread: int = -1) -> Read:
    numbers = np.array([np.nan if each is None else each for each in stated])
    return read(numbers, np.arange(len(stated)) == unread, np.zeros(len(stated), dtype=np.int64), scale)


def words(found: Read) -> list[str]:
    return [STATUSES[status] for status in found.status]


def test_the_bad_confidences_of_the_issue_are_counted_and_never_used() -> None:
    """Shares among which stand 362880 (an answer), -1, "95", "very likely" (no number) and nothing at all."""
    found = of_one_model([0.95, 0.9, 0.85, 362880, -1, 95, None, None], unread=6)
    assert words(found) == ["read", "read", "read", "outside", "outside", "outside", "unread", "absent"]
    assert found.share.tolist() == [0.95, 0.9, 0.85, 0, 0, 0, 0, 0]


def test_percents_are_hundredths_and_a_share_among_them_is_outside() -> None:
    found = of_one_model([95, 80, 100, 0, 1, 0.95])
    assert found.share.tolist() == [0.95, 0.8, 1, 0, 0.01, 0]
    assert words(found) == ["read"] * 5 + ["outside"]


def test_numbers_up_to_ten_are_tenths() -> None:
    assert of_one_model([7, 8, 9, 10]).share.tolist() == [0.7, 0.8, 0.9, 1]


def test_a_scale_that_is_set_is_not_guessed() -> None:
    assert of_one_model([0.95, 80], "percent").share.tolist() == [0.0095, 0.8]
    assert words(of_one_model([0.95, 80], "share")) == ["read", "outside"]
    assert of_one_model([1, 8, 11], "ten").share.tolist() == [0.1, 0.8, 0]


def test_every_model_has_its_own_scale() -> None:
    stated, models = np.array([0.9, 90, 9, 0.8, 80, 8]), np.array([0, 1, 2, 0, 1, 2])
    found = read(stated, np.zeros(6, dtype=bool), models)
    assert found.share.tolist() == pytest.approx([0.9, 0.9, 0.9, 0.8, 0.8, 0.8])
    assert found.scale.tolist() == [0, 2, 1, 0, 2, 1]


def test_infinities_are_outside_and_nothing_is_nothing() -> None:
    assert words(of_one_model([float("inf"), float("-inf"), 0.5])) == ["outside", "outside", "read"]
    assert words(of_one_model([])) == []
