r"""Answer text with its wrapping taken off: boxes, dollar signs, text commands, spacing, thin separators.

Changes the writing of a value, never the value; knows nothing of golds or verdicts. The wrappings are those that
Hendrycks et al. (MATH, arXiv 2103.03874) and Math-Verify strip before they compare.
"""

import re

from analysis.types import Span

BOXED = re.compile(r"\\f?boxed\s*\{|\\fbox\s*\{")
BRACES = re.compile(r"(?P<box>\\(?:f?boxed|fbox)\s*\{)|\\.|(?P<open>\{)|(?P<close>\})", re.DOTALL)
BARE_BOXED = re.compile(r"\\f?boxed\s+([^\s{}$\\.,]+)")
TEXT_COMMAND = re.compile(
    r"\\(?:text|textbf|textit|textrm|textsf|texttt|textnormal|mathrm|mathbf|mathit|mathsf|mathtt|mbox|hbox|operatorname"
    r"|boldsymbol|bf|rm|it|emph|underline)\s*\{([^{}]*)\}"
)
DELIMITERS = (("$$", "$$"), ("$", "$"), (r"\[", r"\]"), (r"\(", r"\)"), ("**", "**"), ("`", "`"), ('"', '"'))
REWRITES = (
    (re.compile(r"\\(?:left|right|[bB]igg?[lr]?)(?![a-zA-Z])\.?"), ""),
    (re.compile(r"\\[dtc]frac(?![a-zA-Z])"), r"\\frac"),
    (re.compile(r"(?<=\d)\s*(?:\{,\}|,\s*\\!|\\[,;:! ]|\\ |~)\s*(?=\d{3}(?!\d))"), ","),
    (re.compile(r"\{,\}"), ","),
    (re.compile(r"\\!|\\displaystyle(?![a-zA-Z])|\\textstyle(?![a-zA-Z])"), ""),
    (re.compile(r"\\[,;:> ]|\\q?quad(?![a-zA-Z])|~"), " "),
    (re.compile(r"\^\s*\{?\s*(?:\\circ|\\degree)(?![a-zA-Z])\s*\}?|\\degree(?![a-zA-Z])|°"), " degrees"),
    (re.compile(r"\\lbrace(?![a-zA-Z])"), r"\\{"),
    (re.compile(r"\\rbrace(?![a-zA-Z])"), r"\\}"),
    (re.compile(r"\\(?=[$%#&])"), ""),
    (re.compile(r"\s+"), " "),
)
PLAIN = str.maketrans({"−": "-", "–": "-", "×": "*", "·": "*", "⋅": "*", "’": "'", "“": '"', "”": '"', "，": ","})
SYMBOLS = (
    (re.compile(r"√\s*\(([^()]*)\)"), r"\\sqrt{\1}"),
    (re.compile(r"√\s*(\d+(?:\.\d+)?|[A-Za-z])"), r"\\sqrt{\1}"),
    (re.compile("π"), r"\\pi "),
    (re.compile("∞"), r"\\infty "),
    (re.compile("≤"), r"\\le "),
    (re.compile("≥"), r"\\ge "),
    (re.compile("∪"), r"\\cup "),
    (re.compile("∈"), r"\\in "),
    (re.compile("²"), "^2"),
    (re.compile("³"), "^3"),
)
GOLD_MARK = re.compile(r"^\s*(?:####|A:)\s*(.+?)\s*$", re.MULTILINE)


def closing_brace(text: str, start: int) -> int | None:
    r"""Where the brace closes whose content begins at `start`; escaped braces count for nothing, None when it never
    does.

    >>> closing_brace(r"{a{b}\}}", 1)
    7
    """
    depth, i = 1, start
    while i < len(text):
        if text[i] == "\\":
            i += 2
            continue
        depth += (text[i] == "{") - (text[i] == "}")
        if depth == 0:
            return i
        i += 1
    return None


def boxed_spans(text: str) -> list[Span]:
    r"""The contents of every balanced `\boxed{...}` (or `\fbox{...}`), in order; a box that never closes is left out.

    >>> text = r"\boxed{\frac{1}{2}} or \boxed{2"
    >>> [text[start:end] for start, end in boxed_spans(text)]
    ['\\frac{1}{2}']
    """
    if "\\boxed" not in text and "\\fbox" not in text:
        return []
    spans: list[Span] = []
    starts: list[int | None] = []
    for match in BRACES.finditer(text):
        if match["box"] or match["open"]:
            starts.append(match.end() if match["box"] else None)
        elif match["close"] and starts:
            start = starts.pop()
            if start is not None:
                spans.append(Span(start, match.start()))
    return sorted(spans)


