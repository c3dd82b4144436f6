"""One figure of the lab as pages, the shell and files print it: plain values, with method and source. Knows no page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """`name` says what is estimated, `group` of what; shares are fractions of 1. None with a `reason` where undefined.

    `n` counts runs (or answers, or signs: `method` says which), `n_models` the models that they came from. `more` has
    what belongs to this figure only.
    """

    measure: str
    name: str
    group: Mapping[str, str]
    estimate: float | None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    n_models: int | None = None
    p: float | None = None
    q: float | None = None
    reason: str = ""
    method: str = ""
    citation: str = ""
    more: Mapping[str, float | int | str | bool | None] = field(default_factory=dict)

    def as_object(self) -> dict[str, Any]:
        """As JSON takes it."""
        return {
            "measure": self.measure,
            "name": self.name,
            "group": dict(self.group),
            "estimate": finite(self.estimate),
            "low": finite(self.low),
            "high": finite(self.high),
            "n": self.n,
            "n_models": self.n_models,
            "p": finite(self.p),
            "q": finite(self.q),
            "reason": self.reason,
            "method": self.method,
            "citation": self.citation,
            **{name: finite(value) if isinstance(value, float) else value for name, value in self.more.items()},
        }


def finite(value: float | None) -> float | None:
    """The number, None for one that is none (a test of values that do not vary)."""
    return value if value is not None and isfinite(value) else None
