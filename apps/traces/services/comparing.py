"""Several collections measured side by side: one line per collection, model and problem set. Knows no page.

Each collection's rows come from its own analysis and are kept with it, so that another choice of collections computes
only what no page has asked for yet.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from analysis.measures.base import Row
from apps.traces.models import Analysis, Collection
from apps.traces.queries.filters import RolloutFilter
from apps.traces.queries.standing import shown_analyses
from apps.traces.services.measuring import Wanted, measured
from apps.traces.services.summaries import summary_of

BY = ("model", "problem_set")
NAMES = ("accuracy", "transitions", "tokens", "candidates", "early_stop")
GROUP = ("collection", "collection_id", "revision", "model", "problem_set")
"""Columns that name a line in its CSV."""
FEWEST, MOST = 2, 12
"""How many collections stand side by side."""
PAIRS = Wanted("compare")
_NUMBER = re.compile(r"\bcollection (\d+)\b")
IN_TABLE = (
    *("first_accuracy", "final_accuracy", "gain", "gain_with_candidate", "gain_p_value"),
    *("transition_tt", "transition_ffs", "transition_ft", "transition_ffd", "transition_tf", "p_ft"),
    *("tokens_first", "tokens_between", "tokens_after", "tokens_total", "share_after", "candidates_per_rollout"),
    *("accuracy_lost_at_1", "tokens_saved_at_1", "accuracy_lost_at_2", "tokens_saved_at_2"),
    *("no_candidate_share", "unread_share", "undecided_share"),
)
"""The rows of the table and of its CSV."""


@dataclass(frozen=True, slots=True)
class Line:
    """One model on one problem set in one collection: rows by measure and name."""

    collection_id: int
    collection: str
    revision: int
    model: str
    problem_set: str
    rows: Mapping[str, Mapping[str, Row]]

    @property
    def n(self) -> int:
        """Rollouts."""
        return self.rows["candidates"]["without_text_share"].n

    @property
    def group(self) -> dict[str, str]:
        return {
            "collection": self.collection,
            "collection_id": str(self.collection_id),
            "revision": str(self.revision),
            "model": self.model,
            "problem_set": self.problem_set,
        }

    def table_rows(self) -> list[Row]:
        """Those of IN_TABLE, each with the whole group; a name that two measures have is the first one's."""
        found: dict[str, Row] = {}
        for rows in self.rows.values():
            for name, row in rows.items():
                found.setdefault(name, row)
        return [replace(found[name], group=self.group) for name in IN_TABLE]


def analyses_in_order(collections: Sequence[Collection], filters: RolloutFilter) -> list[Analysis]:
    """What is shown of each collection that has something, by the filter's candidates, in the collections' order."""
    found = {analysis.collection_id: analysis for analysis in shown_analyses(collections, filters.extractor)}
    return [found[each.pk] for each in collections if each.pk in found]


def lines_of(analyses: Sequence[Analysis], names: Mapping[int, str], filters: RolloutFilter) -> list[Line]:
    """Lines of finished analyses in their order; `names` are the collections' by id."""
    return [line for analysis in analyses for line in _of(analysis, names[analysis.collection_id], filters)]


def pairs_of(analyses: Sequence[Analysis], names: Mapping[int, str], filters: RolloutFilter) -> list[Row]:
    """Rows of the measure `compare` over all of them together, where there are two or more; labels have names."""
    if len(analyses) < FEWEST:
        return []
    rows = measured(analyses, [PAIRS], filters)[PAIRS]
    return [replace(row, label=named(row.label, names)) for row in rows]


def named(label: str, names: Mapping[int, str]) -> str:
    """An arm's label with the name of a collection in place of its number; of equal names, name and number.

    >>> named("m · collection 3", {3: "first", 4: "second"})
    'm · first'
    """
    is_told = len(set(names.values())) == len(names)
    return _NUMBER.sub(lambda match: names[int(match[1])] + ("" if is_told else f" (#{match[1]})"), label)


def truncated_of(analyses: Sequence[Analysis], filters: RolloutFilter) -> dict[int, float]:
    """The share of truncated rollouts by collection; one that the filter empties has none."""
    found = {analysis.collection_id: summary_of([analysis], filters) for analysis in analyses}
    return {pk: each.n_truncated / each.n_rollouts for pk, each in found.items() if each.n_rollouts}


def _of(analysis: Analysis, name: str, filters: RolloutFilter) -> list[Line]:
    wanted = [Wanted(each, BY) for each in NAMES]
    rows = measured([analysis], wanted, filters)
    found: dict[tuple[str, str], dict[str, dict[str, Row]]] = {}
    for each in wanted:
        for row in rows[each]:
            key = (row.group["model"], row.group["problem_set"])
            found.setdefault(key, {}).setdefault(each.name, {})[row.measure] = row
    return [
        Line(analysis.collection_id, name, analysis.revision, model, problem_set, of)
        for (model, problem_set), of in found.items()
    ]
