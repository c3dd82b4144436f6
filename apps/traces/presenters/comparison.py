"""Collections side by side: from lines to figures with shared axes, tables, and what is missing. Knows no request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from analysis.answers.extract.measured import Measured, measured_for
from analysis.measures import MEASURES
from analysis.measures.base import Row
from apps.core.templatetags.numbers import plural
from apps.traces.models import Analysis, Collection
from apps.traces.presenters.collections import state_of
from apps.traces.presenters.figures.card import Figure, Group, Groups, Links
from apps.traces.presenters.figures.compare import compare, equal_budgets
from apps.traces.presenters.figures.first_to_final import first_to_final
from apps.traces.presenters.figures.panels import panels
from apps.traces.presenters.figures.transitions import transitions
from apps.traces.presenters.finding import MANY_CUT_OFF
from apps.traces.presenters.methods import method_of
from apps.traces.queries.filter_fields import NONE
from apps.traces.services.comparing import Line

MOST_LINES = 40
"""So many lines are shown, those with the most rollouts; the CSV has all."""
COLLECTION = "collection"


@dataclass(frozen=True, slots=True)
class LinksAcross(Links):
    """Where marks of several collections lead: a line's own collection is part of its filter."""

    lists: Mapping[str, str] = field(default_factory=dict)

    def to(self, **more: str | None) -> str:
        collection = more.pop(COLLECTION, None) or next(iter(self.lists))
        return self.lists[collection] + self.filters.having(**more).query


@dataclass(frozen=True, slots=True)
class Comparison:
    """`missing` are collections that are not compared, with the reason; `old` those whose numbers are of before;
    `cut_off` those of whose rollouts many were truncated, with their share."""

    figures: Sequence[Figure]
    missing: Sequence[tuple[Collection, str]]
    old: Sequence[tuple[Collection, int]]
    n_lines: int
    finding: str
    cut_off: Sequence[tuple[Collection, float]] = ()


def comparison(
    collections: Sequence[Collection],
    analyses: Sequence[Analysis],
    lines: Sequence[Line],
    truncated: Mapping[int, float],
    links: Links,
    csv: str,
    pairs: Sequence[Row] = (),
    pairs_url: str = "",
) -> Comparison:
    """Of collections with the columns of `collections_of`, in the order in which they were chosen.

    `truncated` is the share of truncated rollouts by collection, `pairs` the rows of the measure `compare`, and
    `pairs_url` where they are seen one by one.
    """
    analysed = {analysis.collection_id: analysis for analysis in analyses}
    missing = [(each, _why_missing(each)) for each in collections if each.pk not in analysed]
    old = [
        (c, analysed[c.pk].revision) for c in collections if c.pk in analysed and c.revision > analysed[c.pk].revision
    ]
    shown = _largest(lines)
    cut_off = [(c, truncated[c.pk]) for c in collections if truncated.get(c.pk, 0) >= MANY_CUT_OFF]
    extractors = {(analysis.candidate_set.extractor, analysis.candidate_set.version) for analysis in analyses}
    measured = measured_for(*extractors.pop()) if len(extractors) == 1 else None
    figures = (
        [replace(_worded(each), csv=csv) for each in _figures(shown, len(lines), links, measured)] if shown else []
    )
    figures += [replace(each, csv=f"{csv}&of=pairs") for each in _tested(pairs, links, pairs_url)] if shown else []
    return Comparison(figures, missing, old, len(lines), _finding(lines, len(analyses)), cut_off)


def _figures(lines: Sequence[Line], n_all: int, links: Links, measured: Measured | None) -> list[Figure]:
    labels = labels_of(lines)

    def of(measure: str) -> Groups:
        groups = [Group(label, line.rows[measure], _filter(line)) for label, line in zip(labels, lines, strict=True)]
        return Groups(measure, groups[0], groups[1:], COLLECTION, n_all - len(lines))

    accuracy, moves, spent, stops = (of(name) for name in ("accuracy", "transitions", "tokens", "early_stop"))
    beside, kept = first_to_final(accuracy, moves, spent, links), transitions(moves, links, measured)
    return [
        panels(accuracy, moves, spent, stops, links),
        replace(_noted(beside, accuracy.note), title="First to final, side by side"),
        replace(_noted(kept, moves.note), title="What each reflection did, side by side"),
    ]


def _tested(pairs: Sequence[Row], links: Links, pairs_url: str) -> list[Figure]:
    """Pairs of arms on the problems that both have; the second figure does not repeat the measure's words."""
    if not pairs:
        return []
    second = equal_budgets(pairs, links)
    return [_worded(compare(pairs, links, pairs_url)), replace(second, cite=MEASURES[second.measure].citation)]


def _noted(figure: Figure, note: str) -> Figure:
    """With the note of all lines: what a figure says of its first group would be read as said of all."""
    return replace(figure, table=replace(figure.table, note=note))


def labels_of(lines: Sequence[Line]) -> list[str]:
    """Collection, model and problem set of each line, without what all of them share."""
    parts = [(line.collection, line.model or NONE, line.problem_set or NONE) for line in lines]
    varied = [k for k in range(3) if len({part[k] for part in parts}) > 1] or [0]
    conditions = [" · ".join(part[k] for k in varied) for part in parts]
    return (
        conditions
        if len(set(conditions)) == len(lines)
        else [_with_id(*pair) for pair in zip(conditions, lines, strict=True)]
    )


def _with_id(label: str, line: Line) -> str:
    return f"{label} (#{line.collection_id})"


def _filter(line: Line) -> dict[str, str]:
    return {
        COLLECTION: str(line.collection_id),
        "model": line.model or NONE,
        "problem_set": line.problem_set or NONE,
    }


def _largest(lines: Sequence[Line]) -> list[Line]:
    kept = sorted(range(len(lines)), key=lambda k: (-lines[k].n, k))[:MOST_LINES]
    return [lines[k] for k in sorted(kept)]


def _why_missing(collection: Collection) -> str:
    if not collection.n_rollouts:
        return "no rollouts yet"
    return state_of(collection).words


def _finding(lines: Sequence[Line], n_collections: int) -> str:
    n_models, n_sets = (len({getattr(line, name) for line in lines}) for name in ("model", "problem_set"))
    if not lines:
        return "None of these collections has a finished analysis yet."
    of = f"{plural(n_models, 'model')} on {plural(n_sets, 'problem set')}"
    return f"{plural(n_collections, 'collection')}, {of}: {plural(len(lines), 'line')}."


def _worded(figure: Figure) -> Figure:
    measure = MEASURES[figure.measure]
    words = f"{figure.read} {measure.how_to_read}"
    return replace(figure, read=words, cite=measure.citation, method=method_of(measure, {}))
