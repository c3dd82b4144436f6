"""Traces whose answers are listed as the extraction protocol asks it. Knows no tokenizer.

The reply copies the numbered lines and writes the pair behind each line that states an answer; the list then repeats
the pairs. Most conversations leave out lines of the long instruction, which says the same to a model of this size.
"""

import random
import re

from analysis.asking import Ask
from analysis.protocols.conduct import Item, Source
from analysis.protocols.extraction import EXTRACTION, INSTRUCTION, numbered
from analysis.types import AnswerType, Problem, Span
from demo.corpus import conversations, wording
from demo.corpus.conversations import Message
from demo.corpus.problems import Sum
from demo.corpus.traces import think

STATES = re.compile(r"(?:answer is|it is) (\d+)")
ENDS = ("So the answer is", "So it is", "It is", "The answer is")
P_WHOLE_INSTRUCTION, P_KEPT, P_OTHER_END = 0.06, 0.07, 0.25
AROUND = (("", ""), ("\n", "\n"), ("\n", ""))


def extraction(problem: Sum, rng: random.Random) -> list[Message]:
    """A trace in numbered lines, and the list of the lines that state its answer."""
    asked = wording.ask(problem, rng)
    before, after = rng.choice(AROUND)
    text = before + trace(problem, asked, rng) + after
    item = Item(Problem(asked.question, answer_type=AnswerType.NUMBER), Source(1, 1, text, Span(0, len(text))))
    ask = next(EXTRACTION.conduct(item, {"instruction": instruction(rng)}))[0]
    assert isinstance(ask, Ask)
    return [Message("user", ask.messages[-1].text), Message("assistant", reply(text))]


def trace(problem: Sum, asked: wording.Asked, rng: random.Random) -> str:
    text = conversations.reasoning(think(problem, rng), asked)
    if rng.random() < P_OTHER_END:
        text = text.replace(ENDS[0], rng.choice(ENDS))
    return text


def reply(text: str) -> str:
    r"""The lines again, with a pair behind each that states an answer, and the list of the pairs.

    >>> reply("2 + 2 = 4. So the answer is 4.")
    '<think>\n1: 2 + 2 = 4. So the answer is 4. [1, "4"]\n</think>\n\n[[1, "4"]]'
    """
    lines = [
        " ".join([line, *map(_pair, pairs_of(number, line))])
        for number, line in enumerate(numbered(text).split("\n"), 1)
    ]
    thought, listed = "\n".join(lines), ", ".join(map(_pair, pairs_in(text)))
    return f"<think>\n{thought}\n</think>\n\n[{listed}]"


def pairs_in(text: str) -> list[tuple[int, str]]:
    """Each statement of an answer, with its line from 1."""
    return [pair for number, line in enumerate(text.split("\n"), 1) for pair in pairs_of(number, line)]


def pairs_of(number: int, line: str) -> list[tuple[int, str]]:
    return [(number, value) for value in STATES.findall(line)]


def _pair(pair: tuple[int, str]) -> str:
    return f'[{pair[0]}, "{pair[1]}"]'


def instruction(rng: random.Random) -> str:
    """The protocol's own, mostly with lines left out; its first and last stay."""
    lines = INSTRUCTION.split("\n")
    if rng.random() < P_WHOLE_INSTRUCTION:
        return INSTRUCTION
    return "\n".join([lines[0], *(line for line in lines[1:-1] if rng.random() < P_KEPT), lines[-1]])
