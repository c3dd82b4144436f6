"""Where annotation begins, as the page shows it: queues with how far they are, for everybody or for one person."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from analysis.labelling.drawing import STRATEGIES
from apps.accounts.models import User
from apps.annotation.models import Queue
from apps.annotation.services.taking import n_for


class Line(NamedTuple):
    """A queue: how many places were filled of those there are; `is_mine`: the reader labels in it."""

    queue: Queue
    n_items: int
    n_done: int
    n_places: int
    drawn: str
    is_mine: bool

    @property
    def n_left(self) -> int:
        return max(self.n_places - self.n_done, 0)

    @property
    def share(self) -> int:
        """Whole per cent."""
        return 100 * self.n_done // self.n_places if self.n_places else 0


def for_lead(queues: Iterable[Queue], mine: frozenset[int]) -> list[Line]:
    """Each item has `overlap` places."""
    return [
        _line(queue, queue.n_done, queue.n_items * queue.overlap, queue.pk in mine)  # type: ignore[attr-defined]
        for queue in queues
    ]


def for_annotator(queues: Iterable[Queue], user: User, done: Mapping[int, int]) -> list[Line]:
    """The places are those that are theirs or may become so."""
    return [_line(queue, done.get(queue.pk, 0), n_for(queue, user), True) for queue in queues]


def _line(queue: Queue, n_done: int, n_places: int, is_mine: bool) -> Line:
    n_items: int = queue.n_items  # type: ignore[attr-defined]
    label = STRATEGIES.label(queue.strategy) if queue.strategy in STRATEGIES else queue.strategy
    return Line(queue, n_items, n_done, n_places, label.partition(":")[0].partition(" (")[0], is_mine)
