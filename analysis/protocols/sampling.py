"""The settings of decoding that protocols share, and the seeds of an item's asks. Knows no protocol and no engine."""

import hashlib
from collections.abc import Mapping
from typing import Any

from analysis.asking import Sampling
from analysis.protocols.conduct import Item, Parameter

MAX_TOKENS = 131_072
MAX_SEED = 2**31 - 1

SAMPLES = Parameter(
    "samples",
    "Samples of each item",
    "integer",
    1,
    "Each sample is a unit of its own, with its own seed.",
    minimum=1,
    maximum=10_000,
)


def decoding(max_tokens: int = 2048, temperature: float = 0.0) -> tuple[Parameter, ...]:
    """The parameters of decoding, with a protocol's own defaults."""
    return (
        Parameter("max_tokens", "New tokens at most", "integer", max_tokens, minimum=1, maximum=MAX_TOKENS),
        Parameter("temperature", "Temperature", "number", temperature, "0 is greedy.", minimum=0, maximum=5),
        Parameter("top_p", "Nucleus (top p)", "number", 1.0, "1 keeps all tokens.", minimum=0.001, maximum=1),
        Parameter("top_k", "Top k", "integer", 0, "0 keeps all tokens.", minimum=0, maximum=1_000_000),
        Parameter("min_p", "Least share of the likeliest (min p)", "number", 0.0, minimum=0, maximum=1),
        Parameter("stop", "Stop strings", "list", (), "A reply ends before the first of these texts."),
    )


def sampling_of(settings: Mapping[str, Any], max_tokens: int | None = None, n_alternatives: int = 0) -> Sampling:
    """The `Sampling` that settled settings describe."""
    return Sampling(
        max_tokens=settings["max_tokens"] if max_tokens is None else max_tokens,
        temperature=settings["temperature"],
        top_p=settings["top_p"],
        top_k=settings["top_k"],
        min_p=settings["min_p"],
        stop=tuple(str(text) for text in settings["stop"]),
        n_alternatives=n_alternatives,
    )


def seed_of(item: Item, *place: object) -> int:
    """The seed of one ask of an item: the item's own for the first (no place), else drawn from it and the place.

    >>> from analysis.types import Problem
    >>> item = Item(Problem(), seed=7)
    >>> seed_of(item), seed_of(item, "critic", 1) == seed_of(item, "critic", 1), 0 <= seed_of(item, 2) <= MAX_SEED
    (7, True, True)
    """
    if not place:
        return item.seed
    words = "\x1f".join(str(part) for part in (item.seed, *place))
    return int.from_bytes(hashlib.sha256(words.encode("utf-8", "surrogatepass")).digest()[:8]) % (MAX_SEED + 1)
