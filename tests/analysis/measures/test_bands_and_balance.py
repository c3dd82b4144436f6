"""Difficulty bands and the balance of exploration and exploitation: sets counted by hand, real rows, all subsets."""

import json
from itertools import combinations
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from analysis.measures.base import compute
from analysis.measures.difficulty import BANDS, band_of
from bench.proofs.sampling import drawn
from tests.analysis.measures.rollouts import columns_of
from tests.analysis.measures.rows import rows_of


def samples(sets: dict[int, str], **columns: object) -> pl.DataFrame:
    """T right, any other letter wrong, problem by problem."""
    letters = [(problem, letter) for problem, answers in sets.items() for letter in answers]
    given: dict[str, object] = {
        "problem_id": [problem for problem, _ in letters],
        "final_outcome": ["correct" if letter == "T" else "incorrect" for _, letter in letters],
    }
    return columns_of(len(letters), given | columns)


def test_the_accuracies_of_eight_samples_fall_in_the_bands_of_relift() -> None:
    # ReLIFT: easy >= .75, medium .375 to .625, hard .125 to .25, hardest 0
    names = list(BANDS)
    eighths = [names[place] for place in band_of(np.arange(9) / 8)]
    assert eighths == ["hardest", "hard", "hard", "medium", "medium", "medium", "easy", "easy", "easy"]
    assert band_of(np.arange(9) / 8, "apart").tolist() == band_of(np.arange(9) / 8).tolist()


def test_what_lies_between_two_bands_joins_the_nearer_or_stands_apart() -> None:
    tenths = np.array([0.0, 0.1, 0.3, 0.4, 0.6, 0.7, 0.8])
    assert band_of(tenths).tolist() == [3, 2, 2, 1, 1, 0, 0]
    assert band_of(tenths, "apart").tolist() == [3, 4, 4, 1, 1, 4, 0]


def test_bands_have_their_share_of_problems_accuracy_and_tokens() -> None:
    # 4 samples: TTTT easy, TTFF medium, TFFF hard, FFFF hardest; one sample alone has no band
    rollouts = samples({1: "TTTT", 2: "TTFF", 3: "TFFF", 4: "FFFF", 5: "T"}, n_tokens=[*range(10, 170, 10), 5])
    rows = rows_of("difficulty", rollouts)
    assert [rows[f"share_{band}"].n_events for band in BANDS] == [1, 1, 1, 1]
    assert [rows[f"accuracy_{band}"].estimate for band in BANDS] == [1, 0.5, 0.25, 0]
    assert [rows[f"tokens_{band}"].estimate for band in BANDS] == [25, 65, 105, 145]
    assert rows["tokens_between"].reason == "no problem is in the band between"
    assert (rows["queue"].estimate, rows["queue"].n_problems) == (1, 4)
    assert rows["too_few_samples_share"].n_events == 1


def test_a_problem_that_another_model_solves_is_not_in_the_queue() -> None:
    rollouts = samples({1: "FFTF", 2: "FFFF"}, model=["a", "a", "b", "b"] * 2)
    rows = rows_of("difficulty", rollouts)
    assert (rows["share_hardest"].n_events, rows["queue"].estimate) == (3, 1)


@pytest.mark.shared
def test_the_bands_of_the_100_real_problems(shared: Path) -> None:
    lines = (shared / "data/math100x8-qwen-rm/math_cot_100.jsonl").read_text().splitlines()
    sets = {i: "".join("T" if right else "F" for right in json.loads(line)["score"]) for i, line in enumerate(lines)}
    rows = rows_of("difficulty", samples(sets))
    # PROVENANCE.md: 86 all right, 4 all wrong, 10 mixed
    by_hand = {band: sum(low <= s.count("T") / 8 <= high for s in sets.values()) for band, (low, high) in BANDS.items()}
    assert {band: rows[f"share_{band}"].n_events for band in BANDS} == by_hand
    assert by_hand["easy"] >= 86
    assert rows["queue"].estimate == by_hand["hardest"] == 4


def test_the_balance_score_of_hand_made_sets() -> None:
    # threshold 0, n* = 2. Set 1 keeps T T F: min(2/2, 1)·2/3; set 2 keeps one T: min(1/2, 1)·1/1; set 3 keeps nothing
    rollouts = samples({1: "TTF", 2: "TFF", 3: "TFF"}, reward=[1, 2, 0, 0, -1, -2, -1, -1, -1.0], text_key=[*range(9)])
    rows = rows_of("balance", rollouts, {"n_star": "2"})
    assert rows["balance"].estimate == pytest.approx((2 / 3 + 1 / 2 + 0) / 3)
    assert rows["kept_share"].estimate == pytest.approx(4 / 9)


def test_equal_texts_are_one_right_sample_for_the_balance() -> None:
    rollouts = samples({1: "TTTF"}, reward=1.0, text_key=[7, 7, 8, 9])
    assert rows_of("balance", rollouts, {"n_star": "2"})["balance"].estimate == pytest.approx(2 / 4)
    # of the six pairs two hold both different right texts
    found = rows_of("balance", rollouts, {"k_drawn": "2", "s_right": "2"})
    assert found["pass@K-S"].estimate == pytest.approx(2 / 6)


def test_the_grid_has_a_cell_for_each_condition_and_threshold() -> None:
    rng = np.random.default_rng(2)
    right = rng.random((30, 8)) < 0.6
    temperatures = np.where(np.arange(240) % 8 < 4, "temperature 0.5", "temperature 1.0").tolist()
    frame = drawn(right, np.zeros_like(right, dtype=int), reward=rng.normal(size=240), condition=temperatures)

    rows = compute("balance", frame, (), {"n_star": "4"}, rng=rng)
    labels = [row.label for row in rows if row.measure == "balance_at"]
    assert len(labels) == 12
    assert labels[0].startswith("temperature 0.5; reward from ")
    first = next(row for row in rows if row.measure == "balance_at")  # everything kept: (c/4)·(c/4), all different
    sets = right.reshape(30, 2, 4)[:, 0].sum(axis=1)
    assert first.estimate == pytest.approx(float(((sets / 4) ** 2).mean()))


def test_the_best_rewarded_of_k_are_those_of_all_subsets() -> None:
    rng = np.random.default_rng(9)
    right, reward = rng.random((25, 6)) < 0.6, np.round(rng.normal(size=(25, 6)), 3)
    frame = drawn(right, np.zeros_like(right, dtype=int), reward=reward.ravel())
    rows = rows_of("balance", frame, {"k_drawn": "4", "s_right": "2"})
    led, passed = [], []
    for rights, rewards in zip(right, reward, strict=True):
        for subset in combinations(range(6), 4):
            top = sorted(subset, key=lambda i: -rewards[i])[:2]
            led.append(all(rights[i] for i in top))
            passed.append(sum(rights[i] for i in subset) >= 2)
    assert rows["reward@K-S"].estimate == pytest.approx(np.mean(led))
    assert rows["pass@K-S"].estimate == pytest.approx(np.mean(passed))


def test_without_rewards_there_is_no_balance_and_it_says_why() -> None:
    rows = rows_of("balance", samples({1: "TTFF"}))
    assert rows["balance"].reason == "no set of samples has a reward for each"
    assert rows["without_reward_share"].estimate == 1
    assert rows_of("balance", samples({1: "TT"}))["pass@K-S"].reason == "no problem with 4 samples"
