"""Pictures: colours of the light theme, the page's own layout, SVG and PNG by a browser that is gone afterwards."""

import re
import time
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.conf import settings

from apps.reports.files.drawing import Drawing, DrawingError, Drawn, NoBrowserError, draw
from apps.reports.files.pictures import Pictures, pictures_of
from apps.reports.files.plots import base, coloured, light, whole
from tests.reports.files.contents import PLOT, full_content

TOKEN = re.compile(r'"(--[a-z][a-z0-9-]*)"')


def test_every_token_that_a_figure_names_is_in_the_stylesheet() -> None:
    sources = [
        *Path(settings.BASE_DIR / "apps").glob("*/presenters/**/*.py"),
        settings.BASE_DIR / "static/js/figure-layout.js",
    ]
    named = {name for path in sources for name in TOKEN.findall(path.read_text(encoding="utf-8"))}
    assert {"--tt", "--accent", "--ink-2"} <= named
    assert named - set(light()) == set()


def test_colours_are_those_of_the_light_theme_and_a_model_keeps_its_name() -> None:
    # --tt is #7fb3da in the light theme (look/NOTES.md, the table of transitions) and #3f6f94 in the dark one.
    bar = coloured(PLOT, light())["data"][0]
    assert (bar["marker"]["color"], bar["x"][0]) == ("#7fb3da", "--so")


def test_a_layout_has_what_the_page_gives_it_and_keeps_its_own() -> None:
    layout = whole({"data": [], "layout": {"margin": {"t": 36}, "bargap": 0.1, "xaxis2": {"showgrid": True}}})["layout"]
    assert layout["margin"] == {"l": 52, "r": 16, "t": 36, "b": 40}
    assert (layout["bargap"], layout["xaxis2"]["showgrid"], layout["xaxis2"]["fixedrange"]) == (0.1, True, True)
    assert layout["xaxis2"]["title"] == base()["title"] | {"font": base()["titlefont"]}


def test_each_figure_is_an_svg_and_a_png_of_twice_its_size(pictures: Pictures) -> None:
    assert (sorted(pictures.drawn), pictures.missing) == ([("s2", "drawn"), ("s2", "lab")], [])
    for one in pictures.drawn.values():
        assert ElementTree.fromstring(one.svg).tag.endswith("svg")
        assert one.png.startswith(b"\x89PNG")
    # The width is the first number of a PNG's header, at byte 16: 1000 (wide) and 300 (its viewBox), twice.
    sizes = [int.from_bytes(pictures.drawn["s2", name].png[16:20], "big") for name in ("drawn", "lab")]
    assert sizes == [2000, 600]


def test_a_drawing_of_our_own_carries_its_style(pictures: Pictures) -> None:
    assert ".f-accent" in pictures.drawn["s2", "lab"].svg


def test_equal_figures_are_equal_pictures(pictures: Pictures) -> None:
    assert pictures_of(full_content()) == pictures


def test_without_a_browser_the_report_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", "no-browser-here")
    with pytest.raises(NoBrowserError, match="CHROMIUM"):
        draw([Drawing(PLOT, 100, 100)])
    found = pictures_of(full_content())
    assert list(found.drawn) == [("s2", "lab")], "what needs no browser is there"
    assert "no browser" in found.missing[0]


def test_a_browser_that_does_not_answer_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = tmp_path / "slow"
    slow.write_text("#!/bin/sh\nexec sleep 50\n")
    slow.chmod(0o755)
    monkeypatch.setenv("CHROMIUM", str(slow))
    began = time.monotonic()
    with pytest.raises(DrawingError, match="did not draw"):
        draw([Drawing(PLOT, 100, 100)], start_seconds=-17)
    assert time.monotonic() - began < 20


def test_a_figure_that_was_not_drawn_is_named() -> None:
    found = pictures_of(full_content(), lambda wanted: [Drawn(why="too wide")] * len(wanted))
    assert found.missing == ["s2/drawn: too wide", "s2/lab: too wide"]
