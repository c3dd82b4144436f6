"""The transformers engine: a model of this machine, in this process, on a CPU or a GPU.

Its loop is its own: requests are packed by length, draw from seeds of their own, and forced answers along a trace
are branches of one reading. In a notebook it also takes processors of logits and gives hidden states.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

import torch

from analysis.asking import Ask, Probing, Reply
from workers.engines.interface import nothing
from workers.engines.local.branches import Trunk, write
from workers.engines.local.continuations import Told, weights_of
from workers.engines.local.folders import model_folder
from workers.engines.local.generation import generate
from workers.engines.local.loading import Key, Model, hold, let_go, provenance
from workers.engines.local.packing import Budget
from workers.engines.local.prompts import AskRefused
from workers.engines.local.rows import Row, refused
from workers.engines.local.sampling import Processor
from workers.engines.local.stops import StopWatch


class TransformersEngine:
    """See `analysis.catalogue` for the settings. One model is loaded once, however many engines use it."""

    def __init__(
        self,
        *,
        model: str,
        dtype: str = "auto",
        device: str = "auto",
        batch_tokens: int = 65_536,
        max_batch: int = 64,
    ) -> None:
        self._budget = Budget(batch_tokens, max_batch)
        self._held: tuple[Key, Model] | None = hold(model_folder(model), dtype, device)
        self.between_steps: Callable[[], None] = nothing

    @property
    def model(self) -> Model:
        if self._held is None:
            raise RuntimeError("the engine is closed")
        return self._held[1]

    def about(self) -> Mapping[str, object]:
        return provenance(self.model) | {"batch_tokens": self._budget.tokens, "max_batch": self._budget.rows}

    def token_ends(self, text: str) -> Sequence[int]:
        return self.model.prompts.token_ends(text)

    def close(self) -> None:
        if self._held is not None:
            let_go(self._held[0])
            self._held = None

    def complete(self, asks: Sequence[Ask], processors: Sequence[Processor] = ()) -> Iterator[tuple[int, Reply]]:
        rows: list[Row] = []
        for position, ask in enumerate(asks):
            try:
                rows.append(self._row(position, ask, self.model.prompts.ids(ask)))
            except AskRefused as error:
                yield position, refused(str(error), ask.seed)
        for row in generate(self.model, rows, self._budget, processors, self.between_steps):
            yield row.position, self._reply(row, asks[row.position])

    def probe(
        self, probings: Sequence[Probing], processors: Sequence[Processor] = ()
    ) -> Iterator[tuple[int, Sequence[Reply]]]:
        for position, probing in enumerate(probings):
            try:
                yield position, self._probed(probing, processors)
            except (AskRefused, torch.OutOfMemoryError) as error:
                yield position, [refused(str(error), probing.ask.seed)] * len(probing.points)

    def hidden_states(self, ask: Ask, layers: Sequence[int]) -> torch.Tensor:
        """layers × tokens × width of an ask's prompt and prefix; layer 0 is the embedding. Raises AskRefused."""
        ids = self.model.tensor([self.model.prompts.ids(ask)])
        with torch.inference_mode():
            out = self.model.network(input_ids=ids, output_hidden_states=True, use_cache=False, logits_to_keep=1)
        return torch.stack([out.hidden_states[layer][0] for layer in layers])

    def _row(self, position: int, ask: Ask, ids: list[int]) -> Row:
        limit = min(ask.sampling.max_tokens, self.model.prompts.context - len(ids))
        return Row(position, ids, ask.sampling, ask.seed, limit, StopWatch(self.model.tokenizer, ask.sampling.stop))

    def _reply(self, row: Row, ask: Ask) -> Reply:
        reply = row.reply(self.model.prompts)
        if row.error or not ask.continuations:
            return reply
        (weights,) = weights_of(Trunk(self.model, row.prompt), ask, [Told(ask.prefix, row.prompt)])
        return replace(reply, continuations=weights)

    def _probed(self, probing: Probing, processors: Sequence[Processor]) -> list[Reply]:
        ask = probing.ask
        prefixes = [ask.prefix[: point.offset] + point.suffix for point in probing.points]
        whole, *cuts = self.model.prompts.extended(ask, [ask.prefix, *prefixes])
        trunk = Trunk(self.model, whole)
        replies = [Reply()] * len(cuts)
        rows: list[Row] = []
        for position, ids in enumerate(cuts):
            try:
                rows.append(self._row(position, ask, self.model.prompts.checked(ids)))
            except AskRefused as error:
                replies[position] = refused(str(error), ask.seed)
        write(trunk, rows, processors)
        weights = weights_of(trunk, ask, [Told(prefixes[row.position], row.prompt) for row in rows])
        for row, some in zip(rows, weights, strict=True):
            replies[row.position] = replace(row.reply(self.model.prompts), continuations=some)
        return replies
