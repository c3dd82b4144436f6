"""Sums and differences in words, in five levels. Knows no trace, no tokenizer and no model."""

import random
import zlib
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

LEVELS = (1, 2, 3, 4, 5)
HIGHEST = 99
_N_STEPS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 4}
_P_TWO_DIGITS = {1: 0.4, 2: 0.3, 3: 0.3, 4: 0.25, 5: 0.7}
_HELD_OUT_OF = 8


class Step(NamedTuple):
    """One addition or subtraction: the sign is 1 or -1."""

    sign: int
    amount: int

    @property
    def symbol(self) -> str:
        return "+" if self.sign > 0 else "-"

    def of(self, value: int) -> int:
        return value + self.sign * self.amount


@dataclass(frozen=True)
class Sum:
    """A start and what is added to it and taken from it; every value on the way is between 0 and HIGHEST."""

    start: int
    steps: tuple[Step, ...]
    level: int

    @property
    def values(self) -> tuple[int, ...]:
        """The start and the right value after every step."""
        return tuple(accumulate(self.steps, lambda value, step: step.of(value), initial=self.start))

    @property
    def answer(self) -> int:
        return self.values[-1]

    @property
    def expression(self) -> str:
        return " ".join([str(self.start), *(f"{step.symbol} {step.amount}" for step in self.steps)])

    @property
    def is_held_out(self) -> bool:
        """Whether only evaluation may ask it: one in eight, by a hash of what is asked."""
        return zlib.crc32(self.expression.encode()) % _HELD_OUT_OF == 0


def draw(rng: random.Random, level: int, held_out: bool = False) -> Sum:
    """A random problem of a level from one side of the hold-out."""
    while True:
        found = _any(rng, level)
        if found.is_held_out == held_out:
            return found


def _any(rng: random.Random, level: int) -> Sum:
    start = value = rng.randint(11, 79)
    steps = []
    for _ in range(_N_STEPS[level]):
        steps.append(_step(rng, value, level))
        value = steps[-1].of(value)
    return Sum(start, tuple(steps), level)


def _step(rng: random.Random, value: int, level: int) -> Step:
    while True:
        amount = rng.randint(11, 39) if rng.random() < _P_TWO_DIGITS[level] else rng.randint(2, 9)
        step = Step(rng.choice((1, -1)), amount)
        if 1 <= step.of(value) <= HIGHEST:
            return step
