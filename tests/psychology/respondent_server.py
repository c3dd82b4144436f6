"""A server of simulated respondents over OpenAI's HTTP interface: every model's name is one that knows its own traits.

Items are answered as `analysis.psychometrics.respondents` has it, tasks by habits that follow from the traits. What no
reader should read is counted as it goes out. A reply depends on its request alone, so that no order of arrival matters;
log-probabilities of a prompt are refused, as most such servers do.
"""

import hashlib
import json
import re
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from analysis.psychometrics.instrument import Instrument, Item
from analysis.psychometrics.respondents import Respondent, Statement
from analysis.psychometrics.shipped import INSTRUMENTS
from analysis.psychometrics.tasks.table import TASKS
from analysis.types import Problem
from tests.psychology.habits import HABITS, Habits, Prompt
from tests.workers.engines.openai_server import Asked, Sent, Served, chat, failing, serving

OPTION = re.compile(r"^(\d+)\. (.+)$", re.MULTILINE)
REFUSAL = "As an AI, I have no personality."
UNREADABLE = {
    "As an AI language model, I cannot answer.": "refused",
    "4 or 5": "several answers",
    "": "empty",
    "3.5": "off the scale",
    "不知道": "unread",
}
"""What is sent instead of an answer, and what a reader of items should say of it."""
NO_NUMBER = [text for text in UNREADABLE if text != "3.5"]
"""For tasks: of 100, 3.5 is one."""
ONE_CALL = ("card_task", "association", "lottery", "self_description")
"""Tasks of one request a problem: there every unreadable reply is one figure's unread one."""


@dataclass(frozen=True)
class Model:
    """A respondent, and how often it sends something unreadable; `moved` is added to its report under a persona."""

    respondent: Respondent
    unreadable: float = 0.0
    moved: Mapping[str, float] = field(default_factory=dict)

    @property
    def habits(self) -> Habits:
        return Habits(self.respondent.traits)

    def under(self, system: str) -> Respondent:
        """Who answers items: a persona moves the report, and nothing that is done."""
        traits = {**self.respondent.traits}
        for trait, by in self.moved.items() if "character" in system else ():
            traits[trait] = traits.get(trait, 0.0) + by
        return replace(self.respondent, traits=traits)


@dataclass
class Sending:
    """What went out that cannot be read: of items by model and status, of tasks by model and task."""

    items: Counter[tuple[str, str]] = field(default_factory=Counter)
    tasks: Counter[tuple[str, str]] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, table: Counter[tuple[str, str]], model: str, what: str) -> None:
        with self.lock:
            table[model, what] += 1


class Place(NamedTuple):
    """The served address, and what was sent."""

    served: Served
    sending: Sending


@contextmanager
def respondents(models: Mapping[str, Model], instrument: str = "afterthought-30", seed: int = 0) -> Iterator[Place]:
    """A server of these models that knows the instrument and the tasks' problems of a seed."""
    sending = Sending()
    with serving(lambda asked, _: _replied(asked, models, instrument, seed, sending)) as served:
        yield Place(served, sending)


def _replied(asked: Asked, models: Mapping[str, Model], instrument: str, seed: int, sending: Sending) -> Sent:
    body = asked.body
    if "prompt_logprobs" in body:
        return failing(400, "unrecognized request argument: prompt_logprobs")
    name, model, rng = body["model"], models[body["model"]], _drawing(body)
    system = "".join(each["content"] for each in body["messages"] if each["role"] == "system")
    text = body["messages"][-1]["content"]
    item = find_item(INSTRUMENTS[instrument], text)
    if item is not None:
        said, status = _answered(model, system, INSTRUMENTS[instrument], item, text, rng)
        if status:
            sending.count(sending.items, name, status)
        return chat(said)
    task, problem = find_problem(text, seed)
    if task in ONE_CALL and rng.random() < model.unreadable:
        sending.count(sending.tasks, name, task)
        return chat(NO_NUMBER[rng.integers(len(NO_NUMBER))])
    return chat(HABITS[task](model.habits, Prompt(name, text, problem), rng))


def _answered(
    model: Model, system: str, instrument: Instrument, item: Item, text: str, rng: np.random.Generator
) -> tuple[str, str]:
    """What is said to an item, and the status of what cannot be read, "" for an answer."""
    if rng.random() < model.unreadable:
        return list(UNREADABLE.items())[rng.integers(len(UNREADABLE))]
    worth = {option.label: option.value for option in instrument.options}
    shown = [(mark, worth[label]) for mark, label in OPTION.findall(text)]
    statement = Statement(item.id, item.scale, item.is_reversed, item.pair)
    answer = model.under(system).answer(statement, [value for _, value in shown], rng)
    if answer is None:
        return REFUSAL, "refused"
    return next(mark for mark, value in shown if value == answer), ""


def _drawing(body: Mapping[str, Any]) -> np.random.Generator:
    told = json.dumps([body["model"], body["messages"], body.get("seed")]).encode()
    return np.random.default_rng(int.from_bytes(hashlib.sha256(told).digest()[:8]))


@cache
def find_item(instrument: Instrument, text: str) -> Item | None:
    return next((item for item in instrument.items if item.text in text), None)


@cache
def find_problem(text: str, seed: int) -> tuple[str, Problem | None]:
    """The task and problem of a prompt, by the longest question in it; a task's own judgements hold no question."""
    found = [each for each in _problems(seed) if each[1].question in text]
    if found:
        return max(found, key=lambda each: len(each[1].question))
    assert "Somebody asks for this:" in text, text
    return "feasibility", None


@cache
def _problems(seed: int) -> Sequence[tuple[str, Problem]]:
    return [(name, problem) for name in TASKS for problem in TASKS[name].problems(seed)]


def mean_score(model: Model, trait: str, orders: Sequence[str], instrument: str = "afterthought-30") -> float:
    """What its score of a trait should be: the mean of its keyed items over orders of the options, by arithmetic."""
    values = [option.value for option in INSTRUMENTS[instrument].options]
    shown = [values[::-1] if order else values for order in orders]
    items = [item for item in INSTRUMENTS[instrument].items if item.scale == trait]
    statements = [Statement(item.id, trait, item.is_reversed) for item in items]
    told = [(one, model.respondent.mean_answer(one, order)) for one in statements for order in shown]
    return sum(6 - mean if one.is_reversed else mean for one, mean in told) / len(told)
