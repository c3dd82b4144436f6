"""The lab's proofs: every row is counted, a run goes on where it stopped, the page says what the counts say."""

import json
from pathlib import Path

import numpy as np
import pytest

from analysis.psychometrics import rates
from bench.proofs.lab import SIMULATIONS, within
from bench.proofs.lab_page import is_out, out_of
from bench.prove_lab import BLOCK, counted, main, summed, tasks


@pytest.mark.parametrize("name", SIMULATIONS)
def test_every_simulation_counts_rows_that_are_known(name: str) -> None:
    found = SIMULATIONS[name].counted(SIMULATIONS[name].sizes[0], np.random.default_rng(0))
    assert set(found) <= set(rates.ROWS)
    assert all(0 <= hits <= n and n + none for hits, n, none in found.values())


def test_every_row_is_counted_by_some_simulation() -> None:
    counted_rows = {
        row
        for name in SIMULATIONS
        for row in SIMULATIONS[name].counted(SIMULATIONS[name].sizes[0], np.random.default_rng(1))
    }
    assert counted_rows == set(rates.ROWS)


def test_intervals_are_counted_by_whether_they_hold_the_truth() -> None:
    assert within([(0.0, 1.0, 0.5), (0.0, 1.0, 2.0), (None, None, 1.0)]) == (1.0, 2, 1)


def test_the_first_block_of_all_comes_before_the_second_of_any() -> None:
    found = list(tasks(["linked", "answering"], 2 * BLOCK))
    assert [task[2] for task in found] == [0] * 5 + [1] * 5


def test_a_run_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    cache = tmp_path / "counts.jsonl"
    arguments = ["--only", "personas", "--sets", "10", "--cache", str(cache)]
    main(arguments)
    lines = cache.read_text()
    main(arguments)
    assert cache.read_text() == lines
    first = json.loads(lines.split("\n")[0])
    assert first["counts"] == counted(*first["task"])
    assert summed(cache)["report"]["6"][1] == 2 * BLOCK


def test_a_row_is_out_beyond_chance_only_where_something_is_asked() -> None:
    # of 500: .93 - 1.96·sqrt(.93·.07/500) = .908 and .05 + 1.96·sqrt(.05·.95/500) = .069
    assert [is_out(rates.COVERAGE, share, 500) for share in (0.90, 0.91, 0.95, 0.99)] == [True, False, False, True]
    assert [is_out(rates.LEVEL, share, 500) for share in (0.0, 0.06, 0.08)] == [False, False, True]
    off = {"marginal": {"6": [400.0, 500, 0], "40": [400.0, 500, 0]}, "crossed": {"40": [300.0, 500, 0]}}
    assert list(out_of(off)) == ["marginal: 80.0 % of 500 with 40 models"]
