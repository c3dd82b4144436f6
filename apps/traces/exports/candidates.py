"""Candidate answers of a set as a table, in the order of the text."""

from collections.abc import Iterator

import polars as pl

from analysis.answers.extract import DEFAULT
from apps.core.tables.columns import Column, Kind
from apps.traces.exports.base import COLLECTION, Choices, Option, Scope, Table, of_rollouts
from apps.traces.models import Candidate, CandidateSet
from apps.traces.queries.candidate_sets import name_of

ROLLOUTS_AT_ONCE = 1_000
PATHS = {
    "rollout": "rollout_id",
    "id": "rollout__external_id",
    "set": "candidate_set__extractor",
    "set_version": "candidate_set__version",
    "number": "index",
    "turn": "turn_index",
    "start": "start",
    "end": "end",
    "line": "line",
    "value": "value",
    "rule": "rule",
    "because": "because",
}
COLUMNS = (
    Column("rollout", Kind.WHOLE, "the rollout's key on this site"),
    Column("id", Kind.TEXT, "the rollout's external id"),
    Column("set", Kind.TEXT, "the extractor that found it"),
    Column("set_version", Kind.WHOLE, "the extractor's version"),
    Column("number", Kind.WHOLE, "the place among the rollout's candidates of the set, from 0"),
    Column("turn", Kind.WHOLE, "the turn in whose text it stands"),
    Column("start", Kind.WHOLE, "where it starts in that text, from 0", "characters"),
    Column("end", Kind.WHOLE, "where it ends; not included", "characters"),
    Column("line", Kind.WHOLE, "its line in the part that was read, from 1", "lines"),
    Column("value", Kind.TEXT, "the value that it states"),
    Column("rule", Kind.TEXT, "the rule that found it"),
    Column("because", Kind.TEXT, "why it is a candidate"),
)


def _sets(scope: Scope) -> list[int]:
    """The default sets of the collections, or those with the name that is given."""
    wanted = scope.given.get("extractor", "").strip() or DEFAULT
    rows = CandidateSet.objects.filter(collection__in=[each.pk for each in scope.collections])
    found = [row for row in rows.order_by("pk") if wanted in (row.extractor, str(name_of(row)))]
    newest = {(row.collection_id, row.extractor): row.pk for row in sorted(found, key=lambda row: row.version)}
    return sorted(newest.values())


def _choices(scope: Scope) -> Choices:
    rows = CandidateSet.objects.filter(collection__in=[each.pk for each in scope.collections])
    return [(name, name) for name in sorted({str(name_of(row)) for row in rows})]


def _frames(scope: Scope) -> Iterator[pl.DataFrame]:
    rows = Candidate.objects.filter(candidate_set__in=_sets(scope))
    return of_rollouts(COLUMNS, rows, PATHS, scope, ["candidate_set_id", "index"], ROLLOUTS_AT_ONCE)


SET = Option("extractor", "Candidate set", _choices)
CANDIDATES = Table(
    label="Candidate answers",
    row="a candidate answer of a rollout, by the default set or the one that is named",
    columns=COLUMNS,
    frames=_frames,
    options=(COLLECTION, SET),
    is_filtered=True,
)
