"""Calibration of first against last attempts, against length, and after a curve fitted on other problems."""

import numpy as np
import polars as pl
import pytest
from scipy import optimize, special

from analysis.calibration.mending import isotonic, platt
from analysis.features import frame as features_frame
from analysis.measures.base import compute
from analysis.resampling import Floats
from tests.analysis.measures.rollouts import columns_of
from tests.analysis.measures.rows import rows_of
from tests.analysis.measures.test_calibration import rollouts, some_rollouts

NAMES = ["calibration_change", "calibration_length", "recalibration"]


def attempts(
    confidences: list[list[float | None]], outcomes: list[list[str]], problems: list[int] | None = None
) -> pl.DataFrame:
    n = len(outcomes)
    return columns_of(
        n,
        {
            "problem_id": problems or list(range(n)),
            "attempt_confidences": confidences,
            "attempt_outcomes": outcomes,
            "final_outcome": [each[-1] for each in outcomes],
            "confidence": [each[-1] for each in confidences],
            "confidence_unread": False,
            "oracle_gated": False,
        },
    )


def many_attempts(n: int = 120, per_problem: int = 3, seed: int = 0) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    first, last = (np.round(rng.beta(3, 1, n), 1) for _ in range(2))
    right = [np.where(rng.random(n) < c, "correct", "incorrect") for c in (first * 0.8, last)]
    stated: list[list[float | None]] = [[float(a), float(b)] for a, b in zip(first, last, strict=True)]
    said = [[str(a), str(b)] for a, b in zip(*right, strict=True)]
    frame = attempts(stated, said, [k // per_problem for k in range(n)])
    return frame.with_columns(n_tokens=pl.Series(rng.integers(10, 900, n), dtype=pl.Int32))


def test_before_and_after_are_counted_by_hand() -> None:
    """Two rollouts: .9 wrong, then .5 right; .8 right both times. A third has one attempt, a fourth one confidence."""
    frame = attempts(
        [[0.9, 0.5], [0.8, None, 0.8], [0.7], [None, 0.9]],
        [["incorrect", "correct"], ["correct", "incorrect", "correct"], ["correct"], ["correct", "correct"]],
    )
    found = rows_of("calibration_change", frame)
    assert found["brier_before"].n == 2
    assert found["brier_before"].estimate == pytest.approx((0.81 + 0.04) / 2)
    assert found["brier_after"].estimate == pytest.approx((0.25 + 0.04) / 2)
    assert found["brier_change"].estimate == pytest.approx(-0.28)
    assert found["gap_before"].estimate == pytest.approx(0.85 - 0.5)
    assert found["gap_change"].estimate == pytest.approx((0.65 - 1) - 0.35)
    assert (found["accuracy_before"].estimate, found["accuracy_after"].estimate) == (0.5, 1)
    assert (found["confidence_down_share"].estimate, found["confidence_up_share"].estimate) == (0.5, 0)
    assert found["both_stated_share"].estimate == pytest.approx(2 / 3)
    assert found["auroc_before"].estimate == 0
    assert (found["auroc_after"].estimate, found["auroc_change"].reason) == (
        None,
        "needs both right and wrong rollouts",
    )


def test_each_end_is_the_calibration_of_that_attempt_alone() -> None:
    frame = many_attempts()
    found = rows_of("calibration_change", frame)
    for time, end in (("before", "first"), ("after", "last")):
        alone = frame.with_columns(
            confidence=getattr(pl.col("attempt_confidences").list, end)(),
            final_outcome=getattr(pl.col("attempt_outcomes").list, end)(),
        )
        one = rows_of("calibration", alone)
        for name in ("ece", "brier", "gap", "auroc", "accuracy", "mean_confidence"):
            assert found[f"{name}_{time}"].estimate == pytest.approx(one[name].estimate)
    for name in ("ece", "brier", "gap", "auroc"):
        change = (found[f"{name}_after"].estimate or 0) - (found[f"{name}_before"].estimate or 0)
        row = found[f"{name}_change"]
        assert row.estimate == pytest.approx(change)
        assert row.low is not None
        assert row.high is not None
        assert row.low < change < row.high


def test_a_change_that_is_the_same_everywhere_has_a_narrow_interval() -> None:
    """All say .1 less the second time, with the same outcomes: the gap falls by exactly .1."""
    frame = many_attempts().with_columns(
        attempt_confidences=pl.concat_list(pl.col("confidence"), pl.col("confidence") - 0.1),
        attempt_outcomes=pl.concat_list(pl.col("final_outcome"), pl.col("final_outcome")),
    )
    row = rows_of("calibration_change", frame.filter(pl.col("confidence") >= 0.1))["gap_change"]
    assert row.estimate == pytest.approx(-0.1)


def test_bins_of_length_are_counted_by_hand() -> None:
    """Lengths 10 20 30 40: quantile edges 10, 20, 40, so one rollout below 20 and three from there."""
    frame = rollouts([0.9, 0.8, 0.6, 0.5], [True, False, True, False], n_tokens=[10, 20, 30, 40])
    found = rows_of("calibration_length", frame, {"length_bins": "2"})
    assert [found[f"accuracy_in_{k}"].n for k in (1, 2)] == [1, 3]
    assert found["accuracy_in_2"].estimate == pytest.approx(1 / 3)
    assert found["confidence_in_2"].estimate == pytest.approx(1.9 / 3)
    assert found["gap_in_2"].estimate == pytest.approx(0.9 / 3)
    assert found["length_in_2"].estimate == pytest.approx(30)
    assert found["accuracy_in_2"].edges == (20, 40)


def test_the_line_is_that_of_a_general_optimiser() -> None:
    rng = np.random.default_rng(1)
    c = np.round(rng.beta(4, 1, 400), 2)
    y = (rng.random(400) < 0.8 * c).astype(np.float64)
    n_right = y.sum()
    target = np.where(y > 0, (n_right + 1) / (n_right + 2), 1 / (400 - n_right + 2))
    x = special.logit(np.clip(c, 0.001, 0.999))

    def loss(at: Floats) -> float:
        z = at[0] + at[1] * x
        return float((np.logaddexp(0, z) - target * z).sum())

    best = optimize.minimize(loss, [0.0, 1.0], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12})
    line = platt(c, y)
    assert (line.intercept, line.slope) == pytest.approx(tuple(best.x), abs=1e-5)


def test_isotonic_steps_are_those_of_a_loop_that_pools_violators() -> None:
    rng = np.random.default_rng(2)
    c = np.round(rng.beta(2, 1, 200), 1)
    y = (rng.random(200) < c).astype(np.float64)
    blocks: list[list[float]] = []
    for value in sorted(set(c.tolist())):
        blocks.append([float(y[c == value].sum()), float((c == value).sum()), 1])
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] >= blocks[-1][0] / blocks[-1][1]:
            last = blocks.pop()
            blocks[-1] = [a + b for a, b in zip(blocks[-1], last, strict=True)]
    pooled = [right / n for right, n, values in blocks for _ in range(int(values))]
    assert isotonic(c, y).value.tolist() == pytest.approx(pooled)


