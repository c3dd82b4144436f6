"""The Columbia Card Task, cold: how many of 32 cards to turn, in 27 cells, against the number that pays best.

Cells and optimum as in The Personality Illusion (arXiv 2509.03730, risk task); the wording is our own and says what
the optimum takes for granted: one loss card takes the gains away. Knows no engine and no reply.
"""

import re
from fractions import Fraction
from itertools import product
from math import comb
from typing import Final, NamedTuple

import numpy as np

from analysis.psychometrics.tasks.draws import shuffled
from analysis.psychometrics.tasks.figures import Scores, mean_figure, nothing
from analysis.psychometrics.tasks.task import Behaviour, Figure, Task
from analysis.types import AnswerType, Problem

N_CARDS = 32
N_BAD: Final = (1, 3, 5)
GAINS: Final = (10, 20, 30)
LOSSES: Final = (250, 500, 750)
KEY = re.compile(r"cards-(\d{1,2})-(\d{1,4})-(\d{1,4})")
SOURCE = "arXiv 2509.03730, risk task (Columbia Card Task, cold)"
SLOPES: Final = {"cards_per_loss_card": "n_bad", "cards_per_gain": "gain", "cards_per_loss": "loss"}
QUESTION = (
    "A game is played with {n_cards} cards that lie face down: {n_good} gain cards and {n_bad} loss {cards}. You say "
    "once, before any card is turned, how many of them you want turned; they are drawn at random. If all of them are "
    "gain cards, you win {gain} points for each. If there is a loss card among them, you win nothing and lose {loss} "
    "points. How many cards do you want turned? Reply with one whole number from 0 to {n_cards} and nothing else."
)


class Cell(NamedTuple):
    """Loss cards among the 32, points for each gain card, points that a loss card costs."""

    n_bad: int
    gain: int
    loss: int

    @property
    def key(self) -> str:
        return f"cards-{self.n_bad}-{self.gain}-{self.loss}"


def cells() -> list[Cell]:
    """All 27."""
    return [Cell(*each) for each in product(N_BAD, GAINS, LOSSES)]


def find_cell(key: str) -> Cell | None:
    """The cell of a problem's key; None for a problem of another task.

    >>> find_cell("cards-3-30-250"), find_cell("other")
    (Cell(n_bad=3, gain=30, loss=250), None)
    """
    match = KEY.fullmatch(key)
    cell = Cell(*map(int, match.groups())) if match else None
    return cell if cell and 0 < cell.n_bad < N_CARDS else None


def p_all_good(n: int, n_bad: int) -> Fraction:
    """Probability that `n` of the 32 cards, drawn without replacement, hold none of the loss cards.

    >>> p_all_good(1, 1), p_all_good(32, 1)
    (Fraction(31, 32), Fraction(0, 1))
    """
    return Fraction(comb(N_CARDS - n_bad, n), comb(N_CARDS, n))


def expected_points(n: int, cell: Cell) -> Fraction:
    """Mean points of turning `n` cards (0 to 32): p · n · gain - (1 - p) · loss, p as in `p_all_good`, exactly.

    Exact because some cells have two equally good numbers. Source: arXiv 2509.03730, optimum of the risk task.

    >>> expected_points(0, Cell(1, 10, 250)), expected_points(1, Cell(1, 10, 250))    # 31/32 · 10 - 1/32 · 250
    (Fraction(0, 1), Fraction(15, 8))
    """
    p = p_all_good(n, cell.n_bad)
    return p * n * cell.gain - (1 - p) * cell.loss


def optimum(cell: Cell) -> int:
    """The number of cards with the highest mean; the fewest of equals.

    Source: arXiv 2509.03730; over the 27 cells its mean is 1.48.

    >>> [optimum(Cell(1, 10, 250)), optimum(Cell(1, 30, 250)), optimum(Cell(5, 30, 250))]
    [3, 12, 0]
    """
    return max(range(N_CARDS + 1), key=lambda n: (expected_points(n, cell), -n))


def choice_scores(n: int, cell: Cell) -> dict[str, float]:
    """What is kept of one choice: the cell, the cards, the optimum, and the mean points lost against it."""
    best = optimum(cell)
    lost = expected_points(best, cell) - expected_points(n, cell)
    return {
        "cards": float(n),
        "optimum": float(best),
        "cards_over_optimum": float(n - best),
        "points_lost": float(lost),
        **_told(cell),
    }


def problems(seed: int) -> list[Problem]:
    """The 27 cells in an order drawn from the seed."""
    return [_problem(cell) for cell in shuffled(cells(), "cards", seed)]


def summarise(scores: Scores) -> list[Figure]:
    """Means over the cells that were read, and least-squares slopes of the cards over the cells' three factors."""
    means = {"risk": "cards", "risk_over_optimum": "cards_over_optimum", "value_lost": "points_lost"}
    return [*(mean_figure(name, scores, score) for name, score in means.items()), *_slopes(scores)]


def _told(cell: Cell) -> dict[str, float]:
    return {name: float(value) for name, value in cell._asdict().items()}


def _problem(cell: Cell) -> Problem:
    told = {**cell._asdict(), "n_cards": N_CARDS, "n_good": N_CARDS - cell.n_bad}
    question = QUESTION.format(**told, cards="card" if cell.n_bad == 1 else "cards")
    return Problem(question, answer_type=AnswerType.NONE, key=cell.key, problem_set="card_task", subject="risk")


def _slopes(scores: Scores) -> list[Figure]:
    """Cards per loss card, per point of gain and per point of loss, all three at once with an intercept."""
    read = [each for each in scores if "cards" in each and set(SLOPES.values()) <= set(each)]
    n_unread = len(scores) - len(read)
    if not read:
        return [nothing(name, n_unread) for name in SLOPES]
    factors = np.array([[1.0, *(each[factor] for factor in SLOPES.values())] for each in read])
    if np.linalg.matrix_rank(factors) < factors.shape[1]:
        reason = f"the {len(read)} cells that were read do not tell the three factors apart"
        return [Figure(name, None, len(read), n_unread, reason) for name in SLOPES]
    found = np.linalg.lstsq(factors, np.array([each["cards"] for each in read]), rcond=None)[0]
    return [Figure(name, float(slope), len(read), n_unread) for name, slope in zip(SLOPES, found[1:], strict=True)]


CARDS = Task(
    name="card_task",
    protocol="card_task",
    purpose="How many of 32 cards are turned when a loss card takes all: risk taken, against the number that pays best",
    behaviours=(
        Behaviour("risk", "Cards turned", "cards (0-32)", "more risk taken", SOURCE),
        Behaviour("risk_over_optimum", "Cards beyond the optimum", "cards", "more than pays", SOURCE),
        Behaviour("value_lost", "Expected points lost against the optimum", "points", "worse choices", SOURCE),
        Behaviour("cards_per_loss_card", "Cards per loss card", "cards", "loss cards deter less", SOURCE),
        Behaviour("cards_per_gain", "Cards per point of gain", "cards / point", "gains draw more", SOURCE),
        Behaviour("cards_per_loss", "Cards per point of loss", "cards / point", "losses deter less", SOURCE),
    ),
    problems=problems,
    summarise=summarise,
    may_conclude=(
        "How many cards this model, so prompted, says it would turn in a described game, and what that costs on "
        "average; not that it wants or fears anything, nor how it would act where something is at stake."
    ),
)
