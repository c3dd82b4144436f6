"""The growing cache holds what was written, whatever grows, joins or leaves."""

from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("needs_torch")


def written(n_rows: int, n_columns: int, *, start: float = 1.0) -> Any:
    """A cache of two layers whose keys are the numbers from `start`, one a column, and values their negatives."""
    import torch

    from workers.engines.local.cache import GrowingCache

    cache = GrowingCache(2)
    for column in range(n_columns):
        keys = torch.full((n_rows, 1, 1, 1), start + column)
        for layer in range(2):
            cache.update(keys + 100 * layer, -keys, layer)
    return cache


def seen(cache: Any, layer: int = 0) -> list[list[float]]:
    """The keys of every row; one column more is written to look at them, and left out."""
    import torch

    length = cache.length
    n_rows = cache._keys[layer].shape[0]
    keys, _ = cache.update(torch.zeros(n_rows, 1, 1, 1), torch.zeros(n_rows, 1, 1, 1), layer)
    cache.crop(length)
    rows: list[list[float]] = keys[:, 0, :-1, 0].tolist()
    return rows


def test_columns_stay_as_buffers_grow() -> None:
    # buffers begin with 65 columns: 200 make them grow twice at least
    cache = written(1, 200)
    assert cache.length == 200
    assert seen(cache) == [[1.0 + column for column in range(200)]]
    assert seen(cache, layer=1) == [[101.0 + column for column in range(200)]]


def test_joined_rows_end_flush_and_the_narrower_is_padded_with_zeros() -> None:
    assert seen(written(1, 3).joined(written(2, 2, start=8.0))) == [[1, 2, 3], [0, 8, 9], [0, 8, 9]]
    assert seen(written(1, 1).joined(written(1, 2, start=8.0))) == [[0, 1], [8, 9]]


def test_rows_are_taken_with_their_last_columns_also_twice() -> None:
    import torch

    both = written(1, 3).joined(written(1, 3, start=7.0))
    assert seen(both.rows(torch.tensor([1, 0, 1]), 2)) == [[8, 9], [2, 3], [8, 9]]


def test_cropped_columns_are_written_over() -> None:
    import torch

    cache = written(1, 3)
    cache.crop(1)
    cache.update(torch.full((1, 1, 1, 1), 5.0), torch.zeros(1, 1, 1, 1), 0)
    cache.update(torch.full((1, 1, 1, 1), 5.0), torch.zeros(1, 1, 1, 1), 1)
    assert seen(cache) == [[1, 5]]
