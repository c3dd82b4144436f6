"""Each model's signs of trait by behaviour against those in people: the alignment score. Knows no trait by name.

Source: The Personality Illusion (arXiv 2509.03730). Its score moves with how the signs were got, so both ways are
given: from a model's runs one trait at a time (Pearson), or all traits jointly with crossed random intercepts of
temperature and system prompt. Cells of one model share runs and are no independent coins; `shuffled` says what the
same runs give when behaviour is dealt anew among them.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import polars as pl

from analysis.intervals import Interval
from analysis.psychometrics.clustered import Floats
from analysis.psychometrics.direction import Alignment, alignment
from analysis.psychometrics.expected import expected_sign
from analysis.psychometrics.item_shares import Portion, portion
from analysis.psychometrics.mixed import NotEstimable, crossed
from analysis.psychometrics.paired import Columns, Runs, columns_of, names_of, runs_of, sittings

ONE_BY_ONE, JOINT = "one by one", "joint"
WAYS = (ONE_BY_ONE, JOINT)
N_SHUFFLES = 1000
LEAST_RUNS = 3
Signs = Mapping[tuple[str, str], float | None]
"""By behaviour and trait: a number whose sign counts, None where there is none."""


class ModelAlignment(NamedTuple):
    """Of one model: matched signs with Wilson's interval and the band of a coin.

    `shuffled` holds 95 % of what behaviour dealt anew among the model's runs gives (only one by one): it is wider than
    the coin's band, for traits go together and so do behaviours.
    """

    model: str
    way: str
    alignment: Alignment
    shuffled: Interval | None
    n_runs: int


def alignments(
    figures: pl.DataFrame, way: str = ONE_BY_ONE, rng: np.random.Generator | None = None
) -> list[ModelAlignment]:
    """Of each model of FIGURES, in alphabetical order; no band of shuffles without `rng`, nor for joint signs.

    Runs under a persona that aims at a trait are left out. Raises ValueError for an unknown way.
    """
    if way not in WAYS:
        raise ValueError(f"way {way!r} is none of {', '.join(WAYS)}")
    rows = sittings(figures)
    traits, behaviours = names_of(figures, "trait"), names_of(figures, "behaviour")
    found = []
    for model in rows["model"].unique().sort():
        own = rows.filter(pl.col("model") == model)
        signs = _signs(own, behaviours, traits, way)
        shuffled = _shuffled(own, behaviours, traits, rng) if rng is not None and way == ONE_BY_ONE else None
        found.append(ModelAlignment(str(model), way, _aligned(signs), shuffled, own.height))
    return found


class PooledAlignment(NamedTuple):
    """Over all models, of one trait or one behaviour: the share of matched signs, with an interval over models."""

    name: str
    share: Portion


def alignment_by(figures: pl.DataFrame, by: str, way: str = ONE_BY_ONE) -> list[PooledAlignment]:
    """Matched signs of each "trait" or each "behaviour" over all models of FIGURES, in alphabetical order.

    Cells of one model go together, so the interval counts models. Raises ValueError for another `by` or way.
    """
    if by not in ("trait", "behaviour") or way not in WAYS:
        raise ValueError(f"{by!r} is no trait or behaviour, or {way!r} is none of {', '.join(WAYS)}")
    rows = sittings(figures)
    traits, behaviours = names_of(figures, "trait"), names_of(figures, "behaviour")
    cells = [
        (trait if by == "trait" else behaviour, place, (sign > 0) == (expected_sign(trait, behaviour) > 0))
        for place, model in enumerate(rows["model"].unique().sort())
        for (behaviour, trait), sign in _signs(rows.filter(pl.col("model") == model), behaviours, traits, way).items()
        if sign and expected_sign(trait, behaviour)
    ]
    found = []
    for name in traits if by == "trait" else behaviours:
        own = [(place, float(same)) for cell, place, same in cells if cell == name]
        models, events = np.array([place for place, _ in own], np.int64), np.array([same for _, same in own])
        found.append(PooledAlignment(name, portion(events, np.zeros(len(own), dtype=np.int64), models)))
    return found


def _aligned(signs: Signs) -> Alignment:
    return alignment(list(signs.values()), [expected_sign(trait, behaviour) for behaviour, trait in signs])


def _signs(rows: pl.DataFrame, behaviours: list[str], traits: list[str], way: str) -> Signs:
    found: dict[tuple[str, str], float | None] = {}
    runs = runs_of(rows)
    for behaviour in behaviours:
        if way == ONE_BY_ONE:
            found |= {(behaviour, trait): _r(columns_of(runs, behaviour, [trait])) for trait in traits}
        else:
            found |= _jointly(runs, behaviour, traits)
    return found


def _r(columns: Columns) -> float | None:
    """Pearson's correlation; None where one of the two does not vary."""
    x, y = columns.traits[:, 0], columns.outcome
    if len(y) < LEAST_RUNS or x.std() <= 1e-12 or y.std() <= 1e-12:
        return None
    return float(np.corrcoef(x, y)[0, 1])


def _jointly(runs: Runs, behaviour: str, traits: list[str]) -> dict[tuple[str, str], float | None]:
    varying = [trait for trait in traits if _varies(runs.figures[trait])]
    found: dict[tuple[str, str], float | None] = {(behaviour, trait): None for trait in traits}
    if not varying:
        return found
    columns = columns_of(runs, behaviour, varying)
    design = np.column_stack([np.ones(len(columns.outcome)), columns.traits])
    try:
        fitted = crossed(columns.outcome, design, list(columns.factors), jointly=False).coefficients[1:]
    except NotEstimable:
        return found
    return found | {(behaviour, trait): one.value for trait, one in zip(varying, fitted, strict=True)}


def _varies(values: Floats) -> bool:
    return len(np.unique(values[~np.isnan(values)])) > 1


def _shuffled(
    rows: pl.DataFrame, behaviours: list[str], traits: list[str], rng: np.random.Generator
) -> Interval | None:
    """Runs that have everything; their behaviours are dealt together, so that these still go with one another."""
    there = rows.drop_nulls([*behaviours, *traits])
    said, did = (_standardised(there.select(names).to_numpy().astype(np.float64)) for names in (traits, behaviours))
    signs = np.array([[expected_sign(trait, behaviour) for behaviour in behaviours] for trait in traits])
    counts = signs * np.outer(said.any(axis=0), did.any(axis=0)) if there.height else signs * 0
    n = int(np.abs(counts).sum())
    if there.height < LEAST_RUNS or not n:
        return None
    shares = [
        float(((np.sign(said.T @ did[rng.permutation(there.height)]) == counts) & (counts != 0)).sum() / n)
        for _ in range(N_SHUFFLES)
    ]
    return Interval(*(float(end) for end in np.quantile(shares, [0.025, 0.975])))


def _standardised(table: Floats) -> Floats:
    """Columns less their means; a column that does not vary is 0."""
    less: Floats = table - table.mean(axis=0) if len(table) else table
    return np.where(np.abs(less).max(axis=0, initial=0.0) > 1e-12, less, 0.0)
