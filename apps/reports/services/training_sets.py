"""A training set of analysed collections: its rows as they are made, its first rows, and where it came from.

Knows no page, no file and no method: methods are those of `analysis.training.table`.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from analysis.protocols.declared import Settings
from analysis.training.exporter import Counts, Exporter, export
from analysis.training.rows import Shape
from analysis.training.schemas import SCHEMAS
from analysis.training.sizes import Size
from analysis.training.table import TRAINING_SETS
from analysis.training.traces import Group
from apps.reports.archives.version import APPLICATION
from apps.reports.services.analysed_traces import Traces
from apps.traces.models import Analysis
from apps.traces.queries.filters import RolloutFilter

FORMAT = "afterthought-training-set@2"
PREVIEW_SECONDS, PREVIEW_ROWS = 2.0, 5
Row = dict[str, Any]


@dataclass(frozen=True)
class Wanted:
    """What a training set is made of: a method, its settings, finished analyses and a filter of their rollouts."""

    name: str
    settings: Mapping[str, Any]
    analyses: Sequence[Analysis]
    filters: RolloutFilter = field(default_factory=RolloutFilter)

    @property
    def exporter(self) -> Exporter:
        return TRAINING_SETS[self.name]

    @property
    def shape(self) -> Shape:
        return self.exporter.shape

    @property
    def settled(self) -> Settings:
        """Raises SettingRefused."""
        return self.exporter.settle(self.settings)


class Making:
    """One making of a set; what is counted grows while its rows are drawn."""

    def __init__(self, wanted: Wanted) -> None:
        self.wanted, self.settled = wanted, wanted.settled
        self.traces, self.counts, self.size = Traces(wanted.analyses, wanted.filters), Counts(), Size()

    def rows(self, until: float | None = None) -> Iterator[Row]:
        """All rows, or those of the problems that are begun before the clock (`time.monotonic`) shows `until`."""
        groups = self.traces.groups() if until is None else self._groups_until(until)
        for row in export(self.wanted.name, self.wanted.exporter, groups, self.wanted.settings, self.counts):
            self.size.add(row, self.wanted.shape)
            yield row

    def _groups_until(self, until: float) -> Iterator[Group]:
        for group in self.traces.groups():
            yield group
            if time.monotonic() >= until:
                return

    def manifest(self, file: Mapping[str, Any]) -> dict[str, Any]:
        """Where the rows came from, when all of them are drawn; `file` has the facts of the file that holds them."""
        wanted = self.wanted
        return {
            "format": FORMAT,
            "application": APPLICATION,
            "created_at": timezone.now().isoformat(timespec="seconds"),
            "file": {**file, "rows": self.counts.n_rows},
            "method": _method(wanted.name, wanted.exporter),
            "settings": dict(self.settled),
            "filters": wanted.filters.choosing,
            "analyses": [_provenance(analysis) for analysis in wanted.analyses],
            "counts": self._counted(),
            "schema": SCHEMAS[wanted.shape],
        }

    def _counted(self) -> dict[str, Any]:
        return {
            "rollouts_chosen": self.traces.n_chosen,
            "problems": self.counts.n_problems,
            "traces": self.counts.n_traces,
            "made": dict(self.counts.made),
            "left_out": dict(self.counts.left_out),
            "continuations_passed_over": self.traces.n_continuations,
            "changed_since_the_analysis": self.traces.n_changed,
            "characters": self.size.n_chars,
            "characters_learned": self.size.n_learned,
            "tokens_estimated": self.size.n_tokens,
            "tokens_learned_estimated": self.size.n_learned_tokens,
        }


@dataclass(frozen=True)
class Preview:
    """The first rows of a set, and the counts of what was made in the time that a page has."""

    rows: Sequence[Row]
    making: Making

    @property
    def n_seen(self) -> int:
        traces = self.making.traces
        return self.making.counts.n_traces + traces.n_continuations + traces.n_changed

    @property
    def is_whole(self) -> bool:
        return self.n_seen >= self.making.traces.n_chosen


def preview_of(wanted: Wanted, seconds: float = PREVIEW_SECONDS, most: int = PREVIEW_ROWS) -> Preview:
    """The first rows, and counts over as many problems as can be looked at in so many seconds; one at least.

    Raises SettingRefused.
    """
    making = Making(wanted)
    shown: list[Row] = []
    for row in making.rows(time.monotonic() + seconds):
        if len(shown) < most:
            shown.append(row)
    return Preview(shown, making)


def _method(name: str, exporter: Exporter) -> dict[str, Any]:
    return {
        "name": name,
        "label": TRAINING_SETS.label(name),
        "version": exporter.version,
        "shape": exporter.shape.value,
        "citation": exporter.citation,
        "differs": exporter.differs,
    }


def _provenance(analysis: Analysis) -> dict[str, Any]:
    return {
        "analysis": analysis.pk,
        "collection": {"id": analysis.collection_id, "name": analysis.collection.name},
        "revision": analysis.revision,
        "extractor": str(analysis.candidate_set),
        "grader": analysis.grader,
        "counting_grade": analysis.collection.counting_grade,
        "segmentation": analysis.segmentation,
        "token_counter": analysis.token_counter,
        "features_sha256": analysis.features.sha256 if analysis.features else None,
    }
