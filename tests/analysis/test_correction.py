"""Self-correction against published numbers: arXiv 2412.19513 (66 rows), SCoRe arXiv 2409.12917, Reflexion, 2511.09381.

Printed numbers are rounded to 0.1 point, so each is an interval of ± 0.05.
"""

import csv
import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import orjson
import pytest

from analysis.correction import (
    SMOOTH,
    Means,
    acc2_of,
    after_rounds,
    find_smooth,
    option_flow_of,
    order_holds,
    rss_of,
)
from analysis.measures.base import Row, compute
from tests.analysis.measures.rollouts import columns_of

MISPRINTED = {("GLM4-9B-Chat", "gsm8k"), ("Qwen2.5-7B-Chat", "gsm8k"), ("Mistral-7B-Instruct", "ifeval")}
"""Rows of arXiv 2412.19513 whose printed RSS is not that of their printed accuracies."""
HALF = 0.05


class Printed(NamedTuple):
    model: str
    task: str
    acc1: float
    acc2: float
    cl: float
    cs: float
    rss: float


@pytest.fixture(scope="module")
def printed(shared: Path) -> list[Printed]:
    with (shared / "reference" / "cl_cs_tables.csv").open(encoding="utf-8") as file:
        rows = [
            Printed(row["model"], row["task"], *map(float, list(row.values())[2:7])) for row in csv.DictReader(file)
        ]
    assert len(rows) == 66
    return rows


def rss_range(row: Printed) -> tuple[float, float]:
    """The lowest and highest RSS, in per cent, of accuracies that round to those printed."""
    ends = itertools.product((row.acc1 - HALF, row.acc1 + HALF), (row.acc2 - HALF, row.acc2 + HALF))
    found = [100 * (rss_of(a / 100, b / 100) or 0) for a, b in ends]
    return min(found) - HALF, max(found) + HALF


def test_second_accuracy_follows_from_the_first_and_the_two_rates_in_all_66_rows(printed: list[Printed]) -> None:
    off = [abs(100 * acc2_of(r.acc1 / 100, r.cl / 100, r.cs / 100) - r.acc2) for r in printed]
    assert max(off) <= 0.15


def test_the_score_is_that_of_the_accuracies_in_63_rows_and_three_are_misprints(printed: list[Printed]) -> None:
    wrong = {(r.model, r.task) for r in printed if not rss_range(r)[0] <= r.rss <= rss_range(r)[1]}
    assert wrong == MISPRINTED
    glm = next(r for r in printed if (r.model, r.task) == ("GLM4-9B-Chat", "gsm8k"))
    assert rss_range(glm)[1] < 50 < glm.rss  # accuracy fell, so the score cannot be above 50


def test_one_row_breaks_the_order_on_which_the_bounds_rest(printed: list[Printed]) -> None:
    broken = [(r.model, r.task) for r in printed if not order_holds(r.acc1 / 100, r.cl / 100, r.cs / 100)]
    assert broken == [("GPT-4 Turbo", "commonsense_qa")]


SCORE = {
    "Base": (52.6, 41.4, 4.6, 15.8, 69.96, 9.70, 27.5),
    "Self-Refine": (52.8, 51.8, 3.2, 4.2, 92.05, 6.78, 48.0),
    "STaR D": (55.4, 41.2, 5.4, 19.6, 64.62, 12.11, 21.3),
    "STaR D+": (53.6, 54.0, 2.6, 2.2, 95.90, 5.60, 50.8),
    "Pair-SFT D": (52.4, 54.2, 5.4, 3.6, 93.13, 11.34, 53.6),
    "Pair-SFT D+": (55.0, 55.0, 0.0, 0.0, 100.0, 0.0, 50.0),
    "SCoRe": (60.0, 64.4, 5.8, 1.4, 97.67, 14.50, 59.2),
}
"""Accuracy@t1, Accuracy@t2, Δi→c, Δc→i of SCoRe's Tables 1 and 2 (MATH500); CL, CS and RSS follow by division."""


