"""What the API says of collections, their candidate sets and their analyses."""

from datetime import datetime
from typing import Literal

from ninja import Schema
from pydantic import Field

from apps.api.schemas.jobs import JobOut, facts_of
from apps.traces.models import Analysis, Collection
from apps.traces.queries.candidate_sets import SetChoice


class Progress(Schema):
    """The newest import or analysis of a collection; all null where there is none."""

    state: str | None
    n_done: int | None
    n_total: int | None


class CollectionOut(Schema):
    """Rollouts that came together. `revision` rises when anything in it changes; `analysis_revision` is the one that
    the newest analysis by the default candidate set is of."""

    id: int
    name: str
    revision: int
    counting_grade: str
    n_rollouts: int
    n_problems: int
    n_models: int
    created_at: datetime
    changed_at: datetime
    importing: Progress
    analysis: Progress
    analysis_revision: int | None
    indexing: Progress

    @classmethod
    def of(cls, row: Collection) -> "CollectionOut":
        """From a row with the annotations of `collections_of`."""
        own = ("name", "revision", "counting_grade", "n_rollouts", "n_problems", "n_models", "created_at", "changed_at")
        return cls(
            id=row.pk,
            **{name: getattr(row, name) for name in own},
            importing=_progress(row, "import"),
            analysis=_progress(row, "analysis"),
            analysis_revision=row.analysis_revision,  # type: ignore[attr-defined]
            indexing=_progress(row, "index"),
        )


class CollectionChange(Schema):
    """What of a collection is to change; null leaves it."""

    name: str | None = Field(None, min_length=1, max_length=200)
    counting_grade: Literal["ours", "uploaded"] | None = None


class CandidateSetOut(Schema):
    """A candidate set that dashboards can be computed on. `n_read` rollouts are in it; null: rules read them all."""

    name: str
    label: str
    n_read: int | None

    @classmethod
    def of(cls, choice: SetChoice) -> "CandidateSetOut":
        return cls(name=choice.name, label=choice.words, n_read=choice.n_read)


class AnalysisAsked(Schema):
    """By whose candidates: `rules`, or a set in full, as `boxed@1`; empty: the default one."""

    extractor: str = Field("", max_length=80)


class AnalysisOut(JobOut):
    """An analysis of a collection at a revision, by a candidate set and a grader."""

    collection_id: int
    revision: int
    candidate_set: str
    grader: str
    segmentation: str
    token_counter: str

    @classmethod
    def of(cls, row: Analysis) -> "AnalysisOut":
        named = {"candidate_set": str(row.candidate_set)}
        own = ("collection_id", "revision", "grader", "segmentation", "token_counter")
        return cls.model_validate(facts_of(row) | named | {name: getattr(row, name) for name in own})


def _progress(row: Collection, of: str) -> Progress:
    return Progress(
        state=getattr(row, f"{of}_state"), n_done=getattr(row, f"{of}_done"), n_total=getattr(row, f"{of}_total")
    )
