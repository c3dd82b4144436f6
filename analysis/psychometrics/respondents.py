"""Simulated respondents that know their own traits: how they answer items, on what truths statistics are tried.

Nothing here looks at a text. An answer's mean is exact (no clipping, no rounding bias), so that what a score should be
follows from arithmetic. Knows no instrument by name, no engine and no statistic.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analysis.psychometrics.frames import ANSWERS
from analysis.psychometrics.replies import Status

Floats = NDArray[np.float64]
REVERSED = "reversed"


class Statement(NamedTuple):
    """An item as a respondent sees it: what it asks about, and whether agreeing denies the trait."""

    id: str
    trait: str
    is_reversed: bool = False
    pair: str = ""


class Cell(NamedTuple):
    """One giving: the sitting's factors and how items were put."""

    sample: int = 0
    system_prompt: str = ""
    temperature: str = "1"
    template: str = "rate"
    order: str = ""
    direction: str = ""
    persona: str = ""
    target: str = ""


@dataclass(frozen=True, slots=True)
class Respondent:
    """`traits` from -1 (the low end of any scale) to 1; a trait that is not named is 0.

    `acquiescence` is added to agreeing with any statement; `first_option` is the chance to take the first option shown
    unread; `refusal` that to refuse. `noise` 0 answers with one of the two options next to what is meant, 1 spreads as
    a binomial law over the scale.
    """

    traits: Mapping[str, float] = field(default_factory=dict)
    acquiescence: float = 0.0
    first_option: float = 0.0
    refusal: float = 0.0
    noise: float = 1.0

    def agreement(self, item: Statement) -> float:
        """From -1 to 1: how far it agrees with a statement.

        >>> Respondent({"openness": 0.5}, acquiescence=0.2).agreement(Statement("a", "openness", is_reversed=True))
        -0.3
        """
        meant = self.traits.get(item.trait, 0.0)
        return float(np.clip((-meant if item.is_reversed else meant) + self.acquiescence, -1.0, 1.0))

    def mean_answer(self, item: Statement, values: Sequence[int]) -> float:
        """What it answers on average where the options `values` are shown in this order.

        >>> Respondent({"openness": 0.5}, first_option=0.5).mean_answer(Statement("a", "openness"), [1, 2, 3, 4, 5])
        2.5
        """
        low, high = min(values), max(values)
        meant = (low + high) / 2 + (high - low) / 2 * self.agreement(item)
        return self.first_option * values[0] + (1 - self.first_option) * meant

    def answer(self, item: Statement, values: Sequence[int], rng: np.random.Generator) -> int | None:
        """One of `values`, which are shown in this order, or None where it refuses."""
        found = self._draw(np.array([self.agreement(item)]), values, rng)[0]
        return None if np.isnan(found) else int(found)

    def _draw(self, agreement: Floats, values: Sequence[int], rng: np.random.Generator) -> Floats:
        """An answer for each agreement, NaN where it refuses."""
        low, width = min(values), max(values) - min(values)
        place = (agreement + 1) / 2
        near = np.floor(place * width + rng.random(place.shape))
        spread = rng.binomial(width, place)
        answers: Floats = low + np.where(rng.random(place.shape) < self.noise, spread, np.minimum(near, width))
        answers = np.where(rng.random(place.shape) < self.first_option, float(values[0]), answers)
        return np.where(rng.random(place.shape) < self.refusal, np.nan, answers)


def answers_of(
    respondents: Mapping[str, Respondent],
    items: Sequence[Statement],
    cells: Sequence[Cell],
    rng: np.random.Generator,
    *,
    instrument: str = "simulated",
    n_options: int = 5,
) -> pl.DataFrame:
    """ANSWERS of every model (a respondent by name) to every item in every cell, options from 1 to `n_options`.

    >>> answers_of({"m": Respondent()}, [Statement("a", "openness")], [Cell(), Cell(sample=1)],
    ...     np.random.default_rng(0)).height
    2
    """
    values = list(range(1, n_options + 1))
    tables = []
    for respondent in respondents.values():
        meant: Floats = np.array([respondent.agreement(item) for item in items])
        shown = [values[::-1] if cell.order == REVERSED else values for cell in cells]
        tables.append(np.array([respondent._draw(meant, order, rng) for order in shown]))
    said: Floats = np.concatenate([table.ravel() for table in tables])
    return _framed(list(respondents), items, cells, said, instrument, n_options)


def _framed(
    models: Sequence[str], items: Sequence[Statement], cells: Sequence[Cell], said: Floats, instrument: str, high: int
) -> pl.DataFrame:
    """Models first, then cells, then items."""
    of_cell = np.tile(np.repeat(np.arange(len(cells)), len(items)), len(models))
    of_item = np.tile(np.arange(len(items)), len(cells) * len(models))
    read = ~np.isnan(said)
    columns: dict[str, Any] = {
        "model": np.repeat(models, len(cells) * len(items)),
        **{name: pl.Series([cell[k] for cell in cells]).gather(of_cell) for k, name in enumerate(Cell._fields)},
        **{name: pl.Series([item[k] for item in items]).gather(of_item) for k, name in _ITEM.items()},
        "instrument": [instrument] * len(said),
        "low": [1.0] * len(said),
        "high": [float(high)] * len(said),
        "status": pl.Series([Status.REFUSED.value, Status.READ.value]).gather(read.astype(np.uint32)),
        "value": pl.Series(said).fill_nan(None),
        "expected": pl.Series([None] * len(said), dtype=pl.Float64),
        "rollout": np.arange(len(said)),
    }
    return pl.DataFrame([pl.Series(name, columns[name], dtype=kind) for name, kind in ANSWERS.items()])


_ITEM = {0: "item", 1: "trait", 2: "is_reversed", 3: "pair"}
