"""Calibration over plain arrays: published fixtures, hand-derived values, naive loops, and what must not matter."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import integrate, stats

from analysis.calibration.binning import Bins, equal_mass, equal_width, errors, mass_split, null_ece
from analysis.calibration.ranking import aurc, auroc, average_precision, excess_aurc, risk_coverage
from analysis.calibration.scores import Scored, brier, gap
from analysis.calibration.smooth import smooth_ece
from analysis.resampling import Floats

NAMES = ["tiny20", "over10_rng20240601_n5000"]
Data = tuple[Floats, Floats]
RANKINGS = [auroc, average_precision, aurc, excess_aurc]


def over10() -> Data:
    """The recipe of calibration_personality.md, section 11: 5,000 confidences that are .10 too high."""
    g = np.random.default_rng(20240601)
    c = np.round(g.beta(5, 2, 5000), 2)
    return c, (g.random(5000) < np.clip(c - 0.10, 0, 1)).astype(np.float64)


@pytest.fixture(scope="module")
def reference(shared: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((shared / "reference" / "calib_reference.json").read_text())
    return found


def data_of(name: str, reference: dict[str, Any]) -> Data:
    if name == "tiny20":
        return np.array(reference[name]["c"]), np.array(reference[name]["y"], dtype=np.float64)
    return over10()


def bins_of(kind: str, c: Floats) -> Bins:
    match kind:
        case "width_left":
            return equal_width(c, 10, "left")
        case "width_right":
            return equal_width(c, 10, "right")
        case "mass_ties":
            return equal_mass(c, 10)
    return mass_split(c, 10)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", ["width_left", "width_right", "mass_ties", "mass_split"])
def test_errors_are_those_of_the_reference_for_every_convention(
    reference: dict[str, Any], name: str, kind: str
) -> None:
    c, y = data_of(name, reference)
    found, known = errors(c, y, bins_of(kind, c)), reference[name][kind]
    assert found is not None
    assert found.n_bins == known["bins"]
    numbers = (found.ece, found.ace, found.mce, found.rmsce)
    assert numbers == pytest.approx([known[key] for key in ("ECE", "ACE_unweighted", "MCE", "RMSCE")], abs=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_scores_and_rankings_are_those_of_the_reference(reference: dict[str, Any], name: str) -> None:
    c, y = data_of(name, reference)
    known, found = reference[name], brier(c, y)
    parts = (found.score, found.reliability, found.resolution, found.uncertainty)
    assert [part.value for part in parts] == pytest.approx([known[k] for k in ("brier", "REL", "RES", "UNC")])
    assert auroc(c, y).value == pytest.approx(known["AUROC"])
    assert aurc(c, y).value == pytest.approx(known["AURC_ties_avg"])
    assert excess_aurc(c, y).value == pytest.approx(known["E-AURC"])
    assert gap(c, y).value == pytest.approx(known["gap_signed"])


def test_average_precision_and_smooth_error_are_those_of_the_libraries(reference: dict[str, Any]) -> None:
    """scikit-learn 1.9.1 and relplot 1.0.3, as calib_reference.json has them; relplot halves the width ten times."""
    c, y = over10()
    assert auroc(c, y).value == pytest.approx(reference["sk"]["auroc"])
    assert average_precision(c, y).value == pytest.approx(reference["sk"]["auprc_P"])
    assert average_precision(1 - c, 1 - y).value == pytest.approx(reference["sk"]["auprc_N"])
    assert smooth_ece(c, y) == pytest.approx(reference["smECE"], abs=1e-4)


@pytest.mark.parametrize("seed", range(3))
def test_brier_is_reliability_less_resolution_plus_uncertainty(seed: int) -> None:
    c, y = some_data(seed)
    found = brier(c, y)
    parts = [part.value for part in found]
    assert None not in parts
    score, reliability, resolution, uncertainty, skill = (part or 0.0 for part in parts)
    assert score == pytest.approx(reliability - resolution + uncertainty)
    assert skill == pytest.approx(1 - score / uncertainty)


@pytest.mark.parametrize("seed", range(3))
def test_errors_are_those_of_a_loop_over_rollouts(seed: int) -> None:
    c, y = some_data(seed)
    by_bin: dict[int, list[float]] = {}
    for confidence, outcome in zip(c.tolist(), y.tolist(), strict=True):
        place = next(k for k in range(10) if confidence < (k + 1) / 10 - 1e-12 or k == 9)
        by_bin.setdefault(place, []).append(outcome - confidence)
    expected = sum(abs(sum(residuals)) for residuals in by_bin.values()) / len(c)
    found = errors(c, y, equal_width(c, 10))
    assert found is not None
    assert found.ece == pytest.approx(expected)
    assert found.mce == pytest.approx(max(abs(np.mean(residuals)) for residuals in by_bin.values()))


@pytest.mark.parametrize("seed", range(3))
def test_the_area_is_that_of_mann_and_whitney(seed: int) -> None:
    c, y = some_data(seed)
    u = stats.mannwhitneyu(c[y == 1], c[y == 0]).statistic
    assert auroc(c, y).value == pytest.approx(u / (y.sum() * (1 - y).sum()))


def test_average_precision_is_that_of_a_loop_over_thresholds() -> None:
    c, y = some_data(4)
    expected, before = 0.0, 0.0
    for threshold in sorted(set(c.tolist()), reverse=True):
        chosen = c >= threshold
        recall = y[chosen].sum() / y.sum()
        expected += (recall - before) * float(y[chosen].mean())
        before = recall
    assert average_precision(c, y).value == pytest.approx(expected)


def test_the_area_under_risk_is_the_mean_over_random_orders_of_ties() -> None:
    c, y = some_data(5)
    c = np.round(c * 4) / 4
    rng, areas = np.random.default_rng(0), []
    for _ in range(1000):
        order = np.lexsort((rng.random(len(c)), -c))
        areas.append(np.mean(np.cumsum(1 - y[order]) / np.arange(1, len(c) + 1)))
    error = np.std(areas) / len(areas) ** 0.5
    assert aurc(c, y).value == pytest.approx(np.mean(areas), abs=4 * error)


def test_a_perfect_ranking_has_no_excess_and_a_reversed_one_has_the_most() -> None:
    y = np.repeat([1.0, 0.0], [6, 4])
    perfect = np.linspace(1, 0, 10)
    assert excess_aurc(perfect, y).value == pytest.approx(0)
    worst = excess_aurc(1 - perfect, y).value
    assert worst is not None
    assert worst > (excess_aurc(np.full(10, 0.5), y).value or 0) > 0


def test_risk_and_coverage_end_with_everything_and_the_error_of_all() -> None:
    c, y = some_data(6)
    found = risk_coverage(c, y)
    assert (found.coverage[-1], found.risk[-1]) == pytest.approx((1, 1 - y.mean()))
    assert (np.diff(found.coverage) > 0).all()
    assert (np.diff(found.threshold) < 0).all()


def test_the_smooth_error_is_that_of_the_kernel_written_out() -> None:
    """The width that solves error = width by bisection, the error by Simpson's rule over images of every rollout."""
    c, y = some_data(7, n=60)

    def error(sigma: float) -> float:
        at = np.linspace(0, 1, 1001)
        density = np.zeros_like(at)
        for image in range(-1, 2):
            for mirrored in (c, -c):
                density += (stats.norm.pdf(at[:, None], mirrored + 2 * image, sigma) * (y - c)).sum(axis=1) / len(c)
        return float(integrate.simpson(np.abs(density), x=at))

    low, high = 0.0, 1.0
    for _ in range(20):
        middle = (low + high) / 2
        low, high = (middle, high) if error(middle) > middle else (low, middle)
    assert smooth_ece(c, y) == pytest.approx(error(high), abs=1e-4)


