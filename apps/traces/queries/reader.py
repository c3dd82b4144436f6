"""What the reader needs of one rollout, in few queries: the row, its candidates, its grades, its neighbours."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import Q, QuerySet

from apps.accounts.models import Project
from apps.core.models import JobState
from apps.traces.models import Analysis, Candidate, CandidateSet, Grade, Problem, Reading, Rollout, Score, Turn
from apps.traces.queries.candidate_sets import OF_DEFAULT

SIBLINGS = 2_000


def scores_of(rollout: Rollout) -> list[Score]:
    return list(Score.objects.filter(rollout=rollout).order_by("name"))


class Sibling(NamedTuple):
    """Another sample of the same problem, with what tells it from the others."""

    pk: int
    collection_id: int
    collection: str
    model: str
    condition: str
    sample: int


class Siblings(NamedTuple):
    """Samples of a problem in order, and which of them is here (-1 where it is beyond the first SIBLINGS)."""

    samples: Sequence[Sibling]
    place: int

    @property
    def here(self) -> Sibling | None:
        return self.samples[self.place] if self.place >= 0 else None

    @property
    def before(self) -> Sibling | None:
        return self.samples[self.place - 1] if self.place > 0 else None

    @property
    def after(self) -> Sibling | None:
        return self.samples[self.place + 1] if 0 <= self.place < len(self.samples) - 1 else None


def rollouts_in(project: Project) -> QuerySet[Rollout]:
    related = ("collection", "model", "problem__problem_set", "condition")
    return Rollout.objects.filter(collection__project=project, collection__is_deleted=False).select_related(*related)


def turns_of(rollout: Rollout) -> list[Turn]:
    return list(Turn.objects.filter(rollout=rollout).select_related("text").defer("text__body").order_by("index"))


def readings_of(rollout: Rollout) -> list[Reading]:
    """Which candidate sets have read this rollout: the default one first, then the newest."""
    readings = Reading.objects.filter(rollout=rollout).select_related("candidate_set")
    return list(readings.alias(is_default=Q(OF_DEFAULT)).order_by("-is_default", "-candidate_set_id"))


def candidates_of(rollout: Rollout, candidate_set: CandidateSet, turn_index: int) -> list[Candidate]:
    rows = Candidate.objects.filter(candidate_set=candidate_set, rollout=rollout, turn_index=turn_index)
    return list(rows.order_by("index"))


def grades_of(rollout: Rollout, turn_index: int) -> list[Grade]:
    rows = Grade.objects.filter(rollout=rollout, turn_index=turn_index).select_related("graded_by")
    return list(rows.order_by("source", "-graded_at"))


def siblings_of(rollout: Rollout) -> Siblings:
    """Samples of the same problem in the project, collection by collection: the first SIBLINGS of them."""
    rows = (
        Rollout.objects.filter(problem_id=rollout.problem_id, collection__is_deleted=False)
        .order_by("collection_id", "sample", "pk")
        .values_list("pk", "collection_id", "collection__name", "model__name", "condition__label", "sample")
    )
    samples = [Sibling(*row) for row in rows[:SIBLINGS]]
    place = next((index for index, sample in enumerate(samples) if sample.pk == rollout.pk), -1)
    return Siblings(samples, place)


def find_next_problem(rollout: Rollout) -> int | None:
    """The first rollout of the collection's next problem."""
    later = Rollout.objects.filter(collection_id=rollout.collection_id, problem_id__gt=rollout.problem_id)
    return later.order_by("problem_id", "sample", "pk").values_list("pk", flat=True).first()


def problems_in(project: Project) -> QuerySet[Problem]:
    return Problem.objects.filter(project=project).select_related("problem_set", "merged_into")


def rollouts_of(problem: Problem, n: int) -> list[Rollout]:
    """The first rollouts of a problem and of those merged into it."""
    rows = Rollout.objects.filter(Q(problem=problem), collection__is_deleted=False)
    return list(rows.select_related("collection", "model", "condition").order_by("collection_id", "sample", "pk")[:n])


def counting_outcomes(rollouts: Sequence[Rollout]) -> dict[int, str]:
    """The outcome that counts in the newest finished analysis of each rollout's collection."""
    collections = {rollout.collection_id for rollout in rollouts}
    newest = {
        analysis.collection_id: analysis.pk
        for analysis in Analysis.objects.filter(
            OF_DEFAULT, collection_id__in=collections, state=JobState.DONE
        ).order_by("pk")
    }
    features = Analysis.objects.filter(pk__in=newest.values(), rows__rollout__in=[rollout.pk for rollout in rollouts])
    return dict(features.values_list("rows__rollout_id", "rows__outcome"))
