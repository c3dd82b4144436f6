"""What a block of one collection rests on, or why it shows nothing: asked before any number is computed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from apps.accounts.models import Project
from apps.reports.blocks.analysed import DELETED, NOT_YET, NOTHING, Chosen, chosen_of, missing, source_of
from apps.reports.blocks.block import Block, Made
from apps.reports.content import Source
from apps.traces.queries.candidate_sets import UnknownSetError
from apps.traces.queries.filters import RolloutFilter
from apps.traces.services import summaries
from apps.traces.services.summaries import Summary


@dataclass(frozen=True, slots=True)
class Counted:
    """An analysed collection with rollouts under the filter."""

    chosen: Chosen
    summary: Summary
    source: Source


def found_or_missing(project: Project, block: Block) -> Chosen | Made:
    """The collection with a finished analysis; else a section that says what is not there."""
    try:
        chosen = chosen_of(project, block.given)
    except UnknownSetError as error:
        return Made(missing(block, str(error)))
    if chosen is None:
        return Made(missing(block, DELETED))
    if chosen.standing.shown is None:
        return Made(missing(block, NOT_YET.format(chosen.collection.name)))
    return chosen


def counted_or_missing(project: Project, block: Block) -> Counted | Made:
    """As `found_or_missing`, with the rollouts counted; none under the filter is a section that says so."""
    chosen = found_or_missing(project, block)
    if isinstance(chosen, Made):
        return chosen
    whole = summaries.summary_of([chosen.analysis], RolloutFilter())
    summary = summaries.summary_of([chosen.analysis], chosen.filters)
    source = source_of(block, chosen, whole.n_rollouts, summary.n_rollouts)
    if not summary.n_rollouts:
        words = NOTHING.format(chosen.collection.name, chosen.filters.query or "it has")
        return Made(missing(block, words), [source])
    return Counted(chosen, summary, source)


def listed(given: Mapping[str, Any], name: str, most: int) -> list[str]:
    """The values of a field that takes several, each once, empty ones left out; text is a list of one."""
    value = given.get(name, [])
    values = [value] if isinstance(value, str) else list(value) if isinstance(value, list | tuple) else []
    return list(dict.fromkeys(str(each)[:60] for each in values if str(each).strip()))[:most]
