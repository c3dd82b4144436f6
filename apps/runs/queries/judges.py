"""What a run's judges said beside what is known of the same attempts: the counting grade, people's. Knows columns."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.db.models import OuterRef, Subquery

from analysis.types import Outcome
from apps.runs.models import Judgement, Run
from apps.traces.models import Grade, Turn
from apps.traces.models.collections import GradeSource

VERDICT, SCORE, PREFERENCE = "judge_correct", "judge_score", "judge_prefers"
DECIDED = {Outcome.CORRECT.value: 1.0, Outcome.INCORRECT.value: 0.0}
COUNTING, PEOPLE = "counting", "people"
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


def said(run: Run, name: str) -> list[Said]:
    """Verdicts or scores of a run with the truths of the attempt that was judged, the last one of its rollout."""
    grades = {source.value: _outcome(source) for source in Grade.Source}
    rows = Judgement.objects.filter(run=run, name=name, value__isnull=False).annotate(**grades).order_by("pk")
    columns = ("pk", "rollout__problem_id", "value", "rollout__collection__counting_grade", *grades)
    return [
        Said(pk, problem_id, value, _truths(counting, dict(zip(grades, outcomes, strict=True))))
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


def _truths(counting: str, outcomes: Mapping[str, str | None]) -> Mapping[str, float | None]:
    """By the grade that counts in the collection, the other where that one decides nothing; and by a person."""
    other = GradeSource.UPLOADED if counting == GradeSource.OURS else GradeSource.OURS
    decided = [DECIDED.get(outcomes[source] or "") for source in (counting, other)]
    return {
        COUNTING: next((each for each in decided if each is not None), None),
        PEOPLE: DECIDED.get(outcomes[Grade.Source.PERSON] or ""),
    }
