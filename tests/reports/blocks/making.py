"""Blocks as a report makes them: what was given is checked first, and what comes is read back as a frozen copy is."""

from typing import Any

from apps.accounts.models import Project
from apps.reports.blocks import KINDS
from apps.reports.blocks.block import Block, Made
from apps.reports.content import Content, as_bytes, from_bytes


def stored(project: Project, kind: str, **given: Any) -> Block:
    """A block as a report keeps it."""
    return Block("s1", kind, KINDS[kind].checked(project, given) | {"title": str(given.get("title", ""))})


def made(project: Project, kind: str, **given: Any) -> Made:
    found = KINDS[kind].made(project, stored(project, kind, **given))
    content = Content("Report", [found.section], found.sources, found.uses)
    assert from_bytes(as_bytes(content)) == content
    return found


def of(section: Made, name: str) -> list[dict[str, Any]]:
    """The lines of a figure, each by the names of its head."""
    figure = next(figure for figure in section.section.figures if figure.name == name)
    head, *lines = figure.lines
    return [dict(zip(map(str, head), line, strict=True)) for line in lines]
