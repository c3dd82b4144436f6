"""Where a collection stands: the analysis whose numbers a page shows, and the newest one, which may still run."""

from collections.abc import Iterable
from dataclasses import dataclass

from apps.core.models import JobState
from apps.traces.models import Analysis, Collection

OPEN = (JobState.QUEUED, JobState.RUNNING)


@dataclass(frozen=True, slots=True)
class Standing:
    """`shown` is the newest finished analysis, `newest` the newest of any state; None where there is none."""

    collection: Collection
    shown: Analysis | None
    newest: Analysis | None

    @property
    def is_current(self) -> bool:
        """Whether what is shown is of the collection as it stands."""
        return self.shown is not None and self.shown.revision == self.collection.revision


def standing_of(collection: Collection) -> Standing:
    """Two queries."""
    analyses = Analysis.objects.filter(collection=collection).order_by("-revision", "-pk")
    shown = analyses.filter(state=JobState.DONE, features__isnull=False).select_related("candidate_set", "features")
    return Standing(collection, shown.first(), analyses.first())


def shown_analyses(collections: Iterable[Collection]) -> list[Analysis]:
    """The newest finished analysis of each collection that has one, in one query."""
    done = Analysis.objects.filter(collection__in=list(collections), state=JobState.DONE, features__isnull=False)
    rows = done.select_related("features", "candidate_set").order_by("revision", "pk")
    return list({row.collection_id: row for row in rows}.values())


def know_all(analyses: Iterable[Analysis], collections: Iterable[Collection]) -> bool:
    """Whether the analyses are of all these collections as they stand, but for those that hold nothing; the
    collections as `collections_of` annotates them."""
    known = {(each.collection_id, each.revision) for each in analyses}
    return all((each.pk, each.revision) in known or _is_empty(each) for each in collections)


def _is_empty(collection: Collection) -> bool:
    return not collection.n_rollouts and getattr(collection, "import_state", None) not in OPEN
