"""Arms on the same problems: hand counts, real pairs by arithmetic, levels under the null, equal budgets."""

import json
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from analysis.families import holm
from analysis.measures.base import Row, compute
from analysis.measures.compare import MOST_ARMS, PAIR_ROWS
from analysis.resampling import Resampler, mcnemar_exact_p
from tests.analysis.measures.rollouts import columns_of


def arm(
    answers: Mapping[int, str], *, model: str = "a", collection: int = 1, first_id: int = 0, **more: object
) -> pl.DataFrame:
    """T right, ? not read, any other letter a wrong answer of its own, problem by problem."""
    letters = [(problem, letter) for problem, given in answers.items() for letter in given]
    columns: dict[str, object] = {
        "rollout_id": list(range(first_id, first_id + len(letters))),
        "problem_id": [problem for problem, _ in letters],
        "final_outcome": [{"T": "correct", "?": "unparsed"}.get(letter, "incorrect") for _, letter in letters],
        "answer_key": [letter for _, letter in letters],
        "model": model,
        "collection_id": collection,
    }
    return columns_of(len(letters), columns | more)


def both(first: Mapping[int, str], second: Mapping[int, str]) -> pl.DataFrame:
    return pl.concat([arm(first), arm(second, model="b", first_id=1000)])


def compared(frame: pl.DataFrame, settings: Mapping[str, str] | None = None) -> dict[str, Row]:
    return {row.measure: row for row in compute("compare", frame, (), settings, rng=np.random.default_rng(0))}


def test_what_flipped_and_which_way_by_hand() -> None:
    # a: T T F F T, b: T F T F T: both right 2, lost 1, gained 1, both wrong 1
    rows = compared(both(dict(enumerate("TTFFT")), dict(enumerate("TFTFT"))))
    counts = {name: rows[name].n_events for name in ("both_right", "lost", "gained", "both_wrong")}
    assert counts == {"both_right": 2, "lost": 1, "gained": 1, "both_wrong": 1}
    assert (rows["accuracy_a"].estimate, rows["accuracy_b"].estimate, rows["accuracy_difference"].estimate) == (
        0.6,
        0.6,
        0,
    )
    assert rows["p_value"].estimate == 1
    assert rows["gained"].label == "a → b"


def test_problems_that_only_one_arm_has_are_counted_and_left_out() -> None:
    rows = compared(both({1: "T", 2: "F", 3: "T"}, {2: "T", 3: "T", 4: "F", 5: "F"}))
    assert (rows["common_share"].n_events, rows["common_share"].n) == (2, 5)
    assert (rows["only_a_share"].n_events, rows["only_b_share"].n_events) == (1, 2)
    assert (rows["accuracy_a"].n, rows["accuracy_difference"].estimate) == (2, 0.5)
    assert rows["votes@1"].n == 2


def test_arms_without_a_common_problem_are_not_compared_and_it_says_why() -> None:
    rows = compared(both({1: "T", 2: "F"}, {3: "T", 4: "F"}))
    assert rows["accuracy_difference"].reason == rows["p_value"].reason == "no problem in common"
    assert rows["common_share"].estimate == 0


def test_one_arm_has_nothing_to_be_compared_with() -> None:
    rows = compared(arm({1: "T", 2: "F"}))
    assert rows["arms"].estimate == 1
    assert {rows[name].reason for name, _ in PAIR_ROWS} == {"one arm only: nothing to compare"}


def test_several_rollouts_of_a_problem_are_averaged_and_their_signs_flipped() -> None:
    # problem 1: 1/2 against 1; 2: 0 against 1/2; 3: 1 against 1. gained (1/2·1 + 1·1/2 + 0)/3; lost 0
    rows = compared(both({1: "TF", 2: "FF", 3: "TT"}, {1: "TT", 2: "TF", 3: "TT"}))
    assert rows["accuracy_difference"].estimate == pytest.approx(1 / 3)
    assert rows["gained"].estimate == pytest.approx(1 / 3)
    assert rows["lost"].estimate == 0
    assert rows["p_value"].estimate == 0.5  # two problems differ, both up: 2 of 4 sign patterns
    assert "sign-flip" in (rows["p_value"].reason or "")


