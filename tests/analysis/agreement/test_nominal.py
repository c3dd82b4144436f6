"""Agreement beyond chance: published examples, scikit-learn, hand-derived cases, and what is undefined."""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from analysis.agreement.nominal import (
    NO_DISAGREEMENT,
    NO_VARIATION,
    NOTHING_SHARED,
    UNEQUAL,
    Labels,
    Metric,
    cohen_kappa,
    confusion,
    fleiss_kappa,
    krippendorff_alpha,
)
from analysis.measures.statistics import Estimate
from tests.conftest import missing

FOUR_OBSERVERS = ("123321412...", "1233224125.3", ".3332342251.", "12332441251.")
"""Krippendorff (2011), section B to D: four observers, twelve units, values missing."""
FLEISS = [
    [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
]  # fmt: skip
"""Ten units by fourteen raters into five categories: the textbook example of Fleiss (1971), kappa .210."""


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def labels_of(raters: tuple[str, ...], per_cluster: int = 1) -> Labels:
    """A rater a string, a unit a place in it; "." is missing."""
    found = [(u, r, int(c)) for r, line in enumerate(raters) for u, c in enumerate(line) if c != "."]
    unit, rater, code = (np.array(part, dtype=np.int64) for part in zip(*found, strict=True))
    return Labels(unit, unit // per_cluster, rater, code, 10)


@pytest.mark.parametrize(("metric", "expected"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)])
def test_alpha_is_that_of_krippendorffs_example_with_missing_values(metric: Metric, expected: float) -> None:
    found = krippendorff_alpha(labels_of(FOUR_OBSERVERS), rng(), metric)
    assert found.value == pytest.approx(expected, abs=5e-4)
    assert found.n == 11  # the twelfth unit has one value
    assert found.low is not None
    assert found.high is not None
    assert found.low < expected < found.high


@pytest.fixture
def package() -> ModuleType:
    if find_spec("krippendorff") is None:
        missing("krippendorff (requirements/test.txt: make test installs it)")
    return import_module("krippendorff")


@pytest.mark.parametrize("metric", ["nominal", "ordinal", "interval"])
def test_alpha_equals_that_of_the_krippendorff_package(package: ModuleType, metric: Metric) -> None:
    draw = np.random.default_rng(3)
    for _ in range(10):
        one = draw.integers(5, size=40)
        data = np.where(draw.random((3, 40)) < 0.6, one, draw.integers(5, size=(3, 40)))
        gone = draw.random((3, 40)) < 0.2
        told = np.where(gone, np.nan, data.astype(float))
        lines = tuple("".join(row) for row in np.where(gone, ".", data.astype(str)).tolist())
        found = krippendorff_alpha(labels_of(lines), rng(), metric)
        assert found.value == pytest.approx(package.alpha(reliability_data=told, level_of_measurement=metric))


def test_fleiss_kappa_is_that_of_the_worked_example() -> None:
    codes = [[code for code, n in enumerate(row) for _ in range(n)] for row in FLEISS]
    found = fleiss_kappa(labels_of(tuple("".join(str(row[r]) for row in codes) for r in range(14))), rng())
    assert found.value == pytest.approx(0.210, abs=5e-4)


def test_cohens_kappa_equals_that_of_scikit_learn() -> None:
    draw = np.random.default_rng(1)
    for _ in range(20):
        one = draw.integers(4, size=60)
        other = np.where(draw.random(60) < 0.6, one, draw.integers(4, size=60))
        labels = labels_of(("".join(map(str, one)), "".join(map(str, other))))
        assert cohen_kappa(labels, 0, 1, rng()).value == pytest.approx(cohen_kappa_score(one, other))
        assert confusion(labels, 0, 1)[:4, :4].sum() == 60


def test_two_raters_with_all_labels_have_an_alpha_near_their_kappa() -> None:
    # by hand: codes 0011/0111: coincidences 00: 2, 01: 1, 10: 1, 11: 4; n = 8; expected 2·3·5 = 30; 1 - 7·2/30
    assert krippendorff_alpha(labels_of(("0011", "0111")), rng()).value == pytest.approx(1 - 14 / 30)


Statistic = Callable[[Labels], Estimate]
ALL: list[Statistic] = [
    lambda labels: krippendorff_alpha(labels, rng()),
    lambda labels: fleiss_kappa(labels, rng()),
    lambda labels: cohen_kappa(labels, 0, 1, rng()),
]


@pytest.mark.parametrize("statistic", ALL)
def test_perfect_agreement_is_1_without_an_interval_of_width_0(statistic: Statistic) -> None:
    found = statistic(labels_of(("0123", "0123")))
    assert found.value == pytest.approx(1)
    assert (found.low, found.reason) == (None, NO_DISAGREEMENT)


@pytest.mark.parametrize("statistic", ALL)
def test_one_label_only_is_undefined_and_says_why(statistic: Statistic) -> None:
    assert statistic(labels_of(("1111", "1111"))) == Estimate(4, 4, None, reason=NO_VARIATION)


@pytest.mark.parametrize("statistic", ALL)
def test_nothing_in_common_is_no_agreement(statistic: Statistic) -> None:
    assert statistic(labels_of(("01..", "..01"))) == Estimate(0, 0, None, reason=NOTHING_SHARED)


def test_fleiss_kappa_refuses_unequal_numbers_of_raters() -> None:
    assert fleiss_kappa(labels_of(("011", "01.", "001")), rng()).reason == UNEQUAL


def test_rollouts_are_resampled_rather_than_units() -> None:
    # within a rollout of ten units all agree or none do: its units are one observation
    raters = ("0123456789" * 20, "".join("0123456789" if k % 2 else "1234567890" for k in range(20)))
    clustered, single = (krippendorff_alpha(labels_of(raters, n), rng()) for n in (10, 1))
    assert clustered.value == single.value
    assert width(clustered) > 2 * width(single)


def noisy(draw: np.random.Generator, n_rollouts: int, n_steps: int = 40) -> Labels:
    """Two raters who each err in a share of a rollout's steps; how many are labelled differs between rollouts."""
    shape = (n_rollouts, n_steps)
    truth = draw.random(shape) < draw.beta(1, 6, n_rollouts)[:, None]
    error = draw.beta(2, 20, n_rollouts)[:, None]
    said = [np.where(draw.random(shape) < error, ~truth, truth).ravel().astype(np.int64) for _ in range(2)]
    unit = np.arange(n_rollouts * n_steps)
    return Labels(np.tile(unit, 2), np.tile(unit // n_steps, 2), np.repeat([0, 1], len(unit)), np.concatenate(said), 2)


def test_intervals_of_kappa_hold_the_truth() -> None:
    truth = cohen_kappa(noisy(np.random.default_rng(0), 40_000), 0, 1, rng()).value
    assert truth is not None
    draw = np.random.default_rng(1)
    found = [cohen_kappa(noisy(draw, 40), 0, 1, rng()) for _ in range(400)]
    held = np.mean([one.low <= truth <= one.high for one in found if one.low is not None and one.high is not None])
    assert 0.92 <= held <= 0.97


def width(found: Estimate) -> float:
    assert found.low is not None
    assert found.high is not None
    return found.high - found.low


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"code": np.array([0, 9])}, "codes must be from 0 to 1"),
        ({"code": np.array([0])}, "differ in number"),
        ({"rater": np.array([0, 0])}, "two labels for one unit"),
    ],
)
def test_what_is_no_set_of_labels_is_refused(change: dict[str, np.ndarray], message: str) -> None:
    plain = {"unit": np.array([0, 0]), "cluster": np.array([0, 0]), "rater": np.array([0, 1]), "code": np.array([0, 1])}
    with pytest.raises(ValueError, match=message):
        Labels(**(plain | change), n_codes=2)
