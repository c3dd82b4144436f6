"""The web knows tasks by name only; the names on both sides are the same."""

from apps.core import queue
from workers import sweep
from workers.celery import app


def test_the_web_and_the_workers_know_the_same_tasks() -> None:
    app.loader.import_default_modules()
    ours = {name for name in app.tasks if not name.startswith("celery.")}
    assert ours == set(queue.TASKS)


def test_every_job_that_the_sweep_wakes_has_a_task() -> None:
    assert {model.task_name for model in sweep.JOBS} <= set(queue.TASKS)
