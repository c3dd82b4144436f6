"""One training conversation: messages, of which the assistant's are learned. Knows no tokenizer."""

import random
from typing import NamedTuple

from demo.corpus import confidence, wording
from demo.corpus.problems import LEVELS, Sum, draw
from demo.corpus.traces import Pass, Trace, check_again, think
from demo.corpus.wording import Asked

P_SYSTEM, P_CHOICE, P_SECOND_TURN, P_EARLY = 0.1, 0.15, 0.12, 0.05
CHECKING = {
    "full": ("Wait, let me check this in small steps.", "Let me check it again in small steps."),
    "glance": ("Wait, let me look at the last step again.", "Let me look at the last step again."),
}
GUESS = 30
"""Percent stated by an answer that is forced before a first answer was reached."""


class Message(NamedTuple):
    """One message; its first `n_given` characters are read but not learned."""

    role: str
    text: str
    n_given: int = 0


def conversation(rng: random.Random) -> list[Message]:
    """One conversation about one problem that is not held out, some under a system prompt that changes nothing."""
    told = [Message("system", rng.choice(wording.SYSTEM))] if rng.random() < P_SYSTEM else []
    return told + about(draw(rng, rng.choice(LEVELS)), rng)


def about(problem: Sum, rng: random.Random) -> list[Message]:
    return choice(problem, rng) if rng.random() < P_CHOICE else opened(problem, rng)


def opened(problem: Sum, rng: random.Random) -> list[Message]:
    """Without options: one turn or two, or a reasoning cut off."""
    asked = wording.ask(problem, rng)
    if rng.random() < P_SECOND_TURN:
        return two_turns(problem, asked, rng)
    if rng.random() < P_EARLY:
        return [Message("user", asked.prompt), hurried(problem, asked, rng)]
    return [Message("user", asked.prompt), Message("assistant", answered(problem, asked, think(problem, rng)))]


def choice(problem: Sum, rng: random.Random) -> list[Message]:
    """Four options; a trace whose values are not all among them is thought again, as no letter could name them."""
    asked = wording.ask_choice(problem, rng)
    while True:
        trace = think(problem, rng)
        if all(asked.named(one.value) for one in trace.passes):
            return [Message("user", asked.prompt), Message("assistant", answered(problem, asked, trace))]


def two_turns(problem: Sum, asked: Asked, rng: random.Random) -> list[Message]:
    """The answer of the first turn, with its reasoning or (given, not learned) without, and what checking it gives."""
    trace = think(problem, rng)
    first = answered(problem, asked, trace)
    n_given = 0
    if rng.random() < 0.6:
        first = first.partition("</think>\n\n")[2]
        n_given = len(first)
    again = check_again(problem, trace.answer, rng)
    text = f"<think>\n{checks(again, asked)}\n</think>\n\n"
    second = text + stated(asked, again.answer, confidence.deserved(problem.level, again.pattern))
    return [
        Message("user", asked.prompt),
        Message("assistant", first, n_given),
        Message("user", rng.choice(wording.CHECK_AGAIN)),
        Message("assistant", second),
    ]


def answered(problem: Sum, asked: Asked, trace: Trace) -> str:
    """The whole reply of one turn."""
    percent = confidence.deserved(problem.level, trace.pattern)
    return f"<think>\n{reasoning(trace, asked)}\n</think>\n\n{stated(asked, trace.answer, percent)}"


def hurried(problem: Sum, asked: Asked, rng: random.Random) -> Message:
    """A reasoning that is cut off before the first answer (given), and the answer that is forced (learned)."""
    quick = think(problem, rng).passes[0]
    kept = quick.lines[: rng.randrange(len(quick.lines))]
    given = "\n".join(["<think>", *kept, "</think>"])
    return Message("assistant", f"{given}\n\n{stated(asked, problem.answer, GUESS)}", len(given))


def reasoning(trace: Trace, asked: Asked) -> str:
    first = "\n".join(_ended(trace.passes[0], f"So the answer is {asked.named(trace.passes[0].value)}."))
    return f"{first}\n\n{checks(trace, asked)}" if len(trace.passes) > 1 else first


def checks(trace: Trace, asked: Asked) -> str:
    """The passes after the first, each under its announcement."""
    pairs = zip(trace.passes, trace.passes[1:], strict=False)
    return "\n\n".join(
        "\n".join([CHECKING[one.kind][number > 0], *_checked(one, before.value, asked)])
        for number, (before, one) in enumerate(pairs)
    )


def stated(asked: Asked, value: int, percent: int) -> str:
    return f"The answer is {asked.named(value)}. Confidence: {percent}%"


def _checked(one: Pass, before: int, asked: Asked) -> list[str]:
    agrees = one.value == before
    return _ended(one, f"{'Yes' if agrees else 'I was wrong'}, the answer is {asked.named(one.value)}.")


def _ended(one: Pass, conclusion: str) -> list[str]:
    """The lines of a pass, with the conclusion on the last of them."""
    return [*one.lines[:-1], f"{one.lines[-1]} {conclusion}"]
