"""The PDF: no page is empty, nothing stands outside the margins, long tables repeat their heads, nothing is fetched."""

from dataclasses import replace
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pytest

from apps.reports.content import Cell, Content, Table
from apps.reports.files.drawing import Drawn
from apps.reports.files.pictures import Pictures
from apps.reports.files.printed import ForeignAddressError, OwnPictures, document_of
from apps.reports.files.widths import size_of_table
from tests.reports.files.contents import HOSTILE, content_of, figure_of, full_content, table_of

MARGIN_MM = 14
"""One less than the stylesheet's, for the edges of letters."""


def pages_of(content: Content, pictures: Pictures | None = None) -> list[tuple[str, Any]]:
    """Words and grey values of each page, a pixel for each point."""
    with pdfium.PdfDocument(document_of(content, pictures or Pictures())) as document:
        found = []
        for number in range(len(document)):
            page = document[number]
            words, bitmap = page.get_textpage(), page.render(scale=1, grayscale=True)
            found.append((words.get_text_bounded(), bitmap.to_numpy().squeeze().copy()))
            for each in (words, bitmap, page):
                each.close()
        return found


def inked_columns(page: Any) -> tuple[int, int]:
    """The first and last column of pixels that is not white, from either edge."""
    columns = np.flatnonzero((page < 250).any(axis=0))
    return int(columns[0]), int(page.shape[1] - 1 - columns[-1])


def test_no_page_is_empty_and_nothing_stands_in_the_margins(pictures: Pictures) -> None:
    wide, long = table_of(16, 4), table_of(9, 70)
    more = [figure_of("wide", table=wide), figure_of("long", table=long), figure_of("both", table=table_of(22, 40))]
    given = full_content()
    content = replace(given, sections=[*given.sections, replace(given.sections[1], id="s4", figures=more)])
    pages = pages_of(content, pictures)
    assert len(pages) > 4
    for words, page in pages:
        assert len(words) > 60
        assert min(inked_columns(page)) >= MARGIN_MM / 25.4 * 72


def test_a_long_table_has_its_head_on_every_page() -> None:
    pages = pages_of(content_of(figure_of("long", table=table_of(3, 140))))
    with_rows = [words for words, _ in pages if "row " in words]
    assert len(with_rows) >= 2
    assert all("share %" in words for words in with_rows)


def test_every_row_is_printed_once() -> None:
    table = Table(
        "", [("name", False), ("n", True)], [[Cell(f"unit{row:03}", is_num=False), Cell("1")] for row in range(120)]
    )
    words = " ".join(words for words, _ in pages_of(content_of(figure_of("rows", table=table))))
    assert [words.count(f"unit{row:03}") for row in range(120)] == [1] * 120


@pytest.mark.parametrize(("n_columns", "size"), [(3, "plain"), (8, "dense"), (11, "lying"), (16, "lying tiny")])
def test_wider_tables_are_set_smaller_then_lie(n_columns: int, size: str) -> None:
    # A column of [10.1, 14.9] needs 12 characters and 2 between, one of "row 1" 5 and 2: 35, 105, 147, 217 in all,
    # where 92, 112 and 165 are the limits.
    assert size_of_table(table_of(n_columns)) == size


def test_words_of_strangers_are_printed_as_they_are() -> None:
    pages = pages_of(replace(content_of(), title=HOSTILE))
    assert HOSTILE in pages[0][0].replace("\r\n", "")


@pytest.mark.parametrize("address", ["file:///etc/passwd", "http://127.0.0.1/", "data:text/plain,so", "picture:other"])
def test_the_printer_opens_nothing_but_its_pictures(address: str) -> None:
    with pytest.raises(ForeignAddressError):
        OwnPictures({"picture:s2-drawn": "<svg/>"}).fetch(address)


def test_a_drawing_that_asks_for_a_file_does_not_get_it(tmp_path: Any) -> None:
    secret = tmp_path / "secret.svg"
    secret.write_text('<svg xmlns="http://www.w3.org/2000/svg"><text x="9" y="20">hidden</text></svg>')
    image = f'<image href="{secret.as_uri()}" width="300" height="60"/>'
    svg = f'<svg viewBox="0 0 300 60" xmlns="http://www.w3.org/2000/svg">{image}</svg>'
    pages = pages_of(content_of(figure_of("asks", svg=svg)), Pictures({("s2", "asks"): Drawn(svg)}))
    assert "hidden" not in " ".join(words for words, _ in pages)


def test_a_report_without_pictures_says_why() -> None:
    (words, _), *_ = pages_of(content_of(), Pictures(why="no browser draws here"))
    assert "no browser draws here" in words.replace("\r\n", " ")


def test_equal_contents_are_equal_documents(pictures: Pictures) -> None:
    assert document_of(full_content(), pictures) == document_of(full_content(), pictures)
