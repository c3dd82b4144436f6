"""What a cue is: a name, the reason that a reader sees, a starting weight and a test. Knows no particular cue."""

from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Cue(NamedTuple, Generic[T]):
    """One sign for (weight above 0) or against a candidate; `because` completes "counted because it ...".

    `needs` are phrases of which one must have been heard, 0 where it needs none.
    """

    name: str
    weight: float
    because: str
    holds: Callable[[T], bool]
    needs: int = 0
