"""A report as one HTML file that needs nothing else: its styles, Plotly and its figures are in it.

A policy in the file lets only these scripts run, by their hashes, and lets nothing be fetched: what a trace or a text
says stays text, and reading the report tells nobody. Knows no browser and no database.
"""

import base64
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

import plotly
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from apps.reports.content import Content
from apps.reports.files.outline import outline_of
from apps.reports.files.words import bibliography, json_text, manifest_of

MOST_BYTES: Final = 8_000_000
STYLES: Final = ("afterthought.css", "figures.css", "report-files.css")
SCRIPT: Final = "static/js/report-offline.js"
PLOTLY: Final = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"


def page_of(content: Content) -> bytes:
    """The file. Equal contents are equal bytes."""
    report, styles, script = outline_of(content), _styles(), _script()
    plotting = _plotting() if any(figure.plot for _, figure in content.figures) else ""
    given = {
        "report": report,
        "styles": _trusted(styles),
        "plotting": _trusted(plotting),
        "script": _trusted(script),
        "policy": policy_of(styles, *filter(None, (plotting, script))),
        "downloads": _downloads(content),
        "is_print": False,
    }
    return render_to_string("reports/files/offline.html", given).encode("utf-8")


def policy_of(style: str, *scripts: str) -> str:
    """Only these scripts and this style, no connection, pictures only of this file."""
    rules = ("default-src 'none'", f"script-src {' '.join(map(_hash, scripts))}", f"style-src {_hash(style)}")
    return "; ".join((*rules, "img-src data: blob:", "base-uri 'none'", "form-action 'none'"))


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(sha256(text.encode('utf-8')).digest()).decode('ascii')}'"


def _downloads(content: Content) -> list[tuple[str, str]]:
    """What the file gives away besides itself: the manifest, which rebuilds it, and the references."""
    files = [("manifest.json", "application/json", json_text(manifest_of(content)))]
    if content.references:
        files.append(("references.bib", "text/plain", bibliography(content)))
    return [(name, f"data:{kind};base64,{_encoded(text)}") for name, kind, text in files]


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode("utf-8")).decode("ascii")


@cache
def _plotting() -> str:
    return PLOTLY.read_text(encoding="utf-8")


@cache
def _script() -> str:
    return (settings.BASE_DIR / SCRIPT).read_text(encoding="utf-8")


@cache
def _styles() -> str:
    return "\n".join((settings.BASE_DIR / "static/css" / name).read_text(encoding="utf-8") for name in STYLES)


def _trusted(text: str) -> SafeString:
    """Files of this application and of Plotly, which hold no end of the element they stand in (a test looks)."""
    return mark_safe(text)  # noqa: S308
