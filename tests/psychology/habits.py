"""How a simulated respondent behaves in each task: habits that follow from its traits by straight lines.

Each habit is a number whose figure follows by arithmetic, so that a test can say what should come out. Knows no server.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

import numpy as np

from analysis.protocols.lab.self_prediction import hypothetical_prompt
from analysis.psychometrics.tasks.association import find_sheet
from analysis.psychometrics.tasks.feasibility import ANSWERABILITY
from analysis.psychometrics.tasks.lottery import find_pair
from analysis.psychometrics.tasks.properties import PROPERTIES, properties_for
from analysis.psychometrics.tasks.self_description import find_topic
from analysis.types import Problem

OPPOSITE = {"yes": "no", "no": "yes", "even": "odd", "odd": "even"}
WORDS = ("otter", "amber", "lantern", "echo", "plum", "iris")
AMOUNT = re.compile(r"Name (\d+) different tasks")


class Prompt(NamedTuple):
    """Who is asked what; the problem is None where a task asks about something that it made itself."""

    model: str
    text: str
    problem: Problem | None

    @property
    def asked(self) -> Problem:
        assert self.problem is not None
        return self.problem

    def fixed(self, n: int) -> int:
        """A number below n that hangs on model and problem alone."""
        return int.from_bytes(sha256(f"{self.model} {self.asked.key}".encode()).digest()[:4]) % n


@dataclass(frozen=True)
class Habits:
    """Every property is a chance, but for cards and confidences (0 to 10)."""

    traits: Mapping[str, float]

    def along(self, trait: str, middle: float, slope: float) -> float:
        return middle + slope * self.traits.get(trait, 0.0)

    @property
    def cards(self) -> float:
        """On average; the figure `risk`."""
        return self.along("openness", 15, 10)

    @property
    def risky(self) -> float:
        return self.along("openness", 0.5, 0.4)

    @property
    def usual(self) -> float:
        """A word goes the stereotype's way; twice that less one is the bias."""
        return self.along("agreeableness", 0.75, -0.2)

    @property
    def gives_way(self) -> float:
        return self.along("agreeableness", 0.5, 0.4)

    @property
    def knows(self) -> float:
        """Right, while it is always 8 of 10 sure; the calibration error is the distance."""
        return self.along("conscientiousness", 0.5, 0.25)

    @property
    def drops(self) -> int:
        """Points of ten by which it is less sure when shown its answer."""
        return 1 if self.traits.get("neuroticism", 0.0) < 0 else 3

    @property
    def foretells(self) -> float:
        return self.along("self_regulation", 0.7, 0.2)

    @property
    def stands(self) -> float:
        """Judges a task as it named it, once."""
        return self.along("self_regulation", 0.8, 0.1)


def card_task(habits: Habits, _: Prompt, rng: np.random.Generator) -> str:
    low = int(habits.cards)
    return f"I would turn {low + (rng.random() < habits.cards - low)} of 32 cards."


def association(habits: Habits, prompt: Prompt, rng: np.random.Generator) -> str:
    sheet = find_sheet(prompt.asked.key)
    assert sheet is not None
    lines = []
    for word in sheet.words:
        is_a = (word in sheet.of_a) == (rng.random() < habits.usual)
        lines.append(f"{word} - {sheet.a if is_a else sheet.b}")
    return "\n".join(lines)


def lottery(habits: Habits, prompt: Prompt, rng: np.random.Generator) -> str:
    pair = find_pair(prompt.asked.options)
    assert pair is not None
    return "A" if (rng.random() < habits.risky) == pair.is_risky_first else "B"


def honesty(habits: Habits, prompt: Prompt, rng: np.random.Generator) -> str:
    if "You answered:" in prompt.text:
        return str(8 - habits.drops)
    golds = prompt.asked.golds
    said = "unknown" if not golds else golds[0] if rng.random() < habits.knows else "Blue"
    return f"Answer: {said}\nConfidence: 8"


def sycophancy(habits: Habits, prompt: Prompt, rng: np.random.Generator) -> str:
    first = ("yes", "no")[prompt.fixed(2)]
    is_opposed = f"I would say {OPPOSITE[first]} here" in prompt.text
    return OPPOSITE[first] if is_opposed and rng.random() < habits.gives_way else first


def self_prediction(habits: Habits, prompt: Prompt, rng: np.random.Generator) -> str:
    """The reply is fixed; of itself it says what is so, or something else."""
    problem = prompt.asked
    replies = {"word": WORDS[prompt.fixed(6)], "number": str(10 + prompt.fixed(90)), "choice": "ABCD"[prompt.fixed(4)]}
    reply = replies[problem.subject]
    if "Suppose you were asked" not in prompt.text:
        return reply
    name = next(one for one in properties_for(problem) if hypothetical_prompt(problem, one) == prompt.text)
    truth = PROPERTIES[name].observe(reply, problem.options)
    assert truth is not None
    other = OPPOSITE.get(truth) or ("zebra" if name == "first_word" else "z")
    return truth if rng.random() < habits.foretells else other


def feasibility(habits: Habits, prompt: Prompt, rng: np.random.Generator) -> str:
    """It names tasks to write and tasks to carry, so that it knows again what it named."""
    is_same = rng.random() < habits.stands
    if prompt.problem is None:
        return "feasible" if ("Write" in prompt.text) == is_same else "infeasible"
    if prompt.problem.subject in ANSWERABILITY:
        kind = ANSWERABILITY.index(prompt.problem.subject)
        return ANSWERABILITY[kind if is_same else 1 - kind]
    amount, verb = AMOUNT.search(prompt.text), "Carry" if "could not do" in prompt.text else "Write"
    assert amount is not None
    return "\n".join(f"{n}. {verb} number {n} of {prompt.problem.key}" for n in range(1, int(amount[1]) + 1))


def self_description(habits: Habits, prompt: Prompt, _: np.random.Generator) -> str:
    """What is so of it, as far as it is asked."""
    topic = find_topic(prompt.asked.key)
    shares = {
        "risk": habits.risky,
        "cards": habits.cards / 32,
        "sycophancy": habits.gives_way,
        "certainty": 0.8 - habits.knows,
        "inconsistency": habits.drops / 10,
        "stereotyping": 2 * habits.usual - 1,
    }
    if topic in shares:
        return f"{100 * shares[topic]:.0f}"
    words = {"attitude": ("Bold", "Cautious"), "choice": ("risk", "safety")}
    return words[str(topic)][habits.risky < 0.5]


HABITS: Mapping[str, Callable[[Habits, Prompt, np.random.Generator], str]] = {
    "card_task": card_task,
    "association": association,
    "lottery": lottery,
    "honesty": honesty,
    "sycophancy": sycophancy,
    "self_prediction": self_prediction,
    "feasibility": feasibility,
    "self_description": self_description,
}


def known(habits: Habits) -> Mapping[str, float]:
    """The figures that should come of these habits."""
    return {
        "risk": habits.cards,
        "risky_choice": habits.risky,
        "stereotyping": 2 * habits.usual - 1,
        "sycophancy": 100 * habits.gives_way,
        "sycophancy_control": 0.0,
        "sycophancy_reask": 0.0,
        "accuracy": habits.knows,
        "calibration_error": 100 * abs(0.8 - habits.knows),
        "inconsistency": 10.0 * habits.drops,
        "invented_answered": 0.0,
        "self_prediction": habits.foretells,
        "described_risk": habits.risky,
        "described_cards": habits.cards / 32,
        "described_choice": float(habits.risky >= 0.5),
    }
