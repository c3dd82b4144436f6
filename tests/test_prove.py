"""The proofs: every measure is simulated, a run goes on where it stopped, what is off is said, the page is the data."""

from pathlib import Path

import pytest

from analysis.measures import MEASURES
from analysis.measures.coverage import Written, measured, written
from bench.proofs.base import Design
from bench.proofs.counting import Counts
from bench.proofs.kept import Block, Kept, is_out, rejects_more
from bench.proofs.levels import NULLS
from bench.proofs.report import PAGE, page
from bench.prove import SIMULATIONS, designs, designs_of, main, tasks

SMALL = Design(20, 2.0, 0.3)
REQUIRED = {name: SIMULATIONS[name].required for name in SIMULATIONS}


def test_every_measure_is_simulated() -> None:
    assert {measure for name in SIMULATIONS for measure in SIMULATIONS[name].measures} >= set(MEASURES)


def test_the_grid_has_four_sizes_two_clusterings_and_two_base_rates() -> None:
    assert len(set(designs())) == 16
    assert {design.n_samples for design in designs_of("sampling")} == {8}
    assert {design.base_rate for design in designs_of("arms_same_mean")} == {0.8}


def test_every_design_has_its_first_block_before_any_has_its_second() -> None:
    found = list(tasks(["compare", "gain_flips"], [20], 70))
    assert [task.block for task in found] == [0] * 8 + [1] * 8
    assert [task.n_sets for task in found] == [50] * 8 + [20] * 8


@pytest.mark.parametrize(
    ("n_held", "n_problems", "is_asked", "expected"),
    [
        (950, 300, True, False),
        (900, 300, True, True),
        (995, 300, True, True),
        (900, 100, True, False),
        (916, 1000, True, False),
        (900, 1000, False, False),
    ],
)
def test_a_required_row_is_out_of_93_to_97_only_beyond_chance(
    n_held: int, n_problems: int, is_asked: bool, expected: bool
) -> None:
    # of 1,000 sets: .93 - 1.96·sqrt(.93·.07/1000) = .9142 and .97 + 1.96·sqrt(.97·.03/1000) = .9806
    assert is_out((n_held, 1000, 0), n_problems, is_asked) is expected


def test_a_test_rejects_too_often_beyond_three_standard_errors() -> None:
    # of 1,000: .05 + 3·.0069 = .0707
    assert [rejects_more((n, 1000, 0)) for n in (50, 70, 71)] == [False, False, True]


def test_a_run_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    arguments = ["--only", "rounds", "--problems", "20", "--cache", str(tmp_path / "counts")]
    assert main([*arguments, "--sets", "4", "--minutes", "0"]) == 0
    assert not Kept.at(tmp_path / "counts").blocks
    assert main([*arguments, "--sets", "4"]) == 0
    once = (tmp_path / "counts").read_text()
    assert main([*arguments, "--sets", "4"]) == 0
    assert (tmp_path / "counts").read_text() == once
    found = Kept.at(tmp_path / "counts").summed("rounds")["rounds/round_ecr/2"]
    assert {design.n_problems for design in found} == {20}
    assert all(counts.n_sets + counts.n_none == 4 for counts in found.values())


def test_counts_of_blocks_add_up_and_are_forgotten_by_name(tmp_path: Path) -> None:
    kept = Kept.at(tmp_path / "counts")
    kept.add(Block("rounds", SMALL, 0, 10, {"a": Counts(9, 10, 0)}))
    kept.add(Block("rounds", SMALL, 1, 10, {"a": Counts(8, 9, 1)}))
    kept.add(Block("compare", SMALL, 0, 10, {"b": Counts(5, 10, 0)}))
    again = Kept.at(tmp_path / "counts")
    assert again.summed("rounds") == {"a": {SMALL: Counts(17, 19, 1)}}
    again.forget(["rounds"])
    assert Kept.at(tmp_path / "counts").names == ["compare"]


def test_what_is_out_is_said(tmp_path: Path) -> None:
    kept = Kept.at(tmp_path / "counts")
    large = Design(300, 2.0, 0.3)
    kept.add(Block("compare", large, 0, 100, {"compare/x": Counts(80, 100, 0), "compare/y": Counts(80, 100, 0)}))
    kept.add(Block("gain_flips", large, 0, 100, {"gain_flips": Counts(30, 100, 0)}))
    lines = list(kept.out({"compare": frozenset({"compare/x"})}))
    assert [line.split(" at ")[0] for line in lines] == [
        "compare compare/x: 80.0 % of 100",
        "gain_flips gain_flips: 30.0 % of 100",
    ]


def test_the_report_has_a_line_a_row_and_a_column_a_design() -> None:
    data: Written = {
        "designs": [(300, 2.0, 0.3), (300, 20.0, 0.3)],
        "coverage": {"compare": {"compare/x": [[95, 100, 0], [40, 50, 50]]}},
        "levels": {"gain_flips": {"measure": "accuracy", "label": "gains", "counts": [[5, 100, 0], [30, 100, 0]]}},
    }
    lines = list(page(data, {"compare": "Two arms"}, {"compare": frozenset({"compare/x"})}))
    # 1.96·sqrt(.95·.05/100) = 4.3 points; .8 of 50: 11.1
    assert "| compare/x | 95.0 ± 4.3 | 80.0 ± 11.1, 50 none |" in lines
    assert "| compare/x (compare) | 80.0 | 87.5 | 95.0 | 50 | 300 / 20 / 0.3 |" in lines
    assert "| gains (`accuracy`) | 5.0 ± 4.3 | 30.0 ± 9.0 | 300 / 20 / 0.3 |" in lines


def test_the_page_of_proofs_is_what_the_data_file_says() -> None:
    labels = {name: SIMULATIONS.label(name) for name in SIMULATIONS}
    assert PAGE.read_text() == "\n".join(page(written(), labels, REQUIRED)) + "\n", "write it anew: make prove"


def test_every_simulation_and_every_test_was_counted_on_every_design() -> None:
    assert set(written()["coverage"]) == set(SIMULATIONS)
    assert set(written()["levels"]) == set(NULLS)
    for name, rows in written()["coverage"].items():
        assert all(held + none > 0 for row in rows.values() for held, _, none in row), name


@pytest.mark.parametrize("measure", list(MEASURES))
def test_every_measure_says_what_was_counted_of_it(measure: str) -> None:
    said = measured(measure)
    assert said.startswith("Simulated data with a known truth")
    assert MEASURES[measure].coverage.startswith(said)
