"""Markdown as HTML, for what people write in reports and for the guide. Knows no page.

Raw HTML is text, links go to http, https, mailto and places of this site, and pictures are left out where the writer
is a user: a report that is read offline fetches nothing.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from mdit_py_plugins.anchors import anchors_plugin

MOST_CHARACTERS = 100_000
NESTING = 20


def user_html(text: str) -> SafeString:
    """What a user wrote, without pictures; longer texts than MOST_CHARACTERS are cut.

    >>> user_html("**so** <script>alert(1)</script> [x](javascript:1)")
    '<p><strong>so</strong> &lt;script&gt;alert(1)&lt;/script&gt; [x](javascript:1)</p>\\n'
    """
    return _trusted(_users().render(text[:MOST_CHARACTERS]))


def guide_html(text: str, env: Mapping[str, Any] | None = None) -> SafeString:
    """A page of the project's own guide: pictures, and headings that can be linked to."""
    return _trusted(_guide().render(text, dict(env or {})))


def _trusted(html: str) -> SafeString:
    """markdown-it with `html: False` escapes all that it did not write itself."""
    return mark_safe(html)  # noqa: S308


@cache
def _users() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "maxNesting": NESTING}).enable("table").disable("image")
    reader.add_render_rule("link_open", _leaving)
    return reader


@cache
def _guide() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "maxNesting": NESTING}).enable("table")
    return reader.use(anchors_plugin, max_level=3)


def _leaving(self: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
    """A link of a user's: the page that it opens learns nothing of ours."""
    tokens[index].attrSet("rel", "noopener noreferrer nofollow")
    html: str = self.renderToken(tokens, index, options, env)
    return html
