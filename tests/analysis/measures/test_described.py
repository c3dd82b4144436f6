"""docs/measures.md is what the table of measures says, and every measure says all of it."""

from pathlib import Path

import pytest

from analysis.measures import MEASURES
from analysis.measures.described import page

ROOT = Path(__file__).resolve().parents[3]


def test_the_page_of_measures_is_the_table() -> None:
    written = (ROOT / "docs" / "measures.md").read_text()
    assert written == page(), "write it anew: python -m analysis.measures.described > docs/measures.md"


@pytest.mark.parametrize("name", list(MEASURES))
def test_every_measure_has_a_formula_a_proof_and_a_measured_coverage(name: str) -> None:
    measure = MEASURES[name]
    assert r"\(" in measure.formula
    assert measure.proof
    assert "imulated" in measure.coverage
