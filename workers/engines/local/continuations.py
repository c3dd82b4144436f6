"""How likely given texts are after a prompt: summed log-probabilities, all of one ask in one reading."""

from collections.abc import Sequence
from typing import NamedTuple

from analysis.asking import Ask
from workers.engines.local.branches import Scored, Trunk, weigh
from workers.engines.local.packing import n_shared

Weights = tuple[float | None, ...]


class Told(NamedTuple):
    """What has been said when a continuation begins: the assistant's prefix, and all ids up to there."""

    prefix: str
    ids: list[int]


def weights_of(trunk: Trunk, ask: Ask, told: Sequence[Told]) -> list[Weights]:
    """For each place, the log-probability (nats) of each of the ask's continuations.

    A continuation's tokens are those of the whole text from where it stops being tokenised as without it: a token
    across the border is weighed too. None where it does not fit the context, or nothing precedes it.
    """
    prompts = trunk.model.prompts
    scored = [
        Scored(ids, n_shared(each.ids, ids))
        for each in told
        for ids in prompts.extended(ask, [each.prefix + text for text in ask.continuations])
    ]
    can_be = [each.start > 0 and len(each.ids) <= prompts.context for each in scored]
    sums = iter(weigh(trunk, [each for each, can in zip(scored, can_be, strict=True) if can]))
    weights = [next(sums) if can else None for can in can_be]
    n = len(ask.continuations)
    return [tuple(weights[place * n : (place + 1) * n]) for place in range(len(told))]
