"""A project's administrations, and the collections in which their replies are. Reads rows only."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db.models import QuerySet

from apps.accounts.models import Project
from apps.psychology.models import Administration, Instrument
from apps.runs.models import RunState
from apps.traces.models import ProblemSet


class Group(NamedTuple):
    """What was made together, under one name."""

    name: str
    parts: Sequence[Administration]

    @property
    def n_drafts(self) -> int:
        return sum(each.run is not None and each.run.state == RunState.DRAFT for each in self.parts)

    @property
    def is_working(self) -> bool:
        return any(
            each.run is not None and each.run.state in (RunState.QUEUED, RunState.RUNNING) for each in self.parts
        )


def administrations_of(project: Project, names: Sequence[str] = ()) -> QuerySet[Administration]:
    """All, or those under some names, oldest first."""
    rows = Administration.objects.filter(project=project).order_by("pk")
    rows = rows.select_related("run__output", "collection", "instrument", "project").prefetch_related("run__roles")
    return rows.filter(name__in=names) if names else rows


def groups_of(project: Project) -> list[Group]:
    """By name, the latest first."""
    by_name: dict[str, list[Administration]] = {}
    for each in administrations_of(project):
        by_name.setdefault(each.name, []).append(each)
    return [Group(name, parts) for name, parts in reversed(by_name.items())]


def find_group(project: Project, name: str) -> Group | None:
    parts = list(administrations_of(project, [name]))
    return Group(name, parts) if parts else None


def with_replies(administrations: Iterable[Administration]) -> list[Administration]:
    return [each for each in administrations if each.replies is not None]


def ready_instruments(project: Project) -> list[Instrument]:
    """Those that nothing hinders from being given, by name."""
    return [each for each in Instrument.objects.filter(project=project, is_archived=False) if each.is_ready]


def state_of(project: Project, names: Sequence[str] = ()) -> tuple[object, ...]:
    """What the administrations' replies are now: equal as long as no number of them can change."""
    found = [(each.pk, each.replies) for each in administrations_of(project, names)]
    return tuple((pk, replies.pk, replies.revision, replies.n_rollouts) for pk, replies in found if replies is not None)


def names_of(project: Project) -> list[str]:
    return [group.name for group in groups_of(project)]


def question_sets_of(project: Project) -> list[str]:
    """Problem sets for the feasibility task that somebody brought."""
    sets = ProblemSet.objects.filter(project=project, name__startswith="feasibility · ")
    return list(sets.exclude(name__startswith="feasibility · seed ").order_by("name").values_list("name", flat=True))
