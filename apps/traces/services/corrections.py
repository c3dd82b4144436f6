"""Corrections by people: golds, grades, which grade counts.

Each is kept in the history, and what depends on it is computed anew.
"""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F

from analysis.errors import UserError
from analysis.types import Outcome
from apps.accounts.models import User
from apps.accounts.services import record_change
from apps.traces.models import Collection, Grade, Problem, Rollout
from apps.traces.models.collections import GradeSource
from apps.traces.services.analyses import request_analysis
from apps.traces.services.verdicts import GRADER_NAME

OVERRULE = "person"


class BadCorrection(UserError):
    """The correction cannot be taken as given."""


@transaction.atomic
def correct_gold(*, problem: Problem, golds: Sequence[str], actor: User | None, reason: str = "") -> None:
    """Replace a problem's golds; every collection with a rollout of it is graded and measured anew."""
    wanted = [gold.strip() for gold in golds if gold.strip()]
    if wanted == problem.golds:
        return
    record_change(
        project=problem.project,
        actor=actor,
        verb="corrected gold",
        target=f"problem:{problem.pk}",
        label=problem.question[:200] or problem.key,
        before=problem.golds,
        after=wanted,
        reason=reason,
    )
    problem.golds = wanted
    problem.save(update_fields=["golds"])
    for collection in Collection.objects.filter(rollouts__problem=problem, is_deleted=False).distinct():
        analyse_anew(collection=collection)


@transaction.atomic
def overrule(*, rollout: Rollout, turn_index: int, outcome: str, actor: User, reason: str = "") -> None:
    """A person's grade for an attempt; the empty outcome takes an earlier overrule back."""
    if outcome and outcome not in {Outcome.CORRECT, Outcome.INCORRECT}:
        raise BadCorrection(f"{outcome!r} is not a grade that a person gives; choose correct or incorrect")
    earlier = Grade.objects.filter(rollout=rollout, turn_index=turn_index, source=Grade.Source.PERSON)
    before = [given.outcome for given in earlier]
    earlier.delete()
    if outcome:
        Grade.objects.create(
            rollout=rollout,
            turn_index=turn_index,
            source=Grade.Source.PERSON,
            grader=OVERRULE,
            outcome=outcome,
            reason=reason,
            graded_by=actor,
        )
    record_change(
        project=rollout.collection.project,
        actor=actor,
        verb="overruled grade" if outcome else "took an overrule back",
        target=f"rollout:{rollout.pk}",
        label=f"{rollout.external_id}, {rollout.model.name}",
        before=before[0] if before else None,
        after=outcome or None,
        reason=reason,
    )
    analyse_anew(collection=rollout.collection)


@transaction.atomic
def count_grades_of(*, collection: Collection, source: str, actor: User) -> None:
    """Choose whose grades count in a collection's numbers."""
    if source not in GradeSource.values:
        raise BadCorrection(f"there is no source of grades {source!r}; known: {', '.join(GradeSource.values)}")
    if source == collection.counting_grade:
        return
    before, collection.counting_grade = collection.counting_grade, source
    collection.save(update_fields=["counting_grade"])
    record_change(
        project=collection.project,
        actor=actor,
        verb="chose counting grade",
        target=f"collection:{collection.pk}",
        label=collection.name,
        before=before,
        after=source,
    )
    analyse_anew(collection=collection)


@transaction.atomic
def regrade(*, collection: Collection, actor: User) -> None:
    """Grade and measure a collection anew from what is stored, without reading the files again."""
    record_change(
        project=collection.project,
        actor=actor,
        verb="graded anew",
        target=f"collection:{collection.pk}",
        label=collection.name,
        after=GRADER_NAME,
    )
    analyse_anew(collection=collection)


@transaction.atomic
def rename(*, collection: Collection, name: str, actor: User) -> None:
    wanted = name.strip()[:200]
    if not wanted:
        raise BadCorrection("a collection needs a name")
    if wanted != collection.name:
        record_change(
            project=collection.project,
            actor=actor,
            verb="renamed collection",
            target=f"collection:{collection.pk}",
            label=wanted,
            before=collection.name,
            after=wanted,
        )
        Collection.objects.filter(pk=collection.pk).update(name=wanted)


def analyse_anew(*, collection: Collection) -> None:
    """Raise the revision, so that figures say which state they show, and queue its analysis."""
    Collection.objects.filter(pk=collection.pk).update(revision=F("revision") + 1)
    collection.refresh_from_db()
    request_analysis(collection=collection)
