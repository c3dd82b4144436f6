"""Reports of a project, their frozen states and links, and what became of the data that one cites."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet

from apps.accounts.models import Project
from apps.core.models import JobState
from apps.reports.blocks.lab import standing_of
from apps.reports.content import Source
from apps.reports.models import FrozenReport, Report
from apps.traces.models import Analysis, Collection


def reports_of(project: Project) -> QuerySet[Report]:
    """The project's reports, newest first, with `n_frozen`."""
    done = Count("frozen", filter=Q(frozen__state=JobState.DONE))
    return Report.objects.filter(project=project).select_related("created_by").annotate(n_frozen=done)


def find_report(project: Project, pk: int) -> Report | None:
    return Report.objects.filter(project=project, pk=pk).select_related("project").first()


def frozen_of(report: Report) -> QuerySet[FrozenReport]:
    return FrozenReport.objects.filter(report=report).select_related("created_by", "content")


def find_frozen(project: Project, pk: int, number: int) -> FrozenReport | None:
    rows = FrozenReport.objects.select_related("report__project", "content", "html", "pdf", "package")
    return rows.filter(report__project=project, report_id=pk, number=number).first()


LAB = "The psychology lab"


class Drift(NamedTuple):
    """What became of a frozen report's data: a collection that is gone, or has other rollouts or verdicts by now."""

    collection: str
    words: str


def drifts_of(project: Project, sources: Iterable[Source]) -> list[Drift]:
    """One per collection, or the lab, whose data are not those that the report cites; none where all is as it was."""
    found: dict[tuple[int, str], Drift] = {}
    for source in sources:
        if source.collection_id is None:
            if source.state and source.state != standing_of(project, source.filter):
                found.setdefault((0, ""), Drift(LAB, "has other administrations or replies since"))
            continue
        key = (source.collection_id, source.sha256)
        if key not in found and (words := _drift(project, source, source.collection_id)):
            found[key] = Drift(source.collection, words)
    return list(found.values())


def _drift(project: Project, source: Source, pk: int) -> str:
    collection = Collection.objects.filter(project=project, pk=pk, is_deleted=False).first()
    if collection is None:
        return "was deleted since"
    if collection.revision != source.revision:
        return f"was changed since: it was read at revision {source.revision} and is at {collection.revision} now"
    same = Analysis.objects.filter(collection=collection, features__sha256=source.sha256)
    return "" if same.exists() else "was analysed anew since"
