"""Trains the demo model in two stages, on a CPU or a GPU, and goes on after a kill from its last checkpoint.

    python -m demo.train --work DIRECTORY [--tokens N] [--minutes M] [--device cuda]
    python -m demo.train --work ANOTHER --stage second --from FOLDER
    python -m demo.train --work DIRECTORY --export FOLDER

The first stage begins from nothing and learns sums; the second begins from a folder's weights and learns what other
protocols ask as well.

The learning rate depends on tokens seen, never on the clock. The model is written to DIRECTORY/model when all tokens
were seen; `--minutes` only ends this call early. Knows no evaluation.
"""

import argparse
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch.nn import functional
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerBase

from demo.batches import IGNORED, Batch, Corpus, Position, batches
from demo.corpus.conversations import conversation
from demo.corpus.lessons import lesson
from demo.muon import Muon
from demo.tokenizer import END, MOST_TOKENS, build, save

SEED = 20_261_122
BATCH_TOKENS = 4_096
CHECKPOINT, CHECKPOINT_SECONDS, LOG_STEPS = "checkpoint.pt", 60.0, 20


class Stage(NamedTuple):
    """What a stage learns from, its tokens, and the two optimisers' rates: they rise from 0 over the tokens of
    `warm_up` and fall to 0 over the last share `decay` of all."""

    corpus: Corpus
    tokens: int
    muon_rate: float
    adam_rate: float
    warm_up: int
    decay: float


FIRST = Stage(conversation, 5_600_000, 0.006, 0.003, 260_000, 0.35)
SECOND = Stage(lesson, 5_500_000, 0.004, 0.002, 80_000, 0.5)
STAGES = {"first": FIRST, "second": SECOND}


def shape(vocabulary: int, pad: int, end: int) -> LlamaConfig:
    """About 0.9 million parameters."""
    return LlamaConfig(
        vocab_size=vocabulary,
        hidden_size=128,
        intermediate_size=352,
        num_hidden_layers=4,
        num_attention_heads=4,
        num_key_value_heads=4,
        head_dim=32,
        max_position_embeddings=MOST_TOKENS,
        tie_word_embeddings=True,
        pad_token_id=pad,
        bos_token_id=None,
        eos_token_id=end,
    )


def rate_at(n_tokens: int, tokens: int, stage: Stage = FIRST) -> float:
    """The factor of the learning rate after n_tokens of all tokens.

    >>> [rate_at(n, 10_000_000) for n in (0, 130_000, 5_000_000, 8_250_000, 10_000_000)]
    [0.0, 0.5, 1.0, 0.5, 0.0]
    """
    return round(max(0.0, min(1.0, n_tokens / stage.warm_up, (1 - n_tokens / tokens) / stage.decay)), 9)


BEGINNING = Position()


@dataclass
class Training:
    """All that a checkpoint holds."""

    model: LlamaForCausalLM
    optimizers: tuple[torch.optim.Optimizer, ...]
    position: Position = BEGINNING
    n_steps: int = 0
    n_tokens: int = 0

    def state(self) -> dict[str, Any]:
        return {
            "model": self.model.state_dict(),
            "optimizers": [one.state_dict() for one in self.optimizers],
            "position": tuple(self.position),
            "n_steps": self.n_steps,
            "n_tokens": self.n_tokens,
        }

    def restore(self, state: dict[str, Any]) -> None:
        self.model.load_state_dict(state["model"])
        for one, saved in zip(self.optimizers, state["optimizers"], strict=True):
            one.load_state_dict(saved)
        self.position = Position(*state["position"])
        self.n_steps, self.n_tokens = state["n_steps"], state["n_tokens"]

    def save(self, path: Path) -> None:
        """Write beside it, then rename: a kill leaves the old file or the new one."""
        partial = path.with_suffix(".partial")
        torch.save(self.state(), partial)
        partial.replace(path)

    def step(self, batch: Batch, factor: float) -> float:
        loss = loss_of(self.model, batch)
        loss.backward()
        for one in self.optimizers:
            for group in one.param_groups:
                group["lr"] = group["peak"] * factor
            one.step()
            one.zero_grad()
        self.position = batch.then
        self.n_steps += 1
        self.n_tokens += batch.n_tokens
        return float(loss.item())