def test_a_calibrated_model_has_the_error_of_the_null_and_one_that_is_not_has_more() -> None:
    rng = np.random.default_rng(8)
    c = np.round(rng.beta(5, 2, 500), 2)
    bins = equal_width(c, 10)
    null = null_ece(c, bins, 500, rng)
    draws = [errors(c, (rng.random(500) < c).astype(np.float64), bins) for _ in range(500)]
    calibrated = np.array([draw.ece for draw in draws if draw is not None])
    assert null.mean() == pytest.approx(calibrated.mean(), abs=4 * calibrated.std() / 500**0.5)
    off = errors(c, (rng.random(500) < np.clip(c - 0.2, 0, 1)).astype(np.float64), bins)
    assert off is not None
    assert off.ece > null.max()


@pytest.mark.parametrize("ranking", RANKINGS)
def test_influences_say_how_a_value_moves_with_the_weight_of_a_rollout(ranking: Any) -> None:
    """Twenty more of one rollout among 5,000: (T(F + ε) - T(F))/ε, ε = 20/5,020, is n times its influence."""
    c, y = over10()
    assert_influences(lambda c, y: ranking(c, y), c, y, 20)


@pytest.mark.parametrize("part", range(5))
def test_influences_of_the_brier_score_and_its_parts_do_too(part: int) -> None:
    """One more: twenty would be as many as have that confidence."""
    c, y = over10()
    assert_influences(lambda c, y: brier(c, y)[part], c, y, 1)


