"""Report and behaviour of equal sittings, side by side, as numbers that statistics take. Knows no statistic."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analysis.psychometrics.frames import SITTING

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
FACTORS = ("temperature", "system_prompt")


class Columns(NamedTuple):
    """Runs of one behaviour: `traits` (n, p) by name, codes of the factors and of the model."""

    outcome: Floats
    names: tuple[str, ...]
    traits: Floats
    factors: tuple[Ints, ...]
    model: Ints

    @property
    def n_models(self) -> int:
        return len(np.unique(self.model))


def sittings(figures: pl.DataFrame, *, with_personas: bool = False) -> pl.DataFrame:
    """One row a sitting of FIGURES with a column for each trait and behaviour, null where there is no figure.

    Sittings under a persona that aims at a trait are left out unless asked for: there the persona, not the model, links
    report and behaviour; a figure that only they have keeps its column. Figures of one name and sitting are averaged.
    """
    rows = figures if with_personas else figures.filter(pl.col("target") == "")
    wide = rows.sort("name").pivot("name", index=list(SITTING), values="value", aggregate_function="mean").sort(SITTING)
    left_out = sorted(set(figures["name"].unique()) - set(wide.columns))
    return wide.with_columns(pl.lit(None, pl.Float64).alias(name) for name in left_out)


class Runs(NamedTuple):
    """A table of sittings as numbers: figures by name with NaN for none, codes of the factors and the model by name."""

    figures: Mapping[str, Floats]
    codes: Mapping[str, Ints]


def runs_of(rows: pl.DataFrame) -> Runs:
    """The numbers of a table of `sittings`."""
    floats = rows.drop(SITTING).cast(pl.Float64).fill_null(float("nan"))
    return Runs(
        {name: floats[name].to_numpy() for name in floats.columns},
        {name: rows[name].rank("dense").to_numpy().astype(np.int64) for name in (*FACTORS, "model")},
    )


def names_of(figures: pl.DataFrame, kind: str) -> list[str]:
    """Traits or behaviours in the table, in alphabetical order."""
    return sorted(figures.filter(pl.col("kind") == kind)["name"].unique().to_list())


def columns_of(runs: Runs, behaviour: str, traits: Sequence[str]) -> Columns:
    """The runs that have the behaviour and every one of the traits, with codes from 0."""
    said = np.column_stack([runs.figures[trait] for trait in traits])
    there = ~(np.isnan(said).any(axis=1) | np.isnan(runs.figures[behaviour]))
    codes = {name: np.unique(each[there], return_inverse=True)[1].astype(np.int64) for name, each in runs.codes.items()}
    return Columns(
        outcome=runs.figures[behaviour][there],
        names=tuple(traits),
        traits=said[there],
        factors=tuple(codes[name] for name in FACTORS),
        model=codes["model"],
    )
