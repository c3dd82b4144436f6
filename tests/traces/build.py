"""Rollouts, projects and stored collections for tests, written out in full where a test does not say otherwise."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from analysis.types import Problem, Role, Rollout, Span, Turn
from apps.accounts.models import Project
from apps.accounts.services import create_project
from apps.core.models import JobState
from apps.traces.importers.packed import pack
from apps.traces.models import Collection, Import
from apps.traces.services.storing import Names, store

REASONING = "2 + 2 is 5.\nSo the answer is 5.\nWait, let me check.\nThe answer is 4."


def attempt(reasoning: str = REASONING, response: str = "FINAL ANSWER: 4", **given: Any) -> Turn:
    """An answering turn whose text is its reasoning followed by its response."""
    text = reasoning + response
    spans = {"reasoning": Span(0, len(reasoning)), "response": Span(len(reasoning), len(text))}
    return Turn(Role.ASSISTANT, text, is_attempt=True, **(spans | given))


def rollout(external_id: str = "1", **given: Any) -> Rollout:
    problem = given.pop("problem", Problem("What is 2 + 2?", ("4",), key="p1"))
    turns = given.pop("turns", (Turn(Role.USER, problem.question), attempt()))
    return Rollout(external_id, given.pop("model", "m"), problem, turns, **given)


def project(slug: str = "p") -> Project:
    return create_project(name=slug, slug=slug, owner=None)


def stored(rollouts: Sequence[Rollout], *, into: Collection | None = None, owner: Project | None = None) -> Collection:
    """A collection that holds these rollouts, as an import leaves it, not analysed."""
    collection = into or Collection.objects.create(project=owner or project(), name="C", revision=1)
    reading = Import.objects.create(project=collection.project, collection=collection, state=JobState.DONE)
    reads = [pack(read, f"{read.model}/{read.external_id}/{read.sample}"[:32]) for read in rollouts]
    with transaction.atomic():
        store(names=Names(collection.project), collection=collection, reading=reading, batch=reads)
    collection.n_rollouts = collection.rollouts.count()
    collection.save()
    return collection
