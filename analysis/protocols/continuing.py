"""Continue from a step: what would the model have written from here? Suffixes only. Knows no engine.

What the continuations say of the steps is in `analysis.protocols.importance`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from analysis.asking import Ask, Reply
from analysis.delimiters import split_reasoning
from analysis.protocols.conduct import Estimate, Item, Made, Parameter, ProtocolFailed, Result, Source
from analysis.protocols.declared import Conducting, Declared, Settings
from analysis.protocols.importance import Branch, branch_of, scores_of
from analysis.protocols.reading import all_of, attempt_of, shifted, storable
from analysis.protocols.sampling import decoding, sampling_of, seed_of
from analysis.protocols.settings import SettingRefused
from analysis.protocols.tracing import (
    EVERY,
    MAX_POINTS,
    SEGMENTATION,
    Place,
    conversation_of,
    reasoning_of,
    source_of,
    steps_of,
    thinned,
)
from analysis.types import Problem, Span, Turn

PARAMETERS = (
    SEGMENTATION,
    EVERY,
    Parameter("steps", "Chosen steps", "list", (), "Numbers, 0 for before the first step. Empty: every n-th."),
    Parameter("n", "Continuations of each", "integer", 4, minimum=1, maximum=10_000),
    MAX_POINTS,
    *decoding(temperature=0.6),
)


def _conducting(item: Item, settings: Settings) -> Conducting:
    source, places = source_of(item), places_of(item, settings)
    asks = list(_asks(item, places, settings))
    replies = all_of((yield asks))
    branches: list[Branch] = []
    made: list[Made] = []
    for number, place in enumerate(places):
        mine = replies[number * settings["n"] : (number + 1) * settings["n"]]
        turns = [suffix_of(reply, source, place, item.problem) for reply in mine if reply.finish_reason != "error"]
        made += [_made(item, source, place, turn, len(made) + at, settings) for at, turn in enumerate(turns)]
        branches.append(branch_of(place, turns, item.problem))
    if not made:
        raise ProtocolFailed(f"no continuation came back: {replies[0].error or 'no reason given'}")
    return Result(tuple(made), scores=scores_of(branches, item.problem), remarks=tuple(_remarks(replies, branches)))


def places_of(item: Item, settings: Settings) -> list[Place]:
    """Where the trace is continued; raises ProtocolFailed where it has no such step.

    A place lies behind the line breaks after its step, so that a continuation begins a new step.
    """
    source = source_of(item)
    start, end = reasoning_of(source)
    steps = steps_of(source, settings["segmentation"])
    ends = [Place(start, 0), *(_behind(source.text, step.end, end, step.number) for step in steps)]
    if not settings["steps"]:
        return thinned([place for at, place in enumerate(ends) if at % settings["every"] == 0], settings["max_points"])
    known = {place.step: place for place in ends}
    wanted = [int(number) for number in settings["steps"]]
    missing = [number for number in wanted if number not in known]
    if missing:
        raise ProtocolFailed(f"the trace has no step {missing[0]}; it has {ends[-1].step}")
    return thinned(sorted(known[number] for number in set(wanted)), settings["max_points"])


def _behind(text: str, offset: int, end: int, number: int) -> Place:
    while offset < end and text[offset] == "\n":
        offset += 1
    return Place(offset, number)


def _asks(item: Item, places: Sequence[Place], settings: Settings) -> Iterator[Ask]:
    source, messages = source_of(item), conversation_of(item)
    for place in places:
        for number in range(settings["n"]):
            yield Ask(
                messages,
                prefix=source.text[: place.offset],
                sampling=sampling_of(settings),
                seed=seed_of(item, place.offset, number),
            )


def suffix_of(reply: Reply, source: Source, place: Place, problem: Problem) -> Turn:
    """A continuation as a turn of its own text, read as the end of the whole: a thought begun in the prefix goes on."""
    before = source.text[: place.offset]
    whole = attempt_of(replace(reply, text=before + storable(reply.text), tokens=()), problem)
    reasoning, response = (_after(span, len(before)) for span in (whole.reasoning, whole.response))
    if whole.reasoning is None and split_reasoning(before).truncated:
        reasoning = Span(0, len(reply.text))
    return replace(whole, text=storable(reply.text), reasoning=reasoning, response=response)


def _after(span: Span | None, start: int) -> Span | None:
    """What of a span lies behind `start`, counted from there."""
    if span is None or span.end <= start:
        return None
    return shifted(Span(max(span.start, start), span.end), -start)


def _made(item: Item, source: Source, place: Place, turn: Turn, sample: int, settings: Settings) -> Made:
    return Made(
        (turn,),
        sample,
        {"continued_after_step": str(place.step), "steps": settings["segmentation"]},
        parent_turn=source.turn_index,
        parent_offset=place.offset,
        truncated=turn.finish_reason == "length",
    )


def _remarks(replies: Sequence[Reply], branches: Sequence[Branch]) -> Iterator[str]:
    errors = [reply.error for reply in replies if reply.finish_reason == "error"]
    if errors:
        yield f"{len(errors)} of {len(replies)} continuations failed, the first with: {errors[0]}"
    n_open = sum(right is None for branch in branches for right in branch.right)
    if n_open:
        yield f"{n_open} answers have no gold or need symbolic mathematics; no accuracy is given where they stand"


def _check(settings: Settings) -> None:
    for number in settings["steps"]:
        if not str(number).strip().isdecimal() or not str(number).strip().isascii():
            raise SettingRefused(f"steps holds {number!r}, must be whole numbers from 0")
    if settings["n"] > 1 and settings["temperature"] == 0:
        raise SettingRefused(f"n is {settings['n']} at temperature 0: all continuations would be the same")


def _at_most(item: Item, settings: Settings) -> Estimate:
    n = len(places_of(item, settings)) * settings["n"]
    return Estimate(n, n * settings["max_tokens"])


CONTINUE = Declared(
    version="1",
    needs="rollout",
    roles=("solver",),
    parameters=PARAMETERS,
    conducting=_conducting,
    at_most=_at_most,
    check=_check,
)
