"""Where a trace is probed: after steps, every so many tokens or characters, or at cues. Knows no reply."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate

from analysis.asking import Token
from analysis.protocols.conduct import Parameter, Source
from analysis.protocols.declared import Settings
from analysis.protocols.settings import SettingRefused
from analysis.protocols.tracing import (
    EVERY,
    MAX_POINTS,
    SEGMENTATION,
    Place,
    closer_of,
    reasoning_of,
    steps_of,
    thinned,
)
from analysis.tokens import CHARS_PER_TOKEN

AT = Parameter(
    "at",
    "Probe",
    "choice",
    "steps",
    choices=(
        ("steps", "After every n-th step"),
        ("tokens", "Every n tokens"),
        ("characters", "Every n characters"),
        ("cues", "At cues"),
    ),
)
CUES = Parameter("cues", "Cues", "list", ("Wait", "Alternatively"), "Found as they are written, between words.")
CUE_SIDE = Parameter(
    "cue_side", "Side of the cue", "choice", "before", choices=(("before", "Before it"), ("after", "After it"))
)
PARAMETERS = (AT, EVERY, SEGMENTATION, CUES, CUE_SIDE, MAX_POINTS)
ANSWER = "The answer is"


def points_of(source: Source, settings: Settings, tokens: Sequence[Token] = ()) -> list[Place]:
    """The places that are probed, in order; `step` counts the places from 1 where they are no steps.

    Places every n tokens are at the `tokens` of the reasoning where those are known; else they are set by the
    attempt's own characters per token, or by an estimate: approximate.
    """
    if tokens and settings["at"] == "tokens":
        places = list(_at_tokens(source, settings, tokens))
    else:
        places = list(PLACES[settings["at"]](source, settings))
    return thinned(places, settings["max_points"])


def suffix_of(source: Source, template: str) -> str:
    r"""The probe text: as set, else what closes this trace's reasoning, then "The answer is".

    >>> suffix_of(Source(1, 0, "<think>2 + 2</think>4"), "")
    '\n</think>\n\nThe answer is'
    """
    if template:
        return template
    closer = closer_of(source)
    return f"\n{closer}\n\n{ANSWER}" if closer else f"\n\n{ANSWER}"


def check_points(settings: Settings) -> None:
    if settings["at"] == "cues" and not any(str(cue) for cue in settings["cues"]):
        raise SettingRefused("cues is empty, must hold a text to probe at")


def characters_per_token(source: Source) -> float:
    """Of the source's own attempt where its tokens are known."""
    turn = source.turns[source.turn_index] if source.turn_index < len(source.turns) else None
    if turn is None or not turn.n_tokens or not turn.text:
        return CHARS_PER_TOKEN
    return len(turn.text) / turn.n_tokens


def _steps(source: Source, settings: Settings) -> Iterator[Place]:
    for number, step in enumerate(steps_of(source, settings["segmentation"]), 1):
        if number % settings["every"] == 0:
            yield Place(step.end, step.number)


def _characters(source: Source, settings: Settings, each: float = 1.0) -> Iterator[Place]:
    start, end = reasoning_of(source)
    stride = max(1, round(settings["every"] * each))
    for number, offset in enumerate(range(start + stride, end + 1, stride), 1):
        yield Place(offset, number)


def _tokens(source: Source, settings: Settings) -> Iterator[Place]:
    return _characters(source, settings, characters_per_token(source))


def _at_tokens(source: Source, settings: Settings, tokens: Sequence[Token]) -> Iterator[Place]:
    start, _ = reasoning_of(source)
    for number, end in enumerate(accumulate(len(token.text) for token in tokens), 1):
        if number % settings["every"] == 0:
            yield Place(start + end, number // settings["every"])


def _cues(source: Source, settings: Settings) -> Iterator[Place]:
    start, end = reasoning_of(source)
    words = sorted({str(cue) for cue in settings["cues"] if str(cue)}, key=lambda cue: (-len(cue), cue))
    pattern = re.compile("|".join(_between_words(word) for word in words))
    found = (match for match in pattern.finditer(source.text, start, end))
    for number, match in enumerate(found, 1):
        if number % settings["every"] == 0:
            yield Place(match.start() if settings["cue_side"] == "before" else match.end(), number)


def _between_words(cue: str) -> str:
    left = r"(?<!\w)" if cue[0].isalnum() else ""
    right = r"(?!\w)" if cue[-1].isalnum() else ""
    return left + re.escape(cue) + right


PLACES: Mapping[str, Callable[[Source, Settings], Iterator[Place]]] = {
    "steps": _steps,
    "tokens": _tokens,
    "characters": _characters,
    "cues": _cues,
}
