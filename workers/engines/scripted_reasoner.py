"""A script that behaves like a model on arithmetic: it reasons, slips, reflects, repairs, judges. No model at all.

A reply is a pure function of the conversation and a random generator. It solves the arithmetic of the first user
message; where there is none it makes up a number. What it is asked for is told from cues in the last message.
"""

import json
import operator
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from analysis.answers.options import LETTERS, options_in
from analysis.asking import Ask, Message
from analysis.types import Role

EXPRESSION = re.compile(r"[\d(](?:[\d\s().]|[-+*/×÷−·]){2,200}[\d)]")
TOKEN = re.compile(r"\d+(?:\.\d+)?|[-+*/()]")
SIGNS = str.maketrans({"×": "*", "·": "*", "÷": "/", "−": "-"})
STATED = re.compile(r"(?:=|answer is|ANSWER:|boxed\{)\s*(-?\d+(?:/\d+)?|[A-J]\b)")
CUE = re.compile(r"(?:boxed\{?|answer(?: is)?:?\**|ANSWER:?\**)\s*$", re.IGNORECASE)
NUMBERED = re.compile(r"^(\d+): (.*)$", re.MULTILINE)
ALTERNATIVES = re.compile(r"VERDICT: ((?:[A-Za-z]+(?:, | or ))+[A-Za-z]+)")
SCALE = re.compile(r"SCORE: .{0,40}?(-?\d+) to (-?\d+)")
OPERATORS: Mapping[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
BINDING = {"+": 1, "-": 1, "*": 2, "/": 2}


@dataclass(frozen=True, slots=True)
class Manner:
    """How often the first answer is a slip, a slip is repaired on reflection, and a right answer is spoilt by it."""

    slips: float = 0.35
    repairs: float = 0.6
    spoils: float = 0.05


@dataclass(frozen=True, slots=True)
class Scene:
    """What a reply is made from: the question, what was said last, what is right, and chance."""

    question: str
    asked: str
    said: str
    prefix: str
    truth: str
    rng: random.Random
    manner: Manner

    def guess(self) -> str:
        """The right answer or, as often as slips are, another."""
        return self.slip() if self.rng.random() < self.manner.slips else self.truth

    def slip(self) -> str:
        if self.truth.isalpha():
            n_options = max(2, len(options_in(self.question)))
            return self.rng.choice([letter for letter in LETTERS[:n_options] if letter != self.truth])
        return str(Fraction(self.truth) + self.rng.choice([-10, -2, -1, 1, 2, 10]))

    def reconsider(self, answer: str) -> str:
        chance = self.rng.random()
        if answer == self.truth:
            return self.slip() if chance < self.manner.spoils else answer
        return self.truth if chance < self.manner.repairs else answer


def reply_to(ask: Ask, rng: random.Random, manner: Manner) -> str:
    """The text that the script continues an ask with."""
    scene = scene_of(ask, rng, manner)
    for cue, write in WRITERS:
        if cue.search(scene.asked):
            return write(scene)
    return _continue(scene) if scene.prefix else _attempt(scene)


def scene_of(ask: Ask, rng: random.Random, manner: Manner) -> Scene:
    messages = ask.messages or (Message(Role.USER, ask.text or " ".join(map(str, ask.token_ids or ()))),)
    question = next((each.text for each in messages if each.role == Role.USER), messages[0].text)
    said = next((each.text for each in reversed(messages) if each.role == Role.ASSISTANT), "")
    return Scene(question, messages[-1].text, said, ask.prefix, truth_of(question), rng, manner)


def truth_of(question: str) -> str:
    """The value of the last arithmetic of a question, or the letter of the option that has it; made up without one.

    >>> truth_of("What is 12 × (3 + 4)?"), truth_of("What is 2 + 2?\\nA. 5\\nB. 4")
    ('84', 'B')
    """
    options = options_in(question)
    asked = question.split("\nA. ")[0] if options else question
    values = [value for match in EXPRESSION.finditer(asked) if (value := evaluate(match[0])) is not None]
    result = str(values[-1]) if values else str(sum(asked.encode("utf-8", "replace")) % 100)
    if not options:
        return result
    return LETTERS[options.index(result)] if result in options else LETTERS[len(asked) % len(options)]


def evaluate(text: str) -> Fraction | None:
    """The value of + - * / and brackets; None for a lone number or what is no arithmetic."""
    tokens = TOKEN.findall(text.translate(SIGNS))
    if not any(token in OPERATORS for token in tokens):
        return None
    values: list[Fraction] = []
    waiting: list[str] = []
    try:
        for token in tokens:
            _take(token, values, waiting)
        while waiting:
            _apply(values, waiting.pop())
    except (IndexError, ZeroDivisionError, KeyError):
        return None
    return values[0] if len(values) == 1 else None


def _take(piece: str, values: list[Fraction], waiting: list[str]) -> None:
    if piece == "(":
        waiting.append(piece)
    elif piece == ")":
        while waiting[-1] != "(":
            _apply(values, waiting.pop())
        waiting.pop()
    elif piece in OPERATORS:
        while waiting and waiting[-1] != "(" and BINDING[waiting[-1]] >= BINDING[piece]:
            _apply(values, waiting.pop())
        waiting.append(piece)
    else:
        values.append(Fraction(piece))


def _apply(values: list[Fraction], sign: str) -> None:
    right, left = values.pop(), values.pop()
    values.append(OPERATORS[sign](left, right))


def stated(text: str) -> str | None:
    """The last value that a text states."""
    found = STATED.findall(text)
    return found[-1] if found else None


def _attempt(scene: Scene) -> str:
    before = stated(scene.said)
    first = before if before is not None else scene.guess()
    opening = "Let me look at my answer again." if before is not None else "I work this out step by step."
    final = scene.reconsider(first)
    check = f"Wait, let me check.\nI get {final}, so the answer is {final}."
    return f"<think>\n{opening}\nThe result = {first}.\n\n{check}\n</think>\n\n{_closing(scene, final)}"


def _closing(scene: Scene, answer: str) -> str:
    sure = scene.rng.randint(60, 99) if answer == scene.truth else scene.rng.randint(30, 90)
    return f"FINAL ANSWER: {answer}\nConfidence: {sure}%"


def _continue(scene: Scene) -> str:
    """What follows a prefix: the value alone after a cue for it, else the rest of the thought."""
    before = stated(scene.prefix) or scene.guess()
    cue = CUE.search(scene.prefix)
    if cue:
        return f"{before}}}" if "{" in cue[0] else f"{before}"
    final = scene.reconsider(before)
    is_thinking = "<think>" in scene.prefix and "</think>" not in scene.prefix
    rest = f"\nWait, let me check.\nThe answer is {final}." if is_thinking else "\n"
    return f"{rest}\n</think>\n\n{_closing(scene, final)}" if is_thinking else f"{rest}{_closing(scene, final)}"


def _debate(scene: Scene) -> str:
    decided = scene.rng.random() < 0.5
    answer = stated(scene.asked) or scene.guess()
    side = scene.rng.choice(["affirmative", "negative"]) if decided else ""
    return json.dumps(
        {"decided": decided, "side": side, "reason": "It fits the sum.", "answer": answer if decided else ""}
    )


def _verdict(scene: Scene) -> str:
    match = ALTERNATIVES.search(scene.asked)
    alternatives = re.split(r", | or ", match[1]) if match else ["correct"]
    return f"I compared it with my own result, {scene.truth}.\nVERDICT: {scene.rng.choice(alternatives)}"


def _score(scene: Scene) -> str:
    match = SCALE.search(scene.asked)
    low, high = sorted((int(match[1]), int(match[2]))) if match else (1, 10)
    return f"The steps follow from one another.\nSCORE: {scene.rng.randint(low, high)}"


def _critique(scene: Scene) -> str:
    lines = [line for line in scene.asked.split("\n") if "=" in line][:8] or ["the solution"]
    is_right = stated(scene.asked) == scene.truth
    word = "Correct" if is_right else "Wrong"
    steps = [f"Step sentence: {line}\nCorrectness of the step: {word}\nExplanation: I computed it." for line in lines]
    return "\n".join([*steps, f"Correctness of the final answer: {word}", "Explanation: It is what the steps give."])


def _extract(scene: Scene) -> str:
    found = [(int(number), value) for number, line in NUMBERED.findall(scene.asked) if (value := stated(line))]
    return f"These lines state it.\n{json.dumps(found)}"


def _blocks(scene: Scene) -> str:
    """The five blocks of a structured review."""
    first = scene.guess()
    final = scene.reconsider(first)
    return (
        f"<think>The result = {first}.</think>\n<answer>{first}</answer>\n<reflection>Let me check: I get {final}."
        f"</reflection>\n<think>The result = {final}.</think>\n<answer>{final}</answer>"
    )


WRITERS: Sequence[tuple[re.Pattern[str], Callable[[Scene], str]]] = (
    (re.compile(r'"decided"'), _debate),
    (re.compile(r"VERDICT:"), _verdict),
    (re.compile(r"SCORE:"), _score),
    (re.compile(r"Correctness of the step"), _critique),
    (re.compile(r'\[line, "value"\]'), _extract),
    (re.compile(r"<reflection>"), _blocks),
)
