"""A right trace as solutions one after another: the first right one, then those that follow, by steps.

A solution ends at the step of its candidate; the paper asks a judge where solutions end, here the candidates say it.
Source: Self-Braking Tuning (arXiv 2505.14604v4), section 3 (foundation and evolution solutions, overthink score).
"""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from analysis import markers, tokens
from analysis.protocols.conduct import Parameter
from analysis.protocols.declared import Settings
from analysis.segmentation import SEGMENTATIONS
from analysis.training.rows import Said, all_but
from analysis.training.traces import Trace
from analysis.training.wording import Parts, find_parts
from analysis.types import Outcome, Span, Step

SENTENCE = "I have settled this already, so I will stop here and give the answer."
SHARED = (
    Parameter("threshold", "Overthinking is a score above, τ1", "number", 0.2, minimum=0, maximum=1),
    Parameter("beta", "Weight of the marker ratio, β", "number", 0.1, minimum=0, maximum=1),
    Parameter(
        "markers",
        "Markers are counted",
        "choice",
        "paper",
        choices=(("paper", "As whole words"), ("repo", "As the authors' code does, inside words too")),
    ),
    Parameter(
        "marked_from",
        "Markers are counted from",
        "choice",
        "start",
        "The authors' code counts those after the first solution, over the tokens of all.",
        choices=(("start", "The start"), ("solution", "The end of the first right solution")),
    ),
    Parameter("steps", "Steps are", "choice", "line", choices=tuple(SEGMENTATIONS.choices())),
    Parameter("braking", "Sentence that ends the thinking", "long_text", SENTENCE, "Ours; the paper's is not copied."),
    Parameter("keep_whole", "Traces at or below τ1 are kept whole", "flag", True),
)


class Solved(NamedTuple):
    """`ends` are the steps (0-based) at which solutions end, from the first right one on, each later than the last;
    `scores` are overthink scores of the trace up to and with each step from that first one on."""

    parts: Parts
    steps: Sequence[Step]
    ends: Sequence[int]
    scores: Sequence[float]


def find_solved(trace: Trace, settings: Settings) -> Solved | str:
    """The solutions of a right trace; else why there are none."""
    parts = find_parts(trace.attempts[-1]) if trace.attempts else None
    if not trace.is_right:
        return "the final answer is not right"
    if parts is None:
        return "no reasoning with an answer after it"
    steps = SEGMENTATIONS[settings["steps"]](parts.reasoning)
    starts = [step.start for step in steps]
    places = [max(bisect_right(starts, mark.start - parts.at) - 1, 0) for mark in trace.marks]
    first = next((n for n, mark in enumerate(trace.marks) if mark.outcome is Outcome.CORRECT), None)
    if first is None:
        return "no right candidate"
    ends = sorted({place for place in places[first:] if place >= places[first]})
    return Solved(parts, steps, ends, _scores(trace, parts, steps, ends[0], settings))


def _scores(trace: Trace, parts: Parts, steps: Sequence[Step], first: int, settings: Settings) -> list[float]:
    """β·κ + (1 - β)(1 - η) of the prefix that ends with each step from the first solution's last on."""
    marked = [_marker_words(parts.reasoning[step.start : step.end], settings) for step in steps]
    if settings["marked_from"] == "solution":
        marked[: first + 1] = [0.0] * (first + 1)
    per_char = _n_tokens(trace, parts) / len(parts.reasoning)
    so_far, beta = list(accumulate(marked)), settings["beta"]
    kappas = [so_far[n] / max(steps[n].end * per_char, 1) for n in range(first, len(steps))]
    etas = [(first + 1) / (n + 1) for n in range(first, len(steps))]
    return [beta * kappa + (1 - beta) * (1 - eta) for kappa, eta in zip(kappas, etas, strict=True)]


def _marker_words(text: str, settings: Settings) -> float:
    """Words of markers in one step: a marker of k words counts k."""
    found = markers.kappa_paper(markers.count(text), 1) if settings["markers"] == "paper" else None
    return found if found is not None else markers.kappa_repo(text, 1) or 0.0


def _n_tokens(trace: Trace, parts: Parts) -> int:
    turn = trace.attempts[-1]
    n_attempt = len(parts.reasoning) + len(parts.response)
    return tokens.count(len(parts.reasoning), n_attempt, turn.n_tokens, turn.n_reasoning_tokens).read or 1


def braked(solved: Solved, kept: int, end: int, sentence: str) -> Said:
    """The answer whose reasoning is kept up to `kept`, goes on without loss to `end`, and is then told to stop.

    `kept` <= `end` are code points of the reasoning. All but the part between them is trained on, the sentence and the
    answer too.
    """
    parts = solved.parts
    content = f"{parts.opening}{parts.reasoning[:end].rstrip()}\n\n{sentence}{parts.closing}{parts.response}"
    at = len(parts.opening)
    masked = Span(at + kept, at + max(kept, len(parts.reasoning[:end].rstrip())))
    return Said("assistant", content, all_but(masked, len(content)) if masked.start < masked.end else _all(content))


def _all(content: str) -> tuple[Span, ...]:
    return (Span(0, len(content)),)
