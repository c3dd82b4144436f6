"""Names and numbers of the lab as people read them. Knows no figure in particular."""

from collections.abc import Sequence
from typing import NamedTuple

from apps.core.templatetags.numbers import DASH, count, decimal, share, signed

CAUTION = "A score is a property of prompt × model, not a trait of a person."
SHORT = {
    "openness": "Openness",
    "conscientiousness": "Conscient.",
    "extraversion": "Extraversion",
    "agreeableness": "Agreeable.",
    "neuroticism": "Neuroticism",
    "self_regulation": "Self-regul.",
    "risk": "Risk taking",
    "stereotyping": "Implicit bias",
    "inconsistency": "Self-inconsistency",
    "calibration_error": "Miscalibration",
    "sycophancy": "Sycophancy",
}
LONGEST = 22


class Cell(NamedTuple):
    """A number with its interval and n, or a dash with the reason; `plain` is for a CSV."""

    text: str
    ci: str = ""
    n: str = ""
    reason: str = ""


class Table(NamedTuple):
    """A table of the page; the first cell of a row is its head."""

    id: str
    title: str
    heads: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Cell]]]
    read: str = ""
    cite: str = ""
    csv: str = ""


def short(name: str) -> str:
    """A trait's or behaviour's name for an axis."""
    found = SHORT.get(name) or name.replace("_", " ").capitalize()
    return found if len(found) <= LONGEST else found[: LONGEST - 1] + "…"


def sig(value: float | None) -> str:
    """A signed number with about three digits that count: `-0.42`, `+0.012`, `+12.3`."""
    if value is None:
        return DASH
    size = abs(value)
    return signed(value, 1 if size >= 10 else 2 if size >= 0.1 else 3 if size >= 0.01 else 4)


def ends(low: float, high: float, places: int = 2) -> str:
    return f"[{decimal(low, places)}, {decimal(high, places)}]"


def index_cell(
    value: float | None, low: float | None, high: float | None, n: int, reason: str, places: int = 2
) -> Cell:
    ci = "" if low is None or high is None else f"[{decimal(low, places)}, {decimal(high, places)}]"
    return Cell(decimal(value, places), ci, count(n), reason)


def share_cell(value: float | None, low: float | None, high: float | None, n: int, reason: str = "") -> Cell:
    ci = "" if low is None or high is None else f"[{decimal(100 * low)}, {decimal(100 * high)}]"
    return Cell(share(value), ci, count(n), reason)


def signed_cell(value: float | None, low: float | None, high: float | None, n: int, reason: str = "") -> Cell:
    ci = "" if low is None or high is None else f"[{sig(low)}, {sig(high)}]"
    return Cell(sig(value), ci, count(n), reason)
