"""Telling runs under a persona from runs without one, by what they report and by what they do. Knows no persona.

Source: The Personality Illusion (arXiv 2509.03730), persona injection: for each way of telling the persona a logistic
regression of persona against none on all standardised traits, with a ridge as the traits separate the two, and one on
each behaviour. Runs count as independent there: as a description only.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import polars as pl

from analysis.psychometrics.logit import Logit, logit_slope
from analysis.psychometrics.paired import names_of, sittings
from analysis.psychometrics.persona import Floats, ridge_logistic

PENALTY = 1.0
NO_INTERVAL = "a ridge has no interval"


class Regressed(NamedTuple):
    """One figure of runs under one target's personas, told in one way, against runs without of the same models.

    `slope` is per standard deviation of both kinds of runs: with the ridge and all traits together for a trait, by
    itself for a behaviour. The means are over runs.
    """

    target: str
    strategy: str
    kind: str
    name: str
    without: float | None
    under: float | None
    slope: Logit


def regressions(figures: pl.DataFrame) -> list[Regressed]:
    """Of each target and strategy of FIGURES: its traits, then its behaviours, in alphabetical order.

    A strategy is what a persona's name has after " · ", else the whole name. Runs with a gap are left out.
    """
    rows = sittings(figures, with_personas=True).with_columns(strategy=_strategy())
    traits, behaviours = names_of(figures, "trait"), names_of(figures, "behaviour")
    plain = rows.filter((pl.col("persona") == "") & (pl.col("target") == ""))
    found: list[Regressed] = []
    for target, strategy, under in _told(rows):
        own = plain.filter(pl.col("model").is_in(under["model"].unique().to_list()))
        shared = [name for name in traits if under[name].count() and own[name].count()]
        found += _by_report(target, strategy, shared, own, under)
        for name in behaviours:
            if under[name].count() and own[name].count():
                found.append(_by_behaviour(target, strategy, name, own, under))
    return found


def _strategy() -> pl.Expr:
    parts = pl.col("persona").str.split(" · ")
    return pl.when(parts.list.len() > 1).then(parts.list.last()).otherwise("persona")


def _told(rows: pl.DataFrame) -> Iterator[tuple[str, str, pl.DataFrame]]:
    aimed = rows.filter(pl.col("target") != "")
    for target, strategy in aimed.select("target", "strategy").unique().sort("target", "strategy").rows():
        yield target, strategy, aimed.filter((pl.col("target") == target) & (pl.col("strategy") == strategy))


def _stacked(names: list[str], own: pl.DataFrame, under: pl.DataFrame) -> tuple[Floats, Floats]:
    """Complete runs: columns of shape (n, p), and 1 for those under the persona."""
    parts = [rows.drop_nulls(names).select(names).to_numpy().astype(np.float64) for rows in (own, under)]
    return np.vstack(parts), np.repeat([0.0, 1.0], [len(part) for part in parts])


def _by_report(
    target: str, strategy: str, names: list[str], own: pl.DataFrame, under: pl.DataFrame
) -> Iterator[Regressed]:
    columns, is_persona = _stacked(names, own, under)
    if not names or not 0 < is_persona.mean() < 1:
        return
    for place, (name, slope) in enumerate(zip(names, ridge_logistic(columns, is_persona, PENALTY), strict=False)):
        varies = columns[:, place].std() > 0
        value = Logit(float(slope), None, None, None, len(columns), NO_INTERVAL)
        none = Logit(None, None, None, None, len(columns), "the trait does not vary")
        yield _regressed(target, strategy, "trait", name, columns[:, place], is_persona, value if varies else none)


def _by_behaviour(target: str, strategy: str, name: str, own: pl.DataFrame, under: pl.DataFrame) -> Regressed:
    columns, is_persona = _stacked([name], own, under)
    slope = logit_slope(columns[:, 0], is_persona)
    return _regressed(target, strategy, "behaviour", name, columns[:, 0], is_persona, slope)


def _regressed(
    target: str, strategy: str, kind: str, name: str, column: Floats, is_persona: Floats, slope: Logit
) -> Regressed:
    means = [float(column[is_persona == each].mean()) for each in (0, 1)]
    return Regressed(target, strategy, kind, name, means[0], means[1], slope)
