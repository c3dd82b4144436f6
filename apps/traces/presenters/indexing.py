"""How far the search index of a collection is, in words. Knows no query."""

from collections.abc import Sequence

from apps.core.models import JobState
from apps.core.templatetags.numbers import share
from apps.traces.models import Indexing


def words_of(state: str | None, n_done: int | None, n_total: int | None) -> str:
    """`search index: 40 %`; empty where it is whole, or where nothing was asked for."""
    if state == JobState.FAILED:
        return "search index: failed"
    if state not in {JobState.QUEUED, JobState.RUNNING}:
        return ""
    return f"search index: {share(min(1.0, (n_done or 0) / n_total), 0)}" if n_total else "search index: waits"


def warning(unindexed: Sequence[Indexing]) -> str:
    """What a search of these collections may miss; empty where nothing is missing."""
    if not unindexed:
        return ""
    if len(unindexed) > 1:
        done, total = sum(each.n_done for each in unindexed), sum(each.n_total for each in unindexed)
        return (
            f"{len(unindexed)} collections are not wholly indexed: {done} of {total} rollouts. Others can be missing."
        )
    (one,) = unindexed
    if one.state == JobState.FAILED:
        return f"The search index of {one.collection.name} failed: {one.error}. Rollouts can be missing."
    return (
        f"{one.n_done} of {one.n_total} rollouts of {one.collection.name} are indexed so far. The others are missing."
    )
