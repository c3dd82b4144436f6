"""Leaving out what cannot win changes no candidate: bounds hold, by any weights, and both ways choose the same."""

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from analysis.answers.extract.asked import read
from analysis.answers.extract.company import log_odds
from analysis.answers.extract.math_bounds import Bounds
from analysis.answers.extract.math_mentions import able_mentions, mentions
from analysis.answers.extract.math_sightings import Shared, sightings
from analysis.answers.extract.rules import choose, kind_of
from analysis.answers.extract.weighing import Weights, shipped
from analysis.answers.labelled import read_labelled
from analysis.types import Problem

TEXTS = [
    (
        "How many sides does the polygon have?",
        "360/15 = 24.\nSo the polygon has 24 sides.\n15 degrees, 3 times.",
    ),
    ("Find the ordered pair $(a,b)$.", "First a = 3.\nThen we get b = -4.\nSo\n\\[ (a, b) = (3, -4) \\]\nat least 2."),
    ("What is the coefficient of $x^2$ in $(x+6)^2$?", "1. x^2 + 12x + 36\n- the coefficient of x is 12\nIt is 1."),
    (
        "Compute $\\frac{1}{2}+\\frac{1}{3}$ as a fraction.",
        "So 3/6 + 2/6 = 5/6.\nIs 5/6 right? Yes, \\boxed{5/6}.",
    ),
    ("What percent is it?", "Maybe 40%. The answer is 45%. And 45 percent is the value, not 40."),
    ("", "The total is 7. Possibilities: 8, 9 and 10."),
    ("In how many ways can it be done?", "The possibilities are 12.\nThe number of ways is 12\nstep 3: 4 × 3 = 12"),
]


def by_chance(seed: int) -> Weights:
    """The shipped weights, each moved or turned round by chance."""
    rng, plain = random.Random(seed), shipped()["math"]
    alone = {name: weight * rng.choice([1, 1, 1, -1]) + rng.gauss(0, 0.7) for name, weight in plain.alone.items()}
    company = {name: weight * rng.choice([1, 1, -1]) + rng.gauss(0, 0.3) for name, weight in plain.company.items()}
    return replace(plain, alone=alone, company=company, alone_bias=rng.uniform(-6, 0), threshold=rng.uniform(0.1, 0.9))


def sets_of_weights() -> Iterator[Weights]:
    yield shipped()["math"]
    yield from map(by_chance, range(8))


def assert_same(text: str, question: str, weights: Weights) -> None:
    problem = Problem(question)
    every = choose(mentions(text, problem), weights, "math")
    assert choose(able_mentions(text, problem, weights), weights, "math") == every


def assert_bounded(text: str, question: str, weights: Weights) -> None:
    shared = Shared(read(question))
    bounds = Bounds(shared, weights)
    enough = log_odds(0.3)
    for seen in sightings(text, shared.asked):
        mention = shared.mention(seen)
        score = weights.alone_bias + sum(weights.alone.get(cue, 0.0) for cue in mention.cues)
        assert bounds.of(seen, enough) >= min(score, enough) - 1e-9, (mention, question)


@pytest.mark.parametrize(("question", "text"), TEXTS)
def test_no_score_is_above_its_bound_and_no_candidate_is_lost(question: str, text: str) -> None:
    for weights in sets_of_weights():
        assert_bounded(text, question, weights)
        assert_same(text, question, weights)


@pytest.mark.shared
def test_on_labelled_traces_no_score_is_above_its_bound_and_no_candidate_is_lost(shared: Path) -> None:
    for row in read_labelled((shared / "gold/candidates_dev.jsonl").read_text(encoding="utf-8").split("\n")):
        problem, text = row.problem, row.text
        if kind_of(problem) == "math":
            for weights in sets_of_weights():
                assert_bounded(text, problem.question, weights)
                assert_same(text, problem.question, weights)


def test_most_mentions_are_left_out() -> None:
    # One line states the answer; twenty lines roll dice of which nothing is asked.
    text = "\n".join(f"For die {n} we can see {n + 30} red spots." for n in range(20)) + "\nSo the answer is x = 4."
    problem = Problem("What is $x$?")
    kept = able_mentions(text, problem, shipped()["math"])
    assert len(mentions(text, problem)) >= 20
    assert [mention.value for mention in kept] == ["4"]
