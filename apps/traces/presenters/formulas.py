"""Where formulas stand in a text, and text as HTML with its formulas as MathML, within a time that a page can give.

Knows no rollouts. Delimiters: \\( \\), \\[ \\], $$ $$ and $ $ by pandoc's rule (no blank inside either dollar, no digit
after the closing one), so that "$5 and $6" stays money. A display formula may run over lines; each line of it is then
shown on its own line.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from time import thread_time
from typing import NamedTuple

from apps.traces.presenters.maths import MAX_CHARS, is_balanced, is_cached, mathml

MAX_DISPLAY_CHARS = 3_000
SECONDS = 0.15

_OPENERS = re.compile(r"\\\(|\\\[|\$\$?")
_CLOSERS = {r"\(": r"\)", r"\[": r"\]", "$$": "$$", "$": "$"}
_ALIGNMENT = re.compile(r"(?<!\\)&")
_FRAME = re.compile(r"\\(?:begin|end)\{[a-zA-Z]+\*?\}")


class Formula(NamedTuple):
    """Half-open range of the text with its delimiters, the length of one delimiter, and whether it stands displayed."""

    start: int
    end: int
    width: int
    display: bool


@dataclass(slots=True)
class Budget:
    """The processor time that turning new formulas into MathML may take on one page; `n_left_raw` were over it."""

    seconds: float = SECONDS
    n_shown: int = 0
    n_left_raw: int = 0
    spent: float = field(default=0.0)

    def render(self, tex: str, display: bool) -> str:
        if not is_cached(tex, display) and self.spent > self.seconds:
            self.n_left_raw += 1
            return ""
        started = thread_time()
        markup = mathml(tex, display)
        self.spent += thread_time() - started
        self.n_shown += bool(markup)
        return markup


def formulas(text: str) -> list[Formula]:
    """The formulas of a text in order, none inside another.

    >>> [text[f.start:f.end] for text in [r"so \\(x\\) costs $5 and $6, $y$."] for f in formulas(text)]
    ['\\\\(x\\\\)', '$y$']
    """
    found: list[Formula] = []
    position = 0
    while opener := _OPENERS.search(text, position):
        end = _end(text, opener.end(), opener[0]) if not _is_escaped(text, opener.start()) else -1
        if end > 0:
            found.append(Formula(opener.start(), end, len(opener[0]), opener[0] in {r"\[", "$$"}))
        position = end if end > 0 else opener.end()
    return found


def _is_escaped(text: str, at: int) -> bool:
    return at > 0 and text[at - 1] == "\\" and (at < 2 or text[at - 2] != "\\")


def _end(text: str, start: int, opener: str) -> int:
    """Where the formula that `opener` begins ends, its delimiter included; -1 if it is none."""
    is_display = opener in {r"\[", "$$"}
    closer = _CLOSERS[opener]
    close = text.find(closer, start, start + (MAX_DISPLAY_CHARS if is_display else MAX_CHARS))
    if close <= start:
        return -1
    if not is_display and "\n" in text[start:close]:
        return -1
    if opener == "$" and not _is_inline(text, start, close):
        return -1
    return close + len(closer)


def _is_inline(text: str, start: int, close: int) -> bool:
    after = text[close + 1 : close + 2]
    return not (text[start].isspace() or text[close - 1].isspace() or text[close - 1] == "\\" or after.isdigit())


def line_html(
    text: str, start: int, end: int, found: Sequence[Formula], marks: Sequence[tuple[int, int]], budget: Budget | None
) -> str:
    """The characters [start, end) of one line as HTML: formulas as MathML, marks underlined, all else escaped.

    `found` and `marks` are those that touch the line. Without a budget formulas stay text.
    """
    parts: list[str] = []
    position = start
    for formula in found if budget is not None else ():
        begin, stop = max(formula.start, start), min(formula.end, end)
        markup = _formula_html(text, begin, stop, formula, budget) if budget is not None else ""
        if markup:
            parts += [_marked(text, position, begin, marks), markup]
            position = stop
    parts.append(_marked(text, position, end, marks))
    return "".join(parts)


def text_html(text: str, budget: Budget) -> str:
    """A short text (a question) as HTML, display formulas whole even over lines."""
    parts: list[str] = []
    position = 0
    for formula in formulas(text):
        tex = text[formula.start + formula.width : formula.end - formula.width].strip()
        markup = budget.render(tex, formula.display)
        if markup:
            shown = _with_source(markup, text[formula.start : formula.end])
            parts += [escape(text[position : formula.start]), shown]
            position = formula.end
    parts.append(escape(text[position:]))
    return "".join(parts)


def answer_html(answer: str, budget: Budget) -> str:
    """A gold or a value: bare TeX (with a backslash and no delimiter) as one formula, all else as text."""
    if "\\" in answer and not formulas(answer):
        markup = budget.render(answer.strip(), display=False)
        if markup:
            return _with_source(markup, answer)
    return text_html(answer, budget)


def _formula_html(text: str, begin: int, stop: int, formula: Formula, budget: Budget) -> str:
    """One line of a formula; "" where it is to stay text."""
    is_whole = begin == formula.start and stop == formula.end
    inner_begin = begin + formula.width if begin == formula.start else begin
    inner_stop = stop - formula.width if stop == formula.end else stop
    tex = text[inner_begin:inner_stop].strip()
    if not is_whole:
        tex = _ALIGNMENT.sub(" ", _FRAME.sub("", tex).removesuffix("\\\\")).strip()
        if not is_balanced(tex):
            return ""
    markup = budget.render(tex, formula.display) if tex else ""
    return _with_source(markup, text[begin:stop]) if markup else ""


def _with_source(markup: str, source: str) -> str:
    """`alttext` holds the characters as uploaded: find, copy and the raw view read them there."""
    return f'<math alttext="{escape(source)}"{markup.removeprefix("<math")}'


def _marked(text: str, start: int, end: int, marks: Sequence[tuple[int, int]]) -> str:
    parts: list[str] = []
    for begin, stop in marks:
        if begin >= start and stop <= end:
            parts += [escape(text[start:begin]), "<mark>", escape(text[begin:stop]), "</mark>"]
            start = stop
    parts.append(escape(text[start:end]))
    return "".join(parts)
