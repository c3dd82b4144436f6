"""Problems that training never saw, as the application asks them. Knows no model."""

import random
from typing import NamedTuple

from analysis.types import AnswerType, Problem
from demo.corpus import wording
from demo.corpus.problems import LEVELS, Sum, draw


class Fresh(NamedTuple):
    """One held-out problem: the sum behind it and what is asked."""

    sum: Sum
    problem: Problem


def fresh(n: int, seed: int, has_options: bool = False) -> list[Fresh]:
    """n different held-out problems, the levels in turn; the same seed gives the same ones."""
    rng = random.Random(f"fresh:{seed}")  # noqa: S311  no secret hangs on it
    found: dict[str, Fresh] = {}
    while len(found) < n:
        drawn = draw(rng, LEVELS[len(found) % len(LEVELS)], held_out=True)
        made = problem_of(drawn, rng, has_options)
        found.setdefault(made.question, Fresh(drawn, made))
    return list(found.values())


def problem_of(drawn: Sum, rng: random.Random, has_options: bool) -> Problem:
    asked = wording.ask_choice(drawn, rng) if has_options else wording.ask(drawn, rng)
    return Problem(
        question=asked.question,
        golds=(asked.named(drawn.answer) or "",),
        answer_type=AnswerType.CHOICE if has_options else AnswerType.NUMBER,
        options=tuple(str(value) for value in asked.options),
        key=drawn.expression,
        problem_set="sums",
        level=f"Level {drawn.level}",
    )
