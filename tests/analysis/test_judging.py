"""What judges are worth: against naive loops and scipy, and intervals against simulated judges."""

import numpy as np
import pytest
from scipy import stats

from analysis.judging import Pairs, Worth, worth_of_pairs, worth_of_scores, worth_of_verdicts
from analysis.resampling import Floats


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def by_name(found: list[Worth]) -> dict[str, Worth]:
    return {each.name: each for each in found}


def kappa(said: Floats, truth: Floats) -> float:
    observed = float((said == truth).mean())
    chance = sum(float((said == label).mean() * (truth == label).mean()) for label in (0, 1))
    return (observed - chance) / (1 - chance)


def test_kappa_of_a_table_counted_by_hand() -> None:
    # 20 both right, 5 judge only, 10 truth only, 15 neither: p_o = 35/50, p_e = (25*30 + 25*20)/2500 = 0.5, kappa 0.4
    said = np.repeat([1.0, 1, 0, 0], [20, 5, 10, 15])
    truth = np.repeat([1.0, 0, 1, 0], [20, 5, 10, 15])
    found = by_name(worth_of_verdicts(np.arange(50), said, truth, rng()))
    assert found["agreement"].estimate.value == pytest.approx(0.7)
    assert found["kappa"].estimate.value == pytest.approx(0.4)
    assert found["finds_right"].estimate.value == pytest.approx(20 / 30)
    assert found["finds_wrong"].estimate.value == pytest.approx(15 / 20)


def test_the_interval_of_kappa_is_as_wide_as_the_jackknife_says() -> None:
    said, truth = (rng(seed).integers(0, 2, 400).astype(float) for seed in (1, 2))
    said[:250] = truth[:250]
    left_out = np.array([kappa(np.delete(said, i), np.delete(truth, i)) for i in range(400)])
    error = (399 / 400 * ((left_out - left_out.mean()) ** 2).sum()) ** 0.5
    found = by_name(worth_of_verdicts(np.arange(400), said, truth, rng()))["kappa"].estimate
    assert found.value == pytest.approx(kappa(said, truth))
    assert found.low is not None
    assert found.high is not None
    assert (found.high - found.low) / (2 * 1.96) == pytest.approx(error, rel=0.08)


def test_the_area_is_that_of_mann_and_whitney_with_ties() -> None:
    scores, truth = rng(3).integers(1, 6, 300).astype(float), rng(4).integers(0, 2, 300).astype(float)
    u = stats.mannwhitneyu(scores[truth == 1], scores[truth == 0]).statistic
    found = by_name(worth_of_scores(np.arange(300), scores, truth, rng()))["auroc"].estimate
    assert found.value == pytest.approx(u / ((truth == 1).sum() * (truth == 0).sum()))


@pytest.mark.parametrize("name", ["kappa", "auroc"])
def test_intervals_hold_the_truth_of_simulated_judges_of_several_rollouts_a_problem(name: str) -> None:
    """60 problems of 4 rollouts, of which a hard one misleads the judge: 300 data sets, 90 to 99 % hold the value of
    a data set 200 times as large."""
    true = simulated(name, rng(99), n_problems=12_000).estimate.value
    assert true is not None
    draws = [simulated(name, rng(seed), n_problems=60).estimate for seed in range(300)]
    held = np.mean([each.low <= true <= each.high for each in draws if each.low is not None and each.high is not None])
    assert 0.90 <= held <= 0.99


def simulated(name: str, given: np.random.Generator, n_problems: int) -> Worth:
    problems = np.repeat(np.arange(n_problems), 4)
    hardness = given.normal(size=n_problems)[problems]
    truth = (given.normal(size=len(problems)) > hardness).astype(float)
    heard = truth + 0.7 * given.normal(size=len(problems)) + 0.4 * hardness
    if name == "auroc":
        return by_name(worth_of_scores(problems, np.round(heard, 1), truth, given))[name]
    return by_name(worth_of_verdicts(problems, (heard > 0.5).astype(float), truth, given))[name]


def test_rollouts_in_any_order_give_the_same_numbers() -> None:
    problems, truth = np.repeat(np.arange(30), 3), rng(5).integers(0, 2, 90).astype(float)
    said = rng(6).integers(0, 2, 90).astype(float)
    order = rng(7).permutation(90)
    assert worth_of_verdicts(problems, said, truth, rng()) == worth_of_verdicts(
        problems[order], said[order], truth[order], rng()
    )


def test_what_cannot_be_told_has_a_reason() -> None:
    nothing = np.zeros(0)
    none = worth_of_verdicts(np.zeros(0, np.int64), nothing, nothing, rng())
    assert [each.estimate.value for each in none] == [None] * 4
    assert all(each.estimate.reason for each in none)
    same = by_name(worth_of_verdicts(np.arange(3), np.ones(3), np.ones(3), rng()))
    assert same["kappa"].estimate.reason == "judge and truth use one and the same label only"
    alone = by_name(worth_of_scores(np.arange(3), np.arange(3.0), np.ones(3), rng()))
    assert alone["auroc"].estimate.reason == "needs both right and wrong rollouts"
    once = Pairs(np.arange(2), np.array([1.0, 0]), np.ones(2), np.array([1.0, 0]), np.ones(2))
    assert by_name(worth_of_pairs(once, rng()))["picks_place_a"].estimate.value is None


def test_a_judge_that_always_picks_place_a_has_no_winner_and_full_position_bias() -> None:
    pairs = Pairs(np.arange(40), np.full(40, 0.5), np.full(40, 2.0), np.full(40, 1.0) * 2, np.full(40, 2.0))
    found = by_name(worth_of_pairs(pairs, rng()))
    assert [found[name].estimate.value for name in ("wins", "loses", "neither")] == [0, 0, 1]
    assert found["is_consistent"].estimate.value == 0
    assert found["picks_place_a"].estimate.value == 1
    assert found["picks_place_a"].estimate.low is not None