def test_a_known_distortion_is_mended_on_problems_that_were_not_fitted() -> None:
    """True log odds are -1 + half of those that are said: the line is (-1, .5), and errors fall to almost nothing."""
    rng = np.random.default_rng(3)
    c = np.round(np.clip(special.expit(rng.normal(1, 1.5, 8000)), 0.01, 0.99), 2)
    right = rng.random(8000) < special.expit(-1 + 0.5 * special.logit(c))
    found = rows_of("recalibration", rollouts(c.tolist(), right.tolist(), [k // 2 for k in range(8000)]))
    assert found["platt_intercept"].estimate == pytest.approx(-1, abs=0.12)
    assert found["platt_slope"].estimate == pytest.approx(0.5, abs=0.08)
    assert (found["ece_before"].estimate or 0) > 0.25
    for way in ("platt", "isotonic"):
        assert (found[f"ece_{way}"].estimate or 1) < 0.04
        assert (found[f"brier_change_{way}"].high or 0) < -0.05
        assert (found[f"ece_change_{way}"].high or 0) < -0.2
        low, high = found[f"gap_{way}"].low, found[f"gap_{way}"].high
        assert low is not None
        assert high is not None
        assert low < 0.01
        assert high > -0.01


def test_no_problem_is_fitted_and_shown() -> None:
    found = rows_of("recalibration", some_rollouts())
    share = found["fitted_share"]
    assert share.estimate is not None
    assert found["brier_before"].n == share.n - (share.n_events or 0)
    other = rows_of("recalibration", some_rollouts(), {"split": "1"})
    assert other["brier_before"].estimate != found["brier_before"].estimate


@pytest.mark.parametrize("is_right", [True, False])
def test_one_class_cannot_be_fitted_and_says_so(is_right: bool) -> None:
    found = rows_of("recalibration", rollouts([0.9, 0.8, 0.7, 0.9], [is_right] * 4))
    assert found["brier_platt"].estimate is None
    assert "both right and wrong" in (found["brier_platt"].reason or "")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("frame", [many_attempts(), many_attempts(seed=5), many_attempts(6, 6)])
def test_a_number_has_an_interval_around_it_or_a_reason(name: str, frame: pl.DataFrame) -> None:
    for row in compute(name, frame, rng=np.random.default_rng(0)):
        if row.estimate is None or row.low is None or row.high is None:
            assert row.reason, row
            continue
        assert frame.height > 6, row
        assert row.low <= row.estimate <= row.high, row
        assert row.low < row.high, row


@pytest.mark.parametrize("name", NAMES)
def test_the_order_of_rows_changes_nothing(name: str) -> None:
    frame = many_attempts()
    shuffled = frame.sample(fraction=1, shuffle=True, seed=2)
    assert compute(name, shuffled, rng=np.random.default_rng(4)) == compute(name, frame, rng=np.random.default_rng(4))


@pytest.mark.parametrize("name", NAMES)
def test_nothing_in_gives_no_number_and_the_same_rows(name: str) -> None:
    rows = compute(name, features_frame([]), rng=np.random.default_rng(0))
    assert all((row.n, row.estimate) == (0, None) and row.reason for row in rows)
    some = compute(name, many_attempts(), rng=np.random.default_rng(0))
    assert [row.measure for row in rows] == [row.measure for row in some]


@pytest.mark.parametrize("name", NAMES)
def test_twice_the_rollouts_of_the_same_problems_are_the_same_numbers(name: str) -> None:
    frame = many_attempts()
    doubled = pl.concat([frame, frame.with_columns(rollout_id=pl.col("rollout_id") + 1000)])
    once = rows_of(name, frame)
    for row in rows_of(name, doubled).values():
        if row.estimate is not None and not row.measure.endswith(("platt", "slope", "intercept")):
            assert row.estimate == pytest.approx(once[row.measure].estimate)
