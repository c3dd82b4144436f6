"""One measure over a collection, by group and under settings: its rows as a table, one number a line.

What it is given is what the measure's CSV is asked for, so that the file and the report have the same numbers.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

from analysis.measures import MEASURES
from analysis.measures.base import GROUPS, Row
from apps.accounts.models import Project
from apps.reports.blocks.analysed import checked_collection, checked_query, collection_choices, missing
from apps.reports.blocks.block import Block, BlockError, Field, Given, Kind, Made
from apps.reports.blocks.cards import plain_lines
from apps.reports.blocks.counted import counted_or_missing, listed
from apps.reports.blocks.dashboard import uses_of
from apps.reports.blocks.measure_table import table_of
from apps.reports.content import Figure, Method, Section
from apps.traces.presenters.exports import measure_lines
from apps.traces.presenters.families import SETTING
from apps.traces.presenters.methods import method_of
from apps.traces.services import measuring
from apps.traces.services.measuring import Wanted

COLUMNS = tuple(name for name in GROUPS if name not in {"problem_id", "parent", "collection_id"})
"""Rows of a report are by what a reader can read; a line for each problem is an export."""
MOST_COLUMNS = 4
MOST_NUMBERS = 40


def checked(project: Project, given: Given) -> dict[str, Any]:
    name = str(given.get("measure", ""))
    if name not in MEASURES:
        raise BlockError(f"unknown measure {name[:40]!r}; known: {', '.join(MEASURES)}")
    by = listed(given, "by", MOST_COLUMNS + 1)
    wrong = next((column for column in by if column not in COLUMNS), None)
    if wrong is not None:
        raise BlockError(f"a measure has no rows by {wrong!r}; known: {', '.join(COLUMNS)}")
    if len(by) > MOST_COLUMNS:
        raise BlockError(f"rows can be by {MOST_COLUMNS} columns at most, not {len(by)}")
    query = checked_query(given)
    MEASURES[name].chosen(settings_in(query))
    numbers = listed({"numbers": str(given.get("numbers", "")).replace(" ", "").split(",")}, "numbers", MOST_NUMBERS)
    kept = {"measure": name, "by": by, "query": query, "numbers": ",".join(numbers)}
    return {"collection": checked_collection(project, given)} | kept


def settings_in(query: str) -> dict[str, str]:
    """Settings in an address.

    >>> settings_in("model=a&set.bins=15&set.scheme=")
    {'bins': '15'}
    """
    return {name.removeprefix(SETTING): value for name, value in parse_qsl(query) if name.startswith(SETTING)}


def made(project: Project, block: Block) -> Made:
    counted = counted_or_missing(project, block)
    if isinstance(counted, Made):
        return counted
    name, by, settings = block.given["measure"], block.given["by"], settings_in(block.given["query"])
    wanted = Wanted(name, tuple(by), tuple(sorted(settings.items())))
    rows = measuring.measured([counted.chosen.analysis], [wanted], counted.chosen.filters)[wanted]
    numbers = [number for number in block.given.get("numbers", "").split(",") if number]
    known = list(dict.fromkeys(row.measure for row in rows))
    unknown = next((number for number in numbers if number not in known), None)
    if unknown is not None:
        words = f"{MEASURES.label(name)} has no number {unknown}; it has {', '.join(known)}."
        return Made(missing(block, words), [counted.source])
    shown = [row for row in rows if not numbers or row.measure in numbers]
    title = block.title or f"{MEASURES.label(name)}: {counted.chosen.collection.name}"
    section = Section(block.id, block.kind, title, figures=[figure(name, shown, by, settings)])
    return Made(section, [counted.source], uses_of(block.id, [wanted]))


def figure(name: str, rows: Sequence[Row], by: Sequence[str], settings: Mapping[str, str]) -> Figure:
    """The rows of a measure as a table with nothing drawn."""
    measure, method = MEASURES[name], method_of(MEASURES[name], settings)
    return Figure(
        name=name,
        title=MEASURES.label(name),
        table=table_of(MEASURES.label(name), rows, by),
        sentence=measure.question,
        measure=name,
        lines=plain_lines(measure_lines(rows, by)),
        read=measure.how_to_read,
        cite=measure.citation,
        method=Method(method.formula, list(method.settings), method.proof, method.coverage),
        is_wide=True,
        is_open=True,
        reason=_reason(rows, measure.undefined_when),
    )


def _reason(rows: Sequence[Row], usual: str) -> str:
    """Why there is no number at all; "" where there is one."""
    if any(row.estimate is not None for row in rows):
        return ""
    return next((row.reason for row in rows if row.reason), usual)


def measure_choices(project: Project, given: Given) -> list[tuple[str, str]]:
    return MEASURES.choices()


def column_choices(project: Project, given: Given) -> list[tuple[str, str]]:
    return [(column, column.replace("_", " ")) for column in COLUMNS]


KIND = Kind(
    (
        Field("collection", "Collection", "choice", collection_choices, is_needed=True),
        Field("measure", "Measure", "choice", measure_choices, is_needed=True),
        Field("by", "Rows by", "choices", column_choices, help="None ticked: one group of all rollouts."),
        Field("numbers", "Numbers", help="Names of rows, commas between: ece, brier. Empty: all of them."),
        Field("query", "Filter and settings", help=f"As in an address: model=…&{SETTING}bins=15. Empty: all rollouts."),
    ),
    checked,
    made,
)
