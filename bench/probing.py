"""Probing: forced answers along a trace as branches of one reading, against one generate call a point, in one run.

The model is a Llama of 20 million random weights, and the demo model where it is there. Both routes answer greedily
from the same texts, end tokens barred so that every answer has its 8 tokens; the tokens must be equal, and the
log-probabilities are compared. The exponent is that of the time to probe 40 points of traces of 500 to 4,000 tokens;
the last row is a batch of unlike requests against generate's own batches. Wants a machine that does nothing else.
"""

import itertools
import math
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import torch

from analysis.asking import Ask, Point, Probing, Reply, Sampling
from bench.__main__ import Row
from tests.engines_env import SENTENCES, write_tiny_llama
from workers.engines.local.folders import PROJECT, weight_files
from workers.engines.local.sampling import Processor
from workers.engines.transformers import TransformersEngine

MILLIONS_20: dict[str, Any] = {
    "hidden_size": 512,
    "intermediate_size": 1408,
    "num_hidden_layers": 6,
    "num_attention_heads": 8,
    "num_key_value_heads": 8,
    "head_dim": 64,
    "max_position_embeddings": 8192,
    "initializer_range": 0.02,  # as models are commonly begun with
}
DEMO = PROJECT / "demo" / "model"
SUFFIX = "\n</think>\n\nThe answer is"  # as the forced-answer protocol asks where it is told nothing else
N_POINTS, N_NEW, N_TOKENS = 40, 8, 2000
LENGTHS = (500, 1000, 2000, 4000)
N_ASKS, N_BATCH = 256, 64


class Timed(NamedTuple):
    seconds: float
    ids: list[list[int]]
    log_ps: list[list[float]]


def rows(
    *, n_tokens: int = N_TOKENS, n_points: int = N_POINTS, lengths: Sequence[int] = LENGTHS, n_asks: int = N_ASKS
) -> list[Row]:
    made: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        for name, path in models(Path(folder)):
            engine = TransformersEngine(model=str(path))
            fits = engine.model.prompts.context - 64
            made.append(compared(engine, name, min(n_tokens, fits), n_points))
            made += growth(engine, name, [length for length in lengths if length <= fits], n_points)
            made.append(batched(engine, name, n_asks))
            engine.close()
    return made


def models(folder: Path) -> Iterator[tuple[str, Path]]:
    yield "20 M random", write_tiny_llama(folder / "random", **MILLIONS_20)
    if weight_files(DEMO):
        yield "demo", DEMO


def row_of(name: str, what: str, alone: float | str, together: float, more: str) -> Row:
    ratio = alone / together if isinstance(alone, float) else ""
    return {"model": name, "what": what, "alone (s)": alone, "together (s)": together, "ratio": ratio, "note": more}


def compared(engine: TransformersEngine, name: str, n_tokens: int, n_points: int) -> Row:
    """The probe against a generate call a point, both after a warm-up."""
    probing = probing_of(engine, n_tokens, n_points)
    by_probe(engine, probing)
    by_generate(engine, probing, at_most=2)
    together = fastest(partial(by_probe, engine, probing))
    alone = by_generate(engine, probing)
    if together.ids != alone.ids:
        raise AssertionError("the two routes give different tokens")
    pairs = zip(itertools.chain(*together.log_ps), itertools.chain(*alone.log_ps), strict=True)
    furthest = max(abs(one - other) for one, other in pairs)
    what = f"{n_points} points × {N_NEW} tokens of {n_tokens:,}"
    return row_of(name, what, alone.seconds, together.seconds, f"same tokens, |Δ log p| ≤ {furthest:.0e}")


def growth(engine: TransformersEngine, name: str, lengths: Sequence[int], n_points: int) -> list[Row]:
    """The probe's time over the trace's length, and the exponent fitted to it."""
    probings = [probing_of(engine, length, n_points) for length in lengths]
    seconds = [fastest(partial(by_probe, engine, probing)).seconds for probing in probings]
    made = [row_of(name, f"{length:,} tokens", "", took, "") for length, took in zip(lengths, seconds, strict=True)]
    if len(lengths) > 1:
        logs = [math.log(length) for length in lengths], [math.log(took) for took in seconds]
        made[-1]["note"] = f"time ~ tokens^{statistics.linear_regression(*logs).slope:.2f}"
    return made


