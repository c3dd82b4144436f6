"""Reads for the pages of runs and for those who work on them. Knows columns and counts, no text of a rollout."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import Avg, Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from apps.accounts.models import Project
from apps.core.models import JobState
from apps.runs.models import Engine, Judgement, RoleBinding, Run, RunState, Trial, Unit
from apps.traces.models import CandidateSet, Problem, Rollout

PAGE = 50
OPEN = (RunState.QUEUED, RunState.RUNNING, RunState.PAUSED)


class UnitCounts(NamedTuple):
    """Units of a run by state."""

    waiting: int
    running: int
    done: int
    failed: int

    @property
    def total(self) -> int:
        return sum(self)


def runs_of(project: Project) -> QuerySet[Run]:
    """The project's runs, newest first."""
    runs = Run.objects.filter(project=project).select_related("output", "created_by")
    return runs.prefetch_related("roles__engine").order_by("-pk")


def runs_page(project: Project, before: int | None = None) -> tuple[list[Run], int | None]:
    """One page, and the key that the next one starts before (None on the last)."""
    runs = runs_of(project)
    if before is not None:
        runs = runs.filter(pk__lt=before)
    found = list(runs[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None


def find_run(project: Project, pk: int) -> Run | None:
    return runs_of(project).filter(pk=pk).first()


def bindings_of(run: Run) -> list[RoleBinding]:
    return list(run.roles.select_related("engine").order_by("pk"))


def counts_of(run: Run) -> UnitCounts:
    """One query over the index of units by state."""
    rows = dict(Unit.objects.filter(run=run).order_by().values_list("state").annotate(n=Count("pk")))
    names = (JobState.QUEUED, JobState.RUNNING, JobState.DONE, JobState.FAILED)
    return UnitCounts(*(rows.get(name, 0) for name in names))


def n_before(run: Run) -> int:
    """Runs of its queue, of whatever project, that are under way or were queued before it."""
    others = Run.objects.filter(queue=run.queue, project__is_deleted=False).exclude(pk=run.pk)
    waiting = Q(state=RunState.QUEUED, pk__lt=run.pk)
    return others.filter(Q(state=RunState.RUNNING) | waiting).count() if run.state == RunState.QUEUED else 0


def failed_units(run: Run, n: int) -> list[Unit]:
    """The first failed units with what they are about."""
    rows = Unit.objects.filter(run=run, state=JobState.FAILED).select_related("problem", "source")
    return list(rows.order_by("pk")[:n])


def units_page(run: Run, state: str, after: int, n: int = PAGE) -> tuple[list[Unit], int | None]:
    """Units in the order in which they were made, one page; `state` empty: all."""
    units = Unit.objects.filter(run=run, pk__gt=after).select_related("problem", "source", "output")
    if state:
        units = units.filter(state=state)
    found = list(units.order_by("pk")[: n + 1])
    return found[:n], found[n - 1].pk if len(found) > n else None


def latest_rollouts(run: Run, n: int) -> list[Rollout]:
    """The last rollouts that the run stored."""
    if run.output_id is None:
        return []
    rollouts = Rollout.objects.filter(collection_id=run.output_id).select_related("problem", "model")
    return list(rollouts.order_by("-pk")[:n])


def probed_rollouts(run: Run, n: int) -> list[Rollout]:
    """Rollouts that the run has probed, the last first."""
    ids = run.probes.order_by("-pk").values_list("rollout_id", flat=True)[: n * 60]
    rollouts = Rollout.objects.select_related("problem", "model").in_bulk(list(dict.fromkeys(ids))[:n])
    return list(rollouts.values())


def remarks_of(run: Run, n: int) -> list[Unit]:
    """Units that ended with a remark."""
    units = Unit.objects.filter(run=run, state=JobState.DONE).exclude(remarks=[]).select_related("problem", "source")
    return list(units.order_by("pk")[:n])


class Judged(NamedTuple):
    """What a run's judges said under one name: how often each verdict, and the mean of the numbers."""

    name: str
    verdict: str
    n: int
    mean: float | None


def judged(run: Run, n: int = 40) -> list[Judged]:
    rows = Judgement.objects.filter(run=run).values_list("name", "verdict").order_by("name", "verdict")
    return [Judged(*row) for row in rows.annotate(n=Count("pk"), mean=Avg("value"))[:n]]


def latest_judgements(run: Run, n: int) -> list[Judgement]:
    return list(Judgement.objects.filter(run=run).select_related("rollout__problem").order_by("-pk")[:n])


def sets_of(run: Run) -> list[CandidateSet]:
    """The candidate sets that the run wrote, with how many rollouts each holds and the candidates in them."""
    sets = CandidateSet.objects.filter(source=CandidateSet.Source.MODEL, version=run.pk, collection__is_deleted=False)
    sets = sets.filter(collection__project_id=run.project_id, extractor__startswith=f"{run.protocol}:")
    numbers = {"n_read": Count("readings"), "n_found": Coalesce(Sum("readings__n_candidates"), 0)}
    return list(sets.select_related("collection").annotate(**numbers).order_by("pk"))


def engines_for_runs() -> list[Engine]:
    return list(Engine.objects.filter(is_enabled=True).order_by("name"))


def last_trial(*, run: Run | None = None, engine: Engine | None = None) -> Trial | None:
    of_this = {"run": run} if run is not None else {"engine": engine, "run__isnull": True}
    return Trial.objects.filter(**of_this).order_by("-pk").first()


def needed_problems(project: Project) -> "QuerySet[Unit, int | None]":
    """Ids of problems that a run has yet to ask, which must not go with the last rollout that has them."""
    units = Unit.objects.filter(run__project=project, run__state__in=OPEN, problem__isnull=False)
    return units.values_list("problem_id", flat=True)


def problem_sets_of(project: Project) -> Sequence[tuple[str, int]]:
    """Problem sets with how many problems each has."""
    rows = Problem.objects.filter(project=project, merged_into__isnull=True).order_by("problem_set__name")
    return list(rows.values_list("problem_set__name").annotate(n=Count("pk")))


def engines_page() -> list[Engine]:
    """Every engine, those in use first."""
    return list(Engine.objects.order_by("-is_enabled", "name"))
