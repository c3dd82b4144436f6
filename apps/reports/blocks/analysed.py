"""The data behind a block of a collection: which analysis, under which filter, and how a report cites it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from apps.accounts.models import Project
from apps.reports.blocks.block import Block, BlockError, Given
from apps.reports.content import Section, Source
from apps.traces.models import Analysis, Collection
from apps.traces.queries.collections import collections_of, find_collection
from apps.traces.queries.filters import RolloutFilter
from apps.traces.queries.standing import Standing, standing_of

MOST_QUERY = 4_000
DELETED = "The collection that this was of is not there any more."
NOT_YET = "{} has no finished analysis yet; its numbers follow it."
NOTHING = "No rollout of {} matches the filter {}."


@dataclass(frozen=True, slots=True)
class Chosen:
    """A collection with what an address asks of it."""

    collection: Collection
    standing: Standing
    filters: RolloutFilter
    given: Mapping[str, str]

    @property
    def analysis(self) -> Analysis:
        assert self.standing.shown is not None, "asked of a collection without an analysis"
        return self.standing.shown


def collection_choices(project: Project, given: Given) -> list[tuple[str, str]]:
    return [(str(each.pk), each.name) for each in collections_of(project)[:200]]


def checked_collection(project: Project, given: Given) -> str:
    """The collection's number. Raises BlockError for one that the project has not."""
    text = str(given.get("collection", ""))
    if not (text.isascii() and text.isdigit() and len(text) < 19) or find_collection(project, int(text)) is None:
        raise BlockError(f"choose a collection of this project; {text[:40]!r} is none")
    return text


def checked_query(given: Given) -> str:
    """What stands behind the ? of a page. Raises BlockError if it is too long, BadFilterError for a wrong filter."""
    text = str(given.get("query", "")).strip().lstrip("?")
    if len(text) > MOST_QUERY:
        raise BlockError(f"the filter has {len(text):,} characters; at most {MOST_QUERY:,} are read")
    RolloutFilter.parse(dict(parse_qsl(text)))
    return text


def chosen_of(project: Project, given: Mapping[str, Any]) -> Chosen | None:
    """None where the collection was deleted."""
    collection = find_collection(project, int(given["collection"]))
    if collection is None:
        return None
    asked = dict(parse_qsl(given.get("query", "")))
    filters = RolloutFilter.parse(asked)
    return Chosen(collection, standing_of(collection, filters.extractor), filters, asked)


def missing(block: Block, words: str) -> Section:
    return Section(block.id, block.kind, block.title, missing=words)


def source_of(block: Block, chosen: Chosen, n_rollouts: int, n_chosen: int) -> Source:
    """The data as they are now, for a report that is read when they are not."""
    analysis, collection = chosen.analysis, chosen.collection
    return Source(
        section=block.id,
        project=collection.project.name,
        collection=collection.name,
        collection_id=collection.pk,
        revision=analysis.revision,
        analysis_id=analysis.pk,
        candidate_set=str(analysis.candidate_set),
        grader=analysis.grader,
        segmentation=analysis.segmentation,
        token_counter=analysis.token_counter,
        sha256=analysis.features.sha256 if analysis.features else "",
        n_rollouts=n_rollouts,
        n_chosen=n_chosen,
        filter=chosen.filters.query.lstrip("?"),
    )
