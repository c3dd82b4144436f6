"""TeX to MathML for pages. Knows no lines and no rollouts; the TeX is hostile.

A formula becomes MathML only if it is short and shallow, the converter accepts it, and every element of the result is
in ELEMENTS; attributes outside ATTRIBUTES fall away. Everything else stays text. What is written is built here from
the parsed tree, escaped node by node, so nothing that the converter prints reaches a page.
Source: the latex2mathml package; the elements are those of MathML Core (W3C) without links, scripts and embedded HTML.
"""

import re
from collections import OrderedDict
from html import escape
from threading import Lock
from xml.etree.ElementTree import Element

from latex2mathml import exceptions
from latex2mathml.converter import Converter

MAX_CHARS = 600
MAX_NESTING = 16
MAX_DEPTH = 60
MAX_CACHE_CHARS = 24_000_000

ELEMENTS = frozenset(
    {"math", "mrow", "mi", "mn", "mo", "mtext", "ms", "mspace", "mstyle", "mfrac", "msqrt", "mroot", "menclose"}
    | {"msub", "msup", "msubsup", "munder", "mover", "munderover", "mmultiscripts", "mprescripts", "mpadded"}
    | {"mtable", "mtr", "mtd"}
)
KEYWORDS = frozenset(
    {"accent", "accentunder", "display", "displaystyle", "fence", "form", "linethickness", "mathvariant", "notation"}
    | {"movablelimits", "scriptlevel", "separator", "stretchy", "symmetric"}
    | {"columnalign", "columnlines", "rowlines", "rowspan", "columnspan"}
)
LENGTHS = frozenset({"width", "lspace", "rspace", "minsize", "maxsize", "columnspacing", "rowspacing"})
ATTRIBUTES = KEYWORDS | LENGTHS

_KEYWORD = re.compile(r"[A-Za-z0-9.+ -]{0,60}")
_LENGTH = re.compile(r"-?([0-9]{0,2}(?:\.[0-9]{1,4})?)(em|ex|pt|px|)")
_ENTITY = re.compile(r"&#x([0-9A-Fa-f]{5});")
_OPENERS = re.compile(r"(?<!\\)\{|\\left\b|\\begin\b")
_CLOSERS = re.compile(r"(?<!\\)\}|\\right\b|\\end\b")
_REFUSED = re.compile(r"\\(?:\w*newcommand|\w*def|let|require|input|include|href|url|phantom|[hv]phantom)(?![a-zA-Z])")
_LARGEST_LENGTH = {"em": 6.0, "ex": 12.0, "pt": 60.0, "px": 80.0, "": 6.0}

REFUSALS = (
    exceptions.NumeratorNotFoundError,
    exceptions.DenominatorNotFoundError,
    exceptions.ExtraLeftOrMissingRightError,
    exceptions.MissingSuperScriptOrSubscriptError,
    exceptions.DoubleSubscriptsError,
    exceptions.DoubleSuperscriptsError,
    exceptions.NoAvailableTokensError,
    exceptions.InvalidStyleForGenfracError,
    exceptions.MissingEndError,
    exceptions.InvalidAlignmentError,
    exceptions.InvalidWidthError,
    exceptions.LimitsMustFollowMathOperatorError,
    # what the converter runs into on malformed TeX, beside its own exceptions
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    RuntimeError,
    StopIteration,
    TypeError,
    ValueError,
)


class NotShownError(Exception):
    """The converter's tree holds something that a page must not."""


class Cache:
    """Rendered formulas, least recently used first out, bounded by the characters it holds. Threads may share it."""

    def __init__(self, max_chars: int = MAX_CACHE_CHARS) -> None:
        self._max_chars, self._n_chars = max_chars, 0
        self._kept: OrderedDict[tuple[str, bool], str] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def find(self, tex: str, display: bool) -> str | None:
        with self._lock:
            markup = self._kept.get((tex, display))
            if markup is not None:
                self._kept.move_to_end((tex, display))
            return markup

    def put(self, tex: str, display: bool, markup: str) -> None:
        with self._lock:
            if (tex, display) in self._kept:
                return
            self._kept[tex, display] = markup
            self._n_chars += len(markup) + len(tex)
            while self._n_chars > self._max_chars:
                (dropped_tex, _), dropped = self._kept.popitem(last=False)
                self._n_chars -= len(dropped) + len(dropped_tex)


_cache = Cache()


def is_cached(tex: str, display: bool) -> bool:
    return _cache.find(tex, display) is not None


def mathml(tex: str, display: bool = False) -> str:
    """Markup of a formula, or "" where it is to stay text: too long, too deep, or not understood."""
    markup = _cache.find(tex, display)
    if markup is None:
        markup = _convert(tex, display) if may_convert(tex) else ""
        _cache.put(tex, display, markup)
    return markup


def may_convert(tex: str) -> bool:
    """Short, shallow, without definitions, links or hidden text.

    >>> may_convert(r"\\frac{a}{b}"), may_convert("{" * 40 + "x" + "}" * 40), may_convert(r"\\newcommand{\\a}{b}\\a")
    (True, False, False)
    """
    return 0 < len(tex) <= MAX_CHARS and bool(tex.strip()) and not _REFUSED.search(tex) and _nesting(tex) <= MAX_NESTING


def is_balanced(tex: str) -> bool:
    return len(_OPENERS.findall(tex)) == len(_CLOSERS.findall(tex))


def _nesting(tex: str) -> int:
    """The deepest nesting of braces, \\left and \\begin; endless where more is closed than opened."""
    depth = deepest = 0
    for match in re.finditer(f"({_OPENERS.pattern})|{_CLOSERS.pattern}", tex):
        depth += 1 if match[1] else -1
        deepest = max(deepest, depth)
        if depth < 0:
            return MAX_NESTING + 1
    return deepest


def _convert(tex: str, display: bool) -> str:
    try:
        tree = Converter(display="block" if display else "inline").convert_to_element(tex)
        return _written(tree, 0)
    except (*REFUSALS, NotShownError):
        return ""


def _written(element: Element, depth: int) -> str:
    if element.tag not in ELEMENTS or depth > MAX_DEPTH:
        raise NotShownError(element.tag)
    attributes = "".join(
        f' {name}="{escape(value)}"' for name, value in element.attrib.items() if _may_stay(name, value)
    )
    children = "".join(_written(child, depth + 1) + _text(child.tail) for child in element)
    return f"<{element.tag}{attributes}>{_text(element.text)}{children}</{element.tag}>"


def _may_stay(name: str, value: str) -> bool:
    if name in KEYWORDS:
        return _KEYWORD.fullmatch(value) is not None
    return name in LENGTHS and all(_is_small(part) for part in value.split())


def _is_small(length: str) -> bool:
    match = _LENGTH.fullmatch(length)
    return match is not None and bool(match[1]) and match[1] != "." and float(match[1]) <= _LARGEST_LENGTH[match[2]]


def _text(text: str | None) -> str:
    """The converter writes symbols as five-digit character references; the rest is uploaded text."""
    return escape(_ENTITY.sub(lambda match: chr(int(match[1], 16)), text)) if text else ""
