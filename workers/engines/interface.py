"""What every engine can do. An engine knows neither Django nor Celery and runs in a notebook."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol, runtime_checkable

from analysis.asking import Ask, Probing, Reply


class Engine(Protocol):
    """Something that answers. One request that fails is a reply whose `error` says why; the others go on."""

    def about(self) -> Mapping[str, object]:
        """Provenance in values that JSON holds: kind, model, its hash, versions, precision, what a seed guarantees."""

    def complete(self, asks: Sequence[Ask]) -> Iterator[tuple[int, Reply]]:
        """(position, reply) of every ask, each once, in whatever order they end."""

    def probe(self, probings: Sequence[Probing]) -> Iterator[tuple[int, Sequence[Reply]]]:
        """(position, one reply a point) of every probing; the trace is read about once, not once a point."""

    def close(self) -> None:
        """Let go of the model or the connections."""


@runtime_checkable
class Stepping(Protocol):
    """An engine that lets whoever drives it look around between its steps, also to ask it something else meanwhile."""

    between_steps: Callable[[], None]


@runtime_checkable
class Splits(Protocol):
    """An engine that knows how its model cuts a text into tokens."""

    def token_ends(self, text: str) -> Sequence[int]:
        """Where each token of a text ends, in code points, in order; the last is the text's length."""


def nothing() -> None:
    """What is done between steps where nobody wants anything."""
