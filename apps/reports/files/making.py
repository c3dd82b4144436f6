"""All files of a report, made of its content in one go; says what is missing instead of failing.

Knows the order in which files are made, and nothing of what they hold.
"""

from collections.abc import Callable
from typing import NamedTuple

from apps.reports.content import Content
from apps.reports.files.drawing import draw
from apps.reports.files.offline import page_of
from apps.reports.files.package import package_of
from apps.reports.files.pictures import Draw, pictures_of
from apps.reports.files.printed import document_of

Tell = Callable[[str], None]


class Made(NamedTuple):
    """Bytes of the files; `notes` say what could not be drawn."""

    html: bytes
    pdf: bytes
    package: bytes
    notes: list[str]


def files_of(content: Content, tell: Tell = lambda phase: None, draw: Draw = draw) -> Made:
    tell("drawing")
    pictures = pictures_of(content, draw)
    page = page_of(content)
    tell("printing")
    document = document_of(content, pictures)
    return Made(page, document, package_of(content, pictures, page, document), pictures.missing)
