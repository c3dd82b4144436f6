"""The extractors on the hand-labelled traces; the default by weights that never saw the problem that they judge."""

from pathlib import Path

import numpy as np
import pytest

from analysis.answers.extract import EXTRACTORS
from analysis.answers.extract.left_out import found_without
from analysis.answers.extract.rules import STARTS
from analysis.answers.extract.weighing import shipped
from analysis.answers.labelled import Labelled, read_labelled
from analysis.answers.scoring import Score, score, score_by_source
from analysis.types import Candidate, Transition
from tests.analysis.answers.verify import equal

pytestmark = [pytest.mark.shared, pytest.mark.xdist_group("gold lines")]


@pytest.fixture(scope="module")
def labelled(shared: Path) -> list[Labelled]:
    return read_labelled((shared / "gold/candidates_dev.jsonl").read_text(encoding="utf-8").split("\n"))


@pytest.fixture(scope="module")
def left_out(labelled: list[Labelled]) -> list[list[Candidate]]:
    return found_without(labelled, equal)


@pytest.fixture(scope="module")
def result(labelled: list[Labelled], left_out: list[list[Candidate]]) -> Score:
    return score([row.trace for row in labelled], left_out, equal=equal, rng=np.random.default_rng(0))


def test_lines_are_found_on_problems_left_out(result: Score) -> None:
    assert result.lines.f1 is not None
    assert result.lines.f1 >= 0.90  # measured 0.946
    assert result.f1_low is not None
    assert result.f1_low >= 0.80


def test_the_first_line_the_values_and_the_first_verdict_agree_with_the_labels(result: Score) -> None:
    assert result.same_first_line.k >= 22  # of 30
    assert result.equal_values.value is not None
    assert result.equal_values.value >= 0.95
    assert result.same_first_verdict.k >= 27  # of 30


def test_transition_shares_are_close_to_the_labelled_ones(result: Score) -> None:
    ours, theirs = sum(result.found_transitions.values()), sum(result.labelled_transitions.values())
    for kind in Transition:
        assert result.found_transitions[kind] / ours == pytest.approx(
            result.labelled_transitions[kind] / theirs, abs=0.08
        )


def test_every_source_is_found(labelled: list[Labelled], left_out: list[list[Candidate]]) -> None:
    traces = [row.trace for row in labelled]
    for name, own in score_by_source(traces, left_out, equal=equal, rng=np.random.default_rng(0)).items():
        assert own.lines.f1 is not None, name
        assert own.lines.f1 >= 0.82, name


def test_the_default_is_far_better_than_the_baseline(labelled: list[Labelled], result: Score) -> None:
    baseline = [EXTRACTORS["boxed"](row.text, row.problem) for row in labelled]
    plain = score([row.trace for row in labelled], baseline, equal=equal, rng=np.random.default_rng(0))
    assert plain.lines.f1 is not None
    assert 0.25 < plain.lines.f1 < 0.5
    assert result.lines.f1 is not None
    assert result.lines.f1 > 2 * plain.lines.f1


def test_the_shipped_weights_name_the_cues_of_the_tables_and_no_other() -> None:
    for kind, weights in shipped().items():
        assert set(weights.alone) == set(STARTS[kind])


def test_the_rows_of_the_labels_are_read_whole(labelled: list[Labelled]) -> None:
    assert len(labelled) == 30
    assert sum(len(row.trace.labels) for row in labelled) == 226
    assert all(not row.problem.golds for row in labelled)
