"""A problem's short name: the beginning of its question on one line, or its key. Knows no rows."""

import re
from html import escape

from django.utils.safestring import SafeString, mark_safe

from apps.traces.presenters.formulas import Budget, formulas, text_html

CHARS = 80
MAX_FORMULA = 60


def short_title(question: str, key: str) -> str:
    """In plain characters, formulas as they were typed but for their delimiters.

    >>> short_title("Find  $x$\\nin \\\\[x+1=2\\\\]", "7"), short_title("", "7")
    ('Find x in x+1=2', 'Problem 7')
    """
    words = re.sub(r"\s+", " ", re.sub(r"\\[()\[\]]|\$", "", question[: 4 * CHARS])).strip()
    if not words:
        return f"Problem {key}"
    return words if len(words) <= CHARS else f"{words[:CHARS].rsplit(' ', 1)[0]} …"


def title_html(question: str, key: str) -> SafeString:
    """With formulas as inline maths; one that is long or displayed is a mark of omission."""
    text = re.sub(r"\s+", " ", question[: 8 * CHARS]).strip()
    if not text:
        return SafeString(escape(f"Problem {key}"))
    parts: list[str] = []
    position = n_chars = 0
    for formula in formulas(text):
        parts.append(text[position : formula.start])
        n_chars += len(parts[-1])
        if n_chars > CHARS:
            break
        is_short = not formula.display and formula.end - formula.start <= MAX_FORMULA
        parts.append(text[formula.start : formula.end] if is_short else "…")
        n_chars += 8
        position = formula.end
    else:
        parts.append(text[position:])
        n_chars += len(parts[-1])
    return mark_safe(text_html(_cut("".join(parts), n_chars), Budget()))  # noqa: S308


def _cut(text: str, n_chars: int) -> str:
    """The text, its last run of words cut where it is too long; formulas stand before them."""
    if n_chars <= CHARS:
        return text
    last = max((formula.end for formula in formulas(text)), default=0)
    kept = max(last, len(text) - (n_chars - CHARS))
    return f"{text[:kept].rsplit(' ', 1)[0] if kept > last else text[:kept]} …"
