"""Many endings of one text, computed as branches of one trunk: one cache, one prefill, and one step for all of them.

A branch is a sequence of tokens that begins as the trunk does. It sees the tokens that it shares with the trunk and its
own, which follow the trunk in the cache; a mask of rows × 1 × new × columns keeps the branches from each other.
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch

from workers.engines.local.cache import GrowingCache
from workers.engines.local.loading import Model
from workers.engines.local.packing import groups, n_shared
from workers.engines.local.picking import pick
from workers.engines.local.rows import Row
from workers.engines.local.sampling import Processor

GROUP_COLUMNS = 2_048  # own tokens of the branches that are computed together: what bounds the mask and the cache


class Scored(NamedTuple):
    """A sequence whose tokens from `start` on are to be weighed."""

    ids: list[int]
    start: int


class Trunk:
    """A text that is read once, as far as any branch shares it."""

    def __init__(self, model: Model, ids: Sequence[int]) -> None:
        self.model = model
        self.ids = list(ids)
        self.cache = model.cache()
        self.n_read = 0

    def shared(self, ids: Sequence[int], at_most: int) -> int:
        return min(n_shared(self.ids, ids), at_most)

    def read(self, length: int) -> None:
        """Forgets all branches, and reads the trunk up to this token where it has not been read so far."""
        self.cache.crop(min(self.n_read, length))
        if self.n_read < length:
            self.cache.crop(0)
            ids = self.model.tensor([self.ids[:length]])
            self.model.logits(ids, torch.arange(length, device=ids.device)[None], None, self.cache)
            self.n_read = length


def write(trunk: Trunk, rows: Sequence[Row], processors: Sequence[Processor] = ()) -> None:
    """Generates every row, each as a branch: its prompt begins as the trunk does."""
    going = [row for row in rows if not row.finish_reason]
    shares = [trunk.shared(row.prompt, len(row.prompt) - 1) for row in going]
    sizes = [len(row.prompt) - share + row.limit for row, share in zip(going, shares, strict=True)]
    for group in groups(sizes, GROUP_COLUMNS):
        with torch.inference_mode():
            trunk.read(max(shares))
            _write_group(trunk, [going[place] for place in group], [shares[place] for place in group], processors)


def _write_group(trunk: Trunk, rows: list[Row], shares: list[int], processors: Sequence[Processor]) -> None:
    fork = Fork(trunk, shares)
    logits = fork.extend([row.prompt[share:] for row, share in zip(rows, shares, strict=True)], only_last=True)
    pick(rows, logits, trunk.model.ends, processors)
    while going := [place for place, row in enumerate(rows) if not row.finish_reason]:
        logits = fork.extend([[row.last] if not row.finish_reason else [] for row in rows], only_last=True)
        pick([rows[place] for place in going], logits, trunk.model.ends, processors)


def weigh(trunk: Trunk, sequences: Sequence[Scored]) -> list[float]:
    """The summed log-probability of each sequence's scored tokens, given all that precedes them."""
    shares = [trunk.shared(each.ids, each.start - 1) for each in sequences]
    sizes = [len(each.ids) - share for each, share in zip(sequences, shares, strict=True)]
    sums: list[float] = []
    for group in groups(sizes, GROUP_COLUMNS):
        with torch.inference_mode():
            trunk.read(max(shares))
            sums += _weigh_group(trunk, [sequences[place] for place in group], [shares[place] for place in group])
    return sums


def _weigh_group(trunk: Trunk, sequences: list[Scored], shares: list[int]) -> list[float]:
    own = [each.ids[share:] for each, share in zip(sequences, shares, strict=True)]
    logits = Fork(trunk, shares).extend(own).log_softmax(dim=-1)
    sums = []
    begin = 0
    for (ids, start), share, tokens in zip(sequences, shares, own, strict=True):
        before = logits[begin + start - 1 - share : begin + len(tokens) - 1]
        wanted = trunk.model.tensor(ids[start:])[:, None]
        sums.append(float(before.gather(1, wanted).double().sum()))
        begin += len(tokens)
    return sums


class Fork:
    """The branches of one group: which column behind the trunk is whose, and which token of it."""

    def __init__(self, trunk: Trunk, shares: Sequence[int]) -> None:
        self._model = trunk.model
        self._cache: GrowingCache = trunk.cache
        self._shares = self._model.tensor(shares)
        self._lengths = list(shares)
        self._n_trunk = trunk.cache.length
        self._owners = self._model.tensor([])
        self._positions = self._model.tensor([])

    def extend(self, tokens: Sequence[Sequence[int]], *, only_last: bool = False) -> torch.Tensor:
        """Appends tokens to each branch (to some perhaps none) and returns the logits (tokens × vocabulary) after
        each, or after the last of each branch that got any."""
        owners, positions, ends = self._places(tokens)
        ids = self._model.tensor([[token for some in tokens for token in some]])
        self._owners, self._positions = torch.cat([self._owners, owners]), torch.cat([self._positions, positions])
        mask = self._mask(owners, positions)
        kept = self._model.tensor(ends) if only_last else torch.arange(len(owners), device=owners.device)
        return self._model.logits(ids, positions[None], mask[None, None], self._cache, kept)[0]

    def _places(self, tokens: Sequence[Sequence[int]]) -> tuple[torch.Tensor, torch.Tensor, list[int]]:
        """Of all new tokens in order: their branch and position; and where each branch's last one is."""
        owners: list[int] = []
        positions: list[int] = []
        ends: list[int] = []
        for branch, some in enumerate(tokens):
            owners += [branch] * len(some)
            positions += range(self._lengths[branch], self._lengths[branch] + len(some))
            self._lengths[branch] += len(some)
            if some:
                ends.append(len(owners) - 1)
        return self._model.tensor(owners), self._model.tensor(positions), ends

    def _mask(self, owners: torch.Tensor, positions: torch.Tensor) -> torch.Tensor:
        """new × columns: the shared part of the trunk, and the branch's own tokens so far."""
        trunk = torch.arange(self._n_trunk, device=owners.device) < self._shares[owners][:, None]
        is_own = owners[:, None] == self._owners[None, :]
        own = is_own & (self._positions[None, :] <= positions[:, None])
        return torch.cat([trunk, own], dim=1)
