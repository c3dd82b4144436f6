"""Writes the sample rollouts: 60 synthetic traces about arithmetic, with slips, checks and changes of mind.

    python -m demo.sample > demo/rollouts.jsonl

No model wrote them and nothing may be concluded from them; they show what the pages look like. Knows nothing of the
application but its upload format.
"""

import json
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

SEED = 20_261_122
N_PROBLEMS, N_SAMPLES = 10, 2
NOTE = "synthetic: written by a script, not by a model"


@dataclass(frozen=True)
class Habit:
    """How a pretended model behaves: chances of a slip, of noticing it, of spoiling a right answer; its patience."""

    name: str
    p_slip: float
    p_notice: float
    p_spoil: float
    n_checks: tuple[int, int]


HABITS = (
    Habit("synthetic-hasty", p_slip=0.45, p_notice=0.25, p_spoil=0.05, n_checks=(0, 2)),
    Habit("synthetic-doubting", p_slip=0.35, p_notice=0.35, p_spoil=0.25, n_checks=(2, 5)),
    Habit("synthetic-careful", p_slip=0.2, p_notice=0.7, p_spoil=0.02, n_checks=(1, 3)),
)
CHECKS = (
    "Wait, let me check that by going backwards.",
    "Hmm, let me verify the last step.",
    "Let me double-check the product.",
    "But maybe I should add in another order.",
)


@dataclass(frozen=True)
class Problem:
    """Boxes of things bought and some given away."""

    key: str
    boxes: int
    each: int
    given: int
    level: int

    @property
    def question(self) -> str:
        return (
            f"A shop receives {self.boxes} boxes with {self.each} pens in each box and gives {self.given} pens away. "
            "How many pens are left?"
        )

    @property
    def answer(self) -> int:
        return self.boxes * self.each - self.given


def problems(rng: random.Random) -> list[Problem]:
    made = []
    for index in range(N_PROBLEMS):
        level = 1 + index // 4
        boxes, each = rng.randint(3, 9) + 8 * (level - 1), rng.randint(4, 12) + 9 * (level - 1)
        made.append(Problem(f"pens-{index + 1}", boxes, each, rng.randint(2, boxes * each // 2), level))
    return made


def slip(value: int, rng: random.Random) -> int:
    return value + rng.choice((-10, -1, 1, 2, 10))


def trace(problem: Problem, habit: Habit, rng: random.Random) -> tuple[str, int]:
    """The reasoning, and the answer that it ends with."""
    product = problem.boxes * problem.each
    value = slip(problem.answer, rng) if rng.random() < habit.p_slip else problem.answer
    lines = [
        f"I need the number of pens that are left. There are {problem.boxes} boxes with {problem.each} pens each.",
        "",
        f"{problem.boxes} × {problem.each} = {value + problem.given}.",
        f"Then I take away the {problem.given} given away: {value + problem.given} - {problem.given} = {value}.",
        f"So the answer is {value}.",
    ]
    for _ in range(rng.randint(*habit.n_checks)):
        lines += ["", rng.choice(CHECKS)]
        wrong = value != problem.answer
        if wrong and rng.random() < habit.p_notice:
            value = problem.answer
            lines += [f"{problem.boxes} × {problem.each} is {product}, so I made a slip.", f"The answer is {value}."]
        elif rng.random() < (0.3 if wrong else habit.p_spoil):
            value = slip(value, rng)
            lines += ["I think I lost a carry before.", f"There are {value} pens left; the answer is {value}."]
        else:
            back = value + problem.given
            lines += [f"{value} + {problem.given} = {back}, which fits.", f"Yes, the answer is {value}."]
    return "\n".join(lines), value


def rollouts(seed: int = SEED) -> Iterator[dict[str, Any]]:
    """The sample, as rows of the upload format."""
    rng = random.Random(seed)  # noqa: S311  no secret hangs on it
    for problem in problems(rng):
        for habit in HABITS:
            for sample in range(N_SAMPLES):
                reasoning, value = trace(problem, habit, rng)
                cut = rng.random() < 0.04
                yield {
                    "id": problem.key,
                    "problem_id": problem.key,
                    "problem_set": "pens (synthetic)",
                    "model": habit.name,
                    "sample": sample,
                    "problem": problem.question,
                    "level": f"Level {problem.level}",
                    "answer": str(problem.answer),
                    "reasoning": reasoning,
                    "response": "" if cut else f"There are {value} pens left.\n\nFINAL ANSWER: {value}",
                    "finish_reason": "length" if cut else "stop",
                    "note": NOTE,
                }


if __name__ == "__main__":
    for row in rollouts():
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
