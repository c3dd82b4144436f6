"""How a pretended thinker reasons: a quick way with slips, then checks that take smaller steps. Knows no wording of
the question and no confidence.

The quick way does every step at once and slips often. A full check goes tens first, then ones, and slips rarely; a
glance redoes only the last step, from where the thinker stood. So what a check is worth follows from what it does.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from demo.corpus.problems import HIGHEST, Step, Sum

Kind = Literal["quick", "full", "glance"]
P_SLIP_ONE_DIGIT, P_SLIP_TWO_DIGITS, P_SLIP_CHECK = 0.06, 0.13, 0.012
P_CHECK, P_GLANCE, P_SECOND_AGREED, P_SECOND_DIFFERED = 0.9, 0.25, 0.12, 0.55
SLIPS = (-10, -1, 1, 10)
SLIP_WEIGHTS = (2, 1, 1, 2)


@dataclass(frozen=True)
class Pass:
    """One way through the sum: what is written for each step, and the value that it ends with."""

    kind: Kind
    lines: tuple[str, ...]
    values: tuple[int, ...]

    @property
    def value(self) -> int:
        return self.values[-1]


@dataclass(frozen=True)
class Trace:
    """The passes of one reasoning, in order; the last one's value is the answer."""

    passes: tuple[Pass, ...] = field(default=())

    @property
    def answer(self) -> int:
        return self.passes[-1].value

    @property
    def pattern(self) -> str:
        """What can be seen without the gold: the kind of each check and whether it changed the answer."""
        pairs = zip(self.passes, self.passes[1:], strict=False)
        return " ".join(after.kind + ("=" if before.value == after.value else "!") for before, after in pairs)


def think(problem: Sum, rng: random.Random) -> Trace:
    """A quick pass and the checks that follow it."""
    passes = [quick(problem, rng)]
    if rng.random() < P_CHECK:
        passes.append(check(problem, passes[-1], rng))
        differed = passes[-1].value != passes[-2].value
        if rng.random() < (P_SECOND_DIFFERED if differed else P_SECOND_AGREED):
            passes.append(full(problem, rng))
    return Trace(tuple(passes))


def check_again(problem: Sum, before: int, rng: random.Random) -> Trace:
    """What a second turn thinks of the answer given before: a full check, and another where the first differs."""
    passes = [Pass("quick", (), (before,)), full(problem, rng)]
    if passes[-1].value != before and rng.random() < P_SECOND_DIFFERED:
        passes.append(full(problem, rng))
    return Trace(tuple(passes))


def check(problem: Sum, before: Pass, rng: random.Random) -> Pass:
    return glance(problem, before, rng) if rng.random() < P_GLANCE else full(problem, rng)


def quick(problem: Sum, rng: random.Random) -> Pass:
    value, values = problem.start, [problem.start]
    lines: list[str] = []
    for step in problem.steps:
        p_slip = P_SLIP_TWO_DIGITS if step.amount > 9 else P_SLIP_ONE_DIGIT
        line, value = _done(value, step, p_slip, rng, _room(problem.steps[len(lines) + 1 :]))
        lines.append(f"{line}.")
        values.append(value)
    return Pass("quick", tuple(lines), tuple(values))


def full(problem: Sum, rng: random.Random) -> Pass:
    value, values = problem.start, [problem.start]
    lines: list[str] = []
    for number, step in enumerate(problem.steps, 1):
        written = []
        parts = split(step)
        for place, part in enumerate(parts, 1):
            rest = (*parts[place:], *problem.steps[number:])
            line, value = _done(value, part, P_SLIP_CHECK, rng, _room(rest))
            written.append(line)
        lines.append(", ".join(written) + ".")
        values.append(value)
    return Pass("full", tuple(lines), tuple(values))


def glance(problem: Sum, before: Pass, rng: random.Random) -> Pass:
    line, value = _done(before.values[-2], problem.steps[-1], P_SLIP_CHECK, rng, (0, HIGHEST))
    return Pass("glance", (f"{line}.",), (*before.values[:-1], value))


def split(step: Step) -> tuple[Step, ...]:
    """Tens first, then ones.

    >>> split(Step(1, 18)), split(Step(-1, 30)), split(Step(1, 7))
    ((Step(sign=1, amount=10), Step(sign=1, amount=8)), (Step(sign=-1, amount=30),), (Step(sign=1, amount=7),))
    """
    tens, ones = step.amount - step.amount % 10, step.amount % 10
    return tuple(Step(step.sign, part) for part in (tens, ones) if part)


def _room(rest: Sequence[Step]) -> tuple[int, int]:
    """The least and the largest value from which the rest stays between 0 and HIGHEST."""
    low, high = 0, HIGHEST
    for step in reversed(rest):
        low, high = max(0, low - step.sign * step.amount), min(HIGHEST, high - step.sign * step.amount)
    return low, high


def _done(value: int, step: Step, p_slip: float, rng: random.Random, room: tuple[int, int]) -> tuple[str, int]:
    """The written step and its result, which is wrong with p_slip where a slip has room."""
    result = step.of(value)
    if rng.random() < p_slip:
        slipped = result + rng.choices(SLIPS, SLIP_WEIGHTS)[0]
        result = slipped if room[0] <= slipped <= room[1] else result
    return f"{value} {step.symbol} {step.amount} = {result}", result
