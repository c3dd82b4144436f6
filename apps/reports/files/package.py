"""A report as one archive: its page, its document, every picture and table, its methods, references and manifest.

Equal contents and pictures give equal bytes. Knows neither browser nor database.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Final

from apps.reports.content import Cell, Content, Figure
from apps.reports.files.outline import named
from apps.reports.files.pictures import Pictures
from apps.reports.files.words import bibliography, json_text, manifest_of, methods_text
from apps.traces.presenters.exports import safe

LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)
MANIFEST: Final = "manifest.json"


def package_of(content: Content, pictures: Pictures, page: bytes, document: bytes | None) -> bytes:
    """The archive; its manifest has the SHA-256 of every other member."""
    members = dict(_members(content, pictures, page, document))
    hashes = {name: sha256(body).hexdigest() for name, body in members.items()}
    members[MANIFEST] = json_text(manifest_of(content, pictures.missing, hashes)).encode("utf-8")
    return _zipped(members)


def table_csv(figure: Figure) -> str:
    """The numbers behind a figure; where there are none of its own, what its table shows."""
    out = io.StringIO()
    lines: Iterable[Sequence[object]] = figure.lines or _shown(figure)
    csv.writer(out).writerows([safe(value) for value in line] for line in lines)
    return out.getvalue()


def _shown(figure: Figure) -> Iterator[Sequence[object]]:
    """The table's cells, with columns for intervals and for what stands behind a number, where there are any."""
    heads = [head for head, _ in figure.table.columns]
    extras = [_extras([row[place] for row in figure.table.rows]) for place in range(len(heads))]
    yield [name for head, more in zip(heads, extras, strict=True) for name in (head, *(f"{head}: {e}" for e in more))]
    for row in figure.table.rows:
        pairs = zip(row, extras, strict=True)
        yield [value for cell, more in pairs for value in (cell.text, *(_EXTRA[name](cell) for name in more))]


_EXTRA: Final = {"interval": lambda cell: cell.ci, "behind it": lambda cell: cell.title}


def _extras(column: Sequence[Cell]) -> list[str]:
    return [name for name, read in _EXTRA.items() if any(map(read, column))]


def _members(content: Content, pictures: Pictures, page: bytes, document: bytes | None) -> Iterator[tuple[str, bytes]]:
    yield "report.html", page
    if document is not None:
        yield "report.pdf", document
    yield "methods.md", methods_text(content).encode("utf-8")
    yield "references.bib", bibliography(content).encode("utf-8")
    for section, figure in content.figures:
        name = named(section, figure)
        yield f"tables/{name}.csv", table_csv(figure).encode("utf-8")
        drawn = pictures.drawn.get((section.id, figure.name))
        if drawn and drawn.svg:
            yield f"figures/{name}.svg", drawn.svg.encode("utf-8")
        if drawn and drawn.png:
            yield f"figures/{name}.png", drawn.png


def _zipped(members: dict[str, bytes]) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(members):
            archive.writestr(_entry(name), members[name], compresslevel=6)
    return body.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    """A member whose date says nothing; what is compressed already is stored."""
    entry = zipfile.ZipInfo(name, LONG_AGO)
    entry.compress_type = zipfile.ZIP_STORED if name.endswith((".png", ".pdf")) else zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry
