"""What the lab keeps of rows is forgotten between tests: rows that a test takes back leave their numbers."""

from collections.abc import Iterator

import pytest

from apps.psychology.queries import sheet
from apps.psychology.services import linking, reliability

KEEPING = (
    *(sheet._loaded, reliability._trust, linking._linkable, linking._predictions),
    *(linking._links, linking._split, linking._aligned, linking._moved),
)


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    yield
    for each in KEEPING:
        each.cache_clear()
