"""What follows by arithmetic from the printed tables of First Try Matters (arXiv 2510.08308v1).

Every data set becomes rollouts that have exactly the printed number; the measure must then print the paper's average.
"""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.analysis.measures.rollouts import columns_of
from tests.analysis.measures.rows import estimates_by, rows_of

pytestmark = pytest.mark.shared
SETS = ("AIME2024", "AIME2025", "AMC", "OlympiadBench", "MATH500")
N = 1000


@pytest.fixture(scope="module")
def printed(shared: Path) -> dict[str, Any]:
    """The published tables."""
    tables: dict[str, Any] = json.loads((shared / "reference" / "ftm_reference.json").read_text())
    return tables


def outcomes(percent: float) -> list[str]:
    right = round(percent * N / 100)
    return ["correct"] * right + ["incorrect"] * (N - right)


def accuracies(model: str, problem_set: str, first: float, final: float) -> pl.DataFrame:
    columns = {"model": model, "problem_set": problem_set}
    return columns_of(N, columns | {"first_outcome": outcomes(first), "final_outcome": outcomes(final)})


def test_table_5_the_average_is_the_mean_of_the_five_data_sets(printed: dict[str, Any]) -> None:
    table = printed["table5_first_final"]
    frame = pl.concat(accuracies(model, name, *table[model][name]) for model in table for name in SETS)
    for row, place in (("first_accuracy", 0), ("final_accuracy", 1)):
        found = estimates_by("accuracy", frame, ["model"], row)
        assert len(found) == 8
        for (model,), estimate in found.items():
            assert 100 * estimate == pytest.approx(table[model]["Average"][place], abs=0.1), model
    gains = estimates_by("accuracy", frame, ["model"], "gain")
    for (
        model,
    ), gain in gains.items():  # differences of unrounded averages: each of the two printed ones is off by .05
        first, final = table[model]["Average"]
        assert 100 * gain == pytest.approx(final - first, abs=0.151), model
    assert 1.4 <= min(100 * g for g in gains.values()) <= max(100 * g for g in gains.values()) <= 3.55  # section 2.3


def test_table_6_tokens_and_the_share_of_reflection(printed: dict[str, Any]) -> None:
    table = printed["table6_fc_refl_tokens"]
    shares = {  # reflection / (first + reflection), computed from the printed averages, in percent
        "MiMo-7B-RL": 20.5, "R1-D-Qwen-7B": 15.0, "R1-D-Llama-8B": 17.0, "Qwen3-8B": 29.4,
        "R1-0528-Qwen3-8B": 25.0, "gpt-oss-20b": 21.1, "Magistral": 40.6, "R1-0528": 30.2,
    }  # fmt: skip
    rollouts = [
        {"model": model, "problem_set": name, "candidate_tokens": [[first, first + between]] * 2}
        | {"n_candidates": 2, "n_read_tokens": first + between + 100}
        for model in table
        for name, (first, between) in table[model].items()
        if name != "Average"
    ]
    frame = pl.concat(columns_of(2, columns) for columns in rollouts)
    for row, place in (("tokens_first", 0), ("tokens_between", 1)):
        for (model,), estimate in estimates_by("tokens", frame, ["model"], row).items():
            assert estimate == pytest.approx(table[model]["Average"][place], abs=1), model
    found = estimates_by("tokens", frame, ["model"], "share_between")
    assert {model: round(100 * share, 1) for (model,), share in found.items()} == pytest.approx(shares, abs=0.051)
    after = estimates_by("tokens", frame, ["model"], "tokens_after")  # Fig. 4's reading adds the 100 after the last
    assert all(after[key] == pytest.approx(table[key[0]]["Average"][1] + 100, abs=1) for key in after)


def test_table_4_candidates_and_the_means_over_models_of_figure_5(printed: dict[str, Any]) -> None:
    table = dict(printed["table4_candidates"])
    names = table.pop("columns")
    frame = pl.concat(
        columns_of(100, {"model": model, "problem_set": name, "n_candidates": spread(mean)})
        for model, means in table.items()
        for name, mean in zip(names, means, strict=True)
    )
    found = estimates_by("candidates", frame, ["problem_set"], "candidates_per_rollout")
    # First Try Matters, Fig. 5: the column means of Table 4
    expected = {"AIME2024": 3.69, "AIME2025": 3.44, "MATH500": 5.59, "OlympiadBench": 4.81, "AMC": 4.61}
    assert {name: estimate for (name,), estimate in found.items()} == pytest.approx(expected, abs=0.0051)
    one = estimates_by("candidates", frame, ["model", "problem_set"], "candidates_per_rollout")
    assert one["Magistral", "MATH500"] == pytest.approx(9.32)


