"""Sets of samples: counted by hand, real rows by a naive route, and the rewards of real samples."""

import json
from itertools import combinations
from math import comb, log2
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np
import polars as pl
import pytest

from analysis.measures.sampling import SAMPLING
from analysis.sampling.voting import weighted_vote
from tests.analysis.measures.rollouts import columns_of
from tests.analysis.measures.rows import rows_of

LETTERS = {"T": "correct", "?": "unparsed", "-": "no_gold"}


def answered(sets: dict[int, str], **columns: object) -> pl.DataFrame:
    """A rollout per letter, problem by problem: T right, ? not read, any other letter a wrong answer of its own."""
    letters = [(problem, letter) for problem, answers in sets.items() for letter in answers]
    given: dict[str, object] = {
        "problem_id": [problem for problem, _ in letters],
        "final_outcome": [LETTERS.get(letter, "incorrect") for _, letter in letters],
        "answer_key": [None if letter in "?-" else letter for _, letter in letters],
    }
    return columns_of(len(letters), given | columns)


def test_one_of_k_the_vote_of_k_and_the_vote_of_all_by_hand() -> None:
    # TTFG: pass@2 = 1 - 1/6; vote of 2: TT 1, the four pairs with one T 1/2 each, FG 0: 3/6. TFFF: pass@2 = 3/6;
    # vote of 2: three ties of 1/2 in 6 pairs = 1/4. The vote of all: T, F
    rows = rows_of("sampling", answered({1: "TTFG", 2: "TFFF"}))
    assert rows["pass@1"].estimate == rows["majority@1"].estimate == pytest.approx((2 / 4 + 1 / 4) / 2)
    assert rows["pass@2"].estimate == pytest.approx((5 / 6 + 1 / 2) / 2)
    assert rows["majority@2"].estimate == pytest.approx((1 / 2 + 1 / 4) / 2)
    assert rows["majority@4"].estimate == rows["majority_of_all"].estimate == 0.5
    assert (rows["ever_right"].n_events, rows["always_right"].n_events, rows["pass@4"].n) == (2, 0, 2)
    assert rows["pass@8"].reason == "no problem with as many samples as 8"


def test_a_tied_vote_is_shared_or_wrong_or_right() -> None:
    for ties, expected in (("share", 0.5), ("wrong", 0.0), ("right", 1.0)):
        assert rows_of("sampling", answered({1: "TTFF"}), {"ties": ties})["majority_of_all"].estimate == expected


def test_a_set_with_fewer_samples_than_usual_is_left_out_and_counted() -> None:
    rows = rows_of("sampling", answered({1: "TTFF", 2: "TTTT", 3: "FF", 4: "TFFG"}))
    assert (rows["pass@1"].n, rows["fewer_samples_share"].n_events, rows["fewer_samples_share"].n) == (3, 1, 4)
    assert rows["pass@1"].estimate == pytest.approx((0.5 + 1 + 0.25) / 3)


def test_an_answer_that_was_not_read_has_no_vote_and_is_wrong_unless_left_out() -> None:
    rollouts = answered({1: "T???", 2: "????"})
    wrong, left = rows_of("sampling", rollouts), rows_of("sampling", rollouts, {"unread": "leave_out"})
    assert (wrong["majority_of_all"].estimate, wrong["majority_of_all"].n) == (0.5, 2)  # T wins alone; nobody wins
    assert wrong["pass@1"].estimate == pytest.approx(1 / 8)
    assert (left["pass@1"].estimate, left["pass@1"].n) == (1.0, 1)


def test_grades_without_answers_give_passes_but_no_votes() -> None:
    rows = rows_of("sampling", answered({1: "TTFF", 2: "TFFF"}).with_columns(answer_key=pl.lit(None, pl.String)))
    assert rows["pass@2"].estimate == pytest.approx((5 / 6 + 1 / 2) / 2)
    assert rows["majority@2"].reason == rows["answer_entropy"].reason == "no answers were kept: votes cannot be counted"
    assert rows["without_keys_share"].estimate == 1


