"""What full-text search keeps: the blocks of each text, how far a collection is indexed, texts to be forgotten.

The words themselves are in the store's own kind of index (migration 0003): on SQLite the contentless FTS5 table
`traces_searchwords`, whose row ids are the blocks'; on PostgreSQL the column `words` (tsvector) of the blocks.
"""

from django.db import models

from apps.core.models import Job
from apps.core.queue import INDEX_TEXTS
from apps.traces.models.collections import Collection
from apps.traces.models.rollouts import Text


class SearchBlock(models.Model):
    """Words of a text that are indexed together: those in its characters [start, end)."""

    text = models.ForeignKey(Text, on_delete=models.CASCADE, related_name="blocks", db_index=False)
    number = models.PositiveIntegerField()
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["text", "number"], name="one_block_per_number")]

    def __str__(self) -> str:
        return f"block {self.number} of text {self.text_id}"


class UnusedText(models.Model):
    """An indexed text that no turn refers to any more: it goes with its words, in small steps."""

    text = models.OneToOneField(Text, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"unused text {self.text_id}"


class Indexing(Job):
    """How far the texts of a collection are in the index; `revision` is the one that was asked for last."""

    task_name = INDEX_TEXTS

    collection = models.OneToOneField(Collection, on_delete=models.CASCADE, related_name="indexing")
    revision = models.PositiveIntegerField()
    last_rollout_id = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"index of collection {self.collection_id}: {self.state}"
