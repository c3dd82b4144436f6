"""Keeps what a worker holds while one long step of its work says nothing: leases, from a thread. Knows no job."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import DatabaseError, close_old_connections, connection

from apps.core.jobs import LEASE, LostLease

KEEP_SECONDS = LEASE.total_seconds() / 4
logger = logging.getLogger(__name__)


class Keeping:
    """Does something again and again while an engine works, in a thread and a connection of its own: keeps leases."""

    def __init__(self, keep: Callable[[], None], seconds: float = KEEP_SECONDS) -> None:
        self._keep, self._seconds = keep, seconds

    @contextmanager
    def at_work(self) -> Iterator[None]:
        over = threading.Event()
        thread = threading.Thread(target=self._go_on, args=(over,), daemon=True, name="keeping")
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join(self._seconds)

    def _go_on(self, over: threading.Event) -> None:
        while not over.wait(self._seconds):
            try:
                close_old_connections()
                self._keep()
            except LostLease:
                break
            except DatabaseError:
                logger.exception("leases could not be kept; the next try follows")
                connection.close()
        connection.close()