def test_models_and_conditions_are_sets_of_their_own() -> None:
    rollouts = answered({1: "TTFF"}, model=["a", "a", "b", "b"])
    rows = rows_of("sampling", rollouts)
    assert (rows["pass@2"].n, rows["pass@2"].n_problems, rows["pass@2"].estimate) == (2, 1, 0.5)


def test_entropy_is_of_the_answers_given() -> None:
    # TTFG: 1/2·1 + 2·1/4·2 = 1.5 bits; TT?? has one class: 0. Majority shares 1/2 and 1
    rows = rows_of("sampling", answered({1: "TTFG", 2: "TT??"}))
    assert rows["answer_entropy"].estimate == pytest.approx(0.75)
    assert rows["semantic_entropy"].estimate == pytest.approx(0.75 / log2(np.e))
    assert rows_of("sampling", answered({1: "TTFG"}), {"entropy_unit": "nats"})["answer_entropy"].unit == "nats"
    assert rows["distinct_answers"].estimate == 2
    assert rows["majority_share"].estimate == 0.75
    assert rows["certainty"].estimate == pytest.approx((1 - 1.5 / 2 + 1) / 2)


def test_accuracy_by_the_share_of_the_majority() -> None:
    # shares 1 (right), 3/4 (right), 3/4 (wrong), 1/2 (right)
    rows = rows_of("sampling", answered({1: "TTTT", 2: "TTTF", 3: "FFFT", 4: "TTFG"}))
    found = {to: rows[f"majority_right_to_{to}"] for to in (20, 40, 60, 80, 100)}
    assert [(row.n_events, row.n) for row in found.values()] == [(None, 0), (None, 0), (1, 1), (1, 2), (1, 1)]
    assert found[80].edges == (0.6, 0.8)


def test_low_entropy_goes_with_a_right_majority() -> None:
    # right majorities: entropies 0 and .811; wrong: .811 and 1.5: pairs in order 1, 1, 1/2, 1 of 4
    rows = rows_of("sampling", answered({1: "TTTT", 2: "TTTF", 3: "FFFT", 4: "FFTG"}))
    assert rows["entropy_auroc"].estimate == pytest.approx(3.5 / 4)
    assert rows_of("sampling", answered({1: "TTTT", 2: "TTTF"}))["entropy_auroc"].estimate is None


def test_layers_that_agree_are_averaged_over_the_sets_that_have_them() -> None:
    # the fourth sample's layers were not read: its set is left out
    agreement, settled = [1.0, 0.5, 0.0, None], [0.0, 0.25, 1.0, None]
    sets = answered({1: "T", 2: "T", 3: "F", 4: "F"}, latent_agreement=agreement, latent_settled=settled)
    rows = rows_of("sampling", sets)
    assert rows["latent_agreement"].estimate == 0.5
    assert rows["latent_settled"].estimate == pytest.approx(1.25 / 3)
    assert (rows["latent_auroc"].estimate, rows["latent_auroc"].n) == (1.0, 3)
    assert "answers of its layers" in (rows_of("sampling", answered({1: "T"}))["latent_agreement"].reason or "")


def test_surprise_is_minus_the_log_of_the_token_probability() -> None:
    # right votes at ln 2 and 0, a wrong one at ln 4: both pairs in order; a probability of 0 or None leaves a set out
    probability = [0.5, 0.5, 1, 1, 0.25, 0.25, 0.0, 0.5, None, 1]
    rows = rows_of("sampling", answered({1: "TT", 2: "TT", 3: "FF", 4: "TT", 5: "FF"}, token_confidence=probability))
    assert rows["surprise"].estimate == pytest.approx((np.log(2) + 0 + np.log(4)) / 3)
    assert (rows["surprise_auroc"].estimate, rows["surprise_auroc"].n) == (1.0, 3)


def test_a_confident_minority_wins_the_weighted_vote() -> None:
    # right .9 against .4 + .3; and .2 + .2 right against .9: the plain votes say wrong, then right
    rollouts = answered({1: "TFF", 2: "TTG"}, confidence=[0.9, 0.4, 0.3, 0.2, 0.2, 0.9])
    rows = rows_of("sampling", rollouts)
    assert (weighted_vote({True: 0.9, "F": 0.4 + 0.3}), weighted_vote({True: 0.4, "G": 0.9})) == (1, 0)
    assert (rows["weighted_vote"].estimate, rows["plain_vote"].estimate) == (0.5, 0.5)
    assert rows_of("sampling", rollouts.head(3))["weighted_vote_gain"].estimate == 1


