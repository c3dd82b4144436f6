"""A report as its files show it: anchors, contents, headings under the title, names of pictures. Knows no file."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html import unescape
from typing import Any, Final

import orjson
from django.utils.safestring import SafeString, mark_safe

from apps.reports.content import Content, Figure, Section, Source, Table, Use
from apps.reports.files.pictures import Pictures
from apps.reports.files.plots import whole
from apps.reports.files.widths import for_print, shares_of, size_of_table
from apps.reports.files.words import libraries

PICTURE: Final = "picture:"
LOWEST: Final = 6
_HEADING = re.compile(r"<(/?)h([1-6])\b")
_FIRST = re.compile(r"<h[1-6][^>]*>(.*?)</h[1-6]>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_BREAKING = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


@dataclass(frozen=True, slots=True)
class Entry:
    anchor: str
    heading: str


@dataclass(frozen=True, slots=True)
class ShownFigure:
    """`picture` is an address that only the printer knows; `size` says how wide the table is."""

    anchor: str
    figure: Figure
    picture: str = ""

    @property
    def spec(self) -> SafeString:
        """The whole figure as JSON that no HTML ends."""
        return json_for_script(whole(self.figure.plot or {}))

    @property
    def printed_table(self) -> Table:
        return for_print(self.figure.table)

    @property
    def has_numbers(self) -> bool:
        """False where the table holds dashes only, which the figure's reason explains."""
        cells = (cell for row in self.figure.table.rows for cell in row[1:])
        return not self.figure.reason or any(cell.text not in ("", "–") for cell in cells)

    @property
    def shares(self) -> list[float]:
        """How much of the width each column of the printed table gets, in per cent."""
        return shares_of(self.figure.table)

    @property
    def size(self) -> str:
        return size_of_table(self.figure.table)


@dataclass(frozen=True, slots=True)
class Part:
    section: Section
    anchor: str
    heading: str
    html: str
    figures: list[ShownFigure] = field(default_factory=list)

    @property
    def lines(self) -> list[list[ShownFigure]]:
        """Figures as they stand on a screen: narrow ones in pairs."""
        lines: list[list[ShownFigure]] = []
        for shown in self.figures:
            is_second = bool(lines) and len(lines[-1]) == 1 and not lines[-1][0].figure.is_wide
            if is_second and not shown.figure.is_wide:
                lines[-1].append(shown)
            else:
                lines.append([shown])
        return lines


@dataclass(frozen=True, slots=True)
class Outline:
    content: Content
    parts: list[Part]

    @property
    def made(self) -> str:
        """When the numbers were computed, as people write it."""
        return self.content.made_at[:16].replace("T", " ") + " UTC" if self.content.made_at else ""

    @property
    def contents(self) -> list[Entry]:
        return [*self._own(), *self._apparatus()]

    @property
    def sources(self) -> list[Source]:
        """The data that sections rest on, each once."""
        return list({replace(source, section=""): source for source in self.content.sources}.values())

    @property
    def uses(self) -> list[Use]:
        """Each way of using a measure once."""
        seen = {(use.measure, use.by, tuple(sorted(use.settings.items()))): use for use in self.content.uses}
        return [seen[key] for key in sorted(seen)]

    @property
    def libraries(self) -> str:
        return ", ".join(f"{name} {found}" for name, found in libraries().items())

    def _own(self) -> Iterator[Entry]:
        return (Entry(part.anchor, part.heading) for part in self.parts if part.heading)

    def _apparatus(self) -> Iterator[Entry]:
        if self.content.methods:
            yield Entry("methods", "Methods")
        if self.content.references:
            yield Entry("references", "References")
        yield Entry("sources", "Sources")


def outline_of(content: Content, pictures: Pictures | None = None) -> Outline:
    """With pictures, figures name theirs."""
    return Outline(content, [_part(section, pictures) for section in content.sections])


def named(section: Section, figure: Figure) -> str:
    """A name that is one figure's in the report, fit for a file and an anchor."""
    return re.sub(r"[^\w-]+", "-", f"{section.id}-{figure.name}")


def json_for_script(value: Any) -> SafeString:
    """JSON for a script element: whatever strings say, the element does not end in them.

    >>> json_for_script({"text": "</script>"})
    '{"text":"\\\\u003C/script\\\\u003E"}'
    """
    return mark_safe(orjson.dumps(value).decode("utf-8").translate(_BREAKING))  # noqa: S308


def lowered(html: str) -> str:
    """Headings of a text one level lower: the first level is the report's title.

    >>> lowered("<h1>So</h1><h6>Low</h6>")
    '<h2>So</h2><h6>Low</h6>'
    """
    return _HEADING.sub(lambda found: f"<{found[1]}h{min(int(found[2]) + 1, LOWEST)}", html)


def _part(section: Section, pictures: Pictures | None) -> Part:
    first = _FIRST.search(section.html)
    heading = section.title or (unescape(_TAG.sub("", first[1])).strip() if first else "")
    figures = [_figure(section, figure, pictures) for figure in section.figures]
    return Part(section, f"section-{section.id}", heading, lowered(section.html), figures)


def _figure(section: Section, figure: Figure, pictures: Pictures | None) -> ShownFigure:
    name = named(section, figure)
    is_drawn = pictures is not None and pictures.find(section, figure) is not None
    return ShownFigure(name, figure, f"{PICTURE}{name}" if is_drawn else "")
