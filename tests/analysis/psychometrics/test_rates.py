"""What the proofs measured, as pages say it."""

import pytest

from analysis.psychometrics import rates
from bench.proofs.lab_page import out_of, section
from bench.proofs.report import PAGE


def test_every_row_was_counted_and_none_is_out_from_40_models_on() -> None:
    assert set(rates.written()) == set(rates.ROWS)
    assert list(out_of(rates.written())) == []


def test_the_page_of_proofs_holds_what_the_file_says() -> None:
    assert PAGE.read_text(encoding="utf-8").endswith("\n".join(section()) + "\n")


@pytest.mark.parametrize(("n_models", "told"), [(3, 6), (6, 6), (13, 12), (30, 20), (500, 40)])
def test_the_rate_is_that_of_the_largest_design_that_is_not_larger(n_models: int, told: int) -> None:
    found = rates.rate("marginal", n_models)
    assert found is not None
    assert found.n_models == told
    assert found.share is not None
    assert 0.9 < found.share < 1


def test_clustered_intervals_hold_the_truth_where_the_published_ones_do_not() -> None:
    """Slopes differ between models: at 12 models the published 95 % intervals hold it in clearly fewer."""
    ours, theirs = rates.rate("marginal", 12), rates.rate("crossed", 12)
    assert ours is not None
    assert theirs is not None
    assert ours.share is not None
    assert theirs.share is not None
    assert theirs.share < 0.93 < ours.share


def test_a_note_says_what_was_measured_below_40_models() -> None:
    few = rates.note(12, ("joint", "no_joint"))
    assert "12 models, not their runs" in few
    assert "With 12 simulated models intervals held the truth in" in few
    assert "With 12 simulated models false findings came in" in few
    assert "nominally 95 %" in few
    assert rates.note(60).endswith("are the cases.")
    assert "With 40 simulated models" in rates.measured(("crossed", "no_crossed"), 60)
    assert rates.measured(("no such row",), 12) == ""