def last_boxed(text: str) -> Span | None:
    r"""The content of the last balanced box, the braceless `\boxed 2` of some MATH solutions included; None without
    one.

    >>> text = r"so \boxed{18}."
    >>> text[slice(*last_boxed(text))]
    '18'
    """
    spans = boxed_spans(text)
    bare = [Span(*match.span(1)) for match in BARE_BOXED.finditer(text)]
    return max([*spans, *bare], default=None)


def gold_of(text: str) -> str:
    r"""The gold answer that a solution or an answer cell states: its last box, else after `####` or `A:`, else all of
    it.

    What follows a box (`\boxed{45}^\circ$.`, `\boxed{63}\text{ knicks}`) is left out: a unit there is not part of the
    value that was asked. An empty text gives "".

    >>> gold_of(r"so there are \boxed{63}\text{ knicks}.\]"), gold_of("9 * 2 = 18\nA: 18"), gold_of(" 1/2 ")
    ('63', '18', '1/2')
    """
    box = last_boxed(text)
    if box is not None:
        return text[box.start : box.end].strip()
    marks = GOLD_MARK.findall(text)
    return str(marks[-1]) if marks else text.strip()


def unwrap(text: str) -> str:
    r"""The text without delimiters around all of it: `$..$`, `\[..\]`, `\(..\)`, `**..**`, quotes, a box, a final stop.

    >>> unwrap(r"$\boxed{\frac{1}{2}}$."), unwrap("**(C)**")
    ('\\frac{1}{2}', '(C)')
    """
    text, before = text.strip(), None
    while text != before:
        before = text
        text = _without_delimiters(_without_box(text)).strip()
        if text.endswith((".", ",", ";")) and not text.endswith(".."):
            text = text[:-1].rstrip()
    return text


def normalise(text: str) -> str:
    r"""One writing for one value: unwrapped, `\text{}` opened, spacing and sizing commands gone, thin separators as
    ",".

    Case stays, and so does the space after a comma, which tells the list `100, 200` from the number `100,200`.
    Idempotent; an empty text stays empty.

    >>> normalise(r"$\$32,\!348$"), normalise(r"\left( \dfrac{1}{2},\, -10 \right)"), normalise(r"90^\circ")
    ('$32,348', '( \\frac{1}{2}, -10 )', '90 degrees')
    """
    text = open_text(unwrap(in_latex(text)))
    for pattern, new in REWRITES:
        text = pattern.sub(new, text)
    return unwrap(text)


def in_latex(text: str) -> str:
    r"""Mathematical characters as the LaTeX that they stand for: √, π, ∞, ≤, ≥, ∪, ∈, ², ³, minus and times signs.

    >>> in_latex("(3√3)/π")
    '(3\\sqrt{3})/\\pi '
    """
    text = text.translate(PLAIN)
    for pattern, new in SYMBOLS:
        text = pattern.sub(new, text)
    return text


def open_text(text: str) -> str:
    r"""The content of `\text{}`, `\mathrm{}` and their kin in place of the command, set apart by spaces.

    >>> open_text(r"5\text{ cm}")
    '5  cm '
    """
    before = None
    while text != before:
        before, text = text, TEXT_COMMAND.sub(r" \1 ", text)
    return text


def squeeze(text: str) -> str:
    r"""The normalised text without any space and in one case of wording: the key for plain string equality.

    >>> squeeze(r"\left(x + 1\right)") == squeeze("(x+1)")
    True
    """
    return normalise(text).replace(" ", "")


def _without_box(text: str) -> str:
    match = BOXED.match(text)
    if match and closing_brace(text, match.end()) == len(text) - 1:
        return text[match.end() : -1].strip()
    return text


def _without_delimiters(text: str) -> str:
    for left, right in DELIMITERS:
        inner = text[len(left) : len(text) - len(right)]
        wraps = len(text) > len(left) + len(right) and text.startswith(left) and text.endswith(right)
        rest = inner.replace("\\$", "")
        if wraps and left not in rest and right not in rest and not inner.endswith("\\"):
            return inner
    return text
