"""Generation against multiple choice: items in both forms, attempt after attempt, and the published series."""

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import polars as pl
import pytest

from analysis.measures.base import Row, compute
from tests.analysis.measures.rollouts import columns_of

Attempts = dict[tuple[str, str], list[str]]
"""Attempts in letters (C right, I wrong) of each problem, by model and condition."""


def rows_of(attempts: Attempts) -> dict[tuple[str, str], Row]:
    words = {"C": "correct", "I": "incorrect"}
    one = [(key, problem, line) for key, lines in attempts.items() for problem, line in enumerate(lines) if line]
    outcomes = [[words[letter] for letter in line] for _, _, line in one]
    frame = columns_of(
        len(one),
        {
            "problem_id": [problem for _, problem, _ in one],
            "model": [model for (model, _), _, _ in one],
            "condition": [condition for (_, condition), _, _ in one],
            "attempt_outcomes": outcomes,
            "final_outcome": [each[-1] for each in outcomes],
        },
    )
    rows = compute("forms", frame, rng=np.random.default_rng(0))
    return {(row.measure, row.label): row for row in rows}


def test_items_of_both_forms_are_compared_attempt_by_attempt() -> None:
    # the fourth item was not asked in options, the fifth not freely
    rows = rows_of(
        {
            ("m", "form generation"): ["IC", "CI", "I", "CC", ""],
            ("m", "form multiple choice"): ["CC", "CC", "IC", "", "II"],
        }
    )
    shares = {key: row.estimate for key, row in rows.items()}
    assert shares["form_accuracy", "generation; attempt 1"] == pytest.approx(1 / 3)
    assert shares["form_accuracy", "generation; attempt 2"] == pytest.approx(1 / 3)  # the third stands at I
    assert shares["form_ever_right", "generation; attempt 2"] == pytest.approx(2 / 3)
    assert shares["form_accuracy", "multiple choice; attempt 2"] == 1
    assert shares["form_difference", "attempt 1"] == pytest.approx(1 / 3)
    assert shares["form_difference", "attempt 2"] == pytest.approx(2 / 3)
    assert shares["form_p", ""] == pytest.approx(0.5)  # two differ, both one way: 2·(1/2)²
    assert shares["form_common_share", ""] == pytest.approx(3 / 5)


def test_only_equal_models_and_conditions_make_an_item() -> None:
    rows = rows_of(
        {
            ("m", "form gen, temperature 0"): ["C"],
            ("m", "form mc, temperature 1"): ["C"],
            ("n", "form mc, temperature 0"): ["C"],
        }
    )
    assert rows["form_difference", ""].estimate is None
    assert rows["form_difference", ""].reason == "no problem was asked in both forms"


def test_a_problem_with_options_is_multiple_choice_where_the_condition_says_nothing() -> None:
    frame = columns_of(
        2,
        {
            "problem_id": [1, 1],
            "answer_type": "choice",
            "condition": ["item_form generation", ""],
            "attempt_outcomes": [["incorrect"], ["correct"]],
        },
    )
    rows = {(row.measure, row.label): row for row in compute("forms", frame, rng=np.random.default_rng(0))}
    assert rows["form_difference", "attempt 1"].estimate == 1


def test_samples_of_an_item_are_averaged() -> None:
    frame = pl.concat(
        columns_of(
            3,
            {"problem_id": [1, 1, 2], "condition": f"form {form}", "attempt_outcomes": outcomes},
        )
        for form, outcomes in {
            "generation": [["correct"], ["incorrect"], ["incorrect"]],
            "choice": [["correct"], ["correct"], ["incorrect"]],
        }.items()
    )
    rows = {(row.measure, row.label): row for row in compute("forms", frame, rng=np.random.default_rng(0))}
    assert rows["form_difference", "attempt 1"].estimate == pytest.approx(0.25)  # (1 - 1/2 + 0)/2
    assert "several samples" in (rows["form_p", ""].reason or "")


def test_the_published_series_come_back(shared: Path) -> None:
    """arXiv 2511.09381: accuracies of six models, two sets (120 and 95 items), three strategies, both forms."""
    data = orjson.loads((shared / "reference" / "gen_vs_mc_2511.09381.json").read_bytes())
    n_checked = 0
    for (name, n), strategy in product(
        {"disambiguationqa": 120, "tinytruthfulqa": 95}.items(), ("baseline", "cot", "sc")
    ):
        for series in data[name][strategy].values():
            rows = rows_of({("m", f"form {form}"): attempts_with(series[form], n) for form in ("gen", "mc")})
            for form, label in (("gen", "generation"), ("mc", "multiple choice")):
                found = [rows["form_accuracy", f"{label}; attempt {k + 1}"].estimate for k in range(6)]
                assert found == pytest.approx(series[form], abs=5e-5)
                n_checked += 1
            gains = [rows["form_difference", f"attempt {k + 1}"].estimate for k in range(6)]
            assert gains == pytest.approx(
                [mc - gen for gen, mc in zip(series["gen"], series["mc"], strict=True)], abs=1e-4
            )
    assert n_checked == 72


def attempts_with(accuracies: list[float], n: int) -> list[str]:
    """Items of which so many are right at each attempt."""
    right: list[Any] = [round(accuracy * n) for accuracy in accuracies]
    return ["".join("C" if item < k else "I" for k in right) for item in range(n)]
