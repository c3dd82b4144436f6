"""Two kinds of models: intervals over models by hand, drops pooled and within, and what is undefined."""

import numpy as np
import polars as pl
import pytest
from scipy import stats

from analysis.psychometrics.spread import apart
from analysis.psychometrics.stability import FEW_MODELS, TOO_FEW, mean_drop, stability

KINDS = {"a": "base", "b": "base", "c": "instruct", "d": "instruct"}


def figures(scores: dict[str, list[float]], trait: str = "openness", persona: str = "") -> pl.DataFrame:
    rows = [(model, persona, "trait", trait, value) for model, values in scores.items() for value in values]
    return pl.DataFrame(rows, schema=["model", "persona", "kind", "name", "value"], orient="row")


def test_the_mean_is_over_runs_and_its_interval_over_models() -> None:
    """Models' means 2 and 4, three runs each: mean 3, error 1, Student's quantile of one degree of freedom."""
    rows = figures({"a": [1, 2, 3], "b": [3, 4, 5], "c": [3, 3, 3], "d": [3, 3, 4]})
    (found,) = stability(rows, KINDS, np.random.default_rng(0))
    assert (found.first.mean, found.first.n, found.first.n_models) == (3.0, 6, 2)
    assert found.first.interval is not None
    assert found.first.interval.high == pytest.approx(3 + stats.t.ppf(0.975, 1))


def test_pooled_spread_hides_how_little_each_model_varies() -> None:
    """Base: within 1, pooled 2; instruct: no run varies within its model, but the two models lie apart as before."""
    rows = figures({"a": [1, 2, 3], "b": [3, 4, 5], "c": [2, 2, 2], "d": [4, 4, 4]})
    (found,) = stability(rows, KINDS, np.random.default_rng(0))
    assert found.within.value == 1.0
    assert found.drop.value == pytest.approx(1 - 1.2 / 2)


def test_runs_under_a_persona_and_models_of_no_kind_are_left_out() -> None:
    plain = figures({"a": [1, 2, 4], "c": [2, 3, 4]})
    more = [plain, figures({"a": [9, 9]}, persona="kind"), figures({"stranger": [8, 9]})]
    one, two = (stability(pl.concat(rows), KINDS, np.random.default_rng(0)) for rows in ([plain], more))
    assert one == two
    assert one[0].drop.reason == FEW_MODELS


def test_too_few_runs_are_undefined_with_a_reason() -> None:
    (found,) = stability(figures({"a": [1], "c": [2, 3]}), KINDS, np.random.default_rng(0))
    assert (found.apart, found.reason, found.drop.value) == (None, TOO_FEW, None)
    assert mean_drop([found]).value is None
    assert mean_drop([]).reason == "no trait"


def test_the_interval_of_a_drop_holds_the_truth_of_many_models() -> None:
    """60 models a kind; variances within and between 1 and 1 against 0.5 and 0.5: a drop of one half."""
    rng, held, n = np.random.default_rng(4), 0, 40
    names = [[f"{kind}{number}" for number in range(60)] for kind in ("base", "instruct")]
    kinds = {name: kind for kind, models in zip(("base", "instruct"), names, strict=True) for name in models}
    for _ in range(n):
        scores = {
            name: list(scale * (rng.normal() + rng.normal(size=9)))
            for models, scale in zip(names, (1.0, 0.5**0.5), strict=True)
            for name in models
        }
        (found,) = stability(figures(scores), kinds, rng)
        assert found.drop.interval is not None
        held += found.drop.interval.low <= 0.5 <= found.drop.interval.high
    assert 0.85 <= held / n <= 1.0


def test_levenes_test_is_none_where_all_values_lie_equally_far_from_the_median() -> None:
    assert apart(np.array([1.0, 3.0]), np.array([2.0, 4.0])).levene_f is None
