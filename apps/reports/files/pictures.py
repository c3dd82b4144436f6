"""The pictures of a report: each figure as SVG and PNG, in the light theme. Knows content, and who draws."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from django.conf import settings

from apps.reports.content import Content, Figure, Section
from apps.reports.files.drawing import Drawing, DrawingError, Drawn, NoBrowserError, draw
from apps.reports.files.plots import coloured, light, whole

WIDE = 1000
NARROW = 640
HEIGHT = 320
STYLE: Final = "templates/psychology/figures/style.html"
Key = tuple[str, str]
"""A section's id and a figure's name."""
Draw = Callable[[Sequence[Drawing]], list[Drawn]]
_BOX = re.compile(r"viewBox=\"0 0 ([\d.]+) ([\d.]+)\"")
_CHANCE = re.compile(r'id="defs-([0-9a-f]{6})"')
_NAMELESS = re.compile(r"<svg(?![^>]*\sxmlns=)")


@dataclass(frozen=True, slots=True)
class Pictures:
    """What was drawn, by section and figure, and, where something was not, why."""

    drawn: Mapping[Key, Drawn] = field(default_factory=dict)
    why: str = ""

    def find(self, section: Section, figure: Figure) -> Drawn | None:
        found = self.drawn.get((section.id, figure.name))
        return found if found and found.svg else None

    @property
    def missing(self) -> list[str]:
        """Sentences on what was not drawn."""
        own = [f"{section}/{name}: {one.why}" for (section, name), one in self.drawn.items() if one.why]
        return [self.why, *own] if self.why else own


def pictures_of(content: Content, draw: Draw = draw) -> Pictures:
    """All figures of a report; without a browser the drawings of our own are there as SVG, and `why` says so."""
    shown = {(section.id, figure.name): figure for section, figure in content.figures if figure.plot or figure.svg}
    asked = {key: _drawing(figure) for key, figure in shown.items()}
    try:
        found = draw(list(asked.values()))
    except (NoBrowserError, DrawingError) as error:
        return Pictures({key: Drawn(_standing(shown[key].svg)) for key in _own(shown)}, str(error))
    drawn = dict(zip(asked, found, strict=True))
    return Pictures({key: _with_svg(shown[key], one, number) for number, (key, one) in enumerate(drawn.items())})


def _own(shown: Mapping[Key, Figure]) -> Iterable[Key]:
    return (key for key, figure in shown.items() if figure.svg)


def _with_svg(figure: Figure, one: Drawn, number: int) -> Drawn:
    return Drawn(_standing(figure.svg) if figure.svg else _same_ids(one.svg, number), one.png, one.why)


def _same_ids(svg: str, number: int) -> str:
    """Plotly names the parts of a drawing by chance; here by its place, so that equal figures are equal bytes.

    >>> _same_ids('<defs id="defs-a1b2c3"/><g clip-path="url(#clipa1b2c3xy)"/>', 7)
    '<defs id="defs-f7"/><g clip-path="url(#clipf7xy)"/>'
    """
    found = _CHANCE.search(svg)
    return svg.replace(found[1], f"f{number}") if found else svg


def _drawing(figure: Figure) -> Drawing:
    if figure.svg:
        return _photograph(_standing(figure.svg))
    plot = coloured(whole(figure.plot or {"data": [], "layout": {}}), light())
    plot["layout"]["paper_bgcolor"] = light()["--surface"]
    plot["data"] = [{"uid": f"t{number}"} | trace for number, trace in enumerate(plot["data"])]
    return Drawing(plot, WIDE if figure.is_wide else NARROW, int(plot["layout"].get("height", HEIGHT)))


def _photograph(svg: str) -> Drawing:
    """A drawing of our own as the only picture of an empty figure, which is how the same browser makes a PNG of it."""
    width, height = size_of(svg)
    hidden = {"visible": False, "fixedrange": True}
    place = {"xref": "paper", "yref": "paper", "x": 0, "y": 1, "sizex": 1, "sizey": 1}
    image = {"source": "data:image/svg+xml," + quote(svg)} | place
    layout = {"margin": dict.fromkeys("lrtb", 0), "xaxis": hidden, "yaxis": hidden, "images": [image]}
    return Drawing({"data": [], "layout": layout}, width, height, with_svg=False)


def size_of(svg: str) -> tuple[int, int]:
    """Width and height by the drawing's viewBox.

    >>> size_of('<svg viewBox="0 0 300 120.5"></svg>')
    (300, 121)
    """
    found = _BOX.search(svg)
    return (round(float(found[1])), round(float(found[2]) + 0.01)) if found else (WIDE, HEIGHT)


def _standing(svg: str) -> str:
    """A drawing that needs no page around it: its namespace, its size, its style."""
    width, height = size_of(svg)
    start = svg.index("<svg")
    opened = _NAMELESS.sub('<svg xmlns="http://www.w3.org/2000/svg"', svg[start:], count=1)
    head, bracket, rest = opened.partition(">")
    sized = head if re.search(r"\swidth=", head) else f'{head} width="{width}" height="{height}"'
    return sized + bracket + ("" if "<style" in rest else _style()) + rest


def _style() -> str:
    text = (settings.BASE_DIR / STYLE).read_text(encoding="utf-8")
    return text[text.index("<style>") :].strip()