def assert_influences(scored: Callable[[Floats, Floats], Scored], c: Floats, y: Floats, times: int) -> None:
    found, n = scored(c, y), len(c)
    assert found.influence.sum() == pytest.approx(0, abs=1e-12)
    assert found.value is not None
    for i in (0, 7, 100, 4321):
        moved = scored(np.r_[c, np.repeat(c[i], times)], np.r_[y, np.repeat(y[i], times)]).value
        assert moved is not None
        assert (moved - found.value) * (n + times) / times / n == pytest.approx(found.influence[i], rel=0.1, abs=2e-6)


def test_one_class_has_no_area_and_no_skill_but_a_score() -> None:
    c = np.array([0.2, 0.8, 0.9])
    for y in (np.zeros(3), np.ones(3)):
        assert auroc(c, y).value is None
        assert brier(c, y).skill.value is None
        assert brier(c, y).score.value == pytest.approx(((c - y) ** 2).mean())
    assert average_precision(c, np.zeros(3)).value is None
    assert average_precision(c, np.ones(3)).value == 1
    assert excess_aurc(c, np.zeros(3)).value == pytest.approx(0)
    assert excess_aurc(c, np.ones(3)).value == pytest.approx(0)


def test_no_rollout_has_no_number() -> None:
    none = np.zeros(0)
    assert errors(none, none, equal_width(none, 10)) is None
    assert equal_mass(none, 3).edges == (None, None, None)
    assert [each(none, none).value for each in RANKINGS] == [None] * 4
    assert [part.value for part in brier(none, none)] == [None] * 5
    assert gap(none, none).value is None
    assert smooth_ece(none, none) is None


def test_the_order_of_rollouts_changes_nothing_but_the_legacy_bins() -> None:
    c, y = over10()
    order = np.random.default_rng(9).permutation(len(c))
    for kind in ("width_left", "width_right", "mass_ties"):
        assert errors(c, y, bins_of(kind, c)) == pytest.approx(errors(c[order], y[order], bins_of(kind, c[order])))
    for ranking in RANKINGS:
        assert ranking(c, y).value == pytest.approx(ranking(c[order], y[order]).value)
    assert smooth_ece(c, y) == pytest.approx(smooth_ece(c[order], y[order]))
    split = errors(c, y, mass_split(c, 10))
    assert split != errors(c[order], y[order], mass_split(c[order], 10))


@pytest.mark.parametrize("k", range(11))
def test_tenths_stand_in_the_bin_that_begins_or_ends_with_them(k: int) -> None:
    """0.7·10 is 7.000000000000001 and 0.1·3·10 is 3.0000000000000004 in doubles; both are rounded first."""
    for written in (k / 10, 0.1 * k, float(f"{k / 10:.1f}")):
        assert equal_width(np.array([written]), 10, "left").of[0] == min(k, 9)
        assert equal_width(np.array([written]), 10, "right").of[0] == max(k - 1, 0)


def some_data(seed: int, n: int = 300) -> Data:
    rng = np.random.default_rng(seed)
    c = np.round(rng.beta(2, 1, n), 2)
    return c, (rng.random(n) < c**1.5).astype(np.float64)
