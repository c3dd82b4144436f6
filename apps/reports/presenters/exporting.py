"""The page of exports: tables to choose, options with what is chosen, first rows, dictionary. Knows no request."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import QueryDict

from apps.accounts.permissions import Act
from apps.core.tables.columns import Column, Kind
from apps.reports.exports.table import TABLES, get_table
from apps.reports.exports.wanted import Wanted
from apps.traces.queries.filters import RolloutFilter

MOST_CHARACTERS = 80
NUMBERS = (Kind.WHOLE, Kind.NUMBER)


class Select(NamedTuple):
    """A choice of the form; values and labels."""

    name: str
    label: str
    choices: Sequence[tuple[str, str]]
    chosen: str


class Line(NamedTuple):
    """A column in the dictionary, and whether it is exported."""

    column: Column
    is_chosen: bool


class Cell(NamedTuple):
    text: str
    is_number: bool


@dataclass(frozen=True)
class Page:
    """`kept` are the filters of the list that led here; `query` asks for the same table again."""

    name: str
    label: str
    row: str
    tables: Sequence[tuple[str, str]]
    selects: Sequence[Select]
    lines: Sequence[Line]
    heads: Sequence[tuple[str, bool]]
    cells: Sequence[Sequence[Cell]]
    form: str
    kept: Sequence[tuple[str, str]]
    filter_words: str
    query: str
    whole_query: str


def page_of(wanted: Wanted, acts: Iterable[Act], given: QueryDict, form: str) -> Page:
    allowed, own = set(acts), {option.name for option in wanted.table.options}
    kept = _kept(given, own) if wanted.table.is_filtered else []
    words = RolloutFilter.parse(dict(kept), with_text=True).words
    pairs = [(name, value) for name, values in given.lists() for value in values if value]
    return Page(
        name=wanted.name,
        label=TABLES.label(wanted.name),
        row=wanted.table.row,
        tables=[each for each in TABLES.choices() if get_table(each[0]).act in allowed],
        selects=_selects(wanted),
        lines=[Line(column, column in wanted.columns) for column in wanted.table.columns],
        heads=[(column.name, column.kind in NUMBERS) for column in wanted.columns],
        cells=_cells(wanted),
        form=form,
        kept=kept,
        filter_words=words,
        query=urlencode(pairs),
        whole_query=urlencode([pair for pair in pairs if pair[0] in {"table", "collection"}]),
    )


def _kept(given: Mapping[str, str], own: set[str]) -> list[tuple[str, str]]:
    """Filters and the order of a list."""
    known = {**RolloutFilter.parse(given, with_text=True).given}
    if given.get("sort"):
        known["sort"] = given["sort"]
    return [(name, value) for name, value in known.items() if name not in own]


def _selects(wanted: Wanted) -> list[Select]:
    scope = wanted.scope
    return [
        Select(option.name, option.label, option.choices(scope), scope.given.get(option.name, ""))
        for option in wanted.table.options
    ]


def _cells(wanted: Wanted) -> list[list[Cell]]:
    return [
        [Cell(_written(value), column.kind in NUMBERS) for column, value in zip(wanted.columns, row, strict=True)]
        for row in wanted.preview().iter_rows()
    ]


def _written(value: Any) -> str:
    """As the preview shows it: what holds nothing is a dash, long texts are cut."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    text = " ".join(str(value).split())
    return text if len(text) <= MOST_CHARACTERS else f"{text[: MOST_CHARACTERS - 1]}…"
