"""How a problem is asked: a bare sum or a small story, open or with four options. Knows no trace."""

import random
from typing import NamedTuple

from demo.corpus.problems import HIGHEST, Sum

LETTERS = "ABCD"
SYSTEM = (
    "You are a careful assistant.",
    "Think first, then answer.",
    "You are a helpful assistant. Say how sure you are.",
    "You solve small sums.",
)
NAMES = ("Ann", "Ben", "Cleo", "Dan", "Eve", "Finn")
THINGS = ("pens", "coins", "books", "stamps", "apples", "cards")
MORE = ("gets {n} more", "finds {n}", "buys {n}")
FEWER = ("gives away {n}", "loses {n}", "sells {n}")
CHECK_AGAIN = (
    "Check your answer.",
    "Are you sure? Check your answer.",
    "Please review your answer and correct it if it is wrong.",
    "There may be a mistake in your answer. Find it and give the answer again.",
)


class Asked(NamedTuple):
    """What the user sees: the bare question and the texts of the options (none for an open question)."""

    question: str
    options: tuple[int, ...] = ()

    @property
    def prompt(self) -> str:
        if not self.options:
            return self.question
        lines = [f"{letter}. {value}" for letter, value in zip(LETTERS, self.options, strict=True)]
        return "\n".join([self.question, "", *lines])

    def named(self, value: int) -> str | None:
        """The value as an answer: itself, or its letter; None where no option holds it."""
        if not self.options:
            return str(value)
        return LETTERS[self.options.index(value)] if value in self.options else None


def ask(problem: Sum, rng: random.Random, p_story: float = 0.6) -> Asked:
    return Asked(story(problem, rng) if rng.random() < p_story else f"What is {problem.expression}?")


def ask_choice(problem: Sum, rng: random.Random) -> Asked:
    """The same question with four options, of which one is right and the others are likely slips."""
    near = [problem.answer + by for by in (-20, -11, -10, -9, -2, -1, 1, 2, 9, 10, 11, 20)]
    wrong = rng.sample([value for value in near if 0 <= value <= HIGHEST], len(LETTERS) - 1)
    options = [problem.answer, *wrong]
    rng.shuffle(options)
    return Asked(ask(problem, rng).question, tuple(options))


def story(problem: Sum, rng: random.Random) -> str:
    name, things = rng.choice(NAMES), rng.choice(THINGS)
    told = [rng.choice(MORE if step.sign > 0 else FEWER).format(n=step.amount) for step in problem.steps]
    events = ", ".join([*told[:-2], " and then ".join(told[-2:])])
    return f"{name} has {problem.start} {things}. {name} {events}. How many {things} does {name} have now?"
