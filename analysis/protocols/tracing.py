"""Places in a trace: where its reasoning stands, where steps end, what closes it. Knows no protocol and no reply."""

import re
from typing import Any, NamedTuple

from analysis.asking import Message
from analysis.delimiters import split_reasoning
from analysis.protocols.conduct import Item, Parameter, ProtocolFailed, Source
from analysis.protocols.prompting import opening_of
from analysis.segmentation import DEFAULT, SEGMENTATIONS
from analysis.types import Span, Step

SEGMENTATION = Parameter("segmentation", "Steps are", "choice", DEFAULT, choices=tuple(SEGMENTATIONS.choices()))
EVERY = Parameter("every", "Every n-th", "integer", 1, minimum=1, maximum=100_000)
MAX_POINTS = Parameter(
    "max_points",
    "Points at most",
    "integer",
    200,
    "A longer trace is thinned evenly; its first and last points stay.",
    minimum=1,
    maximum=20_000,
)
CLOSER = re.compile(
    r"\s{0,20}(</[A-Za-z:]{1,20}>|<\|end_of_thought\|>|\[/THINK\]|◁/think▷|<\|END_THINKING\|>|<\|end\|>)"
)
OPENER = re.compile(r"(<(?P<name>[A-Za-z:]{1,20})>|<\|begin_of_thought\|>|\[THINK\]|◁think▷)\s{0,20}$")
CLOSERS = {"<|begin_of_thought|>": "<|end_of_thought|>", "[THINK]": "[/THINK]", "◁think▷": "◁/think▷"}
USUAL = {"form": "chat", "template": "", "system_prompt": "", "persona": "", "item_form": "as_asked"}


class Place(NamedTuple):
    """A point of a trace: code points before it, and the number of the step that ends there (0: before the first)."""

    offset: int
    step: int


def source_of(item: Item) -> Source:
    """The rollout that an item starts from; raises ProtocolFailed where it has none, or no text."""
    if item.source is None:
        raise ProtocolFailed("this protocol starts from a rollout, and the item has none")
    if not item.source.text.strip():
        raise ProtocolFailed("the rollout has no text to start from")
    return item.source


def conversation_of(item: Item) -> tuple[Message, ...]:
    """The conversation before the source's answer, else the problem as it is usually asked."""
    source = source_of(item)
    return source.messages or opening_of(item, USUAL).messages


def reasoning_of(source: Source) -> Span:
    """Where the reasoning stands: as the rollout says, else between tags, else all of the text."""
    found = source.reasoning or split_reasoning(source.text).reasoning
    return found or Span(0, len(source.text))


def closer_of(source: Source) -> str:
    r"""What closes the reasoning of this trace: the tag after it, else that of the tag before it; "" without tags.

    >>> closer_of(Source(1, 0, "<think>2 + 2</think>4", Span(7, 12))), closer_of(Source(1, 0, "2 + 2"))
    ('</think>', '')
    """
    start, end = reasoning_of(source)
    after = CLOSER.match(source.text, end)
    if after:
        return after[1]
    before = OPENER.search(source.text, max(0, start - 60), start)
    if before is None:
        return ""
    return f"</{before['name']}>" if before["name"] else CLOSERS[before[1]]


def steps_of(source: Source, segmentation: str) -> list[Step]:
    """The visible steps of the reasoning, with offsets in the whole text."""
    start, end = reasoning_of(source)
    steps = SEGMENTATIONS[segmentation](source.text[start:end])
    moved = [Step(step.number, step.start + start, step.end + start) for step in steps]
    return [step for step in moved if source.text[step.start : step.end].strip()]


def thinned(places: list[Any], limit: int) -> list[Any]:
    """At most `limit` of the places, evenly, with the first and the last; the last alone where one is allowed.

    >>> thinned(list(range(10)), 4), thinned([1, 2], 4), thinned([1, 2, 3], 1)
    ([0, 3, 6, 9], [1, 2], [3])
    """
    if len(places) <= limit:
        return places
    if limit == 1:
        return places[-1:]
    return [places[round(number * (len(places) - 1) / (limit - 1))] for number in range(limit)]
