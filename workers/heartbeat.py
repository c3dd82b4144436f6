"""A worker says that it is alive, what it serves and what it can drive, every few seconds, and sweeps now and then."""

import logging
import threading
import time
from typing import Any

from celery.signals import worker_ready, worker_shutdown, worker_shutting_down
from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection
from django.db.models.functions import Now

from apps.core.models import Worker
from workers.held import kinds_here
from workers.running import STOPPING
from workers.sweep import sweep

logger = logging.getLogger(__name__)
BEAT_SECONDS = min(5.0, settings.JOB_LEASE_SECONDS / 4)
SWEEP_SECONDS = settings.JOB_LEASE_SECONDS / 4


class Heart(threading.Thread):
    """Beats in the worker's main process, so that a long task does not make it look dead."""

    def __init__(self, name: str, queues: list[str]) -> None:
        super().__init__(daemon=True, name="heart")
        self._worker_name = name
        self._serves = {"queues": queues, "engines": kinds_here()}
        self._over = threading.Event()
        self._swept_at = float("-inf")

    def run(self) -> None:
        while not self._over.is_set():
            try:
                self._beat()
            except DatabaseError:
                logger.exception("a heartbeat could not be written; the next one follows")
                connection.close()
            self._over.wait(BEAT_SECONDS)
        Worker.objects.filter(name=self._worker_name).delete()
        connection.close()

    def _beat(self) -> None:
        close_old_connections()
        Worker.objects.update_or_create(name=self._worker_name, defaults={**self._serves, "seen_at": Now()})
        if time.monotonic() - self._swept_at >= SWEEP_SECONDS:
            sweep()
            self._swept_at = time.monotonic()

    def stop(self) -> None:
        self._over.set()
        self.join(timeout=BEAT_SECONDS)


_hearts: list[Heart] = []


@worker_ready.connect
def start(sender: Any, **_: object) -> None:
    heart = Heart(sender.hostname, sorted(str(name) for name in sender.app.amqp.queues.consume_from))
    _hearts.append(heart)
    heart.start()


@worker_shutting_down.connect
def stop_taking_up(**_: object) -> None:
    """A worker that runs its tasks in its own process (`-P solo`) gives back what it has not finished."""
    STOPPING.ask()


@worker_shutdown.connect
def stop(**_: object) -> None:
    for heart in _hearts:
        heart.stop()
