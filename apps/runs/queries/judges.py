"""What a run's judges said beside what is known of the same rollouts: grades by golds and by people. Knows columns."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from django.db.models import OuterRef, Q, Subquery

from analysis.types import Outcome
from apps.runs.models import Judgement, Run
from apps.traces.models import Grade

VERDICT, SCORE, PREFERENCE = "judge_correct", "judge_score", "judge_prefers"
DECIDED = {Outcome.CORRECT.value: 1.0, Outcome.INCORRECT.value: 0.0}
TRUTHS: Mapping[str, tuple[Grade.Source, ...]] = {
    "golds": (Grade.Source.OURS, Grade.Source.UPLOADED),
    "people": (Grade.Source.PERSON,),
}
"""What a judge is held against, and the grades that say it, the first that there is."""


class Said(NamedTuple):
    """One verdict or score on a rollout, and whether the rollout is right by golds and by people (None: not known)."""

    problem_id: int
    value: float
    truths: Mapping[str, float | None]


class Preferred(NamedTuple):
    """One pair: per order whether the first was preferred (1, 0, a tie 0.5), in the order that was asked first."""

    problem_id: int
    values: tuple[float, ...]


def said(run: Run, name: str) -> list[Said]:
    """Verdicts or scores of a run with the truths of the attempt that was judged, by rollout."""
    grades = {source: _outcome(source) for sources in TRUTHS.values() for source in sources}
    rows = Judgement.objects.filter(run=run, name=name, value__isnull=False).annotate(**grades).order_by("pk")
    columns = ("rollout__problem_id", "value", *grades)
    return [
        Said(problem_id, value, dict(_truths(dict(zip(grades, outcomes, strict=True)))))
        for problem_id, value, *outcomes in rows.values_list(*columns).iterator()
    ]


def preferred(run: Run) -> list[Preferred]:
    """Pairs of a run."""
    rows = Judgement.objects.filter(run=run, name=PREFERENCE, value__isnull=False)
    columns = ("rollout__problem_id", "rollout_id", "sample", "value")
    pairs: dict[tuple[int, int, int], list[float]] = defaultdict(list)
    for problem_id, rollout_id, sample, value in rows.order_by("index").values_list(*columns).iterator():
        pairs[problem_id, rollout_id, sample].append(value)
    return [Preferred(problem_id, tuple(values)) for (problem_id, _, _), values in pairs.items()]


def amiss(run: Run, n: int) -> list[Judgement]:
    """The first verdicts that the grade by golds contradicts: the judge's word against the gold's."""
    rows = Judgement.objects.filter(run=run, name=VERDICT).annotate(gold=_outcome(Grade.Source.OURS))
    wrong = Q(value=1, gold=Outcome.INCORRECT.value) | Q(value=0, gold=Outcome.CORRECT.value)
    return list(rows.filter(wrong).select_related("rollout__problem").order_by("pk")[:n])


def _outcome(source: Grade.Source) -> Subquery:
    """The newest grade of a source on the last attempt that it graded."""
    grades = Grade.objects.filter(rollout=OuterRef("rollout"), source=source).order_by("-turn_index", "-pk")
    return Subquery(grades.values("outcome")[:1])


def _truths(outcomes: Mapping[str, str | None]) -> Iterator[tuple[str, float | None]]:
    for truth, sources in TRUTHS.items():
        known = (DECIDED.get(outcomes[source] or "") for source in sources)
        yield truth, next((each for each in known if each is not None), None)
