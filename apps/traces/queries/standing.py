"""Where a collection stands by a candidate set: the analysis whose numbers a page shows, and the newest one, which may
still run."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from apps.core.models import JobState
from apps.traces.models import Analysis, Collection
from apps.traces.queries.candidate_sets import OF_DEFAULT, find_name, get_name, n_read, of_name

OPEN = (JobState.QUEUED, JobState.RUNNING)


@dataclass(frozen=True, slots=True)
class Standing:
    """`shown` is the newest finished analysis, `newest` the newest of any state; None where there is none.

    `extractor` names the candidate set, empty for the default one; `n_read` is how many rollouts a set holds that
    rules do not fill.
    """

    collection: Collection
    shown: Analysis | None
    newest: Analysis | None
    extractor: str = ""
    n_read: int | None = None

    @property
    def is_current(self) -> bool:
        """Whether what is shown is of the collection, and of the set, as they stand."""
        if self.shown is None or self.shown.revision != self.collection.revision:
            return False
        return self.n_read is None or self.shown.n_done == self.n_read

    @property
    def n_left_out(self) -> int:
        """Rollouts that the set has not read."""
        return 0 if self.n_read is None else max(self.collection.n_rollouts - self.n_read, 0)

    @property
    def is_whole(self) -> bool:
        """Whether what is shown knows every rollout of the collection."""
        return self.is_current and not self.n_left_out


def standing_of(collection: Collection, extractor: str | None = None) -> Standing:
    """By the default set, or the one that is named. Raises UnknownSetError for a name of none."""
    name = get_name(collection, extractor) if extractor else None
    of_set = of_name(name) if name else OF_DEFAULT
    analyses = Analysis.objects.filter(of_set, collection=collection).order_by("-revision", "-pk")
    shown = analyses.filter(state=JobState.DONE, features__isnull=False).select_related("candidate_set", "features")
    n = n_read(collection, name) if name else None
    return Standing(collection, shown.first(), analyses.first(), str(name or ""), n)


def shown_analyses(collections: Iterable[Collection], extractor: str | None = None) -> list[Analysis]:
    """The newest finished analysis, by the default set or the one that is named, of each collection that has one."""
    name = find_name(extractor) if extractor else None
    of_set = OF_DEFAULT if not extractor else of_name(name) if name else Q(pk__in=[])
    done = Analysis.objects.filter(of_set, collection__in=list(collections), state=JobState.DONE)
    done = done.filter(features__isnull=False)
    rows = done.select_related("features", "candidate_set").order_by("revision", "pk")
    return list({row.collection_id: row for row in rows}.values())


def know_all(analyses: Iterable[Analysis], collections: Iterable[Collection]) -> bool:
    """Whether the analyses are of all these collections as they stand, but for those that hold nothing; the
    collections as `collections_of` annotates them."""
    known = {(each.collection_id, each.revision) for each in analyses}
    return all((each.pk, each.revision) in known or _is_empty(each) for each in collections)


def _is_empty(collection: Collection) -> bool:
    return not collection.n_rollouts and getattr(collection, "import_state", None) not in OPEN
