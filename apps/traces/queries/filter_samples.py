"""Fields of a filter that ask how sure a rollout is, and how many samples of its problem are right.

Know the features only: lists ask the frame. A set of samples is a problem, a collection, a model and a condition, over
all rollouts of the frame, whatever else the filter says.
"""

import re
from dataclasses import dataclass
from typing import NamedTuple

import polars as pl

from analysis.confidence import SCALES
from analysis.measures.calibration_source import COLUMNS_READ, SOURCE, shares_of
from analysis.measures.difficulty import BANDS, LEAST, band_of
from analysis.types import Outcome
from apps.core.templatetags.numbers import decimal
from apps.traces.queries.filter_fields import BadFilterError, Field

QUEUE = "queue"
SET = ("collection_id", "problem_id", "model", "condition")
SLACK = 1e-9
GRADED = pl.col("has_gold") & (pl.col("final_outcome") != Outcome.NO_GOLD.value)
BAND_WORDS = {
    "easy": "of a problem that the model finds easy (75 % right or more)",
    "medium": "of a problem of medium difficulty for the model (37.5 to 62.5 % right)",
    "hard": "of a problem that is hard for the model (12.5 to 25 % right)",
    "hardest": "of a problem that no sample of the model solves",
    QUEUE: "of a problem that no model and condition solves",
}
SOURCE_WORDS = {
    "stated": "stated confidence",
    "tokens": "token probability",
    "words": "confidence in words",
    "probe": "probe's confidence",
    "vote": "agreement of the samples",
}
_INTERVAL = re.compile(r"(?:(?P<source>[a-z]+)(?:@(?P<scale>[a-z]+))?:)?(?P<opens>[\[(])(?P<low>[\d.]+)\.\."
                       r"(?P<high>[\d.]+)(?P<closes>[\])])")  # fmt: skip


class Interval(NamedTuple):
    """Confidences in [0, 1] of a source, from `low` to `high`; which ends belong to it."""

    source: str
    scale: str
    low: float
    high: float
    has_low: bool
    has_high: bool

    @classmethod
    def find(cls, text: str) -> "Interval | None":
        """What `stated:[80..90)` or `tokens:(0..2.5]` writes, in per cent; None if it writes nothing.

        >>> Interval.find("[80..90)")
        Interval(source='stated', scale='auto', low=0.8, high=0.9, has_low=True, has_high=False)
        >>> Interval.find("80..90"), Interval.find("guess:[1..2]"), Interval.find("[9..1]")
        (None, None, None)
        """
        found = _INTERVAL.fullmatch(text)
        if found is None:
            return None
        source, scale = found["source"] or "stated", found["scale"] or "auto"
        try:
            low, high = float(found["low"]) / 100, float(found["high"]) / 100
        except ValueError:
            return None
        is_known = source in dict(SOURCE.choices) and scale in {"auto", *SCALES}
        if not is_known or not 0 <= low <= high <= 1:
            return None
        return cls(source, scale, low, high, found["opens"] == "[", found["closes"] == "]")

    @property
    def address(self) -> str:
        """As an address writes it; `find` reads it back."""
        scale = "" if self.scale == "auto" else f"@{self.scale}"
        ends = f"{100 * self.low:.12g}..{100 * self.high:.12g}"
        return f"{self.source}{scale}:{'[' if self.has_low else '('}{ends}{']' if self.has_high else ')'}"

    def holds(self, share: pl.Expr) -> pl.Expr:
        above = share >= self.low - SLACK if self.has_low else share > self.low + SLACK
        below = share <= self.high + SLACK if self.has_high else share < self.high - SLACK
        return above & below


@dataclass(frozen=True)
class Confidence(Field):
    """Graded rollouts by how sure the model is, as the measures of calibration read it."""

    label: str = "Confidence"
    is_frame_only: bool = True

    def check(self, name: str, value: str) -> None:
        if Interval.find(value) is None:
            raise BadFilterError(
                f"{name} cannot be {value[:80]!r}; write [80..90) in per cent, with tokens:, words:, probe: or vote: "
                "before it for another confidence than the stated one"
            )

    def expression(self, value: str) -> pl.Expr:
        interval = _interval(value)
        read = pl.struct(*COLUMNS_READ).map_batches(
            lambda rows: shares_of(rows.struct.unnest(), interval.source, interval.scale), return_dtype=pl.Float64
        )
        return GRADED & interval.holds(read)

    def words(self, value: str) -> str:
        interval = _interval(value)
        on = "" if interval.scale == "auto" else f" (read on 0 to {SCALES[interval.scale]:g})"
        low, high = decimal(100 * interval.low, 1), decimal(100 * interval.high, 1)
        if interval.low == interval.high:
            return f"{SOURCE_WORDS[interval.source]} {low} %{on}"
        from_ = "" if interval.has_low else "above "
        to = "to" if interval.has_high else "to under"
        return f"{SOURCE_WORDS[interval.source]} {from_}{low} {to} {high} %{on}"


@dataclass(frozen=True)
class Band(Field):
    """Graded rollouts by the share of their set's samples that are right; two samples at least."""

    label: str = "Difficulty"
    is_frame_only: bool = True

    def check(self, name: str, value: str) -> None:
        if value not in BAND_WORDS:
            raise BadFilterError(f"{name} cannot be {value[:80]!r}; known: {', '.join(BAND_WORDS)}")

    def expression(self, value: str) -> pl.Expr:
        right = GRADED & (pl.col("final_outcome") == Outcome.CORRECT.value)
        n, n_right = GRADED.sum().over(SET), right.sum().over(SET)
        enough = GRADED & (n >= float(LEAST.default))
        if value == QUEUE:
            return enough & ~(enough & (n_right > 0)).any().over("problem_id")
        place = list(BANDS).index(value)
        in_band = (n_right / n.clip(lower_bound=1)).map_batches(
            lambda accuracy: pl.Series(band_of(accuracy.to_numpy()) == place), return_dtype=pl.Boolean
        )
        return enough & in_band

    def words(self, value: str) -> str:
        return BAND_WORDS[value]


def _interval(value: str) -> Interval:
    found = Interval.find(value)
    assert found is not None, "checked when it was read"
    return found
