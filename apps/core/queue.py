"""The one door from the web process to the workers: it knows tasks by name only, so it never imports worker code."""

import logging
from functools import partial

from celery import Celery
from django.db import transaction
from kombu.exceptions import KombuError

IMPORT_ROLLOUTS = "traces.import_rollouts"
ANALYSE = "traces.analyse"
PREPARE_STATISTICS = "traces.prepare_statistics"
INDEX_TEXTS = "traces.index_texts"
DELETE_COLLECTION = "traces.delete_collection"
DELETE_PROJECT = "traces.delete_project"
EXPORT_PROJECT = "reports.export_project"
IMPORT_PROJECT = "reports.import_project"
FREEZE_REPORT = "reports.freeze"
RUN = "runs.execute"
TRY = "runs.try"
TASKS = (
    IMPORT_ROLLOUTS,
    ANALYSE,
    PREPARE_STATISTICS,
    INDEX_TEXTS,
    DELETE_COLLECTION,
    DELETE_PROJECT,
    EXPORT_PROJECT,
    IMPORT_PROJECT,
    FREEZE_REPORT,
    RUN,
    TRY,
)

logger = logging.getLogger(__name__)
producer = Celery("web", set_as_current=False)
producer.config_from_object("django.conf:settings", namespace="CELERY")


def enqueue_on_commit(task_name: str, *, to: str = "", **kwargs: object) -> None:
    """Send a task once the current transaction commits (at once if there is none); `to` names a queue but the usual."""
    transaction.on_commit(partial(_send, task_name, kwargs, to))


def _send(task_name: str, kwargs: dict[str, object], to: str) -> None:
    """Wake a worker; where the broker cannot take the message the sweep finds the row."""
    try:
        producer.send_task(task_name, kwargs=kwargs, ignore_result=True, queue=to or None)
    except (KombuError, OSError):
        logger.exception("%s could not be sent; the sweep will wake a worker", task_name)
