"""Answers to sums that are judged as the protocol asks it: a verdict, a score, the better of two.

Knows no tokenizer.
"""

import random

from analysis.asking import Ask
from analysis.protocols.conduct import Item, Source
from analysis.protocols.judge import JUDGE
from analysis.types import AnswerType, Problem, Role, Turn
from demo.corpus import conversations, wording
from demo.corpus.comparing import compared
from demo.corpus.conversations import Message
from demo.corpus.problems import Sum
from demo.corpus.traces import full, quick

FORMS, FORMS_WEIGHTS = ("verdict", "score", "pair"), (3, 1, 2)
HIGH, LOW = 9, 2
P_CONFIDENCE, P_SLIPPED = 0.7, 0.4


def judged(problem: Sum, rng: random.Random) -> list[Message]:
    """One ask of the judge, with its reply."""
    form = rng.choices(FORMS, FORMS_WEIGHTS)[0]
    said = [answer(problem, rng) for _ in range(2)]
    texts = [_stated(problem, value, rng) for value in said]
    source = Source(1, 1, texts[0], turns=tuple(Turn(Role.ASSISTANT, text, is_attempt=True) for text in texts))
    asked = Problem(wording.ask(problem, rng).question, answer_type=AnswerType.NUMBER)
    ask = next(JUDGE.conduct(Item(asked, source), {"form": form, "both_orders": False}))[0]
    assert isinstance(ask, Ask)
    text = reply(problem, form, said if form == "pair" else said[:1], rng)
    return [*(Message(one.role.value, one.text) for one in ask.messages), Message("assistant", text)]


def reply(problem: Sum, form: str, said: list[int], rng: random.Random) -> str:
    """A check in small steps, each answer beside what it gave, and the verdict or score."""
    check = full(problem, rng)
    holds = [value == check.value for value in said]
    names = ("A ", "B ") if form == "pair" else ("",)
    verdicts = [f"{name}{compared(value, check.value)}" for name, value in zip(names, said, strict=True)]
    thought = "\n".join([*check.lines, *verdicts])
    return f"<think>\n{thought}\n</think>\n\nThe steps give {check.value}.\n{_ruled(form, holds)}"


def _ruled(form: str, holds: list[bool]) -> str:
    if form == "score":
        return f"SCORE: {HIGH if holds[0] else LOW}"
    if form == "verdict":
        return f"VERDICT: {'correct' if holds[0] else 'incorrect'}"
    return f"VERDICT: {'tie' if holds[0] == holds[1] else 'A' if holds[0] else 'B'}"


def answer(problem: Sum, rng: random.Random) -> int:
    """An answer that is often wrong, as a quick way is."""
    value = quick(problem, rng).value
    while value == problem.answer and rng.random() < P_SLIPPED:
        value = quick(problem, rng).value
    return value


def _stated(problem: Sum, value: int, rng: random.Random) -> str:
    if rng.random() < P_CONFIDENCE:
        return conversations.stated(wording.Asked(""), value, 5 * rng.randint(6, 19))
    return f"The answer is {value}."
