"""All files of a report, made of its content in one go; says what is missing instead of failing.

Knows the order in which files are made, and nothing of what they hold.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from apps.reports.content import Content
from apps.reports.files.drawing import draw
from apps.reports.files.offline import page_of
from apps.reports.files.package import package_of
from apps.reports.files.pictures import Draw, Pictures, pictures_of

Tell = Callable[[str], None]
Print = Callable[[Content, Pictures], bytes]
NO_PRINTER: Final = "There is no PDF: Pango, a library of the system, is missing where this was made."


class Made(NamedTuple):
    """Bytes of the files, None for a document that could not be printed; `notes` say what could not be made."""

    html: bytes
    pdf: bytes | None
    package: bytes
    notes: list[str]


def find_printer() -> Print | None:
    """What prints, which is loaded when it is asked for: where Pango is missing, all but the PDF goes on."""
    try:
        from apps.reports.files.printed import document_of
    except OSError:
        return None
    return document_of


def files_of(
    content: Content,
    tell: Tell = lambda phase: None,
    draw: Draw = draw,
    printer: Callable[[], Print | None] = find_printer,
) -> Made:
    tell("drawing")
    pictures = pictures_of(content, draw)
    page = page_of(content)
    tell("printing")
    put = printer()
    document = put(content, pictures) if put else None
    notes = pictures.missing if put else [*pictures.missing, NO_PRINTER]
    return Made(page, document, package_of(content, pictures, page, document), notes)
