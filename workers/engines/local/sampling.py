"""From logits to tokens: greedy, or one uniform number a token through the filtered distribution. Knows no model.

Every row draws from its own seeded generator, and its choice depends on its own logits and settings only, so a request
gets the same tokens in any batch, as far as the logits are the same.
"""

import random
from collections.abc import Callable, Sequence

import torch

from analysis.asking import Sampling

Processor = Callable[[Sequence[int], torch.Tensor], torch.Tensor]
"""(new token ids so far, one row of logits) -> logits to draw from: an intervention on decoding."""


def generator_of(seed: int) -> random.Random:
    """The uniform numbers of a request: the same on every machine and device."""
    return random.Random(f"afterthought {seed}")  # noqa: S311 (samples, not secrets)


def choose(logits: torch.Tensor, samplings: Sequence[Sampling], draws: Sequence[float]) -> torch.Tensor:
    """The token id of each row (rows × vocabulary). A draw is in [0, 1); greedy rows ignore theirs."""
    chosen = logits.argmax(dim=-1)
    warm = [row for row, sampling in enumerate(samplings) if sampling.temperature > 0]
    if warm:
        drawn = _draw(logits[warm], [samplings[row] for row in warm], [draws[row] for row in warm])
        chosen[torch.tensor(warm, device=logits.device)] = drawn
    return chosen


def _draw(logits: torch.Tensor, samplings: Sequence[Sampling], draws: Sequence[float]) -> torch.Tensor:
    """By inverting the cumulative distribution over tokens from likely to unlikely; ties stand in order of id."""
    temperatures = _column(logits, [sampling.temperature for sampling in samplings])
    heated = torch.softmax(logits.double() / temperatures, dim=-1)
    shares, tokens = heated.sort(dim=-1, descending=True, stable=True)
    kept = torch.where(_keeps(shares, samplings), shares, 0.0)
    reached = kept.cumsum(dim=-1)
    wanted = _column(logits, draws) * reached[:, -1:]
    places = (reached <= wanted).sum(dim=-1, keepdim=True)
    last_kept = (kept > 0).sum(dim=-1, keepdim=True) - 1
    return tokens.gather(1, torch.minimum(places, last_kept))[:, 0]


def _keeps(shares: torch.Tensor, samplings: Sequence[Sampling]) -> torch.Tensor:
    """Which of the sorted tokens may be drawn: top k, then the nucleus of what is left, and no rarer than min p."""
    n_tokens = shares.shape[-1]
    ranks = torch.arange(n_tokens, device=shares.device)
    top_k = _column(shares, [sampling.top_k if sampling.top_k > 0 else n_tokens for sampling in samplings])
    left = torch.where(ranks < top_k, shares, 0.0)
    left = left / left.sum(dim=-1, keepdim=True)
    is_nucleus = left.cumsum(dim=-1) - left < _column(shares, [sampling.top_p for sampling in samplings])
    is_likely = shares >= shares[:, :1] * _column(shares, [sampling.min_p for sampling in samplings])
    return (left > 0) & is_nucleus & is_likely


def _column(like: torch.Tensor, values: Sequence[float]) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64, device=like.device)[:, None]


def processed(logits: torch.Tensor, written: Sequence[Sequence[int]], processors: Sequence[Processor]) -> torch.Tensor:
    """The logits after every processor, row by row."""
    for processor in processors:
        logits = torch.stack([processor(ids, row) for ids, row in zip(written, logits, strict=True)])
    return logits
