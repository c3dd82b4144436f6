"""Reads for the pages of training sets: candidate sets to choose from, and the rollouts that rows name."""

from collections import defaultdict
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
    """The keys of rollouts by what rows of training sets call them, `collection/id/sample`.

    None for a name that several rollouts share, as the same id of two models does.
    """
    parts = {source: (source.split("/", 1)[0], *source.split("/", 1)[1].rsplit("/", 1)) for source in sources}
    named = {(int(pk), external_id, int(sample)): source for source, (pk, external_id, sample) in parts.items()}
    rows = Rollout.objects.filter(
        collection__project=project, collection__in={key[0] for key in named}, external_id__in={key[1] for key in named}
    )
    found: dict[tuple[int, str, int], list[int]] = defaultdict(list)
    for pk, collection, external_id, sample in rows.values_list("pk", "collection_id", "external_id", "sample"):
        found[collection, external_id, sample].append(pk)
    return {source: found[key][0] for key, source in named.items() if len(found[key]) == 1}
