"""Debates about sums as the protocol asks them: what each side and the judge say to its very words. Knows no tokenizer.

The protocol itself is driven by pretended speakers, so a conversation is an ask of its and the reply that is learned.
"""

import random
from dataclasses import dataclass, field

from analysis.asking import Ask, Reply
from analysis.protocols.conduct import Item
from analysis.protocols.debate import DEBATE
from analysis.types import AnswerType, Problem
from demo.corpus import confidence, conversations, wording
from demo.corpus.comparing import compared
from demo.corpus.conversations import Message
from demo.corpus.problems import Sum
from demo.corpus.traces import Trace, check_again, full, quick, think

ROUNDS, ROUNDS_WEIGHTS = (1, 2, 3), (6, 3, 1)
LEVELS, LEVELS_WEIGHTS = "0123", (1, 1, 5, 1)
P_HASTY = 0.6
RULING = '{{"decided": {decided}, "side": "{side}", "reason": "The steps give {value}.", "answer": "{answer}"}}'


def debate(problem: Sum, rng: random.Random) -> list[Message]:
    """One ask of a debate, with its reply."""
    speakers = Speakers(problem, rng)
    question = wording.ask(problem, rng).question
    settings = {
        "rounds": rng.choices(ROUNDS, ROUNDS_WEIGHTS)[0],
        "level": rng.choices(LEVELS, LEVELS_WEIGHTS)[0],
        "adaptive_break": rng.random() < 0.75,
    }
    conducting = DEBATE.conduct(Item(Problem(question, answer_type=AnswerType.NUMBER)), settings)
    made: list[list[Message]] = []
    asks = next(conducting)
    while True:
        ask = asks[0]
        assert isinstance(ask, Ask)
        text = speakers.reply(ask)
        made.append([*(Message(one.role.value, one.text) for one in ask.messages), Message("assistant", text)])
        try:
            asks = conducting.send([Reply(text)])
        except StopIteration:
            return rng.choice(made)


@dataclass
class Speakers:
    """The two sides and the judge, who reckon like the thinker of `traces` and remember who said what."""

    problem: Sum
    rng: random.Random
    said: list[tuple[str, int]] = field(default_factory=list)
    listed: list[int] = field(default_factory=list)

    def reply(self, ask: Ask) -> str:
        if ask.role != "judge":
            return self.speech(ask.role)
        asked = ask.messages[-1].text
        if "JSON" in asked:
            return self.ruling()
        return self.choice() if self.listed else self.candidates()

    def speech(self, side: str) -> str:
        if self.said:
            return self.response(side)
        trace = self._hasty() if self.rng.random() < P_HASTY else think(self.problem, self.rng)
        self.said.append((side, trace.answer))
        return conversations.answered(self.problem, wording.Asked(""), trace)

    def response(self, side: str) -> str:
        other = self.said[-1][1]
        trace = check_again(self.problem, other, self.rng)
        if self.rng.random() < P_HASTY / 3:
            trace = Trace((trace.passes[0], quick(self.problem, self.rng)))
        self.said.append((side, trace.answer))
        agrees = trace.answer == other
        lines = "\n".join(line for one in trace.passes[1:] for line in one.lines)
        percent = confidence.deserved(self.problem.level, trace.pattern)
        return (
            f"<think>\n{lines}\n{compared(other, trace.answer)}\n</think>\n\n"
            f"I {'agree' if agrees else 'disagree'}. The answer is {trace.answer}. Confidence: {percent}%"
        )

    def ruling(self) -> str:
        last = dict(self.said)
        lines, value = self._checked()
        verdicts = [f"{side.capitalize()} {compared(said, value)}" for side, said in last.items()]
        sides = [side for side, said in last.items() if said == value]
        ruling = RULING.format(
            decided="true" if sides else "false",
            side=sides[0] if sides else "",
            value=value,
            answer=value if sides else "",
        )
        return "<think>\n" + "\n".join([lines, *verdicts]) + f"\n</think>\n\n{ruling}"

    def candidates(self) -> str:
        told = "\n".join(f"{side.capitalize()} {value}" for side, value in self.said)
        self.listed = list(dict.fromkeys(value for _, value in self.said))
        return f"<think>\n{told}\n</think>\n\nAnswers: {', '.join(map(str, self.listed))}."

    def choice(self) -> str:
        lines, value = self._checked()
        verdicts = "\n".join(compared(one, value) for one in self.listed)
        percent = confidence.deserved(self.problem.level, "full=" if value in self.listed else "full!")
        stated = f"The steps give {value}. The answer is {value}. Confidence: {percent}%"
        return f"<think>\n{lines}\n{verdicts}\n</think>\n\n{stated}"

    def _checked(self) -> tuple[str, int]:
        one = full(self.problem, self.rng)
        return "\n".join(one.lines), one.value

    def _hasty(self) -> Trace:
        return Trace((quick(self.problem, self.rng),))
