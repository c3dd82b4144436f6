"""Keys and values of all layers, in buffers that grow: appending a token copies nothing that is there already.

Stands in for the cache that transformers' models are given. Knows no tokens: columns are filled from the left, and
which of them a row may see is the mask's business.
"""

from typing import Any

import torch

GROWTH = 1.5
LEAST = 64


class GrowingCache:
    """rows × heads × columns × width a layer, `length` columns filled."""

    is_compileable = False

    def __init__(self, n_layers: int) -> None:
        self.length = 0
        self._keys: list[torch.Tensor] = []
        self._values: list[torch.Tensor] = []
        self._n_layers = n_layers

    def update(
        self, keys: torch.Tensor, values: torch.Tensor, layer_idx: int, *_: Any, **__: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Appends one layer's new columns; the last layer's turn moves the end."""
        end = self.length + keys.shape[2]
        if layer_idx == len(self._keys):
            self._keys.append(_buffer(keys, end))
            self._values.append(_buffer(values, end))
        elif end > self._keys[layer_idx].shape[2]:
            self._keys[layer_idx] = _regrown(self._keys[layer_idx], self.length, end)
            self._values[layer_idx] = _regrown(self._values[layer_idx], self.length, end)
        self._keys[layer_idx][:, :, self.length : end] = keys
        self._values[layer_idx][:, :, self.length : end] = values
        if layer_idx == self._n_layers - 1:
            self.length = end
        return self._keys[layer_idx][:, :, :end], self._values[layer_idx][:, :, :end]

    def crop(self, length: int) -> None:
        """Forgets the columns after these; nothing is copied."""
        self.length = length

    def rows(self, rows: torch.Tensor, width: int) -> "GrowingCache":
        """These rows (one may be taken twice) and their last columns, as a cache of its own."""
        return self._made([_ending(each, rows, self.length, width) for each in (*self._keys, *self._values)], width)

    def joined(self, other: "GrowingCache") -> "GrowingCache":
        """The rows of both, ended flush; the narrower one gets empty columns before its own."""
        width = max(self.length, other.length)
        mine, others = (*self._keys, *self._values), (*other._keys, *other._values)
        return self._made(
            [
                torch.cat([_padded(first, self.length, width), _padded(second, other.length, width)])
                for first, second in zip(mine, others, strict=True)
            ],
            width,
        )

    def _made(self, buffers: list[torch.Tensor], length: int) -> "GrowingCache":
        made = GrowingCache(self._n_layers)
        made._keys, made._values = buffers[: self._n_layers], buffers[self._n_layers :]
        made.length = length
        return made

    def get_seq_length(self, layer_idx: int = 0) -> int:
        return self.length

    def get_query_offset(self, layer_idx: int = 0) -> int:
        return self.length

    def get_mask_sizes(self, query_length: int, layer_idx: int = 0) -> tuple[int, int]:
        return self.length + query_length, 0


def _buffer(like: torch.Tensor, end: int) -> torch.Tensor:
    rows, heads, _, width = like.shape
    return like.new_zeros((rows, heads, max(end + LEAST, int(end * GROWTH)), width))


def _regrown(old: torch.Tensor, length: int, end: int) -> torch.Tensor:
    new = _buffer(old, end)
    new[:, :, :length] = old[:, :, :length]
    return new


def _ending(buffer: torch.Tensor, rows: torch.Tensor, length: int, width: int) -> torch.Tensor:
    return buffer[:, :, length - width : length].index_select(0, rows)


def _padded(buffer: torch.Tensor, length: int, width: int) -> torch.Tensor:
    """Zeros, not whatever lay there: a masked value times zero must be zero."""
    filled = buffer[:, :, :length]
    return torch.nn.functional.pad(filled, (0, 0, width - length, 0))
