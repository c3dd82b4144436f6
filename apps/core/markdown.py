"""Markdown as HTML, for what people write in reports and for the guide. Knows no page.

Raw HTML is text, links go to http, https, mailto and places of this site, and pictures are left out where the writer
is a user: a report that is read offline fetches nothing.
"""

from collections.abc import Callable, Mapping
from functools import cache
from html import escape
from itertools import pairwise
from typing import Any, NamedTuple

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from mdit_py_plugins.anchors import anchors_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin

MOST_CHARACTERS = 100_000
NESTING = 20


def user_html(text: str) -> SafeString:
    """What a user wrote, without pictures; longer texts than MOST_CHARACTERS are cut.

    >>> user_html("**so** <script>alert(1)</script> [x](javascript:1)")
    '<p><strong>so</strong> &lt;script&gt;alert(1)&lt;/script&gt; [x](javascript:1)</p>\\n'
    """
    return _trusted(_users().render(text[:MOST_CHARACTERS]))


class Heading(NamedTuple):
    """A heading of a page: 1 to 3, the anchor that links name, and its words without marks."""

    level: int
    anchor: str
    words: str


def guide_html(text: str, env: Mapping[str, Callable[[str], str]] | None = None) -> SafeString:
    """A page of the project's own guide: pictures, formulas, and headings that can be linked to.

    `env` may say how an address as written becomes one of the site (`href`, `src`), and a formula markup (`tex`).
    """
    return _trusted(_guide().render(text, dict(env or {})))


def headings(text: str) -> list[Heading]:
    """The headings of a page of the guide, in order.

    >>> headings("# Words\n## First and last (`accuracy`)")
    [Heading(level=1, anchor='words', words='Words'), Heading(level=2, anchor='first-and-last-accuracy', \
words='First and last (accuracy)')]
    """
    tokens = _guide().parse(text)
    return [
        Heading(int(token.tag[1]), str(token.attrs.get("id", "")), _words_of(following))
        for token, following in pairwise(tokens)
        if token.type == "heading_open"
    ]


def _words_of(inline: Any) -> str:
    return "".join(child.content for child in inline.children or () if child.type in ("text", "code_inline"))


def _trusted(html: str) -> SafeString:
    """markdown-it with `html: False` escapes all that it did not write itself."""
    return mark_safe(html)  # noqa: S308


@cache
def _users() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "maxNesting": NESTING}).enable("table").disable("image")
    reader.add_render_rule("link_open", _leaving)
    return _with_rules(reader, CELL_RULES)


@cache
def _guide() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "maxNesting": NESTING}).enable("table")
    reader.use(anchors_plugin, max_level=3).use(dollarmath_plugin, allow_space=False, allow_digits=False)
    return _with_rules(reader, GUIDE_RULES)


def _with_rules(reader: MarkdownIt, rules: Mapping[str, Callable[..., str]]) -> MarkdownIt:
    for name, rule in rules.items():
        reader.add_render_rule(name, rule)
    return reader


def _cell(self: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
    """A cell of a table: where it is aligned stands in a class, because the policy of pages refuses inline style."""
    token = tokens[index]
    style = str(token.attrs.pop("style", ""))
    if style.startswith("text-align:") and not style.endswith("left"):
        token.attrSet("class", "num" if style.endswith("right") else "middle")
    html: str = self.renderToken(tokens, index, options, env)
    return html


def _leaving(self: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
    """A link of a user's: the page that it opens learns nothing of ours."""
    tokens[index].attrSet("rel", "noopener noreferrer nofollow")
    html: str = self.renderToken(tokens, index, options, env)
    return html


def _elsewhere(self: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
    """A link of the guide, to where the site has what it names."""
    token = tokens[index]
    token.attrSet("href", _as_told(env, "href", str(token.attrs.get("href", ""))))
    if "://" in token.attrs["href"]:
        token.attrSet("rel", "noopener noreferrer")
    html: str = self.renderToken(tokens, index, options, env)
    return html


def _picture(self: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
    token = tokens[index]
    token.attrSet("src", _as_told(env, "src", str(token.attrs.get("src", ""))))
    token.attrSet("loading", "lazy")
    html: str = self.image(tokens, index, options, env)
    return html


def _wide_table(self: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
    return '<div class="wide" tabindex="0" role="region" aria-label="Table">\n<table>\n'


def _wide_table_end(self: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
    return "</table>\n</div>\n"


def _code(self: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
    """Lines that are longer than the page are reached by keys too."""
    return f'<pre tabindex="0"><code>{escape(tokens[index].content)}</code></pre>\n'


def _formula(self: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
    tex = str(tokens[index].content)
    return (env["tex"](tex) if "tex" in env else "") or f"<code>{escape(tex)}</code>"


def _as_told(env: Any, name: str, address: str) -> str:
    return str(env[name](address)) if name in env else address


CELL_RULES = {"th_open": _cell, "td_open": _cell}
GUIDE_RULES = CELL_RULES | {
    "link_open": _elsewhere,
    "image": _picture,
    "fence": _code,
    "code_block": _code,
    "table_open": _wide_table,
    "table_close": _wide_table_end,
    "math_inline": _formula,
    "math_block": _formula,
}
