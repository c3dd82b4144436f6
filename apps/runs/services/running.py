"""A run's way through its states: started, paused, resumed, cancelled, retried, finished. Knows rows, no engine's code.

Every change is a compare-and-set on the state, so that of two who press a button or finish a run one does.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Now

from analysis.errors import UserError
from apps.accounts.models import User
from apps.core.jobs import LEASE, database_now
from apps.core.models import JobState
from apps.core.queue import enqueue_on_commit
from apps.runs.models import LEGAL, Run, RunState, Unit
from apps.runs.queries.runs import sets_of
from apps.runs.services.drafts import MOST_UNITS, given_of, limit_of, n_samples_of
from apps.runs.services.plans import PlanRefused
from apps.runs.services.provenance import asked_for
from apps.runs.services.sources import Start, starts_of
from apps.traces.models import Collection
from apps.traces.services.analyses import request_analysis
from apps.traces.services.deletions import delete_collection
from apps.traces.services.imports import refresh_counts
from apps.traces.services.indexing import request_indexing

STEP = 500


class RunIsClosed(UserError):
    """The run is not in a state that allows this."""


def start(*, run: Run, wake: bool = True) -> Run:
    """Make the units of a draft and queue it; pressed twice it is started once. `wake` tells a worker of it."""
    if run.state != RunState.DRAFT:
        return run
    given = given_of(run)
    units = units_of(run, starts_of(given, limit_of(run.source)))
    n_units = 0
    while some := list(islice(units, STEP)):
        n_units += len(some)
        if n_units > MOST_UNITS:
            raise PlanRefused(f"this run would have more than {MOST_UNITS:,} units; filter or limit its source")
        Unit.objects.bulk_create(some, ignore_conflicts=True)
    if not n_units:
        raise PlanRefused(f"there is nothing to run on any more ({given.words})")
    _turn(run, RunState.QUEUED, n_total=run.units.count(), provenance=asked_for(run))
    if wake:
        _wake(run)
    return run


def units_of(run: Run, starts: Iterator[Start]) -> Iterator[Unit]:
    """One unit for each sample of each start; its key says which, so that it is never made twice."""
    n_samples = n_samples_of(run)
    for start_ in starts:
        name = f"p{start_.problem_id}" if start_.rollout_id is None else f"r{start_.rollout_id}"
        for sample in range(n_samples):
            yield Unit(
                run=run,
                unit_key=f"{name}s{sample}",
                problem_id=start_.problem_id,
                source_id=start_.rollout_id,
                sample=sample,
                seed=run.first_seed + sample,
                state=JobState.QUEUED,
            )


def take_up(run_id: int) -> Run | None:
    """The run for a worker that wants to work on it; None where there is nothing to do on it."""
    until = database_now() + LEASE
    Run.objects.filter(pk=run_id, state=RunState.QUEUED).update(
        state=RunState.RUNNING, started_at=Coalesce("started_at", Now()), finished_at=None, error="", lease_until=until
    )
    runs = Run.objects.select_related("project", "output", "created_by")
    return runs.filter(pk=run_id, state=RunState.RUNNING, project__is_deleted=False).first()


def state_of(run: Run) -> str:
    """As it stands now; empty for a run that is gone. Of use is what is under way of one that runs or is paused."""
    return Run.objects.filter(pk=run.pk).values_list("state", flat=True).first() or ""


def leave(*, run: Run) -> None:
    """Say that this process ends before the run: another worker is woken, if there is one."""
    if Run.objects.filter(pk=run.pk, state=RunState.RUNNING).update(lease_until=database_now()):
        _wake(run)


def pause(*, run: Run) -> None:
    """Let no more units be taken up; those of which a reply has come are finished, the others given back."""
    _turn(run, RunState.PAUSED)


def resume(*, run: Run) -> None:
    _turn(run, RunState.QUEUED)
    _wake(run)


def cancel(*, run: Run) -> None:
    """End the run; what it has stored stays, and is analysed."""
    with transaction.atomic():
        _turn(run, RunState.CANCELLED, finished_at=Now(), lease_until=None)
        _open_units(run).update(state=JobState.CANCELLED, attempt=F("attempt") + 1, claim="", lease_until=None)
        settle(run)


def retry(*, run: Run) -> int:
    """Queue what failed or was cancelled once more; returns how many units."""
    with transaction.atomic():
        if run.state not in (RunState.DONE, RunState.FAILED, RunState.CANCELLED):
            raise RunIsClosed(f"this run is {run.state}; the failed can be retried once it has ended, or is cancelled")
        again = Unit.objects.filter(run=run, state__in=[JobState.FAILED, JobState.CANCELLED])
        n = again.update(state=JobState.QUEUED, error="", finished_at=None, attempt=0, claim="")
        n_open = n + run.units.filter(state__in=[JobState.QUEUED, JobState.RUNNING]).count()
        if not n_open:
            raise RunIsClosed("no unit of this run failed")
        _turn(run, RunState.QUEUED, n_failed=0, error="", finished_at=None)
        _wake(run)
    return n


def finish_if_over(run: Run) -> bool:
    """End a run none of whose units is open; of several workers one does. Returns whether it was this one."""
    with transaction.atomic():
        held = Run.objects.select_for_update(of=("self",)).filter(pk=run.pk, state=RunState.RUNNING).first()
        if held is None or _open_units(run).exists():
            return False
        n_done = run.units.filter(state=JobState.DONE).count()
        failed = run.units.filter(state=JobState.FAILED)
        n_failed = failed.count()
        state = RunState.DONE if n_done or not n_failed else RunState.FAILED
        first = failed.order_by("pk").values_list("error", flat=True).first() or ""
        said = "" if state == RunState.DONE else f"all {n_failed} units failed, the first: {first}"
        ended = {"state": state, "error": said, "n_done": n_done, "n_failed": n_failed}
        Run.objects.filter(pk=run.pk).update(finished_at=Now(), lease_until=None, phase="", **ended)
        settle(held)
    run.refresh_from_db()
    return True


def fail(*, run: Run, message: str) -> None:
    """End a run that cannot go on; its units wait for a retry. What it has stored stays."""
    with transaction.atomic():
        is_ours = Run.objects.filter(pk=run.pk, state=RunState.RUNNING).update(
            state=RunState.FAILED, error=message, finished_at=Now(), lease_until=None
        )
        if is_ours:
            settle(run)


def settle(run: Run) -> None:
    """Have what the run has stored counted, indexed and analysed like any other collection."""
    collection = Collection.objects.filter(runs=run, is_deleted=False).first()
    if collection is not None and collection.rollouts.exists():
        refresh_counts(collection)
        request_indexing(collection=collection)
        request_analysis(collection=collection)
    for found in sets_of(run):
        request_analysis(collection=found.collection, extractor=str(found))


def delete(*, run: Run, actor: User | None, with_output: bool) -> None:
    """Delete a run with its units and probes and, if wanted, the collection that it filled."""
    if run.state in (RunState.QUEUED, RunState.RUNNING, RunState.PAUSED):
        raise RunIsClosed(f"this run is {run.state}; cancel it first")
    with transaction.atomic():
        if with_output and run.output is not None:
            delete_collection(collection=run.output, actor=actor, reason=f"run {run.pk} deleted")
        run.units.all()._raw_delete(run.units.db)
        run.probes.all()._raw_delete(run.probes.db)
        run.judgements.all()._raw_delete(run.judgements.db)
        run.delete()


def _open_units(run: Run) -> Any:
    return Unit.objects.filter(Q(run=run), state__in=[JobState.QUEUED, JobState.RUNNING])


def _turn(run: Run, state: RunState, **columns: Any) -> None:
    """Change the state if the table of legal transitions allows it; raises RunIsClosed where it does not."""
    allowed = [before for before in RunState if state in LEGAL[before]]
    if not Run.objects.filter(pk=run.pk, state__in=allowed).update(state=state, **columns):
        run.refresh_from_db(fields=["state"])
        raise RunIsClosed(f"this run is {run.get_state_display()}; it cannot become {state.label} now")
    run.refresh_from_db()


def _wake(run: Run) -> None:
    enqueue_on_commit(Run.task_name, to=run.queue, run_id=run.pk)
