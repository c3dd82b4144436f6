"""What steps did to the answers that follow: importance by resampling. Knows no model; answers come from branches.

Resampling importance is that of Thought Anchors (arXiv 2506.19143 and its repository): with acc(k) the share of right
continuations from the prefix that ends with step k, the importance of step k is acc(k) - acc(k - 1), and in its other
version the divergence KL(continuations before the step || after it) of their answers, epsilon 1e-9. Where points are
not next to each other the importance is that of all steps between. Counterfactual importance, which needs sentence
embeddings, is not computed.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from analysis.protocols.tracing import Place
from analysis.protocols.verdicts import classes_of, is_right
from analysis.segmentation import SEGMENTATIONS
from analysis.types import Problem, Turn

EPSILON = 1e-9


class Branch(NamedTuple):
    """The continuations from one place: answers and whether they are right, None where that is open."""

    place: Place
    answers: Sequence[str]
    right: Sequence[bool | None]
    first_sentences: Sequence[str]


def branch_of(place: Place, turns: Sequence[Turn], problem: Problem) -> Branch:
    answers = [turn.answer or "" for turn in turns]
    sentences = [_first_sentence(turn.text or "") for turn in turns]
    return Branch(place, answers, [is_right(problem, turn.answer) for turn in turns], sentences)


def _first_sentence(text: str) -> str:
    steps = SEGMENTATIONS["sentence"](text[:2_000])
    return text[steps[0].start : steps[0].end] if steps else ""


def scores_of(branches: Sequence[Branch], problem: Problem) -> dict[str, float]:
    """Accuracy after each step, both importances of it, how little the next sentence varies; undefined left out."""
    scores: dict[str, float] = {}
    for branch in branches:
        share = accuracy_of(branch)
        if share is not None:
            scores[f"resampled_accuracy/{branch.place.step}"] = share
        if branch.answers:
            unique = len(set(branch.first_sentences)) / len(branch.first_sentences)
            scores[f"overdeterminedness/{branch.place.step}"] = 1 - unique
    for before, after in pairwise(branches):
        scores |= _importance(before, after, problem)
    return scores


def accuracy_of(branch: Branch) -> float | None:
    """The share of right continuations; None without any, and where one is open."""
    known = [right for right in branch.right if right is not None]
    return sum(known) / len(known) if known and len(known) == len(branch.right) else None


def _importance(before: Branch, after: Branch, problem: Problem) -> Mapping[str, float]:
    found: dict[str, float] = {}
    was, became = accuracy_of(before), accuracy_of(after)
    if was is not None and became is not None:
        found[f"resampling_importance/{after.place.step}"] = became - was
    if before.answers and after.answers:
        kinds = classes_of(problem, [*before.answers, *after.answers])
        kl = divergence(kinds[: len(before.answers)], kinds[len(before.answers) :])
        found[f"resampling_importance_kl/{after.place.step}"] = kl
    return found


def divergence(p: Sequence[int], q: Sequence[int]) -> float:
    """KL(p || q) in nats of the shares of classes, each share raised by epsilon and the shares made to sum to one.

    >>> divergence([0, 1], [0, 1]), round(divergence([0, 0], [0, 1]), 6)
    (0.0, 0.693147)
    """
    kinds = sorted({*p, *q})
    shares = [_shares(each, kinds) for each in (p, q)]
    return sum(a * math.log(a / b) for a, b in zip(shares[0], shares[1], strict=True))


def _shares(found: Sequence[int], kinds: Sequence[int]) -> list[float]:
    counts = Counter(found)
    raised = [counts[kind] / len(found) + EPSILON for kind in kinds]
    return [share / sum(raised) for share in raised]
