"""From stored texts to the search index: a job of its own after every import, resumable, in short commits."""

import time
from collections.abc import Iterator, Sequence

from django.db import transaction

from apps.core import jobs
from apps.core.models import JobState
from apps.core.queue import enqueue_on_commit
from apps.traces.models import Collection, Indexing, Rollout, SearchBlock, Text, Turn, UnusedText
from apps.traces.queries import search_index
from apps.traces.queries.words import Block, blocks_of
from apps.traces.services.texts import contents

BATCH_SECONDS = 0.05
SMALLEST_BATCH, LARGEST_BATCH = 5, 500
PURGED = 20


@transaction.atomic
def request_indexing(*, collection: Collection) -> Indexing:
    """Index the collection as it stands now; what is in the index already is not done again. Again is no harm."""
    Indexing.objects.filter(collection=collection).exclude(state__in=[JobState.QUEUED, JobState.RUNNING]).delete()
    start = {"revision": collection.revision, "n_total": collection.n_rollouts, "n_done": 0, "last_rollout_id": 0}
    indexing, is_new = Indexing.objects.get_or_create(collection=collection, defaults=start)
    if not is_new:
        Indexing.objects.filter(pk=indexing.pk).update(**start)
    enqueue_on_commit(Indexing.task_name, indexing_id=indexing.pk)
    return indexing


def execute(*, indexing_id: int) -> None:
    """Index every text of the collection once; what an earlier try committed is not done again."""
    indexing = jobs.claim(Indexing, indexing_id)
    if indexing is None:
        return
    with jobs.recorded(indexing):
        purge_unused()
        pace = Pace()
        while indexing.state == JobState.RUNNING:
            rollout_ids = _next(indexing, pace.size)
            new = _unindexed(_text_ids(rollout_ids))
            with pace, transaction.atomic():
                _store(new)
                _move_on(indexing, rollout_ids)


def purge_unused() -> None:
    """Delete indexed texts that no turn refers to any more, with their words, a few a transaction."""
    while ids := list(UnusedText.objects.order_by("pk").values_list("text_id", flat=True)[:PURGED]):
        texts = contents(ids)
        with transaction.atomic():
            _forget({pk: texts[pk] for pk in _still_unused(ids) if pk in texts})
            UnusedText.objects.filter(text_id__in=ids).delete()


class Pace:
    """How many rollouts make a commit of BATCH_SECONDS; used around each one."""

    def __init__(self) -> None:
        self.size = 20
        self._began = 0.0

    def __enter__(self) -> None:
        self._began = time.monotonic()

    def __exit__(self, *_: object) -> None:
        taken = max(time.monotonic() - self._began, 0.001)
        wanted = int(self.size * BATCH_SECONDS / taken)
        self.size = max(SMALLEST_BATCH, min(LARGEST_BATCH, wanted, 2 * self.size))


def _next(indexing: Indexing, n: int) -> list[int]:
    rollouts = Rollout.objects.filter(collection_id=indexing.collection_id, pk__gt=indexing.last_rollout_id)
    return list(rollouts.order_by("pk").values_list("pk", flat=True)[:n])


def _text_ids(rollout_ids: Sequence[int]) -> set[int]:
    return set(Turn.objects.filter(rollout_id__in=rollout_ids, text__isnull=False).values_list("text_id", flat=True))


def _unindexed(text_ids: set[int]) -> dict[int, list[Block]]:
    known = set(SearchBlock.objects.filter(text_id__in=text_ids, number=0).values_list("text_id", flat=True))
    return {pk: blocks_of(text) for pk, text in contents(text_ids - known).items()}


def _store(texts: dict[int, list[Block]]) -> None:
    """Blocks and words of those texts that are still there and that nobody has indexed meanwhile."""
    there = set(Text.objects.select_for_update().filter(pk__in=texts).values_list("pk", flat=True))
    known = set(SearchBlock.objects.filter(text_id__in=there, number=0).values_list("text_id", flat=True))
    new = [(pk, block) for pk in sorted(there - known) for block in texts[pk]]
    rows = [SearchBlock(text_id=pk, number=each.number, start=each.start, end=each.end) for pk, each in new]
    stored = SearchBlock.objects.bulk_create(rows)
    search_index.put((row.pk, block.words) for row, (_, block) in zip(stored, new, strict=True))


def _move_on(indexing: Indexing, rollout_ids: Sequence[int]) -> None:
    """Go on behind these, or end behind the last; begin again for a revision that was asked for meanwhile."""
    asked = Indexing.objects.select_for_update().get(pk=indexing.pk)
    if asked.revision != indexing.revision:
        jobs.keep(indexing, revision=asked.revision, n_total=asked.n_total, last_rollout_id=0, n_done=0)
    elif rollout_ids:
        done = indexing.n_done + len(rollout_ids)
        jobs.keep(indexing, last_rollout_id=rollout_ids[-1], n_done=done, phase="indexing")
    else:
        jobs.finish(indexing, JobState.DONE)


def _still_unused(text_ids: Sequence[int]) -> Iterator[int]:
    locked = list(Text.objects.select_for_update().filter(pk__in=text_ids).values_list("pk", flat=True))
    used = set(Turn.objects.filter(text_id__in=locked).values_list("text_id", flat=True))
    return (pk for pk in locked if pk not in used)


def _forget(texts: dict[int, str]) -> None:
    words = {(pk, block.number): block.words for pk, text in texts.items() for block in blocks_of(text)}
    rows = list(SearchBlock.objects.filter(text_id__in=texts))
    search_index.take_out((row.pk, words[row.text_id, row.number]) for row in rows)
    for model, key in ((SearchBlock, "text_id__in"), (Text, "pk__in")):
        model._default_manager.filter(**{key: list(texts)}).delete()
