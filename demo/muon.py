"""Momentum whose steps are made orthogonal, in float32: torch's own does it in bfloat16, which old CPUs are slow at.

Source: Jordan et al. (2024), Muon; the step size that matches AdamW's is that of Liu et al. (2025, arXiv 2502.16982).
Knows no model.
"""

from collections.abc import Callable, Iterable
from typing import Any

import torch

QUINTIC = (3.4445, -4.7750, 2.0315)
N_ITERATIONS = 5
MATCHED = 0.2


def orthogonal(matrix: torch.Tensor) -> torch.Tensor:
    """Nearly the orthogonal factor of a matrix: the same singular vectors, singular values drawn towards 1."""
    is_tall = matrix.shape[0] > matrix.shape[1]
    x = matrix.T if is_tall else matrix
    x = x / (x.norm() + 1e-7)
    a, b, c = QUINTIC
    for _ in range(N_ITERATIONS):
        gram = x @ x.T
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.T if is_tall else x


class Muon(torch.optim.Optimizer):  # type: ignore[misc]
    """For matrices only. `lr` is on AdamW's scale; decay is decoupled."""

    def __init__(self, params: Iterable[Any], lr: float, momentum: float = 0.95, weight_decay: float = 0.0) -> None:
        super().__init__(params, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    def step(self, closure: Callable[[], float] | None = None) -> None:
        with torch.no_grad():
            for group in self.param_groups:
                for matrix in group["params"]:
                    self._move(matrix, group)

    def _move(self, matrix: torch.Tensor, group: dict[str, Any]) -> None:
        state = self.state[matrix]
        mean = state.setdefault("mean", torch.zeros_like(matrix))
        mean.lerp_(matrix.grad, 1 - group["momentum"])
        ahead = torch.lerp(matrix.grad, mean, group["momentum"])
        size = MATCHED * max(matrix.shape) ** 0.5
        matrix.mul_(1 - group["lr"] * group["weight_decay"])
        matrix.add_(orthogonal(ahead), alpha=-group["lr"] * size)
