"""The proofs: every simulation gives the rows whose truth it knows, and a coverage that is off is found."""

import pytest

from bench.proofs.base import Design
from bench.prove import SIMULATIONS, Cell, coverage, designs, tables

SMALL = Design(40, 2.0, 0.3)


@pytest.mark.parametrize("name", list(SIMULATIONS))
def test_every_row_whose_truth_is_known_is_a_row_of_the_measure(name: str) -> None:
    simulation = SIMULATIONS[name]
    cells = coverage(simulation, SMALL, 3)
    assert {cell.name for cell in cells} == set(simulation.truth(SMALL))
    assert all(cell.n_sets + cell.n_none == 3 for cell in cells), [c for c in cells if c.n_sets + c.n_none != 3]
    assert simulation.required <= set(simulation.truth(SMALL))
    assert sum(cell.n_held for cell in cells) > 0


@pytest.mark.parametrize(
    ("n_held", "n_problems", "is_out"),
    [(950, 300, False), (900, 300, True), (995, 300, True), (900, 100, False), (915, 1000, False)],
)
def test_a_required_row_is_out_of_93_to_97_only_beyond_chance(n_held: int, n_problems: int, is_out: bool) -> None:
    # three standard errors of 1,000 sets at 93 % are 2.4 points: 90 % is out, 91.5 % is not
    cell = Cell(Design(n_problems, 2.0, 0.3), "delta", n_held, 1000, 0)
    assert cell.is_out(frozenset({"delta"})) is is_out
    assert cell.is_out(frozenset({"cl"})) is False


def test_the_grid_has_four_sizes_two_clusterings_and_two_base_rates() -> None:
    assert len(set(designs())) == 16


def test_the_report_has_a_line_a_row_and_a_column_a_design() -> None:
    cells = [Cell(SMALL, "delta", 19, 20, 0), Cell(SMALL, "rss", 9, 10, 10)]
    lines = list(tables({"self_correction": cells}))
    assert lines[-2:] == ["| delta | 95.0 |", "| rss | 90.0 (10 none) |"]
