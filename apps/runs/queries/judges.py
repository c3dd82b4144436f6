"""What a run's judges said beside what is known of the same attempts: the counting grade, people's. Knows columns."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from django.db.models import Count, Max, OuterRef, Subquery, Sum

from analysis.types import Outcome
from apps.runs.models import Judgement, Run
from apps.traces.models import Collection, Grade, Turn
from apps.traces.models.collections import GradeSource

VERDICT, SCORE, PREFERENCE = "judge_correct", "judge_score", "judge_prefers"
DECIDED = {Outcome.CORRECT.value: 1.0, Outcome.INCORRECT.value: 0.0}
COUNTING, PEOPLE = "counting", "people"
SOURCES = tuple(Grade.Source)
TRUTHS = (COUNTING, PEOPLE)
"""What a judge is held against: our or the uploaded grade, whichever counts in the collection, and a person's."""


class Said(NamedTuple):
    """One verdict or score on a rollout, and whether what was judged is right by each truth (None: not known)."""

    judgement_id: int
    problem_id: int
    value: float
    truths: Mapping[str, float | None]

    @property
    def is_contradicted(self) -> bool:
        return self.truths[COUNTING] is not None and self.truths[COUNTING] != self.value


class Preferred(NamedTuple):
    """One pair: per order whether the first was preferred (1, 0, a tie 0.5), in the order that was asked first."""

    problem_id: int
    values: tuple[float, ...]


State = tuple[tuple[object, ...], ...]


def state_of(run: Run) -> State:
    """Equal only while no judgement came and no grade, by us or by people, changed: cheap, whatever their number."""
    judgements = Judgement.objects.filter(run=run)
    of_judged = judgements.order_by().values("rollout__collection").distinct()
    collections = Collection.objects.filter(pk__in=of_judged).order_by("pk")
    graded = collections.annotate(newest=Max("analyses"), n_graded=Sum("analyses__n_done"))
    return (
        (run.pk, run.created_at, *judgements.aggregate(Max("pk"), Count("pk")).values()),
        *graded.values_list("pk", "revision", "counting_grade", "newest", "n_graded"),
    )


def said(run: Run, name: str) -> list[Said]:
    """Verdicts or scores of a run with the truths of the attempt that was judged, the last one of its rollout."""
    grades = {source.value: _outcome(source) for source in SOURCES}
    rows = Judgement.objects.filter(run=run, name=name, value__isnull=False).annotate(**grades).order_by("pk")
    columns = ("pk", "rollout__problem_id", "value", "rollout__collection__counting_grade", *grades)
    return [
        Said(pk, problem_id, value, _truths(counting, *outcomes))
        for pk, problem_id, value, counting, *outcomes in rows.values_list(*columns).iterator()
    ]


def preferred(run: Run) -> list[Preferred]:
    """Pairs of a run."""
    rows = Judgement.objects.filter(run=run, name=PREFERENCE, value__isnull=False)
    columns = ("rollout__problem_id", "rollout_id", "sample", "value")
    pairs: dict[tuple[int, int, int], list[float]] = defaultdict(list)
    for problem_id, rollout_id, sample, value in rows.order_by("index").values_list(*columns).iterator():
        pairs[problem_id, rollout_id, sample].append(value)
    return [Preferred(problem_id, tuple(values)) for (problem_id, _, _), values in pairs.items()]


def judgements_of(ids: Sequence[int]) -> list[Judgement]:
    return list(Judgement.objects.filter(pk__in=ids).select_related("rollout__problem").order_by("pk"))


def _outcome(source: Grade.Source) -> Subquery:
    """The newest grade of a source on the last attempt of the judgement's rollout."""
    attempts = Turn.objects.filter(rollout=OuterRef("rollout"), is_attempt=True).order_by("-index")
    last = Subquery(attempts.values("index")[:1])
    grades = Grade.objects.filter(rollout=OuterRef("rollout"), source=source, turn_index=last).order_by("-pk")
    return Subquery(grades.values("outcome")[:1])


@cache
def _truths(counting: str, *outcomes: str | None) -> Mapping[str, float | None]:
    """By the grade that counts in the collection, the other where that one decides nothing; and by a person.

    `outcomes` are those of SOURCES; there are few of them, so that all rollouts with the same ones share the answer.
    """
    by = dict(zip(SOURCES, outcomes, strict=True))
    other = GradeSource.UPLOADED if counting == GradeSource.OURS else GradeSource.OURS
    decided = [DECIDED.get(by[Grade.Source(source.value)] or "") for source in (GradeSource(counting), other)]
    return {
        COUNTING: next((each for each in decided if each is not None), None),
        PEOPLE: DECIDED.get(by[Grade.Source.PERSON] or ""),
    }
