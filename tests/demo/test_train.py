"""Training the demo model: the schedule, the optimiser, and that a kill changes nothing but the time."""

from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("needs_torch")
FEW = 9_000
"""Three batches of about 4,000 tokens."""


def trained(work: Path, tokens: int) -> Any:
    import torch

    from demo.train import CHECKPOINT, SEED, train

    torch.set_num_threads(1)
    work.mkdir(exist_ok=True)
    assert train(work, tokens=FEW, minutes=None, seed=SEED, device="cpu", until=tokens) == (tokens >= FEW)
    return torch.load(work / CHECKPOINT, weights_only=True)


def test_the_rate_rises_stays_and_falls_with_the_tokens_seen() -> None:
    from demo.train import rate_at

    # It rises over 260,000 tokens and falls over the last 35 %: half of each is at 130,000 and at 82.5 %.
    seen = (0, 130_000, 5_000_000, 8_250_000, 10_000_000)
    assert [rate_at(n, 10_000_000) for n in seen] == [0.0, 0.5, 1.0, 0.5, 0.0]


def test_the_second_stage_rises_and_falls_by_its_own_numbers() -> None:
    from demo.train import SECOND, rate_at

    # It rises over 80,000 tokens and falls over the last half: half of each is at 40,000 and at 75 %.
    seen = (0, 40_000, 80_000, 2_000_000, 3_000_000, 4_000_000)
    assert [rate_at(n, 4_000_000, SECOND) for n in seen] == [0.0, 0.5, 1.0, 1.0, 0.5, 0.0]


def test_the_second_stage_begins_from_the_weights_of_a_folder() -> None:
    import torch
    from transformers import LlamaForCausalLM

    from demo.evaluate import MODEL
    from demo.tokenizer import build
    from demo.train import SECOND, begin

    begun = begin(build(), 1, "cpu", SECOND, MODEL).model.state_dict()
    shipped = LlamaForCausalLM.from_pretrained(MODEL).state_dict()
    assert all(torch.equal(begun[name], weight) for name, weight in shipped.items())


def test_the_second_stage_is_trained_on_lessons(tmp_path: Path) -> None:
    import torch

    from demo.evaluate import MODEL
    from demo.train import CHECKPOINT, SECOND, SEED, train

    torch.set_num_threads(1)
    train(tmp_path, minutes=None, seed=SEED, device="cpu", until=4_000, stage=SECOND, weights=MODEL)
    assert torch.load(tmp_path / CHECKPOINT, weights_only=True)["n_steps"] >= 1


def test_training_that_was_cut_off_goes_on_to_the_same_weights(tmp_path: Path) -> None:
    import torch

    whole = trained(tmp_path / "whole", FEW)
    cut = trained(tmp_path / "cut", FEW // 2)
    assert 0 < cut["n_steps"] < whole["n_steps"]
    resumed = trained(tmp_path / "cut", FEW)
    assert resumed["n_tokens"] == whole["n_tokens"]
    assert all(torch.equal(resumed["model"][name], weight) for name, weight in whole["model"].items())
    assert (tmp_path / "cut" / "model" / "model.safetensors").exists()


def test_batches_go_on_from_a_position(needs_torch: None) -> None:
    import torch

    from demo.batches import Position, batches
    from demo.tokenizer import build

    tokenizer = build()
    running = batches(1, 4_096, tokenizer, Position())
    first, second, third = next(running), next(running), next(running)
    again = next(batches(1, 4_096, tokenizer, second.then))
    assert torch.equal(again.ids, third.ids)
    assert torch.equal(again.labels, third.labels)
    assert first.ids.numel() <= 4_096


def test_an_orthogonal_step_keeps_directions_and_evens_out_sizes() -> None:
    import torch

    from demo.muon import orthogonal

    torch.manual_seed(0)
    made = orthogonal(torch.randn(96, 32))
    sizes = torch.linalg.svdvals(made)
    assert made.shape == (96, 32)
    assert 0.6 < sizes.min() <= sizes.max() < 1.3  # the quintic ends near 1, not at it

    left, _, right = torch.linalg.svd(torch.randn(8, 8))
    stretched = left @ torch.diag(torch.tensor([8.0, 7, 6, 5, 4, 3, 2, 1])) @ right
    kept = left.T @ orthogonal(stretched) @ right.T
    assert torch.allclose(kept, torch.diag(kept.diagonal()), atol=1e-3)
