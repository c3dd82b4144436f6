"""The generation loop: rows of one batch, padded on the left, joined by waiting ones as others end.

A step computes one token of every row. Rows that have ended are dropped, and new ones prefilled, once they are worth
the copying of the cache. The same prompt in several rows is read once. Knows asks only as rows.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

import torch

from workers.engines.interface import nothing
from workers.engines.local.cache import GrowingCache
from workers.engines.local.loading import Model
from workers.engines.local.packing import Budget, Need, longest_first, n_joining
from workers.engines.local.picking import pick
from workers.engines.local.rows import Row
from workers.engines.local.sampling import Processor

DROP_SHARE = 8  # ended rows are dropped when they are one in so many: one copy against steps computed for nothing
JOIN_SHARE = 4  # rows join when so large a share of the places is free: prefills are cheaper together


def generate(
    model: Model,
    rows: Sequence[Row],
    budget: Budget,
    processors: Sequence[Processor] = (),
    between: Callable[[], None] = nothing,
) -> Iterator[Row]:
    """Every row, each when it has ended; `between` is called before every step, with nothing half done."""
    yield from (row for row in rows if row.finish_reason)
    going = [row for row in rows if not row.finish_reason]
    waiting = deque(going[place] for place in longest_first([need_of(row) for row in going]))
    batch = Batch(model, budget, processors)
    while waiting or batch.busy:
        between()
        try:
            joining = [waiting.popleft() for _ in range(batch.n_joining(waiting))]
            yield from batch.join(joining) if joining else batch.step()
        except torch.OutOfMemoryError:
            yield from batch.give_up(joining)


def need_of(row: Row) -> Need:
    return Need(len(row.prompt), len(row.prompt) + row.limit)


class Batch:
    """Rows at work and their cache, whose columns end flush: a row of n tokens has the last n - 1 columns."""

    def __init__(self, model: Model, budget: Budget, processors: Sequence[Processor]) -> None:
        self._model, self._budget, self._processors = model, budget, processors
        self._rows: list[Row] = []
        self._cache = model.cache()

    @property
    def busy(self) -> list[Row]:
        return [row for row in self._rows if not row.finish_reason]

    def n_joining(self, waiting: Sequence[Row]) -> int:
        """How many of those waiting should be prefilled now: none while few places are free."""
        busy = [need_of(row) for row in self.busy]
        joining = n_joining([need_of(row) for row in islice(waiting, self._budget.rows)], busy, self._budget)
        is_worth_it = joining * JOIN_SHARE >= len(busy) + joining or joining == len(waiting)
        return joining if is_worth_it else 0

    def join(self, joining: Sequence[Row]) -> list[Row]:
        """Reads the prompts of new rows and gives them their first token; returns those that it ends."""
        with torch.inference_mode():
            cache, logits = prefill(self._model, [row.prompt for row in joining])
            self._drop()
            self._cache = self._cache.joined(cache) if self._rows else cache
            self._rows += joining
            return pick(joining, logits, self._model.ends, self._processors)

    def step(self) -> list[Row]:
        """The next token of every row; returns those that it ends."""
        n_over = len(self._rows) - len(self.busy)
        with torch.inference_mode():
            if n_over * DROP_SHARE >= len(self._rows):
                self._drop()
            return pick(self._rows, self._next_logits(), self._model.ends, self._processors)

    def give_up(self, joining: Sequence[Row]) -> list[Row]:
        """The rows that were at work, failed, when the device had no memory for them."""
        here = {row.position for row in self._rows}
        lost = [*self.busy, *(row for row in joining if row.position not in here)]
        for row in lost:
            row.fail(f"the device ran out of memory with {len(lost)} requests in the batch: lower its tokens")
        self._rows, self._cache = [], self._model.cache()
        return lost

    def _next_logits(self) -> torch.Tensor:
        tensor = self._model.tensor
        ids = tensor([[row.last] for row in self._rows])
        positions = tensor([[row.n_tokens - 1] for row in self._rows])
        n_columns = self._cache.length + 1
        starts = n_columns - positions - 1
        mask = torch.arange(n_columns, device=self._model.device) >= starts
        return self._model.logits(ids, positions, mask[:, None, None, :], self._cache)[:, -1]

    def _drop(self) -> None:
        """Forgets the rows that are over, and the columns that only they had."""
        staying = [place for place, row in enumerate(self._rows) if not row.finish_reason]
        if len(staying) == len(self._rows):
            return
        self._rows = [self._rows[place] for place in staying]
        width = max((row.n_tokens - 1 for row in self._rows), default=0)
        self._cache = self._cache.rows(self._model.tensor(staying), width) if staying else self._model.cache()


def prefill(model: Model, prompts: Sequence[Sequence[int]]) -> tuple[GrowingCache, torch.Tensor]:
    """The cache of these prompts, ended flush, and the logits (rows × vocabulary) after each."""
    places = {tuple(prompt): place for place, prompt in enumerate(dict.fromkeys(map(tuple, prompts)))}
    width = max(map(len, places))
    pads = model.tensor([width - len(prompt) for prompt in places])
    ids = model.tensor([[0] * (width - len(prompt)) + list(prompt) for prompt in places])
    positions = (torch.arange(width, device=model.device) - pads[:, None]).clamp(min=0)
    cache = model.cache()
    logits = model.logits(ids, positions, _causal(pads, width), cache)[:, -1]
    if len(places) == len(prompts):
        return cache, logits
    rows = model.tensor([places[tuple(prompt)] for prompt in prompts])
    return cache.rows(rows, width), logits[rows]


def _causal(pads: torch.Tensor, width: int) -> torch.Tensor | None:
    """Each token sees itself and what came before it, but no padding; a padding sees itself, since one must."""
    if not bool(pads.any()):
        return None
    columns = torch.arange(width, device=pads.device)
    is_before = columns[None, :] <= columns[:, None]
    is_itself = columns[None, :] == columns[:, None]
    is_told = columns[None, None, :] >= pads[:, None, None]
    return ((is_before & is_told) | is_itself)[:, None]
