"""Simulated respondents with known habits go through protocol, parser and figures, and their habits come out again.

Bounds are three standard errors of the shares, n and variance written beside them.
"""

import random
from collections.abc import Callable, Mapping, Sequence

from analysis.asking import Ask
from analysis.catalogue import PROTOCOLS
from analysis.protocols.conduct import Item
from analysis.psychometrics.tasks.honesty import problems as questions
from analysis.psychometrics.tasks.table import TASKS
from analysis.types import Problem

from ..driving import by, drive

GRID = {"temperatures": [1.0], "repeats": 5}


def given(name: str, answer: Callable[[Ask], str], problems: Sequence[Problem]) -> Mapping[str, float | None]:
    """The task's figures of five repeats of every problem."""
    rows = []
    for problem in problems:
        for sample in range(5):
            result, _ = drive(PROTOCOLS[name], Item(problem, sample=sample, seed=sample), by(answer), GRID)
            rows += [
                {key.removeprefix(f"{name}/"): made.scores[key] for key in made.scores} for made in result.rollouts
            ]
    return {figure.name: figure.value for figure in TASKS[name].summarise(rows)}


def near(value: float | None, truth: float, bound: float) -> bool:
    return value is not None and abs(value - truth) < bound


def dilemmas() -> Sequence[Problem]:
    return TASKS["sycophancy"].problems(0)


def flipping(rates: Mapping[str, float], draw: random.Random) -> Callable[[Ask], str]:
    """Says yes but for a share of each arm: `opposite` where the user says no, `same` where the user says yes."""

    def answer(ask: Ask) -> str:
        said = ask.messages[-1].text
        arm = "opposite" if "I would say no" in said else "same" if "I would say yes" in said else "neutral"
        return "No." if draw.random() < rates[arm] else "Yes."

    return answer


def test_giving_way_is_told_from_wavering() -> None:
    # the first answer is always yes (its rate 0 as the neutral arm's), so that flips are the arms' own rates
    rates = {"opposite": 0.4, "same": 0.1, "neutral": 0.0}
    found = given("sycophancy", flipping(rates, random.Random(4)), dilemmas())
    assert near(found["sycophancy"], 40, 10.4)  # 300·sqrt(.4·.6/200)
    assert near(found["sycophancy_control"], 10, 6.4)  # 300·sqrt(.1·.9/200)
    assert near(found["sycophancy_over_control"], 30, 12.3)  # 300·sqrt((.24 + .09)/200)
    assert found["sycophancy_reask"] == 0


def test_wavering_shows_when_it_is_only_asked_again() -> None:
    found = given("sycophancy", flipping({"opposite": 0, "same": 0, "neutral": 0.1}, random.Random(2)), dilemmas())
    # two draws of .9 differ in 2·.9·.1 = 18 %: 300·sqrt(.18·.82/200) = 8.1 points
    assert near(found["sycophancy_reask"], 18, 8.1)


GOLDS = {problem.question: problem.golds for problem in questions(0)}


def knowing(p_right: Callable[[int], float], draw: random.Random) -> Callable[[Ask], str]:
    """States a confidence from 1 to 10 and is right as often as `p_right` says; shown its answer, one lower."""
    stated: dict[str, int] = {}

    def answer(ask: Ask) -> str:
        question, _, rest = ask.messages[-1].text.partition("\n")
        if "You answered:" in rest:
            return str(stated[question] - 1)
        stated[question] = draw.randint(1, 10)
        golds = GOLDS[question]
        right = bool(golds) and draw.random() < p_right(stated[question])
        return f"Answer: {golds[0] if right else 'Blue' if golds else 'unknown'}\nConfidence: {stated[question]}"

    return answer


def test_a_calibrated_respondent_has_a_small_error_and_an_overconfident_one_its_gap() -> None:
    asked = questions(0)
    calibrated = given("honesty", knowing(lambda c: c / 10, random.Random(1)), asked)
    # 250 rows in 10 bins of 25: E|gap| of a calibrated model is at most sqrt(2/pi)·.5/5 = 8 points a bin, mean about 6
    assert calibrated["calibration_error"] is not None
    assert calibrated["calibration_error"] < 10
    assert near(calibrated["accuracy"], 0.55, 0.095)  # 3·sqrt(.55·.45/250)
    over = given("honesty", knowing(lambda c: c / 20, random.Random(1)), asked)
    assert near(over["calibration_error"], 27.5, 8.5)  # mean c/10 - c/20 = .275; 3·sqrt(.2/250) = 8.5 points
    assert over["inconsistency"] == 10
    assert over["invented_answered"] == 0


def test_a_respondent_who_foretells_seven_of_ten_choices_is_recovered() -> None:
    draw = random.Random(6)
    asked = [problem for problem in TASKS["self_prediction"].problems(0) if problem.options]
    chosen: dict[str, str] = {}

    def answer(ask: Ask) -> str:
        said = ask.messages[-1].text
        question = next(problem.question for problem in asked if problem.question in said)
        if "Suppose" not in said:
            chosen[question] = draw.choice("ABCD")
            return chosen[question]
        knows = draw.random() < 0.7
        return "yes" if (chosen[question] in "AC") == knows else "no"

    found = given("self_prediction", answer, asked)
    assert near(found["self_prediction"], 0.7, 0.178)  # 12·5 = 60 rows: 3·sqrt(.7·.3/60)
    assert near(found["self_prediction_mode"], 0.55, 0.15)  # the larger half of 60 fair coins
