"""How numbers are written: shares, differences, intervals, counts, p-values. Source: the look's NOTES, "Numbers".

Knows no measure. Undefined (None) is an en dash, never 0; a narrow no-break space groups thousands and stands before %.
"""

from collections.abc import Callable

from django import template

register = template.Library()

THIN = "\u202f"
MINUS = "\u2212"
DASH = "\u2013"


@register.filter
def count(value: float | None) -> str:
    """Whole things: `27 416`."""
    return DASH if value is None else decimal(value, 0)


@register.filter
def decimal(value: float | None, places: int = 1) -> str:
    """A number with so many decimals and grouped thousands: `1 318.4`."""
    if value is None:
        return DASH
    return _minus(f"{_rounded(value, places):,.{places}f}").replace(",", THIN)


@register.filter
def signed(value: float | None, places: int = 1) -> str:
    """A number with its sign, `+2.6`; what rounds to nothing has no sign."""
    if value is None:
        return DASH
    return ("+" if _rounded(value, places) > 0 else "") + decimal(value, places)


@register.filter
def percent(value: float | None, places: int = 1) -> str:
    """A fraction of 1 as per cent without the unit, for columns whose head has it: `62.3`."""
    return DASH if value is None else decimal(value * 100, places)


@register.filter
def share(value: float | None, places: int = 1) -> str:
    """A fraction of 1 with its unit: `62.3 %`."""
    return DASH if value is None else f"{percent(value, places)}{THIN}%"


@register.filter
def points(value: float | None, places: int = 1) -> str:
    """A difference of two shares in percentage points: `+2.6`."""
    return DASH if value is None else signed(value * 100, places)


@register.filter
def p_value(value: float | None) -> str:
    """`p=.03`, two significant digits and no leading zero; `p<.001` below that; `p=1` at 1."""
    if value is None:
        return DASH
    if value < 0.001:
        return "p<.001"
    text = f"{value:.3f}" if value < 0.0095 else f"{value:.2f}"
    return f"p={text.removeprefix('0')}" if float(text) < 1 else "p=1"


@register.filter
def plural(n: int, word: str) -> str:
    """`1 rollout`, `3 000 rollouts`."""
    return f"{count(n)} {word}" if n == 1 else f"{count(n)} {word}s"


WRITERS: dict[str, Callable[[float | None], str]] = {
    "share": percent,
    "difference": points,
    "p": lambda value: p_value(value).removeprefix("p"),
    "tokens": count,
    "characters": count,
    "lines": count,
    "ratio": lambda value: decimal(value, 3),
    "score": lambda value: decimal(value, 3),
    "position": percent,
    "per 1,000 tokens": lambda value: decimal(value, 2),
    "candidates": lambda value: decimal(value, 1),
    "changes": lambda value: decimal(value, 2),
    "certainty": lambda value: decimal(value, 2),
    "log odds": lambda value: decimal(value, 2),
    "phrases": count,
    "auroc": lambda value: decimal(value, 3),
    "bits": lambda value: decimal(value, 2),
    "nats": lambda value: decimal(value, 2),
    "answers": lambda value: decimal(value, 2),
    "samples": lambda value: decimal(value, 1),
    "problems": count,
    "arms": count,
}


def written(value: float | None, unit: str) -> str:
    """A value as its unit is written in a column: shares in per cent, differences in points, tokens whole."""
    return WRITERS.get(unit, decimal)(value)


def interval(low: float | None, high: float | None, unit: str) -> str:
    """`[58.1, 66.2]`; empty where there is none."""
    if low is None or high is None:
        return ""
    return f"[{written(low, unit)}, {written(high, unit)}]"


def _rounded(value: float, places: int) -> float:
    return round(value, places) + 0.0


def _minus(text: str) -> str:
    return text.replace("-", MINUS)
