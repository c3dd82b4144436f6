"""Units taken up by workers, many at once, each by one worker; leases kept and given back. Knows no protocol.

A claim has a name of its own, which every unit that it got bears; by it the leases are kept, and `attempt` is checked
when a unit ends. Times are the database's.
"""

import secrets
from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Now

from apps.core.jobs import LEASE, database_now
from apps.core.models import JobState
from apps.runs.models import Run, RunState, Unit

MOST_ATTEMPTS = 40
"""So often may the workers of one unit die before it is given up."""


def claim(run: Run, n: int) -> list[Unit]:
    """Up to `n` units that wait, then those whose worker is gone; none unless the run is running."""
    name = secrets.token_hex(16)
    with transaction.atomic():
        now = database_now()
        ids: list[int] = []
        for which in (Q(state=JobState.QUEUED), _is_lost(now)):
            ids += _free(run, which, n - len(ids))
        Unit.objects.filter(pk__in=ids).update(
            state=JobState.RUNNING,
            attempt=F("attempt") + 1,
            claim=name,
            lease_until=now + LEASE,
            started_at=Coalesce("started_at", Now()),
            error="",
        )
    if not ids:
        return []
    Run.objects.filter(pk=run.pk, state=RunState.RUNNING).update(lease_until=now + LEASE)
    return list(Unit.objects.filter(claim=name).order_by("pk"))


def _free(run: Run, which: Q, n: int) -> list[int]:
    if n <= 0:
        return []
    units = Unit.objects.select_for_update(skip_locked=True, of=("self",))
    rows = units.filter(which, run=run, run__state=RunState.RUNNING)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:n])


def _is_lost(now: datetime) -> Q:
    return Q(state=JobState.RUNNING, attempt__lt=MOST_ATTEMPTS) & (Q(lease_until=None) | Q(lease_until__lt=now))


def keep(run: Run, claims: Collection[str]) -> None:
    """Extend the leases of claimed units that are still being worked on, and say that the run has a worker."""
    until = database_now() + LEASE
    Unit.objects.filter(claim__in=list(claims), state=JobState.RUNNING).update(lease_until=until)
    Run.objects.filter(pk=run.pk, state=RunState.RUNNING).update(lease_until=until)


def give_back(run: Run, claims: Collection[str]) -> int:
    """Put claimed units that were not ended back in the queue, as a worker does that stops; returns how many."""
    held = Unit.objects.filter(claim__in=list(claims), state=JobState.RUNNING)
    return held.update(state=JobState.QUEUED, lease_until=None, claim="")


def give_back_units(units: Collection[Unit]) -> int:
    """Put claimed units back that were not begun, as a worker does whose run is paused; returns how many."""
    held = Unit.objects.filter(
        pk__in=[unit.pk for unit in units], claim__in={unit.claim for unit in units}, state=JobState.RUNNING
    )
    return held.update(state=JobState.QUEUED, lease_until=None, claim="")


def give_up_on_deadly(run: Run) -> int:
    """End units whose workers have died too often; returns how many."""
    lost = Unit.objects.filter(run=run, state=JobState.RUNNING, attempt__gte=MOST_ATTEMPTS)
    words = f"{MOST_ATTEMPTS} attempts ended early: the worker ends while it works on this unit"
    with transaction.atomic():
        Run.objects.select_for_update(of=("self",)).get(pk=run.pk)  # run first, then units, as wherever both are locked
        n = lost.filter(lease_until__lt=database_now()).update(
            state=JobState.FAILED, error=words, claim="", finished_at=Now()
        )
        Run.objects.filter(pk=run.pk).update(n_failed=F("n_failed") + n)
    return n