@pytest.mark.parametrize("stated", [[0.9, 95, 0.8], [0.9, -1, 0.8], [0.9, 362880, 0.8], [0.9, None, 0.8]])
def test_sets_with_unusable_confidences_are_left_out_of_the_weighted_vote_and_counted(stated: list[float]) -> None:
    rows = rows_of("sampling", answered({1: "TFF", 2: "TTG"}, confidence=[*stated, 0.2, 0.2, 0.9]))
    assert (rows["weighted_vote"].n, rows["plain_vote"].n, rows["without_weights_share"].n_events) == (1, 1, 1)


def test_votes_and_passes_are_those_of_a_loop_over_all_subsets_of_simulated_sets() -> None:
    rng = np.random.default_rng(5)
    sets = {i: "".join(rng.choice(list("TTFGH?"), 6)) for i in range(40)}
    rows = rows_of("sampling", answered(sets))
    for k in (2, 4):
        drawn = {i: list(combinations(answers, k)) for i, answers in sets.items()}
        passed = mean(mean("T" in subset for subset in subsets) for subsets in drawn.values())
        voted = mean(mean(_vote(subset) for subset in subsets) for subsets in drawn.values())
        assert rows[f"pass@{k}"].estimate == pytest.approx(passed)
        assert rows[f"majority@{k}"].estimate == pytest.approx(voted)


def _vote(answers: tuple[str, ...]) -> float:
    counts = {a: answers.count(a) for a in answers if a != "?"}
    best = [a for a in counts if counts[a] == max(counts.values())]
    return ("T" in best) / len(best) if best else 0.0


@pytest.fixture(scope="module")
def qwen(shared: Path) -> list[dict[str, list[Any]]]:
    """math100x8-qwen-rm: 100 questions, 8 samples each with a reward."""
    with (shared / "data/math100x8-qwen-rm/math_cot_100.jsonl").open() as lines:
        rows: list[dict[str, list[Any]]] = [json.loads(line) for line in lines]
    return rows


@pytest.mark.shared
def test_the_800_real_samples_with_their_rewards(qwen: list[dict[str, list[Any]]]) -> None:
    flat = [
        (i, row["score"][j], row["pred"][j], row["pred_score"][j][0]) for i, row in enumerate(qwen) for j in range(8)
    ]
    frame = columns_of(
        800,
        {
            "problem_id": [i for i, *_ in flat],
            "final_outcome": ["correct" if right else "incorrect" for _, right, *_ in flat],
            "answer_key": [pred for _, _, pred, _ in flat],
            "reward": [reward for *_, reward in flat],
        },
    )
    rows = rows_of("sampling", frame)
    # PROVENANCE.md: 728 of 800 right, 86 questions all right, 4 all wrong
    assert rows["pass@1"].estimate == pytest.approx(728 / 800)
    assert (rows["always_right"].n_events, rows["ever_right"].n_events, rows["ever_right"].n) == (86, 96, 100)
    for k in (1, 2, 4, 8):
        passes = [1 - comb(8 - sum(row["score"]), k) / comb(8, k) for row in qwen]
        best = [mean(_best(row, subset) for subset in combinations(range(8), k)) for row in qwen]
        assert rows[f"pass@{k}"].estimate == pytest.approx(mean(passes))
        assert rows[f"best_of@{k}"].estimate == pytest.approx(mean(best))
        rewards = [mean(max(row["pred_score"][i][0] for i in s) for s in combinations(range(8), k)) for row in qwen]
        assert rows[f"reward@{k}"].estimate == pytest.approx(mean(rewards))
    assert rows["best_of@8"].estimate == pytest.approx(0.94)


def _best(row: dict[str, list[Any]], subset: tuple[int, ...]) -> float:
    most = max(row["pred_score"][i] for i in subset)
    return mean(float(row["score"][i]) for i in subset if row["pred_score"][i] == most)


def test_the_measure_says_where_it_is_from() -> None:
    assert "2107.03374" in SAMPLING.citation
    assert SAMPLING.coverage
