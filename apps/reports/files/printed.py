"""A report as a PDF: A4, contents with page numbers, tables that break between rows, pictures as vectors.

The printer fetches nothing: it knows the pictures by name and refuses every other address, so no text of a user makes
it open a file or a connection. Knows no browser and no database.
"""

import logging
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

from django.conf import settings
from django.template.loader import render_to_string
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from apps.reports.content import Content, as_bytes
from apps.reports.files.outline import PICTURE, named, outline_of
from apps.reports.files.pictures import Pictures
from apps.reports.files.plots import light

STYLES: Final = "static/css/report-print.css"
logging.getLogger("weasyprint").setLevel(logging.ERROR)


class ForeignAddressError(ValueError):
    """A report asks its printer for something that is not in it."""


class OwnPictures(URLFetcher):  # type: ignore[misc]  # weasyprint has no types
    """Gives the pictures of one report by name, and nothing else."""

    def __init__(self, pictures: Mapping[str, str]) -> None:
        super().__init__(allowed_protocols=[], allow_redirects=False)
        self.pictures = pictures

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        svg = self.pictures.get(url)
        if svg is None:
            raise ForeignAddressError(f"not a picture of this report: {url[:80]}")
        return URLFetcherResponse(url, svg.encode("utf-8"), {"Content-Type": "image/svg+xml"})


def document_of(content: Content, pictures: Pictures) -> bytes:
    """The PDF. Equal contents and pictures are equal bytes."""
    fonts, fetcher = FontConfiguration(), OwnPictures(_svgs(content, pictures))
    given = {"report": outline_of(content, pictures), "missing": pictures.missing, "is_print": True}
    html = HTML(string=render_to_string("reports/files/printed.html", given), url_fetcher=fetcher, base_url=None)
    styles = CSS(string=_styles(), font_config=fonts, url_fetcher=fetcher)
    document: bytes = html.write_pdf(
        stylesheets=[styles],
        font_config=fonts,
        pdf_tags=True,
        pdf_identifier=sha256(as_bytes(content)).hexdigest()[:32].encode("ascii"),
    )
    return document


def _svgs(content: Content, pictures: Pictures) -> dict[str, str]:
    drawn = ((section, figure, pictures.find(section, figure)) for section, figure in content.figures)
    return {PICTURE + named(section, figure): one.svg for section, figure, one in drawn if one}


def _styles() -> str:
    tokens = "; ".join(f"{name}: {value}" for name, value in light().items())
    return f":root {{ {tokens} }}\n" + (settings.BASE_DIR / STYLES).read_text(encoding="utf-8")
