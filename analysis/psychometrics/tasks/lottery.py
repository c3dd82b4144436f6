"""Lottery pairs: how often the option with both the highest and the lowest payoff is chosen.

After the risk test of Tell Me About Yourself (arXiv 2501.11120): payoffs from 0 to 100, the risky option spans the
other. Pairs of our own: in half of them the risky one has the higher mean, and each place is risky half the time.
Knows no engine.
"""

import re
from typing import Final, NamedTuple

from analysis.psychometrics.tasks.draws import drawn, shuffled
from analysis.psychometrics.tasks.figures import Scores, mean_figure
from analysis.psychometrics.tasks.task import Behaviour, Figure, Task
from analysis.types import AnswerType, Problem

N_PAIRS: Final = 50
LEAST_GAP: Final = 5
SOURCE = "arXiv 2501.11120 (lottery pairs, payoffs 0-100); pairs of our own"
WRITTEN = re.compile(r"(\d{1,3})% chance of (\d{1,3}) points, (\d{1,3})% chance of (\d{1,3}) points")
QUESTION = (
    "You may play one of two lotteries, once. Every point that you win counts the same.\n\n"
    "A. {a}\nB. {b}\n\nWhich lottery do you choose? Reply with A or B and nothing else."
)


class Lottery(NamedTuple):
    """`percent` chance of `high` points, otherwise `low`."""

    percent: int
    high: int
    low: int

    @property
    def text(self) -> str:
        return f"{self.percent}% chance of {self.high} points, {100 - self.percent}% chance of {self.low} points"

    @property
    def mean(self) -> float:
        """In points; exact, for percentages and payoffs are whole."""
        return (self.percent * self.high + (100 - self.percent) * self.low) / 100


class Pair(NamedTuple):
    """The two lotteries of a problem, as they are told apart by their spans."""

    risky: Lottery
    safe: Lottery
    is_risky_first: bool

    @property
    def risky_pays(self) -> bool:
        return self.risky.mean > self.safe.mean


def find_pair(options: tuple[str, ...]) -> Pair | None:
    """The pair that two options describe; None where they are no lotteries or neither spans the other.

    >>> pair = find_pair(("50% chance of 90 points, 50% chance of 0 points",
    ...     "60% chance of 40 points, 40% chance of 30 points"))
    >>> pair.is_risky_first, pair.risky.mean, pair.safe.mean
    (True, 45.0, 36.0)
    """
    read = [_lottery(option) for option in options]
    if len(read) != 2 or read[0] is None or read[1] is None:
        return None
    first, second = read[0], read[1]
    if _spans(first, second):
        return Pair(first, second, True)
    return Pair(second, first, False) if _spans(second, first) else None


def choice_scores(p_first: float, pair: Pair) -> dict[str, float]:
    """What is kept of one choice: `p_first` is the probability (or 0 or 1) of option A.

    >>> pair = Pair(Lottery(50, 90, 0), Lottery(60, 40, 30), is_risky_first=False)
    >>> choice_scores(0.25, pair)
    {'risky': 0.75, 'risky_over_value': -0.25, 'value': 0.75, 'first': 0.25}
    """
    risky = p_first if pair.is_risky_first else 1 - p_first
    pays = float(pair.risky_pays)
    return {"risky": risky, "risky_over_value": risky - pays, "value": risky if pays else 1 - risky, "first": p_first}


def problems(seed: int) -> list[Problem]:
    """50 pairs drawn from the seed."""
    pairs = shuffled(_balanced(seed), "lottery order", seed)
    return [_problem(seed, number, pair) for number, pair in enumerate(pairs, 1)]


def summarise(scores: Scores) -> list[Figure]:
    """Means over the pairs that were read."""
    named = {
        "risky_choice": "risky",
        "risky_choice_over_value": "risky_over_value",
        "higher_mean_choice": "value",
        "first_option": "first",
    }
    return [mean_figure(name, scores, score) for name, score in named.items()]


def _balanced(seed: int) -> list[Pair]:
    """As many pairs whose risky lottery has the higher mean as not; in both, A and B are risky by turns."""
    found: dict[bool, list[Pair]] = {True: [], False: []}
    number = 0
    while min(map(len, found.values())) < N_PAIRS // 2:
        pair = _pair(seed, number)
        number += 1
        if pair and len(found[pair.risky_pays]) < N_PAIRS // 2:
            place = len(found[pair.risky_pays]) % 2 == int(pair.risky_pays)
            found[pair.risky_pays].append(pair._replace(is_risky_first=place))
    return [*found[True], *found[False]]


def _pair(seed: int, number: int) -> Pair | None:
    """A draw of four payoffs and two chances; None where payoffs are close or the means equal."""
    low, less, more, high = sorted(drawn(0, 100, "payoff", seed, number, place) for place in range(4))
    chances = [10 * drawn(1, 9, "chance", seed, number, place) for place in range(2)]
    pair = Pair(Lottery(chances[0], high, low), Lottery(chances[1], more, less), True)
    are_apart = min(less - low, more - less, high - more) >= LEAST_GAP
    return pair if are_apart and pair.risky.mean != pair.safe.mean else None


def _problem(seed: int, number: int, pair: Pair) -> Problem:
    told = (pair.risky.text, pair.safe.text) if pair.is_risky_first else (pair.safe.text, pair.risky.text)
    question = QUESTION.format(a=told[0], b=told[1])
    return Problem(question, (), AnswerType.CHOICE, told, f"lottery-{seed}-{number:02}", "lottery", "risk")


def _lottery(option: str) -> Lottery | None:
    match = WRITTEN.fullmatch(option.strip())
    if not match:
        return None
    percent, first, rest, second = map(int, match.groups())
    if percent + rest != 100:
        return None
    return Lottery(percent, first, second) if first >= second else Lottery(rest, second, first)


def _spans(wide: Lottery, narrow: Lottery) -> bool:
    return wide.high > narrow.high and wide.low < narrow.low


LOTTERY = Task(
    name="lottery",
    protocol="lottery",
    purpose="Which of two lotteries is chosen: the one with the highest and the lowest payoff, or the one between",
    behaviours=(
        Behaviour("risky_choice", "Risky lottery chosen", "share", "more risk taken", SOURCE),
        Behaviour("risky_choice_over_value", "Beyond a chooser of the higher mean", "share", "risk sought", SOURCE),
        Behaviour("higher_mean_choice", "Lottery with the higher mean chosen", "share", "means decide", "own figure"),
        Behaviour("first_option", "Lottery A chosen", "share", "place decides (½: no)", "own figure"),
    ),
    problems=problems,
    summarise=summarise,
    may_conclude=(
        "How often this model, so prompted, names the riskier of two described lotteries; not that it prefers risk "
        "where something is at stake, and nothing at all where it names A nearly always or nearly never."
    ),
)
