"""Reads for the pages of training sets: candidate sets to choose from, and the rollouts that rows name."""

from collections.abc import Sequence

from apps.accounts.models import Project
from apps.core.models import JobState
from apps.traces.models import Analysis, Rollout
from apps.traces.queries.candidate_sets import OF_DEFAULT, SetName


def extractors_to_choose(project: Project) -> list[str]:
    """The candidate sets by which a collection of the project has a finished analysis, without the default one's."""
    done = Analysis.objects.filter(collection__project=project, state=JobState.DONE, features__isnull=False)
    rows = done.exclude(OF_DEFAULT).values_list("candidate_set__extractor", "candidate_set__version").distinct()
    return sorted({str(SetName(*row)) for row in rows})


def rollouts_of_sources(project: Project, sources: Sequence[str]) -> dict[str, int]:
    """The keys of those rollouts that are still there, by what rows call them: `collection/id/sample#key`."""
    keys = {source: int(source.rpartition("#")[2]) for source in sources}
    own = Rollout.objects.filter(pk__in=set(keys.values()), collection__project=project)
    there = set(own.values_list("pk", flat=True))
    return {source: pk for source, pk in keys.items() if pk in there}