def spread(mean: float) -> list[int]:
    """100 whole numbers with this mean (two decimals)."""
    total = round(100 * mean)
    return [total // 100 + (i < total % 100) for i in range(100)]


def test_figure_3_confirmatory_and_corrective_shares_and_p_ft(printed: dict[str, Any]) -> None:
    percents = printed["fig3_pct_TT_FFsame_FT_FFdiff_TF"]
    columns = ("n_tt", "n_ffs", "n_ft", "n_ffd", "n_tf")
    frame = pl.concat(
        columns_of(2, {"model": model} | {c: round(10 * p) for c, p in zip(columns, parts, strict=True)})
        for model, parts in percents.items()
    )
    p_ft = {  # F→T / (F→T + F→F same + F→F different) of the printed percentages
        "MiMo-7B-RL": 0.076, "R1-D-Qwen-7B": 0.059, "R1-D-Llama-8B": 0.056, "Qwen3-8B": 0.069,
        "R1-0528-Qwen3-8B": 0.072, "gpt-oss-20b": 0.105, "Magistral": 0.070, "R1-0528": 0.090,
    }  # fmt: skip
    found = estimates_by("transitions", frame, ["model"], "p_ft")
    assert {model: round(p, 3) for (model,), p in found.items()} == pytest.approx(p_ft, abs=0.00051)
    confirmatory = estimates_by("transitions", frame, ["model"], "share_confirmatory")
    for (model,), share in confirmatory.items():  # printed parts add up to 99.9 to 100.1
        assert 100 * share == pytest.approx(percents[model][0] + percents[model][1], abs=0.11), model
    assert min(confirmatory, key=lambda key: confirmatory[key]) == ("R1-D-Qwen-7B",)
    assert sum(share > 0.9 for share in confirmatory.values()) == 7  # "> 90 %" holds for all but that one


def test_table_2_accuracy_and_length_of_early_stopping(printed: dict[str, Any]) -> None:
    table = dict(printed["table2_qwen3_8b"])
    columns, average = table.pop("columns"), table.pop("Average")
    arms = ("", "_cad", "_cad_qrc")
    frame = pl.concat(
        accuracies("Qwen3-8B", name, 0, values[columns.index("acc" + arm)]).with_columns(
            condition=pl.lit("base" + arm), n_read_tokens=pl.lit(values[columns.index("len" + arm)], pl.Int32)
        )
        for name, values in table.items()
        for arm in arms
    )
    accuracy = estimates_by("accuracy", frame, ["condition"], "final_accuracy")
    length = estimates_by("tokens", frame, ["condition"], "tokens_total")
    for arm in arms:
        assert 100 * accuracy["base" + arm,] == pytest.approx(average[columns.index("acc" + arm)], abs=0.1)
        assert length["base" + arm,] == pytest.approx(average[columns.index("len" + arm)], abs=1)
    # unrounded: (77.9 + 65.0 + 90.0 + 94.4 + 76.9)/5 = 80.84 and (79.6 + 65.8 + 89.4 + 96.0 + 78.4)/5 = 81.84
    assert 100 * accuracy["base_cad",] == pytest.approx(80.84)
    assert 100 * accuracy["base_cad_qrc",] == pytest.approx(81.84)


@pytest.mark.parametrize(
    ("figure", "first", "gain"),
    [("fig7_qwen3_rollouts_first_gain", 3.75, 0.30), ("fig13_r1_rollouts_first_gain", 2.15, 1.15)],
)
def test_training_on_six_candidates_helps_the_first_answer_more(
    printed: dict[str, Any], figure: str, first: float, gain: float
) -> None:
    # Figs 7 and 13, cut-at-6 minus cut-at-1, mean of two models: (22.0 + 41.7 - 18.5 - 37.7)/2 = 3.75 and so on; the
    # caption of Fig. 13 says 2.65, its bars 2.15
    frame = pl.concat(
        accuracies(model, model, cuts[k][0], cuts[k][0] + cuts[k][1]).with_columns(condition=pl.lit(f"cut{k + 1}"))
        for model, cuts in printed[figure].items()
        for k in (0, 5)
    )
    for row, expected in (("first_accuracy", first), ("gain", gain)):
        found = estimates_by("accuracy", frame, ["condition"], row)
        assert 100 * (found["cut6",] - found["cut1",]) == pytest.approx(expected, abs=1e-6)


def test_one_grouped_row_of_a_published_number_is_the_ungrouped_row_of_its_part(printed: dict[str, Any]) -> None:
    first, final = printed["table5_first_final"]["Qwen3-8B"]["MATH500"]
    row = rows_of("accuracy", accuracies("Qwen3-8B", "MATH500", first, final))["final_accuracy"]
    assert (row.n, row.n_problems, row.n_events, row.estimate) == (1000, 1000, 974, 0.974)
