"""The literal of the extractor's error is what the labelled traces give now."""

from pathlib import Path

import pytest

from analysis.answers.extract import DEFAULT, VERSIONS
from analysis.answers.extract.measured import MEASURED, measured_for
from analysis.answers.labelled import read_labelled
from bench.extractor_error import measured
from tests.analysis.answers.verify import equal


@pytest.mark.shared
def test_the_literal_is_what_the_labelled_traces_give_on_problems_left_out(shared: Path) -> None:
    rows = (shared / "gold/candidates_dev.jsonl").read_text(encoding="utf-8").split("\n")
    found = measured(read_labelled(rows), equal)
    assert (MEASURED.f1, MEASURED.f1_low, MEASURED.f1_high) == pytest.approx(
        (found.f1, found.f1_low, found.f1_high), abs=2e-4
    ), f"run {MEASURED.command} and write down what it prints"
    for name in ("extractor", "version", "n_traces", "n_problems", "found", "labelled"):
        assert getattr(MEASURED, name) == getattr(found, name), name


def test_only_the_extractor_that_was_measured_has_an_error() -> None:
    assert measured_for(DEFAULT, VERSIONS[DEFAULT]) is MEASURED
    assert measured_for(DEFAULT, VERSIONS[DEFAULT] + 1) is None
    assert measured_for("boxed", VERSIONS["boxed"]) is None
