"""One uniform number chooses a token: by hand on four shares, and as often as the distribution says."""

import math
import random

import pytest

from analysis.asking import Sampling

pytestmark = pytest.mark.usefixtures("needs_torch")
SHARES = (0.4, 0.1, 0.2, 0.3)  # from likely to unlikely: tokens 0, 3, 2, 1


def chosen(draw: float, *, temperature: float = 1.0, top_p: float = 1.0, top_k: int = 0, min_p: float = 0.0) -> int:
    import torch

    from workers.engines.local.sampling import choose

    logits = torch.tensor([[math.log(share) for share in SHARES]])
    sampling = Sampling(temperature=temperature, top_p=top_p, top_k=top_k, min_p=min_p)
    return int(choose(logits, [sampling], [draw])[0])


@pytest.mark.parametrize(("draw", "token"), [(0.0, 0), (0.39, 0), (0.41, 3), (0.69, 3), (0.71, 2), (0.91, 1), (1.0, 1)])
def test_draws_walk_the_shares_from_likely_to_unlikely(draw: float, token: int) -> None:
    assert chosen(draw) == token


def test_temperature_zero_takes_the_likeliest_whatever_is_drawn() -> None:
    assert chosen(0.99, temperature=0) == 0


def test_a_low_temperature_sharpens() -> None:
    # at 0.5 shares are squared: 0.16, 0.09, 0.04, 0.01 of 0.30: token 0 up to 0.5333
    assert (chosen(0.53, temperature=0.5), chosen(0.54, temperature=0.5)) == (0, 3)


def test_top_k_shares_among_the_first() -> None:
    # 0.4 and 0.3 become 4/7 = 0.571 and 3/7
    assert (chosen(0.57, top_k=2), chosen(0.58, top_k=2), chosen(0.9999, top_k=2)) == (0, 3, 3)


def test_the_nucleus_holds_the_token_that_reaches_top_p() -> None:
    # 0.4 alone is under 0.5, 0.4 + 0.3 reaches it: the same two tokens
    assert (chosen(0.57, top_p=0.5), chosen(0.58, top_p=0.5), chosen(0.9999, top_p=0.5)) == (0, 3, 3)
    assert chosen(0.9999, top_p=0.39) == 0


def test_the_nucleus_is_of_what_top_k_left() -> None:
    # of 0.4, 0.3, 0.2 (sum 0.9) the first two are 0.78 and reach 0.7; of all four they are 0.7 only
    assert chosen(0.9999, top_k=3, top_p=0.75) == 3
    assert chosen(0.9999, top_p=0.75) == 2


def test_min_p_leaves_out_what_is_rarer_than_its_share_of_the_likeliest() -> None:
    # 0.6 × 0.4 = 0.24: 0.4 and 0.3 stay
    assert chosen(0.9999, min_p=0.6) == 3


def test_tokens_come_as_often_as_their_shares() -> None:
    # 4,000 draws: the standard error of a share is at most sqrt(.24 / 4000) = 0.0078; four of them
    rng = random.Random(3)
    counts = [0, 0, 0, 0]
    for _ in range(4000):
        counts[chosen(rng.random())] += 1
    assert [count / 4000 for count in counts] == pytest.approx(SHARES, abs=0.031)


def test_rows_do_not_change_each_others_choice() -> None:
    import torch

    from workers.engines.local.sampling import choose

    logits = torch.tensor([[math.log(share) for share in SHARES]] * 3)
    samplings = [Sampling(temperature=1.0), Sampling(temperature=0.0), Sampling(temperature=1.0, top_k=1)]
    assert choose(logits, samplings, [0.95, 0.95, 0.95]).tolist() == [1, 0, 0]


def test_a_seeds_numbers_are_the_same_everywhere() -> None:
    from workers.engines.local.sampling import generator_of

    # Python's generator seeded by the text "afterthought SEED", written down once
    drawn = [generator_of(seed).random() for seed in (0, 1, -1)]
    assert drawn == pytest.approx([0.199516198536, 0.817634644121, 0.139350933799], abs=1e-12)
