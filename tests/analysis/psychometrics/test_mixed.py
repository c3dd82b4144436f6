"""Crossed random intercepts: known truths, least squares as a special case, and published fits of real runs."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from analysis.psychometrics.mixed import Fitted, Floats, NotEstimable, crossed

TRAITS = {
    "O": "openeness",
    "C": "consciencienes",
    "E": "extraversion",
    "A": "agreeableness",
    "N": "neuroticism",
    "SR": "self_regulation",
}
BEHAVIOUR = {
    "Risk": "CCT_cold_avg",
    "IAT": "IAT_Overall",
    "SelfRefl": "Consistency",
    "Epistemic": "Calibaration",
    "Syc": "sycophancy_rate",
}
SMALL = ["Llama-3.2-3B", "Llama-3-8B", "Qwen2.5-1.5B", "Qwen2.5-7B", "Mistral-7B", "OLMo-2"]
IS_SMALL = pl.any_horizontal([pl.col("Model").str.contains(name, literal=True) for name in SMALL])
SETS = {
    "All": pl.lit(True),
    "Small": IS_SMALL,
    "Large": ~IS_SMALL,
    "LLAMA": pl.col("Model").str.to_lowercase().str.contains("llama"),
    "QWEN": pl.col("Model").str.to_lowercase().str.contains("qwen"),
}
STOPPED_SHORT = {("LLAMA", "Epistemic")}
"""Where the published fit has a lower likelihood than ours although no variance is zero: it stopped before the top."""


@cache
def runs(folder: Path) -> pl.DataFrame:
    said = pl.read_csv(folder / "instruct_models_selfreport.csv")
    did = pl.read_csv(folder / "instruct_models_behavioral_tasks.csv")
    return said.join(did, on=["Model", "persona_index", "temp", "run"], suffix="_did")


def fitted(rows: pl.DataFrame, behaviour: str) -> Fitted:
    columns = np.column_stack([np.ones(rows.height), *(rows[name].to_numpy() for name in TRAITS.values())])
    codes = [rows[name].rank("dense").to_numpy().astype(np.int64) - 1 for name in ("Model", "temp", "persona_index")]
    return crossed(rows[BEHAVIOUR[behaviour]].to_numpy().astype(np.float64), columns, codes)


@pytest.fixture
def published(shared: Path) -> dict[str, dict[str, dict[str, dict[str, float]]]]:
    found: dict[str, dict[str, dict[str, dict[str, float]]]] = json.loads(
        (shared / "reference" / "pi_reference.json").read_text()
    )["RQ2_crossed"]
    return found


def test_published_coefficients_and_p_values_come_out_where_the_fit_has_no_zero_variance(
    shared: Path, published: dict[str, dict[str, dict[str, dict[str, float]]]]
) -> None:
    """The Personality Illusion (arXiv 2509.03730), behaviour on six scores of self-report, 324 runs and four parts.

    A coefficient is compared to 1 %, or to 1 % of a tenth of its error where it is next to nothing.
    """
    n_cells = 0
    for name, behaviours in published.items():
        rows = runs(shared / "data" / "personality-illusion" / "baseline_responses").filter(SETS[name])
        for behaviour, traits in behaviours.items():
            found = fitted(rows, behaviour)
            if not all(found.variances) or (name, behaviour) in STOPPED_SHORT:
                continue
            for trait, ours in zip(TRAITS, found.coefficients[1:], strict=True):
                theirs = traits[trait]
                assert ours.value == pytest.approx(theirs["beta"], rel=0.01, abs=0.001 * theirs["se"])
                assert ours.joint_error == pytest.approx(theirs["se"], rel=0.01)
                assert ours.joint_p == pytest.approx(theirs["p"], rel=0.01, abs=1e-5)
                n_cells += 1
    assert n_cells >= 66


def test_without_groupings_it_is_least_squares() -> None:
    rng = np.random.default_rng(1)
    columns = np.column_stack([np.ones(50), rng.normal(size=(50, 2))])
    outcome: Floats = columns @ [1.0, 2.0, -1.0] + rng.normal(size=50)
    beta, squares, *_ = np.linalg.lstsq(columns, outcome, rcond=None)
    found = crossed(outcome, columns, [])
    assert [each.value for each in found.coefficients] == pytest.approx(list(beta))
    assert found.noise == pytest.approx(squares[0] / 47)
    errors = np.sqrt(np.diag(np.linalg.inv(columns.T @ columns)) * squares[0] / 47)
    assert [each.error for each in found.coefficients] == pytest.approx(list(errors))


def test_balanced_groups_give_the_variances_of_the_analysis_of_variance() -> None:
    """Of a balanced design REML is: within mean square, and (between - within) / runs a group."""
    rng = np.random.default_rng(2)
    group = np.repeat(np.arange(12), 5)
    outcome = rng.normal(size=12)[group] * 2 + rng.normal(size=60)
    table = outcome.reshape(12, 5)
    within = table.var(axis=1, ddof=1).mean()
    between = 5 * table.mean(axis=1).var(ddof=1)
    found = crossed(outcome, np.ones((60, 1)), [group])
    assert found.noise == pytest.approx(within, rel=1e-4)
    assert found.variances[0] == pytest.approx((between - within) / 5, rel=1e-4)


def test_a_grouping_that_explains_nothing_has_no_variance_and_no_joint_errors() -> None:
    outcome = np.tile([1.0, 2.0, 3.0, 4.0], 10)
    found = crossed(outcome, np.ones((40, 1)), [np.repeat(np.arange(10), 4)])
    assert found.variances == (0.0,)
    assert found.coefficients[0].joint_error is None
    assert found.coefficients[0].joint_p is None


def test_collinear_columns_and_too_few_rows_are_refused() -> None:
    with pytest.raises(NotEstimable, match="do not vary"):
        crossed(np.arange(6.0), np.ones((6, 2)), [])
    with pytest.raises(NotEstimable, match="2 rows for 2 columns"):
        crossed(np.arange(2.0), np.eye(2), [])


def test_crossed_truths_are_recovered() -> None:
    """60 data sets of 40 models, 3 temperatures, 3 prompts: the 95 % interval of the slope holds the truth."""
    rng = np.random.default_rng(3)
    model, temperature, prompt = (grid.ravel() for grid in np.meshgrid(np.arange(40), np.arange(3), np.arange(3)))
    held = 0
    for _ in range(60):
        x = rng.normal(size=40)[model] + rng.normal(size=360)
        effects = rng.normal(size=40)[model] + 0.5 * rng.normal(size=3)[temperature] + 0.3 * rng.normal(size=3)[prompt]
        outcome = 1.0 + 0.2 * x + effects + rng.normal(size=360)
        found = crossed(outcome, np.column_stack([np.ones(360), x]), [model, temperature, prompt]).coefficients[1]
        held += abs(found.value - 0.2) < 1.96 * found.error
    assert 0.88 <= held / 60 <= 0.99
