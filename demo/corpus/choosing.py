"""Multiple choice as the second stage of training has it: the options are gone through in writing, so that a letter is
read off beside a value. Knows no tokenizer.

A value that no option holds is noticed and calls for another check; after the last one a letter is guessed.
"""

import random
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from demo.corpus import confidence, wording
from demo.corpus.comparing import compared
from demo.corpus.conversations import CHECKING, GUESS, Message
from demo.corpus.problems import HIGHEST, Sum
from demo.corpus.traces import Pass, Trace, check_again, full, think

LETTERS = "ABCDEF"
N_OPTIONS, N_OPTIONS_WEIGHTS = (2, 3, 4, 5, 6), (1, 3, 12, 3, 1)
P_BLANK_LINE, P_SECOND_TURN = 0.2, 0.1
MOST_PASSES = 3
NEAR = (-20, -11, -10, -9, -2, -1, 1, 2, 9, 10, 11, 20)


class Options(NamedTuple):
    """The values to choose from, in the order of their letters."""

    values: tuple[int, ...]

    @property
    def lines(self) -> list[str]:
        return [f"{letter}. {value}" for letter, value in zip(LETTERS, self.values, strict=False)]

    def letter(self, value: int) -> str | None:
        return LETTERS[self.values.index(value)] if value in self.values else None

    def gone_through(self, value: int) -> str:
        """Each option beside its verdict, up to the one that holds the value.

        >>> Options((45, 56, 65)).gone_through(56)
        'A. 45: 4/5 no\\nB. 56: 5/5, 6/6 yes. So the answer is B.'
        >>> Options((45, 56)).gone_through(9)
        'A. 45: 4/0 no\\nB. 56: 5/0 no. None of them.'
        """
        found = self.letter(value)
        seen = self.values[: LETTERS.index(found) + 1] if found else self.values
        lines = [f"{letter}. {compared(one, value)}" for letter, one in zip(LETTERS, seen, strict=False)]
        return "\n".join(lines) + (f". So the answer is {found}." if found else ". None of them.")


def choice(problem: Sum, rng: random.Random) -> list[Message]:
    """A question with options and its reply, sometimes checked in a second turn."""
    options = drawn(problem, rng)
    gap = "\n\n" if rng.random() < P_BLANK_LINE else "\n"
    asked = Message("user", wording.ask(problem, rng).question + gap + "\n".join(options.lines))
    first, answer = answered(problem, options, rng)
    if rng.random() >= P_SECOND_TURN:
        return [asked, Message("assistant", first)]
    shown = first.partition("</think>\n\n")[2]
    again = Message("user", rng.choice(wording.CHECK_AGAIN))
    second = checked_again(problem, options, answer, rng)
    return [asked, Message("assistant", shown, len(shown)), again, Message("assistant", second)]


def drawn(problem: Sum, rng: random.Random) -> Options:
    """The right value among likely slips."""
    n = rng.choices(N_OPTIONS, N_OPTIONS_WEIGHTS)[0]
    near = [problem.answer + by for by in NEAR if 0 <= problem.answer + by <= HIGHEST]
    values = [problem.answer, *rng.sample(near, n - 1)]
    rng.shuffle(values)
    return Options(tuple(values))


def answered(problem: Sum, options: Options, rng: random.Random) -> tuple[str, str]:
    """The reply and the letter that it gives."""
    passes = list(think(problem, rng).passes)
    while options.letter(passes[-1].value) is None and len(passes) < MOST_PASSES:
        passes.append(full(problem, rng))
    first = "\n".join([*passes[0].lines, options.gone_through(passes[0].value)])
    return _reply(problem, options, passes, [first, *checks(passes, options)], rng)


def checked_again(problem: Sum, options: Options, letter: str, rng: random.Random) -> str:
    """What a second turn makes of the letter given before."""
    passes = list(check_again(problem, options.values[LETTERS.index(letter)], rng).passes)
    while options.letter(passes[-1].value) is None and len(passes) < MOST_PASSES:
        passes.append(full(problem, rng))
    return _reply(problem, options, passes, list(checks(passes, options)), rng)[0]


def checks(passes: Sequence[Pass], options: Options) -> Iterator[str]:
    """The passes after the first, each under its announcement."""
    for number, (before, one) in enumerate(pairwise(passes)):
        last = f"{one.lines[-1]} {_ended(before, one, options)}"
        yield "\n".join([CHECKING[one.kind][number > 0], *one.lines[:-1], last])


def _ended(before: Pass, one: Pass, options: Options) -> str:
    if one.value != before.value:
        return f"I was wrong.\n{options.gone_through(one.value)}"
    letter = options.letter(one.value)
    return f"Yes, the answer is {letter}." if letter else "Yes. None of them."


def _reply(
    problem: Sum, options: Options, passes: Sequence[Pass], parts: Sequence[str], rng: random.Random
) -> tuple[str, str]:
    letter, percent = options.letter(passes[-1].value), confidence.deserved(problem.level, Trace(tuple(passes)).pattern)
    if letter is None:
        letter, percent = rng.choice(LETTERS[: len(options.values)]), GUESS
    thought = "\n\n".join(parts)
    return f"<think>\n{thought}\n</think>\n\nThe answer is {letter}. Confidence: {percent}%", letter
