"""What the API says of problems and of the history of a project."""

from datetime import datetime
from typing import Any

from ninja import Schema
from pydantic import Field

from apps.accounts.models import Change
from apps.traces.models import LanguageModel, Problem


class ProblemOut(Schema):
    """What was asked, and the answers that count as right."""

    id: int
    key: str
    problem_set: str
    question: str
    golds: list[str]
    answer_type: str
    options: list[str]
    subject: str
    level: str
    merged_into: int | None

    @classmethod
    def of(cls, row: Problem) -> "ProblemOut":
        own = ("key", "question", "golds", "answer_type", "options", "subject", "level")
        return cls(
            id=row.pk,
            problem_set=row.problem_set.name,
            merged_into=row.merged_into_id,
            **{name: getattr(row, name) for name in own},
        )


class GoldsIn(Schema):
    """The golds of a problem, in place of those that it has; an empty list takes all of them away."""

    golds: list[str] = Field(max_length=100)
    reason: str = Field("", max_length=1000)


class ModelOut(Schema):
    """A language model that rollouts of the project came from."""

    id: int
    name: str

    @classmethod
    def of(cls, row: LanguageModel) -> "ModelOut":
        return cls(id=row.pk, name=row.name)


class ChangeOut(Schema):
    """A line of a project's history: who changed what, from what to what."""

    id: int
    at: datetime
    actor: str | None
    verb: str
    target: str
    label: str
    before: Any
    after: Any
    reason: str

    @classmethod
    def of(cls, row: Change) -> "ChangeOut":
        own = ("at", "verb", "target", "label", "before", "after", "reason")
        actor = row.actor.username if row.actor else None
        return cls(id=row.pk, actor=actor, **{name: getattr(row, name) for name in own})
