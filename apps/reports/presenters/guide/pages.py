"""A page of the guide as HTML: links between files become links of Help, formulas MathML. Knows no request."""

import posixpath
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Final, NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString

from apps.core.markdown import Heading, guide_html, headings
from apps.reports.presenters.guide.table import FILES, PAGES, Group, GuidePage, group_of
from apps.traces.presenters.maths import mathml

DOCS: Final[Path] = settings.BASE_DIR / "docs"
PICTURES: Final = DOCS / "screenshots"


class Shown(NamedTuple):
    """A page with its group, the headings to jump to, and the pages before and after it."""

    page: GuidePage
    group: Group
    html: SafeString
    contents: tuple[Heading, ...]
    before: GuidePage | None
    after: GuidePage | None


def shown(name: str) -> Shown:
    """The page of that name. Raises KeyError."""
    page, names = PAGES[name], list(PAGES)
    at = names.index(name)
    before, after = names[at - 1] if at else None, names[at + 1] if at + 1 < len(names) else None
    contents = tuple(heading for heading in headings_of(name) if heading.level == 2)
    return Shown(page, group_of(name), html_of(name), contents, PAGES.get(before or ""), PAGES.get(after or ""))


def text_of(name: str) -> str:
    """The Markdown of a page. Raises KeyError."""
    return _text(PAGES[name].file, (DOCS / PAGES[name].file).stat().st_mtime_ns)


def headings_of(name: str) -> list[Heading]:
    return _headings(text_of(name))


def html_of(name: str) -> SafeString:
    return _html(name, text_of(name))


def find_address(file: str, address: str) -> str | None:
    """Where a link in a file of docs/ leads: elsewhere as written, to a page of Help, or nowhere.

    >>> find_address("runs.md", "engines.md#vllm"), find_address("formats/inspect.md", "../importing.md")
    ('/help/engines/#vllm', '/help/importing/')
    >>> find_address("runs.md", "#seeds"), find_address("runs.md", "nothing.md")
    ('#seeds', None)
    """
    if address.startswith(("#", "https://", "http://", "mailto:")):
        return address
    path, mark, anchor = address.partition("#")
    whole = posixpath.normpath(posixpath.join(posixpath.dirname(file), path))
    name = FILES.get(whole)
    return None if name is None else reverse("reports:help_page", args=[name]) + mark + anchor


def find_picture(file: str, address: str) -> str | None:
    """Where the site has a picture that a file of docs/ shows.

    >>> find_picture("labelling.md", "screenshots/label.png"), find_picture("labelling.md", "https://a.b/c.png")
    ('/help/pictures/label.png', None)
    """
    whole = posixpath.normpath(posixpath.join(posixpath.dirname(file), address))
    folder, name = posixpath.split(whole)
    return reverse("reports:help_picture", args=[name]) if folder == PICTURES.name and name in _pictures() else None


@cache
def _pictures() -> frozenset[str]:
    return frozenset(path.name for path in PICTURES.glob("*.png"))


def find_picture_file(name: str) -> Path | None:
    """A picture of the guide, of those that there are."""
    return PICTURES / name if name in _pictures() else None


@cache
def _text(file: str, changed_at: int) -> str:
    return (DOCS / file).read_text(encoding="utf-8")


@cache
def _headings(text: str) -> list[Heading]:
    return headings(text)


@cache
def _html(name: str, text: str) -> SafeString:
    file = PAGES[name].file
    env: dict[str, Callable[[str], str]] = {"href": partial(_href, file), "src": partial(_src, file), "tex": mathml}
    return guide_html(text, env)


def _href(file: str, address: str) -> str:
    return find_address(file, address) or address


def _src(file: str, address: str) -> str:
    return find_picture(file, address) or ""
