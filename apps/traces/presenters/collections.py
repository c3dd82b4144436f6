"""What the pages of collections show: each one's state in words, and its settings. Knows no statistics."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from apps.accounts.models import Project
from apps.core.models import JobState
from apps.traces.models import Collection
from apps.traces.presenters.history import present_changes
from apps.traces.presenters.indexing import words_of
from apps.traces.queries.collections import (
    draft_again_of,
    drafts_of,
    failed_imports_of,
    history_page,
    imports_of,
    issues_of,
    last_import_of,
    open_import_of,
)
from apps.traces.services.imports import default_name

SHOWN_ISSUES, MOST_UNFINISHED = 20, 20
READY, WORKING, TROUBLE = "ok", "", "no"


@dataclass(frozen=True, slots=True)
class State:
    """A collection's state: words, the chip's class and glyph, how far the work is (None = no work is open)."""

    words: str
    look: str
    glyph: str
    done: int | None = None
    total: int | None = None
    index: str = ""


def present_collections(project: Project, collections: Iterable[Collection]) -> dict[str, Any]:
    """Rows (collection, state) and whether any of them is being worked on."""
    rows = [(collection, state_of(collection)) for collection in collections]
    return {
        "rows": rows,
        "is_working": any(state.done is not None or state.index for _, state in rows),
        "is_empty": not rows,
    }


def state_of(collection: Collection) -> State:
    """From the columns that `collections_of` adds."""
    row: Any = collection
    return replace(_work_of(row), index=words_of(row.index_state, row.index_done, row.index_total))


def _work_of(row: Any) -> State:
    if row.import_state in {JobState.QUEUED, JobState.RUNNING}:
        return State("importing", WORKING, "…", row.import_done, row.import_total)
    if row.import_state == JobState.FAILED:
        return State("last reading failed", TROUBLE, "✗")
    if row.analysis_state in {JobState.QUEUED, JobState.RUNNING}:
        return State("analysing", WORKING, "…", row.analysis_done, row.analysis_total)
    if row.analysis_state == JobState.FAILED:
        return State("analysis failed", TROUBLE, "✗")
    if row.analysis_state == JobState.DONE and row.analysis_revision == row.revision:
        return State("ready", READY, "✓")
    return State("not analysed yet", WORKING, "–")


def present_unfinished(project: Project) -> dict[str, Any]:
    """Drafts and failed imports with the names that their collections would have."""
    drafts, failed = drafts_of(project)[:MOST_UNFINISHED], failed_imports_of(project)[:MOST_UNFINISHED]
    return {
        "drafts": [(reading, reading.name or default_name(reading)) for reading in drafts],
        "failed": [(reading, reading.name or default_name(reading)) for reading in failed],
    }


def present_settings(collection: Collection) -> dict[str, Any]:
    """The collection, its files, its imports with their issues, its history."""
    last = last_import_of(collection)
    changes, _ = history_page(collection.project, target=f"collection:{collection.pk}")
    readings = [(each, issues_of(each)[:SHOWN_ISSUES], each.issues.count()) for each in imports_of(collection)]
    return {
        "collection": collection,
        "uploads": last.uploads.select_related("blob") if last else [],
        "readings": readings,
        "is_open": open_import_of(collection) is not None,
        "draft": draft_again_of(collection),
        "changes": present_changes(changes),
    }
