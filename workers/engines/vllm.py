"""The vLLM engine, in this process: for workers with a GPU, in an environment of their own that pins vLLM's torch.

Prompts go in as token ids, the same as those of the transformers engine, so that what they share is found in vLLM's
prefix cache: a probe's points are asked from the shortest to the longest. How much was found is in `about()`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import vllm
from vllm import LLM, SamplingParams

from analysis.asking import Ask, Probing, Reply, Sampling, Token
from workers.engines.local.folders import model_folder, model_hash
from workers.engines.local.packing import n_shared
from workers.engines.local.prompts import AskRefused, Prompts
from workers.engines.local.stops import cut

MAX_LOGPROBS = 50
BATCH = 4096


class Asked(NamedTuple):
    """One prompt to be continued, and the whole texts whose continuation is to be weighed."""

    ids: list[int]
    sampling: Sampling
    seed: int
    weighed: list[list[int]]


class VllmEngine:
    """See `analysis.catalogue` for the settings."""

    def __init__(
        self,
        *,
        model: str,
        dtype: str = "auto",
        gpu_memory_utilization: float = 0.9,
        max_model_len: int = 0,
        tensor_parallel_size: int = 1,
        enforce_eager: bool = False,
    ) -> None:
        self._folder: Path = model_folder(model)
        self._llm: Any = LLM(
            str(self._folder),
            dtype=dtype,
            gpu_memory_utilization=gpu_memory_utilization,
            max_model_len=max_model_len or None,
            tensor_parallel_size=tensor_parallel_size,
            enforce_eager=enforce_eager,
            enable_prefix_caching=True,
            trust_remote_code=False,
            max_logprobs=MAX_LOGPROBS,
        )
        config = self._llm.llm_engine.model_config
        self._dtype = str(config.dtype).removeprefix("torch.")
        self.prompts = Prompts(self._llm.get_tokenizer(), int(config.max_model_len), int(config.get_vocab_size()))
        self._n_prompt_tokens = self._n_cached_tokens = 0

    def about(self) -> Mapping[str, object]:
        return {
            "kind": "vllm",
            "model": self._folder.name,
            "model_hash": model_hash(self._folder),
            "context": self.prompts.context,
            "dtype": self._dtype,
            "device": str(vllm.platforms.current_platform.get_device_name()),
            "versions": {"vllm": vllm.__version__},
            "prefix_cache_hit_rate": self.prefix_cache_hit_rate,
            "seeds": "recorded only: a batch of another make-up may change a token",
        }

    @property
    def prefix_cache_hit_rate(self) -> float | None:
        """The share of all prompt tokens so far that vLLM found in its cache; None before the first."""
        return self._n_cached_tokens / self._n_prompt_tokens if self._n_prompt_tokens else None

    def token_ends(self, text: str) -> Sequence[int]:
        return self.prompts.token_ends(text)

    def close(self) -> None:
        """Lets go of the model: its processes end with the last reference."""
        self._llm = None

    def complete(self, asks: Sequence[Ask]) -> Iterator[tuple[int, Reply]]:
        asked: dict[int, Asked] = {}
        for position, ask in enumerate(asks):
            try:
                ids = self.prompts.ids(ask)
                asked[position] = Asked(ids, ask.sampling, ask.seed, self._weighed(ask, ask.prefix))
            except AskRefused as error:
                yield position, _refused(str(error), ask.seed)
        yield from zip(asked, self._answers(list(asked.values())), strict=True)

    def probe(self, probings: Sequence[Probing]) -> Iterator[tuple[int, Sequence[Reply]]]:
        for position, probing in enumerate(probings):
            try:
                yield position, self._probed(probing)
            except AskRefused as error:
                yield position, [_refused(str(error), probing.ask.seed)] * len(probing.points)

    def _probed(self, probing: Probing) -> list[Reply]:
        ask = probing.ask
        prefixes = [ask.prefix[: point.offset] + point.suffix for point in probing.points]
        replies: dict[int, Reply] = {}
        asked: dict[int, Asked] = {}
        for position, ids in enumerate(self.prompts.at_points(ask, probing.points)):
            try:
                weighed = self._weighed(ask, prefixes[position])
                asked[position] = Asked(self.prompts.checked(ids), ask.sampling, ask.seed, weighed)
            except AskRefused as error:
                replies[position] = _refused(str(error), ask.seed)
        order = sorted(asked, key=lambda position: len(asked[position].ids))
        replies |= zip(order, self._answers([asked[position] for position in order]), strict=True)
        return [replies[position] for position in range(len(probing.points))]

    def _weighed(self, ask: Ask, prefix: str) -> list[list[int]]:
        return self.prompts.extended(ask, [prefix + text for text in ask.continuations]) if ask.continuations else []

    def _answers(self, asked: Sequence[Asked]) -> Iterator[Reply]:
        for start in range(0, len(asked), BATCH):
            some = asked[start : start + BATCH]
            written = iter(self._run([(each.ids, self._params(each)) for each in some if self._limit(each)]))
            weights = iter(self._run(self._weighings(some)))
            for each in some:
                reply = self._reply(each, next(written).outputs[0]) if self._limit(each) else _unwritten(each)
                yield _with_weights(reply, [self._weight(each, ids, weights) for ids in each.weighed])

    def _run(self, requests: Sequence[tuple[list[int], Any]]) -> list[Any]:
        if not requests:
            return []
        prompts = [{"prompt_token_ids": ids} for ids, _ in requests]
        outputs = list(self._llm.generate(prompts, [params for _, params in requests], use_tqdm=False))
        for (ids, params), output in zip(requests, outputs, strict=True):
            if params.prompt_logprobs is None:  # what is weighed is read whole, whatever the cache holds
                self._n_prompt_tokens += len(ids)
                self._n_cached_tokens += output.num_cached_tokens or 0
        return outputs

    def _limit(self, asked: Asked) -> int:
        return min(asked.sampling.max_tokens, self.prompts.context - len(asked.ids))

    def _params(self, asked: Asked) -> Any:
        sampling = asked.sampling
        return SamplingParams(
            max_tokens=self._limit(asked),
            temperature=sampling.temperature,
            top_p=sampling.top_p,
            top_k=sampling.top_k,
            min_p=sampling.min_p,
            stop=[stop for stop in sampling.stop if stop] or None,
            seed=asked.seed,
            logprobs=min(sampling.n_alternatives + 1, MAX_LOGPROBS) if sampling.n_alternatives else 0,
        )

    def _weighings(self, asked: Sequence[Asked]) -> list[tuple[list[int], Any]]:
        params = SamplingParams(max_tokens=1, temperature=0.0, prompt_logprobs=0)
        return [(ids, params) for each in asked for ids in each.weighed if self._is_weighable(each, ids)]

    def _is_weighable(self, asked: Asked, ids: list[int]) -> bool:
        return n_shared(asked.ids, ids) > 0 and len(ids) < self.prompts.context

    def _weight(self, asked: Asked, ids: list[int], weights: Iterator[Any]) -> float | None:
        if not self._is_weighable(asked, ids):
            return None
        told = next(weights).prompt_logprobs
        return float(sum(told[place][ids[place]].logprob for place in range(n_shared(asked.ids, ids), len(ids))))

    def _reply(self, asked: Asked, output: Any) -> Reply:
        return Reply(
            text=cut(self.prompts.text(output.token_ids, asked.ids), asked.sampling.stop),
            finish_reason=output.finish_reason or "stop",
            tokens=[
                self._token(token_id, likely, asked.sampling.n_alternatives)
                for token_id, likely in zip(output.token_ids, output.logprobs, strict=True)
            ],
            n_tokens=len(output.token_ids),
            n_prompt_tokens=len(asked.ids),
            seed=asked.seed,
        )

    def _token(self, token_id: int, likely: Mapping[int, Any], n_alternatives: int) -> Token:
        others = sorted((-each.logprob, other) for other, each in likely.items() if other != token_id)
        alternatives = tuple((self.prompts.token_text(other), -cost) for cost, other in others[:n_alternatives])
        return Token(token_id, self.prompts.token_text(token_id), float(likely[token_id].logprob), alternatives)


def _unwritten(asked: Asked) -> Reply:
    return Reply(finish_reason="length", n_prompt_tokens=len(asked.ids), seed=asked.seed)


def _with_weights(reply: Reply, weights: list[float | None]) -> Reply:
    return replace(reply, continuations=tuple(weights)) if weights else reply


def _refused(error: str, seed: int) -> Reply:
    return Reply(finish_reason="error", error=error, seed=seed)
