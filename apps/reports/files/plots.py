"""Figures of Plotly outside the page: the layout that every figure begins with, and the colours of the light theme.

Layout and colours are read from the files that the page itself uses (`static/js/figure-layout.js`, the stylesheet), so
that a figure looks the same on the page and on paper. Knows no browser.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import orjson
from django.conf import settings

BASE: Final = "static/js/figure-layout.js"
TOKENS: Final = "static/css/afterthought.css"
_TOKEN = re.compile(r"(--[\w-]+)\s*:\s*([^;]+);")


@cache
def light() -> Mapping[str, str]:
    """The tokens of the light theme, as the first block of the stylesheet gives them."""
    text = (settings.BASE_DIR / TOKENS).read_text(encoding="utf-8")
    return dict(_TOKEN.findall(text[text.index(":root {") : text.index("}", text.index(":root {"))]))


@cache
def base() -> Mapping[str, Any]:
    """What every layout begins with."""
    text = (settings.BASE_DIR / BASE).read_text(encoding="utf-8")
    found: dict[str, Any] = orjson.loads(text.partition("export default ")[2].strip().removesuffix(";"))
    return found


def whole(plot: Mapping[str, Any]) -> dict[str, Any]:
    """A figure with the whole of its layout; colours are names of tokens still."""
    own = plot["layout"]
    axes = {key: _axis(value or {}, key[0]) for key, value in own.items() if key.startswith(("xaxis", "yaxis"))}
    margin = base()["margin"] | own.get("margin", {})
    return {"data": plot["data"], "layout": base()["layout"] | own | {"margin": margin} | axes}


def coloured(part: Any, tokens: Mapping[str, str]) -> Any:
    """Every string that names a token as its value; other strings stay, those that begin with dashes too.

    >>> coloured({"color": "--tt", "text": ["T→T", "--so"]}, {"--tt": "#7fb3da"})
    {'color': '#7fb3da', 'text': ['T→T', '--so']}
    """
    if isinstance(part, Mapping):
        return {key: coloured(value, tokens) for key, value in part.items()}
    if isinstance(part, list | tuple):
        return [coloured(value, tokens) for value in part]
    return tokens.get(part, part) if isinstance(part, str) else part


def _axis(own: Mapping[str, Any], letter: str) -> dict[str, Any]:
    title = base()["title"] | own.get("title", {}) | {"font": base()["titlefont"]}
    return {**base()[f"{letter}axis"], **base()["axis"], **own, "title": title}