def test_the_same_ids_under_two_models_and_collections_are_arms_of_their_own() -> None:
    frame = pl.concat([arm({1: "T"}), arm({1: "F"}, collection=2, first_id=9), arm({1: "F"}, model="b", first_id=19)])
    rows = compute("compare", frame, (), rng=np.random.default_rng(0))
    labels = [row.label for row in rows if row.measure == "accuracy_difference"]
    assert labels == [
        "a · collection 1 → b · collection 1",
        "a · collection 1 → a · collection 2",
        "b · collection 1 → a · collection 2",
    ]


def test_more_than_eight_arms_are_compared_with_one_and_it_is_said() -> None:
    frame = pl.concat([arm({1: "T", 2: "F"}, model=f"m{i}", first_id=10 * i) for i in range(MOST_ARMS + 1)])
    for baseline, first in (("1", "m0"), ("3", "m2")):
        rows = compute("compare", frame, (), {"baseline": baseline}, rng=np.random.default_rng(0))
        pairs = [row.label for row in rows if row.measure == "p_value"]
        assert len(pairs) == MOST_ARMS
        assert all(label.startswith(f"{first} → ") for label in pairs)
        assert (rows[0].reason or "").endswith("more than 8: only against one")


def test_holm_multiplies_the_smallest_by_all_and_never_falls() -> None:
    # Holm (1979): .01·4, .02·3 = .06, .03·2 = .06, .05·1 -> .06
    assert holm([0.05, 0.01, 0.03, 0.02]) == pytest.approx([0.06, 0.04, 0.06, 0.06])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([None]) == [None]


def test_tokens_differ_by_their_mean_over_problems() -> None:
    first, second = (
        arm({1: "TT", 2: "F"}, n_tokens=[10, 30, 50]),
        arm({1: "T", 2: "T"}, model="b", first_id=9, n_tokens=[40, 70]),
    )
    rows = compared(pl.concat([first, second]))
    # a: (10 + 30)/2 = 20 and 50; b: 40 and 70: differences 20 and 20
    assert (rows["tokens_a"].estimate, rows["tokens_b"].estimate, rows["tokens_difference"].estimate) == (35, 55, 20)
    assert rows["tokens_p"].estimate == 0.5


def test_votes_of_as_many_samples_are_compared_at_equal_calls() -> None:
    # a: TTF, FFT: votes of 3 right, wrong. b has five samples, of which every three vote
    rows = compared(both({1: "TTF", 2: "FFT"}, {1: "TTTFF", 2: "TTTFF"}))
    three = np.mean([subset.count("T") >= 2 for subset in combinations("TTTFF", 3)])
    assert rows["equal_calls_difference"].estimate == pytest.approx(three - 0.5)
    assert rows["equal_calls_difference"].reason is None or "votes of 3 each" in rows["equal_calls_difference"].reason


def test_the_cheaper_arm_gets_as_many_votes_as_the_others_tokens_buy() -> None:
    cheap = arm({1: "TTF", 2: "FFT"}, n_tokens=10)
    rows = compared(pl.concat([cheap, arm({1: "T", 2: "T"}, model="b", first_id=9, n_tokens=25)]))
    # 25/10 = 2.5 samples: half the vote of 2, half that of 3. TTF: 2/3 and 1; FFT: 1/3 and 0
    expected = 1 - ((2 / 3 + 1) / 2 + (1 / 3 + 0) / 2) / 2
    assert rows["equal_tokens_difference"].estimate == pytest.approx(expected)
    assert "votes of 2.50 against 1.00 samples" in (rows["equal_tokens_difference"].reason or "")
    dearer = arm({1: "T", 2: "T"}, model="b", first_id=9, n_tokens=45)
    found = compared(pl.concat([cheap, dearer]))["equal_tokens_difference"]
    assert found.reason == "the cheaper arm would need 4.5 samples of each problem"