def batched(engine: TransformersEngine, name: str, n_asks: int) -> Row:
    """Prompts of 10 to 100 tokens and 16 to 64 new ones: our loop against generate on batches as they come."""
    asks = [
        Ask(text=trace_of(engine, 10 + 7 * n % 91), sampling=Sampling(max_tokens=16 + 11 * n % 49), seed=n)
        for n in range(n_asks)
    ]
    began = time.perf_counter()
    n_new = sum(reply.n_tokens for _, reply in engine.complete(asks))
    ours = time.perf_counter() - began
    began = time.perf_counter()
    for start in range(0, n_asks, N_BATCH):
        generate_batch(engine, asks[start : start + N_BATCH])
    theirs = time.perf_counter() - began
    return row_of(name, f"{n_asks} unlike requests", theirs, ours, f"{n_new / ours:,.0f} new tokens a second")


def probing_of(engine: TransformersEngine, n_tokens: int, n_points: int) -> Probing:
    trace = trace_of(engine, n_tokens)
    points = tuple(Point(len(trace) * place // n_points, SUFFIX) for place in range(1, n_points + 1))
    return Probing(Ask(text="", prefix=trace, sampling=Sampling(max_tokens=N_NEW)), points)


def trace_of(engine: TransformersEngine, n_tokens: int) -> str:
    """Sums in sentences, cut to so many tokens."""
    tokenizer = engine.model.tokenizer
    text = " ".join(f"{SENTENCES[n % len(SENTENCES)]} {n} + {n * n} = {n + n * n}." for n in range(n_tokens // 16 + 1))
    return str(tokenizer.decode(tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"][:n_tokens]))


def by_probe(engine: TransformersEngine, probing: Probing) -> Timed:
    began = time.perf_counter()
    ((_, replies),) = engine.probe([probing], processors=[without_end(engine)])
    seconds = time.perf_counter() - began
    return Timed(seconds, [ids_of(reply) for reply in replies], [log_ps_of(reply) for reply in replies])


def without_end(engine: TransformersEngine) -> Processor:
    """Bars the end tokens, so that every answer has all its tokens, whatever the model would say."""
    ends = engine.model.tensor(sorted(engine.model.ends))
    return lambda _, logits: logits.index_fill(0, ends, float("-inf"))


def ids_of(reply: Reply) -> list[int]:
    return [token.token_id for token in reply.tokens]


def log_ps_of(reply: Reply) -> list[float]:
    return [token.log_probability or 0.0 for token in reply.tokens]


def by_generate(engine: TransformersEngine, probing: Probing, at_most: int | None = None) -> Timed:
    """One call of transformers' generate a point, on the text cut there."""
    ids: list[list[int]] = []
    log_ps: list[list[float]] = []
    began = time.perf_counter()
    for point in probing.points[:at_most]:
        prompt = engine.model.prompts.at_points(probing.ask, [point])[0]
        made = generated(engine, [prompt], N_NEW, min_new_tokens=N_NEW)
        new = made.sequences[0, len(prompt) :]
        logits = torch.stack(made.logits)[:, 0].float().log_softmax(-1)
        ids.append(new.tolist())
        log_ps.append(logits.gather(1, new[:, None])[:, 0].tolist())
    return Timed(time.perf_counter() - began, ids, log_ps)


def generate_batch(engine: TransformersEngine, asks: Sequence[Ask]) -> None:
    """As generate does it: padded to the longest prompt, and until the longest reply."""
    prompts = [engine.model.prompts.ids(ask) for ask in asks]
    generated(engine, prompts, max(ask.sampling.max_tokens for ask in asks))


def generated(engine: TransformersEngine, prompts: Sequence[Sequence[int]], n_new: int, **more: int) -> Any:
    width = max(map(len, prompts))
    pad = engine.model.tokenizer.pad_token_id or 0
    tensor = engine.model.tensor
    with torch.inference_mode():
        return engine.model.network.generate(
            tensor([[pad] * (width - len(prompt)) + list(prompt) for prompt in prompts]),
            attention_mask=tensor([[0] * (width - len(prompt)) + [1] * len(prompt) for prompt in prompts]),
            max_new_tokens=n_new,
            do_sample=False,
            output_logits=True,
            return_dict_in_generate=True,
            **more,
        )


def fastest(measure: Callable[[], Timed], n: int = 3) -> Timed:
    return min((measure() for _ in range(n)), key=lambda timed: timed.seconds)


if __name__ == "__main__":
    from bench.__main__ import table

    print(table(rows()))
