"""A transaction that a person waits for begins in the first gap that an import leaves between its commits.

SQLite's own waiting looks ever more rarely (after a while every 100 ms), and an import's gaps are a few milliseconds:
left to it, a click waits for seconds. PostgreSQL has no such lock.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from django.conf import settings
from django.db import OperationalError, connection, transaction

LOOK_AGAIN = 0.002


@contextmanager
def prompt_transaction() -> Iterator[None]:
    """As `transaction.atomic()`; inside another transaction it is just that."""
    with ExitStack() as stack:
        if connection.vendor != "sqlite" or connection.in_atomic_block:
            stack.enter_context(transaction.atomic())
        else:
            _begin(lambda: stack.enter_context(transaction.atomic()))
        yield


def first_gap(begin: Callable[[], object], seconds: float, look_again: float = LOOK_AGAIN) -> None:
    """Call `begin` until the database is free; raises its OperationalError once the seconds are over."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            begin()
            return
        except OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(look_again)


def _begin(begin: Callable[[], object]) -> None:
    seconds = float(settings.DATABASES["default"].get("OPTIONS", {}).get("timeout", 5))
    _wait_at_most(0)
    try:
        first_gap(begin, seconds)
    finally:
        _wait_at_most(seconds)


def _wait_at_most(seconds: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {int(1000 * seconds)}")
