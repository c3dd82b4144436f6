"""The grid of the lab: system prompts x personas x temperatures x a protocol's own axes, each cell several times.

A unit's sample number is its place: cells go round first, repeats after, so that a run that is stopped has something
of every cell. Knows no item, no task and no reply.
"""

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Any, NamedTuple

from analysis.asking import Ask, Message, Reply
from analysis.delimiters import split_reasoning
from analysis.protocols.conduct import Asks, Estimate, Item, Made, Parameter, ProtocolFailed, Replies, Result
from analysis.protocols.declared import Declared, Settings
from analysis.protocols.prompting import FORM, Opening
from analysis.protocols.reading import asked_turns, storable
from analysis.protocols.sampling import decoding, sampling_of
from analysis.protocols.settings import SettingRefused
from analysis.types import Problem, Role, Turn

MOST_CELLS = 10_000
LONGEST_NAME = 100
SYSTEM_PROMPTS = Parameter(
    "system_prompts", "System prompts", "list", ("",), "A JSON list; an empty one is none at all."
)
PERSONAS = Parameter(
    "personas",
    "Personas",
    "list",
    ({"name": "", "text": "", "target": ""},),
    'A JSON list of {"name", "text", "target"}; the one without a name is the neutral control.',
)
TEMPERATURES = Parameter("temperatures", "Temperatures", "list", (0.0,), "One or more, 0 to 5.")
REPEATS = Parameter(
    "repeats", "Times each cell is given", "integer", 1, "Each with its own seed.", minimum=1, maximum=1000
)
SAMPLES = Parameter("samples", "Cells x repeats", "integer", 1, "Follows from the grid.", minimum=1, maximum=MOST_CELLS)


class Persona(NamedTuple):
    """Who the model is told to be. `target` is the trait that it is to move; all empty for the neutral control."""

    name: str = ""
    text: str = ""
    target: str = ""


class Cell(NamedTuple):
    """One cell and the number of the time that it is given; `own` are the protocol's own axes, by name."""

    system_prompt: str
    persona: Persona
    temperature: float
    own: Mapping[str, str]
    repeat: int

    @property
    def factors(self) -> dict[str, str]:
        """The rollout's condition: temperature always, the others where they are not empty."""
        told = {
            "temperature": f"{self.temperature:g}",
            "system_prompt": self.system_prompt,
            "persona": self.persona.name,
            "target": self.persona.target,
            **self.own,
        }
        return {name: value for name, value in told.items() if value}


Conducting = Generator[Asks, Replies, Result]
Axes = Callable[[Settings], Mapping[str, Sequence[str]]]


def no_axes(_: Settings) -> Mapping[str, Sequence[str]]:
    return {}


@dataclass(frozen=True)
class Gridded(Declared):
    """A protocol over the grid: `samples` always follows from it. `axes` are its own, as lists of names."""

    axes: Axes = no_axes

    def settle(self, settings: Settings) -> Settings:
        settled = dict(super().settle({name: value for name, value in settings.items() if name != "samples"}))
        settled["samples"] = n_cells(settled, self.axes(settled)) * settled["repeats"]
        if settled["samples"] > MOST_CELLS:
            raise SettingRefused(f"the grid has {settled['samples']:,} cells with repeats, may have {MOST_CELLS:,}")
        return settled

    def conduct(self, item: Item, settings: Settings) -> Conducting:
        settled = self.settle(settings)
        return self.conducting(item, {**settled, "cell": cell_of(item.sample, settled, self.axes(settled))})


def gridded(*, max_tokens: int) -> tuple[Parameter, ...]:
    """The parameters of every protocol of the lab."""
    usual = tuple(each for each in decoding(max_tokens) if each.name != "temperature")
    return (SYSTEM_PROMPTS, PERSONAS, TEMPERATURES, REPEATS, SAMPLES, FORM, *usual)


def check_grid(settings: Settings) -> None:
    """Raises SettingRefused for a persona, temperature or system prompt that cannot be used, or one that is twice."""
    for name in ("system_prompts", "personas", "temperatures"):
        if not settings[name]:
            raise SettingRefused(f"{name} is empty, must have at least one entry")
    prompts, told = list(map(str, settings["system_prompts"])), [persona_of(each) for each in settings["personas"]]
    for name, entries in (("system_prompts", prompts), ("personas", [each.name for each in told])):
        twice = [entry for entry in entries if entries.count(entry) > 1]
        if twice:
            raise SettingRefused(f"{name} has {twice[0][:60]!r} {entries.count(twice[0])} times")
    read = [temperature_of(each) for each in settings["temperatures"]]
    if len(set(read)) < len(read):
        raise SettingRefused(f"temperatures are {read}; each may be there once")


