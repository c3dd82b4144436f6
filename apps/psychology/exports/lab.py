"""The lab as tables: administrations, every answer to an item, every score and behaviour of a sitting."""

from collections.abc import Iterator, Mapping

import polars as pl

from analysis.psychometrics.frames import ANSWERS, FIGURES
from apps.core.tables.columns import Column, Kind
from apps.psychology.models import Administration
from apps.psychology.queries.administrations import names_of
from apps.psychology.queries.sheet import answers_of, figures_of
from apps.traces.exports.base import Choices, Option, Scope, Table, paged

Meanings = Mapping[str, tuple[str, str, str]]
SITTING: Meanings = {
    "model": ("the model that was asked", "", ""),
    "system_prompt": ("its system prompt; empty text for none", "", ""),
    "persona": ("the persona that it was given; empty text for none", "", ""),
    "target": ("the level that the persona aims at; empty text for none", "", ""),
    "temperature": ("its temperature; empty text where it is not known", "", ""),
}
ANSWER_MEANINGS: Meanings = {
    **SITTING,
    "sample": ("which repeat", "", ""),
    "template": ("the template by which the item was put; empty text for none", "", ""),
    "order": ("the order of the options: empty text as they are, or reversed", "", ""),
    "direction": ("the direction of the scale: empty text as it is, or flipped", "", ""),
    "instrument": ("the instrument", "", ""),
    "item": ("the item's key in it", "", ""),
    "trait": ("the score that the item belongs to", "", ""),
    "is_reversed": ("whether the item counts against its trait", "", ""),
    "pair": ("equal for items that paraphrase each other; empty text for none", "", ""),
    "low": ("lower end of the item's scale", "points", ""),
    "high": ("upper end of the item's scale", "points", ""),
    "status": ("what was read of the reply: read, or why nothing was", "", ""),
    "value": ("the answer before reversing", "points", "nothing was read"),
    "expected": ("mean over the options by their probabilities", "points", "the engine gave no probabilities"),
    "rollout": ("the key of the rollout that holds the reply", "", ""),
}
FIGURE_MEANINGS: Meanings = {
    **SITTING,
    "sample": ("which repeat", "", ""),
    "kind": ("trait or behaviour", "", ""),
    "name": ("the trait's or the behaviour's name", "", ""),
    "value": ("the score", "on its own scale", "it is not defined; the reason says why"),
    "n": ("how many replies went into it", "replies", ""),
    "n_unread": ("how many replies could not be read", "replies", ""),
    "reason": ("why there is no score; empty text where there is one", "", ""),
}
KINDS = {pl.String: Kind.TEXT, pl.Int64: Kind.WHOLE, pl.Float64: Kind.NUMBER, pl.Boolean: Kind.YES_NO}


def _columns(schema: Mapping[str, type[pl.DataType]], meanings: Meanings) -> tuple[Column, ...]:
    assert list(schema) == list(meanings), "every column needs its meaning"
    return tuple(Column(name, KINDS[kind], *meanings[name]) for name, kind in schema.items())


ANSWER_COLUMNS = _columns(ANSWERS, ANSWER_MEANINGS)
FIGURE_COLUMNS = _columns(FIGURES, FIGURE_MEANINGS)
ADMINISTRATION_PATHS = {
    "administration": "pk",
    "name": "name",
    "instrument": "instrument__name",
    "task": "task",
    "run": "run_id",
    "collection": "collection_id",
    "given_by": "created_by__username",
    "given_at": "given_at",
}
ADMINISTRATION_COLUMNS = (
    Column("administration", Kind.WHOLE, "the administration's key on this site"),
    Column("name", Kind.TEXT, "the name of those that were made together"),
    Column("instrument", Kind.TEXT, "the instrument", missing="it is a task's, or was read in"),
    Column("task", Kind.TEXT, "the behavioural task; empty text for none"),
    Column("run", Kind.WHOLE, "the run that gave it", missing="it was read in"),
    Column("collection", Kind.WHOLE, "the collection that it was read into", missing="a run gave it"),
    Column("given_by", Kind.TEXT, "who gave it", missing="nobody who is known here"),
    Column("given_at", Kind.TIME, "when", "UTC"),
)


def _names(scope: Scope) -> list[str]:
    """The administrations that are asked for, by name; none: all."""
    name = scope.given.get("name", "").strip()
    return [name] if name else []


def _administrations(scope: Scope) -> Iterator[pl.DataFrame]:
    rows = Administration.objects.filter(project=scope.project)
    rows = rows.filter(name__in=_names(scope)) if _names(scope) else rows
    return paged(ADMINISTRATION_COLUMNS, rows, ADMINISTRATION_PATHS, scope.size)


def _answers(scope: Scope) -> Iterator[pl.DataFrame]:
    yield from _slices(answers_of(scope.project, _names(scope)), scope.size)


def _figures(scope: Scope) -> Iterator[pl.DataFrame]:
    yield from _slices(figures_of(scope.project, _names(scope)), scope.size)


def _slices(frame: pl.DataFrame, size: int) -> Iterator[pl.DataFrame]:
    """One slice without rows where there are none."""
    yield from frame.iter_slices(size) if frame.height else [frame]


def _choices(scope: Scope) -> Choices:
    return [(name, name) for name in names_of(scope.project)]


NAME = Option("name", "Administration", _choices)
ADMINISTRATIONS = Table(
    "Administrations",
    "a giving of an instrument or task to a model",
    ADMINISTRATION_COLUMNS,
    _administrations,
    options=(NAME,),
)
ANSWERED = Table(
    "Answers to items", "an item that was put to a model in a sitting", ANSWER_COLUMNS, _answers, options=(NAME,)
)
SCORED = Table("Scores and behaviours", "a score of a sitting", FIGURE_COLUMNS, _figures, options=(NAME,))
