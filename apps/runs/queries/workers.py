"""Which workers are alive, which queues they serve, which kinds of engine they can drive. Knows no run."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from apps.core.jobs import database_now
from apps.core.models import ALIVE_SECONDS, Worker


@dataclass(frozen=True, slots=True)
class Service:
    """How a queue is served: by whom, and what they lack of what is wanted."""

    queue: str
    workers: tuple[str, ...]
    able: tuple[str, ...]
    kinds: tuple[str, ...]

    @property
    def is_served(self) -> bool:
        return bool(self.able)

    @property
    def words(self) -> str:
        """Why nobody takes the work up; empty where somebody does."""
        if self.able:
            return ""
        if not self.workers:
            return f"No worker serves the queue “{self.queue}”."
        return f"No worker of the queue “{self.queue}” has what {' and '.join(self.kinds)} needs."


def live_workers() -> list[Worker]:
    return list(Worker.objects.filter(seen_at__gte=database_now() - timedelta(seconds=ALIVE_SECONDS)).order_by("name"))


def service_of(queue: str, kinds: Iterable[str], workers: Iterable[Worker] | None = None) -> Service:
    """Who serves a queue, and who of them can drive engines of all these kinds."""
    wanted = tuple(dict.fromkeys(kinds))
    serving = [each for each in (live_workers() if workers is None else workers) if queue in each.queues]
    able = [each.name for each in serving if set(wanted) <= set(each.engines)]
    return Service(queue, tuple(each.name for each in serving), tuple(able), wanted)
