"""Conversations as batches of token ids of nearly equal length; the same seed gives the same ones. Knows no model."""

import random
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import torch
from transformers import PreTrainedTokenizerBase

from demo.corpus.conversations import Message, conversation

Corpus = Callable[[random.Random], list[Message]]
POOL = 512
IGNORED = -100


class Position(NamedTuple):
    """Where the next batch is: the pool of conversations and the batch in it."""

    pool: int = 0
    batch: int = 0


class Batch(NamedTuple):
    """Right-padded ids (rows × length), the labels that are learned, and where to go on after it."""

    ids: torch.Tensor
    labels: torch.Tensor
    n_tokens: int
    then: Position


class Encoded(NamedTuple):
    ids: list[int]
    labels: list[int]


def encode(messages: Sequence[Message], tokenizer: PreTrainedTokenizerBase) -> Encoded:
    """A conversation under the chat template; only what the assistant says, and its end, is learned."""
    ids: list[int] = []
    labels: list[int] = []
    for message in messages:
        head = tokenizer.convert_tokens_to_ids(f"<|{message.role}|>")
        given = [head, *tokenizer.encode(message.text[: message.n_given], add_special_tokens=False)]
        said = [*tokenizer.encode(message.text[message.n_given :], add_special_tokens=False), tokenizer.eos_token_id]
        ids += [*given, *said]
        labels += [IGNORED] * len(given) + (said if message.role == "assistant" else [IGNORED] * len(said))
    return Encoded(ids, labels)


def batches(
    seed: int, n_tokens: int, tokenizer: PreTrainedTokenizerBase, at: Position, corpus: Corpus = conversation
) -> Iterator[Batch]:
    """Batches without end, from a position on; each holds at most n_tokens with its padding."""
    pool, skipped = at
    while True:
        made = _pool(seed, pool, n_tokens, tokenizer, corpus)
        for number in range(skipped, len(made)):
            is_last = number + 1 == len(made)
            yield _batch(made[number], tokenizer, Position(pool + 1) if is_last else Position(pool, number + 1))
        pool, skipped = pool + 1, 0


def _pool(
    seed: int, pool: int, n_tokens: int, tokenizer: PreTrainedTokenizerBase, corpus: Corpus
) -> list[list[Encoded]]:
    rng = random.Random(f"{seed}:{pool}")  # noqa: S311  no secret hangs on it
    encoded = sorted((encode(corpus(rng), tokenizer) for _ in range(POOL)), key=lambda one: len(one.ids))
    groups: list[list[Encoded]] = [[]]
    for one in encoded:
        if len(one.ids) * (len(groups[-1]) + 1) > n_tokens and groups[-1]:
            groups.append([])
        groups[-1].append(one)
    rng.shuffle(groups)
    return groups


def _batch(group: Sequence[Encoded], tokenizer: PreTrainedTokenizerBase, then: Position) -> Batch:
    length = max(len(one.ids) for one in group)
    pad = tokenizer.pad_token_id
    ids = torch.tensor([[*one.ids, *[pad] * (length - len(one.ids))] for one in group])
    labels = torch.tensor([[*one.labels, *[IGNORED] * (length - len(one.labels))] for one in group])
    return Batch(ids, labels, sum(len(one.ids) for one in group), then)
