"""The measure of calibration: published accuracies from real rows, what is left out, properties, and its settings."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from analysis.features import frame as features_frame
from analysis.measures.base import Row, SettingError, compute
from tests.analysis.measures.rollouts import columns_of
from tests.analysis.measures.rows import rows_of
from tests.analysis.test_calibration import over10

PRINTED = {"Qwen3-0.6B": (0.200, 0.885), "gpt-4.1": (0.788, 0.966), "deepseek-reasoner": (0.846, 0.899)}
"""Accuracy and mean confidence as calib-mmlupro-20models/PROVENANCE.md prints them."""


def rollouts(
    confidence: list[float | None], right: list[bool], problems: list[int] | None = None, **more: object
) -> pl.DataFrame:
    n = len(confidence)
    said = ["correct" if each else "incorrect" for each in right]
    columns = {"confidence": confidence, "confidence_unread": False, "final_outcome": said}
    return columns_of(n, columns | {"problem_id": problems or list(range(n))} | more)


def some_rollouts(n: int = 120, per_problem: int = 3, seed: int = 0) -> pl.DataFrame:
    """n rollouts, `per_problem` of each problem: all sources of confidence, some without any."""
    rng = np.random.default_rng(seed)
    c = np.round(rng.beta(3, 1, n), 1)
    right = (rng.random(n) < c).tolist()
    missing = rng.random(n) < 0.1
    stated: list[float | None] = [None if gone else float(each) for gone, each in zip(missing, c, strict=True)]
    return rollouts(
        stated,
        right,
        [k // per_problem for k in range(n)],
        token_confidence=rng.beta(3, 1, n).tolist(),
        word_confidence=c.tolist(),
        probe_confidence=rng.beta(2, 1, n).tolist(),
        answer_key=[str(key) for key in rng.integers(0, 3, n)],
        n_tokens=rng.integers(10, 900, n).tolist(),
    )


def both_ends(row: Row) -> tuple[float, float]:
    assert row.low is not None
    assert row.high is not None
    return row.low, row.high


@pytest.fixture(scope="module")
def of_over10() -> dict[str, Row]:
    c, y = over10()
    return rows_of("calibration", rollouts(c.tolist(), (y > 0).tolist()))


def test_the_rows_are_the_reference_numbers(of_over10: dict[str, Row]) -> None:
    """calib_reference.json, over10: the table of calibration_personality.md, section 11."""
    known = {
        "ece": 0.09911,
        "ace_equal_width": 0.104152,
        "mce": 0.15,
        "rmsce": 0.099944,
        "ece_equal_mass": 0.09911,
        "ace": 0.099174,
        "smece": 0.099095,
        "brier": 0.218789,
        "brier_reliability": 0.012935,
        "brier_resolution": 0.030875,
        "brier_uncertainty": 0.236729,
        "auroc": 0.699574,
        "auprc_correct": 0.767962,
        "auprc_wrong": 0.588221,
        "aurc": 0.249252,
        "e_aurc": 0.163282,
        "gap": 0.09911,
        "accuracy": 0.6152,
        "base_rate": 0.6152,
        "base_rate_wrong": 0.3848,
    }
    assert {name: of_over10[name].estimate for name in known} == pytest.approx(known, abs=2e-5)


@pytest.mark.parametrize(
    ("settings", "ece", "ace_equal_width", "mce"),
    [({"edge": "right"}, 0.09911, 0.109403, 0.1875), ({"edge": "left"}, 0.09911, 0.104152, 0.15)],
)
def test_the_edge_is_a_setting(settings: dict[str, str], ece: float, ace_equal_width: float, mce: float) -> None:
    c, y = over10()
    found = rows_of("calibration", rollouts(c.tolist(), (y > 0).tolist()), settings)
    values = (found["ece"].estimate, found["ace_equal_width"].estimate, found["mce"].estimate)
    assert values == pytest.approx((ece, ace_equal_width, mce), abs=1e-6)


def test_ties_split_is_the_legacy_number() -> None:
    c, y = over10()
    found = rows_of("calibration", rollouts(c.tolist(), (y > 0).tolist()), {"ties": "split"})
    assert found["ace"].estimate == pytest.approx(0.09911, abs=1e-6)


def test_every_number_of_a_large_sample_lies_in_its_interval(of_over10: dict[str, Row]) -> None:
    for name in ("ece", "smece", "brier", "auroc", "aurc", "gap", "accuracy", "brier_skill"):
        low, high = both_ends(of_over10[name])
        estimate = of_over10[name].estimate
        assert estimate is not None
        assert low < estimate < high
        assert high - low < 0.08 if name != "brier_skill" else True
    assert (of_over10["ece"].low or 0) > (of_over10["null_ece"].high or 1)


@pytest.mark.parametrize("model", list(PRINTED))
def test_accuracies_and_mean_confidences_of_real_models_are_those_that_were_printed(shared: Path, model: str) -> None:
    name = f"mmlu_pro_{model}_eval_all_None.csv"
    rows = pl.read_csv(shared / "data" / "calib-mmlupro-20models" / "results" / name, infer_schema_length=0)
    right = (rows["correct_answer"] == rows["extracted_answer"]).fill_null(False)
    stated = rows["verbal_numerical_confidence"].cast(pl.Float64, strict=False)
    found = rows_of("calibration", rollouts(stated.to_list(), right.to_list()))
    accuracy, confidence = PRINTED[model]
    assert found["accuracy_all"].n == 12_032
    assert found["accuracy_all"].estimate == pytest.approx(accuracy, abs=0.0005)
    assert found["mean_confidence"].estimate == pytest.approx(confidence, abs=0.0005)
    assert found["stated_share"].estimate == pytest.approx(stated.is_not_null().sum() / 12_032)
    assert (found["gap"].estimate or 0) > 0


def test_numbers_of_a_model_that_answers_where_it_should_be_sure_are_outside(shared: Path) -> None:
    """gemma-2b-it states 362880 and the like: PROVENANCE.md. Those above 1 or below 0 are counted, never used."""
    name = "mmlu_pro_gemma-2b-it_eval_all_None.csv"
    rows = pl.read_csv(shared / "data" / "calib-mmlupro-20models" / "results" / name, infer_schema_length=0)
    stated = rows["verbal_numerical_confidence"].cast(pl.Float64, strict=False)
    n_outside = int(((stated < 0) | (stated > 1)).sum())
    found = rows_of("calibration", rollouts(stated.to_list(), [False] * len(stated)))
    assert stated.max() == 362880
    assert found["outside_share"].n_events == n_outside > 0
    assert found["mean_confidence"].estimate == pytest.approx(stated.filter((stated >= 0) & (stated <= 1)).mean())


def test_bad_confidences_are_counted_and_change_no_number() -> None:
    """362880, -1 and "95" are off the scale; "very likely" is no number; a blank is nothing."""
    good: list[float | None] = [0.9, 0.8, 0.9, 0.7, 0.6]
    right = [True, True, False, False, True]
    alone = rows_of("calibration", rollouts(good, right))
    unread = [False] * 8 + [True, False]
    bad = rollouts([*good, 362880.0, -1.0, 95.0, None, None], [*right, *[True] * 5], confidence_unread=unread)
    found = rows_of("calibration", bad)
    assert found["outside_share"].estimate == pytest.approx(0.3)
    assert found["unread_share"].estimate == pytest.approx(0.1)
    assert found["stated_share"].estimate == pytest.approx(0.5)
    for name in ("ece", "brier", "auroc", "mean_confidence", "accuracy"):
        assert found[name].n == 5
        assert found[name].estimate == pytest.approx(alone[name].estimate)
    assert found["accuracy_all"].n == 10


def test_percents_and_shares_give_the_same_numbers() -> None:
    shares = some_rollouts()
    percents = shares.with_columns(confidence=pl.col("confidence") * 100)
    one, two = rows_of("calibration", shares), rows_of("calibration", percents)
    assert one["brier"].estimate == pytest.approx(two["brier"].estimate)
    assert (one["read_as_share"].estimate, two["read_as_percent"].estimate) == (1, 1)


def test_golds_that_are_missing_are_counted_and_left_out() -> None:
    found = rows_of(
        "calibration",
        rollouts([0.9, 0.8, 0.7], [True, False, True], has_gold=[True, True, False]),
    )
    assert found["ece"].n == 2
    assert found["ungraded_share"].estimate == pytest.approx(1 / 3)


def test_what_was_not_attempted_is_wrong_or_left_out_and_counted() -> None:
    said = ["correct", "correct", "incorrect", "not_attempted", "refused", "unparsed"]
    frame = rollouts([0.9] * 6, [True] * 6).with_columns(final_outcome=pl.Series(said))
    every, attempted = rows_of("calibration", frame), rows_of("calibration", frame, {"attempted": "attempted"})
    assert every["not_attempted_share"].estimate == pytest.approx(2 / 6)
    assert every["accuracy"].estimate == pytest.approx(2 / 6)
    assert every["accuracy_attempted"].estimate == attempted["accuracy"].estimate == pytest.approx(2 / 4)
    read = rows_of("calibration", frame, {"attempted": "attempted", "unread": "leave_out"})
    assert read["accuracy"].estimate == pytest.approx(2 / 3)


@pytest.mark.parametrize("is_right", [True, False])
def test_one_class_has_no_ranking_and_says_why(is_right: bool) -> None:
    found = rows_of("calibration", rollouts([0.9, 0.8, 0.7, 0.9], [is_right] * 4))
    for name in ("auroc", "auprc_correct", "auprc_wrong", "brier_skill"):
        assert (found[name].estimate, found[name].reason) == (None, "needs both right and wrong rollouts")
    assert found["brier"].estimate is not None
    assert found["aurc"].estimate == (0 if is_right else 1)


def test_bins_show_how_many_are_right_of_how_many() -> None:
    """0.85 and 0.8 stand in [.8, .9), two of three right; 1 and .95 in the last."""
    found = rows_of("calibration", rollouts([0.85, 0.8, 0.85, 0.95, 1.0], [True, True, False, True, True]))
    ninth, last = found["reliability_bin_9"], found["reliability_bin_10"]
    assert (ninth.n, ninth.edges) == (3, (0.8, 0.9))
    assert ninth.estimate == pytest.approx(2 / 3)
    assert (last.n, last.n_events) == (2, 2)
    assert found["bin_confidence_9"].estimate == pytest.approx((0.85 + 0.8 + 0.85) / 3)
    assert (found["reliability_bin_1"].estimate, found["reliability_bin_1"].n) == (None, 0)


def test_bins_of_equal_mass_have_their_own_edges() -> None:
    frame = rollouts([0.5, 0.6, 0.9, 0.9], [True, False, True, True])
    found = rows_of("calibration", frame, {"shown": "mass", "bins": "2"})
    assert [found[f"reliability_bin_{k}"].edges for k in (1, 2)] == [(0.5, 0.6), (0.9, 0.9)]
    assert "reliability_bin_3" not in found


def test_a_vote_is_the_share_of_the_same_answers_to_a_problem() -> None:
    """Problem 0: answers a, a, b; problem 1: one rollout, no vote; problem 2: one without an answer."""
    frame = rollouts([None] * 6, [True, True, False, True, True, False], [0, 0, 0, 1, 2, 2]).with_columns(
        answer_key=pl.Series(["a", "a", "b", "c", "d", None])
    )
    found = rows_of("calibration", frame, {"source": "vote"})
    assert found["mean_confidence"].n == 4
    assert found["mean_confidence"].estimate == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1 / 2) / 4)


@pytest.mark.parametrize("source", ["stated", "tokens", "words", "probe", "vote"])
def test_every_source_has_numbers_and_its_own_count(source: str) -> None:
    found = rows_of("calibration", some_rollouts(), {"source": source})
    assert found["ece"].estimate is not None
    assert (found["ece"].n < 120) == (source == "stated")


def test_a_source_that_is_a_probability_is_outside_when_it_is_none() -> None:
    frame = some_rollouts(6).with_columns(token_confidence=pl.Series([0.5, 1.5, -0.1, None, 0.7, 1.0]))
    found = rows_of("calibration", frame, {"source": "tokens"})
    assert found["ece"].n == 3
    assert found["outside_share"].estimate == pytest.approx(2 / 6)


@pytest.mark.parametrize("seed", [0, 1])
def test_a_number_has_an_interval_around_it_or_a_reason(seed: int) -> None:
    for row in compute("calibration", some_rollouts(seed=seed), rng=np.random.default_rng(0)):
        if row.estimate is None or row.low is None or row.high is None:
            assert row.reason, row
            continue
        assert row.low <= row.estimate <= row.high, row
        assert row.low < row.high, row


def test_the_order_of_rows_and_the_names_of_models_change_nothing() -> None:
    frame = pl.concat([some_rollouts().with_columns(model=pl.lit("a")), some_rollouts(seed=1)])
    frame = frame.with_columns(rollout_id=pl.int_range(pl.len()))
    renamed = frame.with_columns(model=pl.col("model").replace_strict({"a": "z", "m": "y"}))
    shuffled = frame.sample(fraction=1, shuffle=True, seed=2)
    of = [compute("calibration", each, ("model",), rng=np.random.default_rng(4)) for each in (frame, shuffled)]
    assert of[0] == of[1]
    after = compute("calibration", renamed, ("model",), rng=np.random.default_rng(4))
    by_name = {(row.group["model"], row.measure): row for row in after}
    for row in of[0]:
        other = by_name[{"a": "z", "m": "y"}[row.group["model"]], row.measure]
        assert (row.n, row.estimate, row.low, row.high) == (other.n, other.estimate, other.low, other.high)


def test_one_problem_has_numbers_but_no_intervals() -> None:
    for row in compute("calibration", some_rollouts(6, per_problem=6), rng=np.random.default_rng(0)):
        assert row.low is None, row
        assert row.reason, row


def test_nothing_in_gives_no_number_and_the_same_rows() -> None:
    empty, some = features_frame([]), some_rollouts()
    rows = compute("calibration", empty, rng=np.random.default_rng(0))
    assert all((row.n, row.estimate) == (0, None) and row.reason for row in rows)
    assert [row.measure for row in rows] == [
        row.measure for row in compute("calibration", some, rng=np.random.default_rng(0))
    ]


def test_bins_must_be_a_number_from_2_to_50() -> None:
    with pytest.raises(SettingError, match="setting bins takes a whole number from 2 to 50, not 'many'"):
        rows_of("calibration", some_rollouts(6), {"bins": "many"})


def test_each_model_has_a_scale_of_its_own_also_where_rows_are_not_grouped() -> None:
    """Percents 80 and 60, shares .9 and .7: the mean is (.8 + .6 + .9 + .7)/4, and nothing is off the scale."""
    rows = rows_of("calibration", rollouts([80.0, 60.0, 0.9, 0.7], [True, False] * 2, model=["a", "a", "b", "b"]))
    assert rows["mean_confidence"].estimate == pytest.approx(0.75)
    assert rows["outside_share"].estimate == 0