def test_each_arm_has_its_curve_of_votes_against_tokens() -> None:
    frame = pl.concat([arm({1: "TTFF"}, n_tokens=10), arm({1: "TTTT"}, model="b", first_id=9, n_tokens=20)])
    rows = compute("compare", frame, (), {"k_most": "4"}, rng=np.random.default_rng(0))
    curve = {(row.label, row.measure): row.estimate for row in rows if row.measure.startswith("votes")}
    assert [curve["b", f"votes_tokens@{k}"] for k in (1, 2, 4)] == [20, 40, 80]
    assert [curve["a", f"votes@{k}"] for k in (1, 4)] == pytest.approx([0.5, 0.5])


PROGRAMMING = "data/reflexion/programming"


def solved(folder: Path, start: str) -> dict[str, bool]:
    [path] = folder.glob(f"{start}__*.jsonl")
    return {str(row["name"]): bool(row["is_solved"]) for row in map(json.loads, path.read_text().splitlines())}


@pytest.mark.shared
def test_reflexion_on_mbpp_from_its_rows(shared: Path) -> None:
    base, refl = (solved(shared / PROGRAMMING, name) for name in ("simple_mbpp_py", "reflexion_mbpp_py"))
    names = sorted(base)
    runs = [{i: "T" if run[name] else "F" for i, name in enumerate(names)} for run in (base, refl)]
    rows = compared(both(*runs))
    counts = [rows[name].n_events for name in ("both_right", "lost", "gained", "both_wrong")]
    assert counts == [289, 29, 17, 62]  # self_correction.md, section 10.2: MBPP py, n = 397
    assert (rows["accuracy_a"].n_events, rows["accuracy_b"].n_events) == (318, 306)
    assert rows["p_value"].estimate == pytest.approx(0.1038, abs=5e-5)
    assert rows["smallest_difference_seen"].estimate == pytest.approx(0.0478, abs=1e-3)


@pytest.mark.parametrize(
    ("counts", "chi2", "p"),
    [  # self_correction.md, section 10.2: C->C, C->I, I->C, I->I; chi2 with continuity correction; exact p
        ((132, 2, 18, 12), 11.25, 4.025e-4),
        ((289, 29, 17, 62), 2.6304, 0.1038),
        ((237, 15, 31, 71), 4.8913, 0.0259),
        ((24, 6, 10, 10), 0.5625, 0.4545),
        ((4, 0, 2, 34), 0.5, 0.5),
    ],
)
def test_the_other_rows_of_reflexion_by_arithmetic(counts: tuple[int, int, int, int], chi2: float, p: float) -> None:
    kept, lost, gained, stayed = counts
    first = dict(enumerate("T" * (kept + lost) + "F" * (gained + stayed)))
    second = dict(enumerate("T" * kept + "F" * lost + "T" * gained + "F" * stayed))
    rows = compared(both(first, second))
    assert [rows[name].n_events for name in ("both_right", "lost", "gained", "both_wrong")] == list(counts)
    assert (abs(gained - lost) - 1) ** 2 / (gained + lost) == pytest.approx(chi2, abs=5e-5)
    assert rows["p_value"].estimate == pytest.approx(mcnemar_exact_p(gained, lost))
    assert rows["p_value"].estimate == pytest.approx(p, rel=2e-3)


def test_more_problems_than_units_are_flipped_in_groups_at_the_same_level() -> None:
    # differences of 3,000 problems without a true one, through the grouped flips of 1,024 units
    rng = np.random.default_rng(3)
    p_values = []
    for seed in range(24):
        first, second = rng.random((3000, 2)) < 0.5, rng.random((3000, 2)) < 0.5
        moved = (second.mean(axis=1) - first.mean(axis=1)).astype(np.float64)
        ids = np.arange(3000)
        resampler = Resampler(np.random.default_rng(seed))
        units = resampler.units(ids)
        p_values.append(resampler.sign_flip_p(ids, np.bincount(units, weights=moved).astype(np.float64)))
    assert 0.3 < np.mean(p_values) < 0.7  # .5 ± 3.4 standard errors
    assert np.mean(np.array(p_values) < 0.05) < 0.2
