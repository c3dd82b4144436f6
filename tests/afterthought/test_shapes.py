"""The client's types are held to the document of the API: every field that they name is there."""

from typing import get_type_hints

import pytest

from afterthought import shapes
from apps.api.mount import described

SCHEMAS = {
    "ProjectInfo": "ProjectOut",
    "TokenInfo": "TokenOut",
    "Progress": "Progress",
    "Job": "ImportOut",
    "RolloutLine": "RolloutLine",
    "JudgedCandidate": "JudgedCandidate",
    "Row": "RowOut",
    "Hits": "HitsOut",
}
"""Types whose schema is not called by their name and `Out`."""
NAMES = [
    name for name, value in vars(shapes).items() if isinstance(value, type) and value.__module__ == shapes.__name__
]


def test_there_are_types() -> None:
    assert len(NAMES) > 25


@pytest.mark.parametrize("name", NAMES)
def test_every_field_of_a_type_is_in_the_document(name: str) -> None:
    known = described()["components"]["schemas"]
    schema = known[SCHEMAS.get(name, f"{name}Out")]
    assert set(get_type_hints(getattr(shapes, name))) - set(schema["properties"]) == set()
