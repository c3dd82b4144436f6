"""Persona against none: unpenalised slopes by a second route, published groups by strategy, and what is undefined."""

import numpy as np
import polars as pl
import pytest
from scipy import stats
from sklearn.linear_model import LogisticRegression

from analysis.psychometrics.logit import SEPARATED, logit_slope
from analysis.psychometrics.persona_regression import NO_INTERVAL, regressions

SITTING = {"system_prompt": "", "temperature": "0.7"}


def figures(rng: np.random.Generator) -> pl.DataFrame:
    """Two models, twenty runs each without persona and under two strategies; a base model without any persona."""
    rows = []
    for persona, target, shift in (("", "", 0.0), ("luck 1 · loud", "luck", 1.0), ("luck 1 · soft", "luck", 0.5)):
        for model in ("a", "b"):
            for sample in range(20):
                told = {**SITTING, "model": model, "persona": persona, "target": target, "sample": sample}
                rows.append({**told, "kind": "trait", "name": "luck", "value": float(rng.normal() + shift)})
                rows.append({**told, "kind": "behaviour", "name": "risk", "value": float(rng.normal())})
    rows += [
        {
            **SITTING,
            "model": "base",
            "persona": "",
            "target": "",
            "sample": n,
            "kind": "trait",
            "name": "luck",
            "value": 9.0,
        }
        for n in range(20)
    ]
    return pl.DataFrame(rows)


def test_a_slope_is_the_one_of_maximum_likelihood_per_standard_deviation() -> None:
    rng = np.random.default_rng(0)
    column, kind = rng.normal(size=200), np.repeat([0.0, 1.0], 100)
    column += 0.5 * kind
    scaled = ((column - column.mean()) / column.std())[:, None]
    theirs = LogisticRegression(C=np.inf, tol=1e-10).fit(scaled, kind).coef_[0, 0]
    assert logit_slope(column, kind).value == pytest.approx(theirs, rel=1e-4)


def test_the_error_of_a_yes_or_no_is_that_of_the_log_odds_ratio() -> None:
    """Counts 30, 10 and 20, 40: log(30·40 / (10·20)) with variance 1/30 + 1/10 + 1/20 + 1/40, times the spread."""
    column, kind = np.repeat([1.0, 0.0, 1.0, 0.0], [30, 10, 20, 40]), np.repeat([1.0, 0.0], [40, 60])
    spread = column.std()
    found, error = logit_slope(column, kind), (1 / 30 + 1 / 10 + 1 / 20 + 1 / 40) ** 0.5
    assert found.value == pytest.approx(np.log(6) * spread)
    assert found.high is not None
    assert found.value is not None
    assert found.high - found.value == pytest.approx(1.959964 * error * spread, rel=1e-5)
    assert found.p == pytest.approx(2 * stats.norm.sf(np.log(6) / error), rel=1e-5)


def test_kinds_that_a_threshold_separates_have_no_slope() -> None:
    found = logit_slope(np.array([1.0, 2.0, 3.0, 4.0]), np.array([0.0, 0.0, 1.0, 1.0]))
    assert (found.value, found.reason) == (None, SEPARATED)
    assert logit_slope(np.array([1.0, 1.0]), np.array([0.0, 1.0])).value is None
    assert logit_slope(np.array([]), np.array([])).value is None


def test_each_strategy_is_held_against_the_same_models_without_persona() -> None:
    found = regressions(figures(np.random.default_rng(1)))
    assert [(each.strategy, each.kind, each.name) for each in found] == [
        (strategy, *figure) for strategy in ("loud", "soft") for figure in (("trait", "luck"), ("behaviour", "risk"))
    ]
    assert {each.slope.n for each in found} == {80}
    assert all(each.without is not None and abs(each.without) < 1 for each in found)
    assert (found[0].slope.low, found[0].slope.reason) == (None, NO_INTERVAL)
    assert found[0].slope.value is not None
    assert found[0].slope.value > 0.3


def test_without_personas_there_is_nothing() -> None:
    rows = figures(np.random.default_rng(1)).filter(pl.col("target") == "")
    assert regressions(rows) == []