def computed(cc: int, ci: int, ic: int, ii: int, **columns: object) -> dict[str, Row]:
    """Rows of the measure over so many rollouts of each kind, one a problem."""
    first = ["correct"] * (cc + ci) + ["incorrect"] * (ic + ii)
    second = ["correct"] * cc + ["incorrect"] * ci + ["correct"] * ic + ["incorrect"] * ii
    n = len(first)
    given: dict[str, Any] = {
        "attempt_outcomes": [list(pair) for pair in zip(first, second, strict=True)],
        "attempt_classes": [[0, int(a != b)] for a, b in zip(first, second, strict=True)],
        "attempt_edits": [[0.25]] * n,
        "oracle_gated": False,
        "final_outcome": second,
    }
    rows = compute("self_correction", columns_of(n, given | columns), rng=np.random.default_rng(0))
    return {row.measure: row for row in rows}


@pytest.mark.parametrize("name", list(SCORE))
def test_the_tables_of_score_come_out_of_500_problems(name: str) -> None:
    acc1, acc2, ic, ci, cl, cs, rss = SCORE[name]
    # shares of 500 problems: 4.6 % are 23
    n_ic, n_ci, n_first = (round(5 * share) for share in (ic, ci, acc1))
    found = computed(n_first - n_ci, n_ci, n_ic, 500 - n_first - n_ic)
    expected = {"acc1": acc1, "acc2": acc2, "delta_ic": ic, "delta_ci": ci, "delta": acc2 - acc1}
    for row, value in expected.items():
        assert 100 * (found[row].estimate or 0) == pytest.approx(value, abs=1e-9), row
    for row, value, slack in (("cl", cl, 0.006), ("cs", cs, 0.006), ("rss", rss, 0.051)):
        assert 100 * (found[row].estimate or 0) == pytest.approx(value, abs=slack), row


REFLEXION = {
    "HumanEval py": (132, 2, 18, 12, 4.025e-4),
    "MBPP py": (289, 29, 17, 62, 0.1038),
    "MBPP rs": (237, 15, 31, 71, 0.0259),
    "HumanEval rs hard50": (24, 6, 10, 10, 0.4545),
    "LeetCode-hard py": (4, 0, 2, 34, 0.5),
}
"""cc, ci, ic, ii and the exact McNemar p of GPT-4 without and with Reflexion (arXiv 2303.11366)."""


@pytest.mark.parametrize("name", list(REFLEXION))
def test_the_paired_runs_of_reflexion_have_their_exact_p_value(name: str) -> None:
    *counts, p = REFLEXION[name]
    found = computed(*counts)
    assert found["p_value"].estimate == pytest.approx(p, rel=2e-3)
    cc, ci, ic, ii = counts
    assert found["cl"].estimate == pytest.approx(cc / (cc + ci))
    assert found["cs"].estimate == pytest.approx(ic / (ic + ii))


def test_undefined_numbers_say_why() -> None:
    found = computed(4, 1, 0, 0)
    assert found["cs"].estimate is None
    assert found["cs"].reason == "no first answer is wrong"
    assert found["rss"].reason == "every first answer is right, or every one is wrong"
    kept = computed(3, 0, 0, 3)
    assert kept["steady_state"].reason == "no answer turns right or wrong"
    assert kept["rss"].estimate == 0.5


def test_every_derivative_is_that_of_its_value() -> None:
    at, step = Means(0.6, 0.5, 0.1), 1e-6
    for name in SMOOTH:
        found = find_smooth(name, at)
        assert not isinstance(found, str)
        for k, derivative in enumerate(found[1:]):
            moved = [
                find_smooth(name, Means(*(m + sign * step * (i == k) for i, m in enumerate(at)))) for sign in (1, -1)
            ]
            up, down = (each.value for each in moved if not isinstance(each, str))
            assert derivative == pytest.approx((up - down) / (2 * step), abs=1e-6), name


def test_rounds_with_equal_rates_approach_the_steady_state() -> None:
    acc, eir, ecr = 0.9, 0.1, 0.2
    for n in range(1, 5):
        acc = acc * (1 - eir) + (1 - acc) * ecr
        assert after_rounds(0.9, eir, ecr, n) == pytest.approx(acc)
    assert after_rounds(0.9, eir, ecr, 200) == pytest.approx(2 / 3)


