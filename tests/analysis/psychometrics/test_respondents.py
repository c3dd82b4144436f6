"""Simulated respondents answer as they say they do on average; populations hold the slopes that they are given."""

import numpy as np
import polars as pl
import pytest

from analysis.psychometrics.expected import EXPECTED
from analysis.psychometrics.frames import ANSWERS, FIGURES
from analysis.psychometrics.paired import columns_of, runs_of, sittings
from analysis.psychometrics.populations import Population, figures_of, under_personas
from analysis.psychometrics.respondents import Cell, Respondent, Statement, answers_of


@pytest.mark.parametrize("noise", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("is_reversed", [False, True])
@pytest.mark.parametrize("values", [(1, 2, 3, 4, 5), (5, 4, 3, 2, 1), (0, 1, 2, 3)])
def test_the_mean_of_answers_is_the_one_that_is_told(noise: float, is_reversed: bool, values: tuple[int, ...]) -> None:
    one = Respondent({"openness": 0.35}, acquiescence=0.2, first_option=0.25, noise=noise)
    item = Statement("a", "openness", is_reversed)
    rng = np.random.default_rng(0)
    given = [one.answer(item, values, rng) for _ in range(4000)]
    said = np.array([value for value in given if value is not None])
    assert len(said) == 4000
    assert set(said.tolist()) <= set(values)
    assert said.mean() == pytest.approx(one.mean_answer(item, values), abs=0.08)


def test_a_mean_answer_by_hand() -> None:
    """0.5 - 0.2 of the way from 3 to 1 is 2.4; half of the time the first option, 5: 3.7."""
    one = Respondent({"openness": 0.5}, acquiescence=0.2, first_option=0.5)
    assert one.mean_answer(Statement("a", "openness", True), (5, 4, 3, 2, 1)) == pytest.approx(3.7)


def test_refusals_come_as_often_as_they_should_and_have_no_value() -> None:
    cells = [Cell(sample=k) for k in range(2000)]
    found = answers_of({"m": Respondent(refusal=0.25)}, [Statement("a", "t")], cells, np.random.default_rng(1))
    assert dict(found.schema) == dict(ANSWERS)
    refused = found["status"] == "refused"
    assert refused.mean() == pytest.approx(0.25, abs=0.03)
    assert found.filter(refused)["value"].null_count() == refused.sum()
    assert found.filter(~refused)["value"].null_count() == 0


def test_a_population_has_the_slopes_that_it_was_given() -> None:
    """Least squares within models on 300 models: the slope, and with another trait that goes with it more."""
    slopes = {("openness", "risk"): 0.5, ("extraversion", "risk"): -0.3}
    population = Population(300, slopes, spread=0.1, together=0.4)
    figures = figures_of(population, np.random.default_rng(2))
    assert dict(figures.schema) == dict(FIGURES)
    columns = columns_of(runs_of(sittings(figures)), "risk", ["openness", "extraversion"])
    means = [np.bincount(columns.model, each) / 27 for each in (columns.outcome, *columns.traits.T)]
    y, x, z = (
        each - mean[columns.model] for each, mean in zip((columns.outcome, *columns.traits.T), means, strict=True)
    )
    together = np.linalg.lstsq(np.column_stack([x, z]), y, rcond=None)[0]
    assert together.tolist() == pytest.approx([0.5, -0.3], abs=0.05)
    assert population.marginal("openness", "risk") == pytest.approx(0.5 - 0.4 * 0.3)
    assert float(x @ y / (x @ x)) == pytest.approx(population.marginal("openness", "risk"), abs=0.05)
    assert set(figures.filter(figures["kind"] == "behaviour")["name"]) == set(EXPECTED)


def test_personas_move_report_and_behaviour_by_what_was_asked() -> None:
    found = under_personas(400, 1.5, 0.2, 0.5, np.random.default_rng(3))
    means = {
        (kind, target): value
        for kind, target, value in found.group_by("kind", "target")
        .agg(pl.col("value").mean())
        .select("kind", "target", "value")
        .rows()
    }
    assert means["trait", "agreeableness"] - means["trait", ""] == pytest.approx(1.5, abs=0.1)
    assert means["behaviour", "agreeableness"] - means["behaviour", ""] == pytest.approx(0.2, abs=0.1)