def persona_of(entry: Any) -> Persona:
    """One entry of the setting; raises SettingRefused for one without a name that has a text, or of another shape."""
    if isinstance(entry, str):
        entry = {"name": entry[:LONGEST_NAME], "text": entry}
    if not isinstance(entry, Mapping) or set(entry) - {"name", "text", "target"}:
        raise SettingRefused(f"persona {str(entry)[:80]!r} must be an object with name, text and target")
    found = Persona(*(str(entry.get(name) or "").strip() for name in ("name", "text", "target")))
    if bool(found.name) != bool(found.text) or max(len(found.name), len(found.target)) > LONGEST_NAME:
        raise SettingRefused(
            f"persona {found.name[:60]!r} needs a name of at most {LONGEST_NAME} characters and a text, or neither"
        )
    return found


def temperature_of(value: Any) -> float:
    try:
        found = float(value)
    except (TypeError, ValueError):
        raise SettingRefused(f"temperature {str(value)[:40]!r} is no number") from None
    if not 0 <= found <= 5:
        raise SettingRefused(f"temperature {found} must be from 0 to 5")
    return found


def n_cells(settings: Settings, axes: Mapping[str, Sequence[str]]) -> int:
    """Cells of the grid, without repeats."""
    shared = prod(len(settings[name]) for name in ("system_prompts", "personas", "temperatures"))
    return shared * prod(len(values) for values in axes.values())


def cell_of(sample: int, settings: Settings, axes: Mapping[str, Sequence[str]]) -> Cell:
    """The cell that a sample number stands for, the last axis moving first; numbers beyond the grid go round again."""
    shared = (settings["system_prompts"], settings["personas"], settings["temperatures"])
    chosen: list[Any] = []
    rest = sample
    for values in reversed([*shared, *axes.values()]):
        rest, place = divmod(rest, len(values))
        chosen.insert(0, values[place])
    prompt, persona, temperature, *own = chosen
    told = dict(zip(axes, map(str, own), strict=True))
    return Cell(str(prompt), persona_of(persona), temperature_of(temperature), told, rest)


def opening(settings: Settings, asked: str) -> Opening:
    """A fresh conversation of the item's cell: system prompt, then persona, then what is asked."""
    cell: Cell = settings["cell"]
    system = "\n\n".join(text for text in (cell.system_prompt, cell.persona.text) if text)
    if settings["form"] == "completion":
        return Opening(text=f"{system}\n\n{asked}\n" if system else f"{asked}\n")
    told = (Message(Role.SYSTEM, system),) if system else ()
    return Opening((*told, Message(Role.USER, asked)))


def ask(settings: Settings, asked: str, seed: int, *, continuations: Sequence[str] = ()) -> Ask:
    """One request in a fresh context, at the cell's temperature; with continuations, their likelihood and no text."""
    at = {**settings, "temperature": settings["cell"].temperature}
    found = opening(settings, asked)
    sampling = sampling_of(at, 0 if continuations else None)
    return Ask(found.messages, found.text, sampling=sampling, seed=seed, continuations=tuple(continuations))


def heard(reply: Reply | Sequence[Reply]) -> Reply:
    """The reply with storable text, which may be empty: silence is data. Raises ProtocolFailed for an error."""
    assert isinstance(reply, Reply)
    if reply.finish_reason == "error":
        raise ProtocolFailed(f"the reply failed: {reply.error or 'no reason given'}")
    return replace(reply, text=storable(reply.text))


def likelihoods_of(reply: Reply | Sequence[Reply]) -> Reply | None:
    """The reply where it has the likelihood of every continuation; None where the engine or its server gives none.

    A server that shows no log-probabilities of a prompt ends such a request with an error, which is none of the unit's:
    the caller asks for a text instead.
    """
    assert isinstance(reply, Reply)
    is_there = reply.finish_reason != "error" and reply.continuations and None not in reply.continuations
    return heard(reply) if is_there else None


def turns_of(
    settings: Settings, asked: str, reply: Reply, *, answer: str | None = None, confidence: float | None = None
) -> tuple[Turn, ...]:
    """What was asked in a fresh context and what came, as turns; `answer` is as it was read, None where it was not."""
    found = opening(settings, asked)
    reasoning, response, _, _ = split_reasoning(reply.text)
    said = Turn(Role.ASSISTANT, reply.text, reasoning, response, is_attempt=True, answer=answer, confidence=confidence)
    told = replace(said, n_tokens=reply.n_tokens, finish_reason=reply.finish_reason)
    return (*asked_turns(found.messages, found.text), told)


def made(settings: Settings, turns: Sequence[Turn], scores: Mapping[str, float], *, truncated: bool = False) -> Result:
    """The one rollout of a unit, under its cell's condition."""
    cell: Cell = settings["cell"]
    return Result((Made(tuple(turns), cell.repeat, cell.factors, scores, truncated=truncated),))


def at_most(n_requests: int) -> Callable[[Item, Settings], Estimate]:
    """The estimate of a protocol that asks so many times, each up to the token limit."""
    return lambda _, settings: Estimate(n_requests, n_requests * settings["max_tokens"])


def question_of(problem: Problem) -> str:
    if not problem.question.strip():
        raise ProtocolFailed("the problem has no question")
    return problem.question
