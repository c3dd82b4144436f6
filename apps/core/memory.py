"""The garbage collector's pace while many short-lived rows pass. Knows no job."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

OBJECTS = 200_000


@contextmanager
def rare_garbage_collection() -> Iterator[None]:
    """Look for cycles after every 200,000 new objects instead of 700: rows hold none, and looking costs a fifth."""
    before = gc.get_threshold()
    gc.set_threshold(OBJECTS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
