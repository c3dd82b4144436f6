"""How far a piece of background work is, the same for all of them."""

from datetime import datetime

from ninja import Schema

from apps.core.models import Job


class JobOut(Schema):
    """`state` is draft, queued, running, done, failed or cancelled; `error` says why it failed."""

    id: int
    state: str
    n_done: int
    n_total: int
    phase: str
    error: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


def facts_of(job: Job) -> dict[str, object]:
    """The fields of JobOut."""
    return {name: getattr(job, "pk" if name == "id" else name) for name in JobOut.model_fields}
