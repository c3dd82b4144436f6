"""Trains the demo model from nothing, on a CPU or a GPU, and goes on after a kill from its last checkpoint.

    python -m demo.train --work DIRECTORY [--tokens N] [--minutes M] [--device cuda]
    python -m demo.train --work DIRECTORY --export FOLDER

The learning rate depends on tokens seen, never on the clock. The model is written to DIRECTORY/model when all tokens
were seen; `--minutes` only ends this call early. Knows no evaluation.
"""

import argparse
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch.nn import functional
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerBase

from demo.batches import IGNORED, Batch, Position, batches
from demo.muon import Muon
from demo.tokenizer import END, MOST_TOKENS, build, save

SEED = 20_261_122
TOKENS = 5_600_000
BATCH_TOKENS = 4_096
MUON_RATE, ADAM_RATE = 0.006, 0.003
WARM_UP, DECAY = 260_000, 0.35
"""Tokens over which the rate rises from 0, and the share of all tokens over which it falls to 0 at the end."""
CHECKPOINT, CHECKPOINT_SECONDS, LOG_STEPS = "checkpoint.pt", 60.0, 20


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


def rate_at(n_tokens: int, tokens: int) -> float:
    """The factor of the learning rate after n_tokens of all tokens.

    >>> [rate_at(n, 10_000_000) for n in (0, 130_000, 5_000_000, 8_250_000, 10_000_000)]
    [0.0, 0.5, 1.0, 0.5, 0.0]
    """
    return round(max(0.0, min(1.0, n_tokens / WARM_UP, (1 - n_tokens / tokens) / DECAY)), 9)


FIRST = Position()


@dataclass
class Training:
    """All that a checkpoint holds."""

    model: LlamaForCausalLM
    optimizers: tuple[torch.optim.Optimizer, ...]
    position: Position = FIRST
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


def begin(tokenizer: PreTrainedTokenizerBase, seed: int, device: str) -> Training:
    torch.manual_seed(seed)
    config = shape(len(tokenizer), tokenizer.pad_token_id, tokenizer.convert_tokens_to_ids(END))
    model = LlamaForCausalLM(config).to(device)
    inner = [p for name, p in model.named_parameters() if p.ndim == 2 and "embed" not in name]
    outer = [p for name, p in model.named_parameters() if p.ndim < 2 or "embed" in name]
    muon = Muon([{"params": inner, "peak": MUON_RATE}], lr=MUON_RATE, weight_decay=0.01)
    adam = torch.optim.AdamW([{"params": outer, "peak": ADAM_RATE}], lr=ADAM_RATE, weight_decay=0.0, betas=(0.9, 0.98))
    return Training(model, (muon, adam))


def loss_of(model: LlamaForCausalLM, batch: Batch) -> torch.Tensor:
    """Mean cross-entropy of the learned tokens. No mask is needed: padding comes after all that attends."""
    hidden = model.model(input_ids=batch.ids[:, :-1], use_cache=False).last_hidden_state
    wanted = batch.labels[:, 1:]
    learned = wanted != IGNORED
    return functional.cross_entropy(model.lm_head(hidden[learned]), wanted[learned])


def train(work: Path, *, tokens: int, minutes: float | None, seed: int, device: str, until: int | None = None) -> bool:
    """Train until all tokens were seen (True), or `until` tokens or the minutes are over (False)."""
    tokenizer = build()
    training = begin(tokenizer, seed, device)
    checkpoint = work / CHECKPOINT
    if checkpoint.exists():
        training.restore(torch.load(checkpoint, map_location=device, weights_only=True))
    began = saved = time.monotonic()
    n_before = training.n_tokens
    for batch in batches(seed, BATCH_TOKENS, tokenizer, training.position):
        if training.n_tokens >= min(tokens, until or tokens):
            break
        moved = batch._replace(ids=batch.ids.to(device), labels=batch.labels.to(device))
        loss = training.step(moved, rate_at(training.n_tokens, tokens))
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
    parser.add_argument("--tokens", type=int, default=TOKENS)
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--export", type=Path, help="only write the model of the last checkpoint to this folder")
    asked = parser.parse_args()
    if asked.export:
        export_last(asked.work, asked.export)
        return
    asked.work.mkdir(parents=True, exist_ok=True)
    done = train(asked.work, tokens=asked.tokens, minutes=asked.minutes, seed=asked.seed, device=asked.device)
    _say("done" if done else "not all tokens were seen; call again to go on")


if __name__ == "__main__":
    main()