def begin(
    tokenizer: PreTrainedTokenizerBase, seed: int, device: str, stage: Stage = FIRST, weights: Path | None = None
) -> Training:
    """A model of random weights, or with those of a folder."""
    torch.manual_seed(seed)
    config = shape(len(tokenizer), tokenizer.pad_token_id, tokenizer.convert_tokens_to_ids(END))
    model = (LlamaForCausalLM.from_pretrained(weights) if weights else LlamaForCausalLM(config)).to(device)
    inner = [p for name, p in model.named_parameters() if p.ndim == 2 and "embed" not in name]
    outer = [p for name, p in model.named_parameters() if p.ndim < 2 or "embed" in name]
    muon = Muon([{"params": inner, "peak": stage.muon_rate}], lr=stage.muon_rate, weight_decay=0.01)
    groups = [{"params": outer, "peak": stage.adam_rate}]
    adam = torch.optim.AdamW(groups, lr=stage.adam_rate, weight_decay=0.0, betas=(0.9, 0.98))
    return Training(model, (muon, adam))


def loss_of(model: LlamaForCausalLM, batch: Batch) -> torch.Tensor:
    """Mean cross-entropy of the learned tokens. No mask is needed: padding comes after all that attends."""
    hidden = model.model(input_ids=batch.ids[:, :-1], use_cache=False).last_hidden_state
    wanted = batch.labels[:, 1:]
    learned = wanted != IGNORED
    return functional.cross_entropy(model.lm_head(hidden[learned]), wanted[learned])


def train(
    work: Path,
    *,
    minutes: float | None,
    seed: int,
    device: str,
    tokens: int | None = None,
    until: int | None = None,
    stage: Stage = FIRST,
    weights: Path | None = None,
) -> bool:
    """Train until all tokens (the stage's, unless told) were seen (True), or `until` tokens or the minutes are over."""
    tokens = tokens or stage.tokens
    tokenizer = build()
    training = begin(tokenizer, seed, device, stage, weights)
    checkpoint = work / CHECKPOINT
    if checkpoint.exists():
        training.restore(torch.load(checkpoint, map_location=device, weights_only=True))
    began = saved = time.monotonic()
    n_before = training.n_tokens
    for batch in batches(seed, BATCH_TOKENS, tokenizer, training.position, stage.corpus):
        if training.n_tokens >= min(tokens, until or tokens):
            break
        moved = batch._replace(ids=batch.ids.to(device), labels=batch.labels.to(device))
        loss = training.step(moved, rate_at(training.n_tokens, tokens, stage))
        now = time.monotonic()
        if training.n_steps % LOG_STEPS == 0:
            speed = (training.n_tokens - n_before) / (now - began)
            _say(f"step {training.n_steps} tokens {training.n_tokens:,} loss {loss:.4f} {speed:,.0f} tokens/s")
        if now - saved >= CHECKPOINT_SECONDS:
            training.save(checkpoint)
            saved = now
        if minutes is not None and now - began > 60 * minutes:
            break
    training.save(checkpoint)
    if training.n_tokens < tokens:
        return False
    export(training.model, tokenizer, work / "model")
    return True


def export(model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerBase, folder: Path) -> None:
    """Weights and tokenizer as transformers and vLLM read them."""
    model.save_pretrained(folder)
    (folder / "model.safetensors").chmod(0o644)
    save(tokenizer, folder)


def export_last(work: Path, folder: Path) -> None:
    tokenizer = build()
    training = begin(tokenizer, SEED, "cpu")
    training.restore(torch.load(work / CHECKPOINT, map_location="cpu", weights_only=True))
    export(training.model, tokenizer, folder)
    _say(f"the model after {training.n_tokens:,} tokens is in {folder}")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--stage", choices=tuple(STAGES), default="first")
    parser.add_argument("--from", dest="weights", type=Path, help="the folder of the weights to begin from")
    parser.add_argument("--tokens", type=int, help="in place of the stage's own number")
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--export", type=Path, help="only write the model of the last checkpoint to this folder")
    asked = parser.parse_args()
    if asked.export:
        export_last(asked.work, asked.export)
        return
    asked.work.mkdir(parents=True, exist_ok=True)
    if (asked.stage == "second") != bool(asked.weights):
        parser.error("the second stage, and only it, begins --from a folder's weights")
    done = train(
        asked.work,
        minutes=asked.minutes,
        seed=asked.seed,
        device=asked.device,
        tokens=asked.tokens,
        stage=STAGES[asked.stage],
        weights=asked.weights,
    )
    _say("done" if done else "not all tokens were seen; call again to go on")


if __name__ == "__main__":
    main()
