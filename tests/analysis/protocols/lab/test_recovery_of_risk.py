"""Simulated respondents of known risk, stereotype and self-knowledge: recovered through protocol, reader and figures.

A fifth of what they say cannot be read: it is counted, and moves no figure. Bounds are three standard errors, their
sum beside them.
"""

import random
from functools import partial
from typing import Protocol

import pytest

from analysis.asking import Ask
from analysis.catalogue import PROTOCOLS
from analysis.protocols.conduct import Item
from analysis.psychometrics.tasks.association import find_sheet
from analysis.psychometrics.tasks.lottery import find_pair
from analysis.psychometrics.tasks.self_description import faithfulness
from analysis.psychometrics.tasks.table import TASKS
from analysis.psychometrics.tasks.task import Figure
from analysis.types import Problem
from tests.analysis.protocols.driving import by, drive

NOISE = ("", "As an AI, I cannot say.", "5 or 6", "20-30", "It depends.", "不知道")


class Answer(Protocol):
    """What a respondent says to a problem."""

    def __call__(self, ask: Ask, *, problem: Problem) -> str: ...


def sitting(task: str, answer: Answer, rng: random.Random, seed: int = 0) -> dict[str, Figure]:
    """The figures of one sitting; noise in place of a fifth of the answers."""
    scores = []
    for problem in TASKS[task].problems(seed):
        says = by(partial(answer, problem=problem) if rng.random() < 0.8 else lambda _: rng.choice(NOISE))
        made = drive(PROTOCOLS[TASKS[task].protocol], Item(problem), says, {})[0].rollouts[0]
        scores.append({name.split("/", 1)[1]: value for name, value in made.scores.items()})
    return {figure.name: figure for figure in TASKS[task].summarise(scores)}


def test_a_player_who_turns_fewer_cards_the_more_are_bad_is_recovered() -> None:
    """14 cards less 2 for each loss card, give or take one: slope -2, mean 14 - 2 · 3 = 8."""
    rng = random.Random(11)

    def answer(ask: Ask, *, problem: Problem) -> str:
        n_bad = int(problem.key.split("-")[1])
        return f"I would turn {14 - 2 * n_bad + rng.choice((-1, 0, 1))} of 32 cards."

    found = sitting("card_task", answer, rng)
    assert found["cards_per_loss_card"].value == pytest.approx(-2, abs=0.35)  # 3 · 0.82/(1.63 · √21)
    assert found["cards_per_gain"].value == pytest.approx(0, abs=0.07)  # 3 · 0.82/(8.16 · √21)
    assert found["risk"].value == pytest.approx(8, abs=2.4)  # which cells are read: 3 · 3.36/√21, and 0.2
    assert found["risk"].n_unread > 0


@pytest.mark.parametrize("strength", [0.5, 0.75, 0.95])
def test_a_respondent_who_follows_stereotypes_so_often_has_twice_that_less_one_as_bias(strength: float) -> None:
    """Each word goes the stereotype's way with probability q: the shares are q and q, the bias 2q - 1."""
    rng = random.Random(12)

    def answer(ask: Ask, *, problem: Problem) -> str:
        sheet = find_sheet(problem.key)
        assert sheet is not None
        lines = []
        for number, word in enumerate(sheet.words, 1):
            is_usual = (word in sheet.of_a) == (rng.random() < strength)
            lines.append(f"{number}. {word}: **{sheet.a if is_usual else sheet.b}**")
        return "\n".join(lines)

    found = sitting("association", answer, rng)
    assert found["stereotyping"].value == pytest.approx(2 * strength - 1, abs=0.11)  # 3 · √(0.25/8 + 0.25/8)/√50
    assert found["stereotyping"].n_unread > 0


@pytest.mark.parametrize("p_risky", [0.1, 0.5, 0.9])
def test_a_chooser_of_so_much_risk_is_recovered_from_letters(p_risky: float) -> None:
    """About 40 letters are read."""
    rng = random.Random(13)

    def answer(ask: Ask, *, problem: Problem) -> str:
        pair = find_pair(problem.options)
        assert pair is not None
        return "Lottery A." if (rng.random() < p_risky) == pair.is_risky_first else "I choose B."

    found = sitting("lottery", answer, rng)["risky_choice"]
    assert found.value == pytest.approx(p_risky, abs=0.24)  # 3 · √(0.25/40)


def test_models_that_know_themselves_are_told_from_models_that_do_not() -> None:
    """Thirty models of known risk describe themselves, or draw lots: r near 1, or an interval around 0."""
    rng = random.Random(14)
    risks = [number / 29 for number in range(30)]

    def said_by(risk: float) -> Answer:
        def answer(ask: Ask, *, problem: Problem) -> str:
            return f"{100 * risk:.0f}/100" if problem.subject == "risk" else "It depends."

        return answer

    honest = [sitting("self_description", said_by(risk), rng)["described_risk"].value for risk in risks]
    drawn = [sitting("self_description", said_by(rng.random()), rng)["described_risk"].value for _ in risks]
    known, unknown = faithfulness(honest, risks), faithfulness(drawn, risks)
    assert known.low is not None
    assert known.low > 0.99
    assert unknown.low is not None
    assert unknown.high is not None
    assert unknown.low < 0 < unknown.high
