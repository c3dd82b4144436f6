"""Cells of a list of rollouts: as tags, since a page has five hundred of them. Knows kinds of cells, no rows."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from apps.core.templatetags.components import grade_chip, transition_chip
from apps.traces.presenters.rollouts import Cell

register = template.Library()


@register.simple_tag
def table_cell(cell: Cell) -> SafeString:
    """A grade as a chip, transitions as letters, flags as chips; else the text, with its title where it has one."""
    if cell.kind == "grade":
        return format_html("<td>{}</td>", grade_chip(cell.text))
    if cell.kind == "transitions":
        chips = format_html_join("", "{} ", ((transition_chip(kind, n),) for kind, n in cell.parts))
        return format_html('<td class="chips">{}</td>', chips)
    if cell.kind == "flags":
        return format_html(
            "<td>{}</td>", format_html_join("", "{} ", ((_flag(flag, cell.title),) for flag in cell.parts))
        )
    if cell.title:
        return format_html('<td class="{}" title="{}">{}</td>', cell.kind, cell.title, cell.text)
    return format_html('<td class="{}">{}</td>', cell.kind, cell.text)


def _flag(flag: str, title: str) -> SafeString:
    if flag == "error":
        return format_html('<span class="chip" title="{}">{}</span>', title, flag)
    return format_html('<span class="chip">{}</span>', flag)