def test_options_keep_the_identity_only_with_the_divisor() -> None:
    first, after = [0.2, 0.5, 0.3], [[0.7, 0.2, 0.1], [0.3, 0.6, 0.1], [0.4, 0.1, 0.5]]
    p, keep, fix = option_flow_of(first, after, 0)
    total = sum(q * row[0] for q, row in zip(first, after, strict=True))  # 0.14 + 0.15 + 0.12
    assert fix is not None
    assert p * keep + (1 - p) * fix == pytest.approx(total) == pytest.approx(0.41)
    assert p * keep + (1 - p) * fix * (1 - p) != pytest.approx(total)


def test_option_probabilities_give_the_same_numbers_as_counts_would() -> None:
    found = computed(1, 0, 0, 1, option_flow=[[0.6, 0.9, 0.25], [0.2, 0.5, 0.0]])
    # acc1 (0.6 + 0.2)/2; kept 0.54 + 0.1; fixed 0.4·0.25
    assert found["acc1"].estimate == pytest.approx(0.4)
    assert found["cl"].estimate == pytest.approx(0.64 / 0.8)
    assert found["cs"].estimate == pytest.approx(0.1 / 1.2)
    assert found["acc2"].estimate == pytest.approx(0.37)


def test_problems_count_alike_unless_rollouts_are_pooled() -> None:
    # problem 0 has three rollouts, right and kept; problem 1 has one, right and broken
    outcomes = [["correct", "correct"]] * 3 + [["correct", "incorrect"]]
    frame = columns_of(4, {"problem_id": [0, 0, 0, 1], "attempt_outcomes": outcomes, "attempt_classes": [[0, 0]] * 4})
    for weight, expected in (("item", 0.5), ("pooled", 0.75)):
        rows = compute("self_correction", frame, (), {"weight": weight}, rng=np.random.default_rng(0))
        assert next(row for row in rows if row.measure == "cl").estimate == pytest.approx(expected)


def attempts_of(series: Sequence[float], n: int) -> list[list[str]]:
    """Attempts of n rollouts whose accuracy is the series: the first k are right in a round with k/n."""
    counts = [round(share * n) for share in series]
    assert all(abs(k / n - share) < 5e-5 for k, share in zip(counts, series, strict=True))
    return [["correct" if i < k else "incorrect" for k in counts] for i in range(n)]


def test_the_72_series_of_generation_against_choice_come_back_round_by_round(shared: Path) -> None:
    data = orjson.loads((shared / "reference" / "gen_vs_mc_2511.09381.json").read_bytes())
    n_series = 0
    for task, n in (("disambiguationqa", 120), ("tinytruthfulqa", 95)):
        for model in (each for method in data[task].values() for each in method.values()):
            for series in model.values():
                attempts = attempts_of(series, n)
                frame = columns_of(n, {"attempt_outcomes": attempts, "final_outcome": [a[-1] for a in attempts]})
                rows = compute("rounds", frame, rng=np.random.default_rng(0))
                found = [row.estimate for row in rows if row.measure == "round_accuracy"]
                assert found == pytest.approx(series, abs=5e-5)
                n_series += 1
    assert n_series == 72


def test_the_environments_of_reflexion_over_its_trials(shared: Path) -> None:
    folder = shared / "data" / "reflexion" / "alfworld_runs"
    files = sorted(folder.rglob("*reflexion*/env_results_trial_*.json"), key=lambda f: int(f.stem.rpartition("_")[2]))
    trials = [orjson.loads(file.read_bytes()) for file in files]
    solved: dict[str, list[str]] = {env["name"]: [] for env in trials[0]}
    for trial in trials:
        for env in trial:
            solved[env["name"]].append("correct" if env["is_success"] else "incorrect")
    attempts = list(solved.values())
    frame = columns_of(134, {"attempt_outcomes": attempts, "final_outcome": [a[-1] for a in attempts]})
    rows = compute("rounds", frame, rng=np.random.default_rng(0))
    found = [round(134 * (row.estimate or 0)) for row in rows if row.measure == "round_accuracy"]
    assert found == [84, 103, 111, 113, 117, 118, 123, 126, 128, 129, 130, 130, 131, 133, 134]
