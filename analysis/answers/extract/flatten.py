r"""One line with its LaTeX and Markdown dressing blanked out, character for character. Knows no cue and no problem.

Every replacement has the length of what it replaces, so that an offset in the flat line is an offset in the line
itself.
"""

import re

LONGEST_LINE = 20_000
"""Characters of a line that are read; what follows on a longer line is not looked at."""

_SAME = (
    *(("$", " "), ("\t", " "), ("\r", " "), ("\xa0", " ")),
    *(("−", "-"), ("–", "-"), ("’", "'"), ("‘", "'"), ("“", '"'), ("”", '"')),
)
_DRESS = re.compile(
    r"\\[()\[\]]|\\(?:left|right|[bB]ig{1,2}[lr]?)(?![A-Za-z])|\\[,;: ]|\\(?:quad|qquad|displaystyle"
    r"|limits)(?![A-Za-z])"
    r"|\*\*|__|`|<<[^<>\n]{0,80}>>"
)
_DEGREE = re.compile(r"\^ ?(?:\\circ(?![A-Za-z])|\{ ?\\circ ?\})|\\degree(?![A-Za-z])|\^ ?∘")
_TEXT = re.compile(r"\\(?:text(?:bf|it|rm)?|math(?:rm|bf|it)|mbox|operatorname) ?\{([^{}\n]{0,200})\}")
_SIGNS = re.compile(
    r"\\(?:times|cdot|ast|div|approx|approxeq|implies|Rightarrow|Longrightarrow|to|rightarrow|longrightarrow"
    r"|%)(?![A-Za-z])"
)
_SIGN_OF = {"times": "×", "cdot": "×", "ast": "×", "div": "÷", "approx": "≈", "approxeq": "≈", "%": "%"}


def flatten(line: str) -> str:
    r"""The line with delimiters, bold marks and spacing blanked, signs and degrees as one character plus blanks.

    Same length as `line` up to LONGEST_LINE characters; anything longer is cut there.

    >>> flatten(r"So \(x = \boxed{5}\), $90^\circ$.")
    'So   x = \\boxed{5}  ,  90°      .'
    """
    flat = _plain(line[:LONGEST_LINE])
    if "\\" in flat or "^" in flat or "*" in flat or "`" in flat or "_" in flat or "<<" in flat:
        flat = _undressed(flat)
    return flat


def flatten_lines(text: str) -> list[str]:
    r"""Each line of a text, flattened; lines are cut on "\n" only.

    >>> flatten_lines("$x$\n**So**")
    [' x ', '  So  ']
    """
    if len(text) > LONGEST_LINE:
        text = "\n".join(line[:LONGEST_LINE] for line in text.split("\n"))
    return _undressed(_plain(text)).split("\n")


def _plain(text: str) -> str:
    for sign, plain in _SAME if not text.isascii() else _SAME[:3]:
        text = text.replace(sign, plain)
    return text


def _undressed(flat: str) -> str:
    if "\\" in flat or "^" in flat:
        flat = _DEGREE.sub(_degree, flat)
        flat = _TEXT.sub(_text, flat)
        flat = _SIGNS.sub(_sign, flat)
    return _DRESS.sub(_blank, flat)


def _degree(match: re.Match[str]) -> str:
    return "°".ljust(match.end() - match.start())


def _sign(match: re.Match[str]) -> str:
    return _SIGN_OF.get(match.group()[1:], "→").ljust(match.end() - match.start())


def _blank(match: re.Match[str]) -> str:
    return " " * (match.end() - match.start())


def _text(match: re.Match[str]) -> str:
    lead = match.start(1) - match.start()
    return " " * lead + match.group(1) + " "
