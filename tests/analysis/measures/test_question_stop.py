"""The rule that reads the question: what it may know, hand-derived caps, and a planted word that it must find."""

import numpy as np
import polars as pl
import pytest

from analysis.measures.question_stop import SHARES, taught_rule
from analysis.resampling import Resampler
from bench.proofs.base import Design
from bench.proofs.reflection import MENDABLE, question_rollouts, question_truth
from tests.analysis.measures.rollouts import rollouts_of
from tests.analysis.measures.rows import rows_of


def simulated(n_problems: int = 400, seed: int = 3, *, has_word: bool = True) -> pl.DataFrame:
    return question_rollouts(Design(n_problems, 20.0, 0.8), np.random.default_rng(seed), has_word=has_word)


def shown_half(rollouts: pl.DataFrame, n_problems: int) -> pl.Series:
    """Which rollouts are of the half that the rule was not taught by, for the seed of rows_of."""
    half = Resampler(np.random.default_rng(0)).halves(np.arange(n_problems))
    return pl.Series(half[rollouts["problem_id"].to_numpy()] == 1)


def test_the_fixed_caps_are_those_of_the_measure_of_stopping_early_on_the_shown_half() -> None:
    rollouts = simulated()
    shown = rollouts.filter(shown_half(rollouts, 400))
    assert shown.height == rollouts.height / 2
    caps = rows_of("early_stop", shown, {"average": "pooled"})
    rows = rows_of("question_stop", rollouts)
    for name, k in (("early", 1), ("late", 3)):
        for row in ("accuracy", "accuracy_lost", "tokens_saved"):
            assert rows[f"{row}_{name}"].estimate == caps[f"{row}_at_{k}"].estimate
            assert rows[f"{row}_{name}"].n == caps[f"{row}_at_{k}"].n


def test_a_planted_word_that_tells_what_is_worth_a_second_try_is_found() -> None:
    # .3 of the problems carry it and gain .4 from running late. The quarter with the highest scores are all such:
    # .25 · .4 = .1, at random .25 · .3 · .4 = .03, so .07 above mixing
    row = rows_of("question_stop", simulated(2000))["over_mixing_question_25"]
    assert row.estimate == pytest.approx(0.25 * 0.4 - 0.25 * MENDABLE * 0.4, abs=0.02)
    assert row.low is not None
    assert row.low > 0.03


def test_without_a_word_that_tells_anything_there_is_nothing_above_mixing() -> None:
    row = rows_of("question_stop", simulated(2000, has_word=False))["over_mixing_question_25"]
    assert row.low is not None
    assert row.high is not None
    assert row.estimate == pytest.approx(0, abs=4 * (row.high - row.low) / 4)
    assert row.high < 0.03


def test_no_gold_of_the_shown_half_enters_a_decision() -> None:
    """Its golds are turned round: the rule and its thresholds stay what they were; the other half's do change them."""
    rollouts = simulated(100)
    is_shown = shown_half(rollouts, 100)
    rule, limits = taught_rule(rollouts, Resampler(np.random.default_rng(0)))
    same, same_limits = taught_rule(turned(rollouts, is_shown), Resampler(np.random.default_rng(0)))
    other, _ = taught_rule(turned(rollouts, ~is_shown), Resampler(np.random.default_rng(0)))
    assert (rule.weights == same.weights).all()
    assert (limits == same_limits).all()
    assert not (rule.weights == other.weights).all()


def turned(rollouts: pl.DataFrame, which: pl.Series) -> pl.DataFrame:
    return rollouts.with_columns(
        n_ft=pl.when(which).then(1 - pl.col("n_ft")).otherwise("n_ft"),
        candidate_outcomes=pl.when(which).then(pl.lit(["incorrect"] * 3)).otherwise("candidate_outcomes"),
        final_outcome=pl.when(which).then(pl.lit("incorrect")).otherwise("final_outcome"),
    )


def test_the_same_seed_gives_the_same_halves_and_another_split_others() -> None:
    rollouts = simulated(100)
    names = [f"accuracy_question_{share}" for share in SHARES]
    found = [
        [rows_of("question_stop", rollouts, {"split": split})[name].estimate for name in names]
        for split in ("0", "0", "1")
    ]
    assert found[0] == found[1]
    assert found[0] != found[2]


def test_halves_do_not_depend_on_how_many_rollouts_a_problem_has() -> None:
    ids = np.arange(11)
    halves = Resampler(np.random.default_rng(5)).halves(ids)
    assert sorted(np.bincount(halves).tolist()) == [5, 6]
    assert (halves == Resampler(np.random.default_rng(5)).halves(ids)).all()


def test_with_few_problems_the_caps_stand_and_the_rule_says_why_not() -> None:
    rows = rows_of("question_stop", rollouts_of([("FTT", "T"), ("TT", "T"), ("F", "F")] * 4))
    assert rows["accuracy_early"].estimate == pytest.approx(1 / 3)
    assert rows["accuracy_question_25"].reason == "fewer than 10 problems in a half to learn from"
    assert rows["over_mixing_question_25"].estimate is None


def test_the_share_that_runs_late_is_about_the_one_that_was_asked_for() -> None:
    rows = rows_of("question_stop", simulated(1000))
    for share in SHARES:
        assert rows[f"late_question_{share}_share"].estimate == pytest.approx(share / 100, abs=0.1)


def test_what_the_rules_are_worth_on_new_problems_lies_in_the_intervals() -> None:
    rollouts = simulated(300, seed=8)
    truth = question_truth(Design(300, 20.0, 0.8), rollouts, 25, Resampler(np.random.default_rng(0)))
    rows = rows_of("question_stop", rollouts)
    for name, value in truth.items():
        row = rows[name.removeprefix("question_stop/")]
        low, high = row.low, row.high
        assert low is not None
        assert high is not None
        middle, half = (low + high) / 2, (high - low) / 2
        assert abs(value - middle) < 2 * half
