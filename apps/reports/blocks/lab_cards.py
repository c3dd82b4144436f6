"""Cards and tables of the lab as figures of a report: without links, drawn as the page draws them, lines as their CSVs.

Knows the lab's presenters, no page and no request.
"""

from collections.abc import Iterable

from django.template.loader import render_to_string

from apps.accounts.models import Project
from apps.psychology.presenters import words
from apps.psychology.presenters.linking import Card
from apps.psychology.presenters.pages import FIGURES, TABLES
from apps.psychology.services.linking import Asked
from apps.reports.blocks.cards import plain_lines
from apps.reports.content import Cell, Figure, Table

LEVELS = ("within", "between")
"""Cards that show one level of the table of both."""


def of_card(project: Project, asked: Asked, card: Card) -> Figure:
    """A card of the link or dissociation page."""
    return Figure(
        name=card.id,
        title=card.title,
        table=_table(card.table),
        lines=plain_lines(_lines(project, asked, card.id)),
        svg=_drawn(project, asked, card) if card.drawing else "",
        read=card.read.strip(),
        cite=card.cite,
        is_wide=not card.is_half,
        is_open=card.is_open,
        reason=card.missing,
    )


def of_table(table: words.Table, lines: Iterable[tuple[object, ...]]) -> Figure:
    """A table of the reliability page, where nothing is drawn."""
    return Figure(
        name=table.id,
        title=table.title,
        table=_table(table),
        lines=plain_lines(lines),
        read=table.read,
        cite=table.cite,
        is_wide=True,
        is_open=True,
    )


def _lines(project: Project, asked: Asked, name: str) -> list[tuple[object, ...]]:
    if name not in LEVELS:
        return list(TABLES[name](project, asked))
    head, *lines = TABLES["within-between"](project, asked)
    return [head, *(line for line in lines if line[head.index("level")] == name)]


def _drawn(project: Project, asked: Asked, card: Card) -> str:
    """The picture as the page has it: coloured by classes of the stylesheet."""
    template, context = FIGURES[card.id](project, asked)
    return render_to_string(f"psychology/figures/{template}.html", context).strip()


def _table(shown: words.Table) -> Table:
    columns = [("of", False), *((head or "remark", True) for head in shown.heads)]
    rows = [[Cell(head, is_num=False), *map(_cell, cells)] for head, cells in shown.rows]
    return Table(shown.title, columns, rows)


def _cell(shown: words.Cell) -> Cell:
    n = f"n={shown.n}" if shown.n not in {"", "0"} else ""
    return Cell(shown.text, " ".join(part for part in (shown.ci, n) if part), shown.reason)
