"""From answers to trait scores, and how reliable these are. Knows no instrument by name and no database.

What was not read is left out and counted; a trait of which fewer than half of the items were read has no score.
Sources: TRAIT (arXiv 2406.14703) for the share of high answers; those of analysis.psychometrics.reliability.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import polars as pl

from analysis.intervals import t_value
from analysis.psychometrics.frames import FIGURES, SITTING, VARIANT
from analysis.psychometrics.instrument import Scoring
from analysis.psychometrics.keying import GIVING, keyed
from analysis.psychometrics.reliability import (
    NO_VARIANCE,
    Floats,
    Index,
    cronbach_alpha,
    icc,
    keyed_consistency,
    mcdonald_omega,
)

SCORED_BY = ("value", "expected")
TOO_FEW_READ = "fewer than half of the items were read"
ALL_ON_THE_MIDDLE = "every answer is exactly on the middle of the scale"
UNREAD_KIND = "no answer to items of one direction was read"
ONE_KIND = "items of one direction only: agreeing with everything cannot be told from the trait"
_OF_ONE_TRAIT = Index(None, reason="of one trait only")


class Reliability(NamedTuple):
    """Of one model, instrument and trait; `trait` is "" for the whole instrument, where rows of all traits stand
    together.

    Rows of `alpha`, `omega` and `consistency` are givings (a sitting under one template, order and direction), so they
    hold for the conditions that are in the table; `icc` has cells as rows (of the whole: traits x cells) and repeats as
    columns; `acquiescence` is over items, from -1 to 1.
    """

    model: str
    instrument: str
    trait: str
    alpha: Index
    omega: Index
    consistency: Index
    acquiescence: Index
    icc: Index
    n_givings: int
    n_items: int


def trait_figures(
    answers: pl.DataFrame, scorings: Mapping[str, Scoring] | None = None, by: str = "value"
) -> pl.DataFrame:
    """A row of FIGURES for each trait of each sitting: the mean of its keyed items.

    An item's answers under several templates, orders and directions of a sitting are averaged first. `scorings` names
    instruments whose score is no mean: a sum (the mean times the number of items, so that an unread item counts what
    the others do on average), or the share of high answers, 100 · high / (high + low). `by` is "value" or "expected"
    (the mean over options by their probabilities). Items are those that the table holds of the sitting, read or not. A
    trait that two instruments give is named "trait (instrument)". Raises ValueError for another `by`.
    """
    if by not in SCORED_BY:
        raise ValueError(f"{by!r} is none of {', '.join(SCORED_BY)}")
    items = _by_item(keyed(answers), "keyed" if by == "value" else "leaning")
    n_high, n_low = (pl.col(name).sum() for name in ("n_high", "n_low"))
    scored = items.group_by(*SITTING, "instrument", "trait", maintain_order=True).agg(
        mean=pl.col("score").mean(),
        total=pl.col("score").mean() * pl.len(),
        share=pl.when(n_high + n_low > 0).then(100 * n_high / (n_high + n_low)),
        is_enough=2 * pl.col("score").count() >= pl.len(),
        n=pl.col("n_read").sum().cast(pl.Int64),
        n_unread=(pl.col("n_put") - pl.col("n_read")).sum().cast(pl.Int64),
    )
    named = scored.with_columns(value=_value(scorings or {}), name=_names(scored), kind=pl.lit("trait"))
    return named.with_columns(reason=_reason()).select([pl.col(name).cast(kind) for name, kind in FIGURES.items()])


def _value(scorings: Mapping[str, Scoring]) -> pl.Expr:
    is_sum, is_share = (
        pl.col("instrument").is_in([name for name, scoring in scorings.items() if scoring is wanted])
        for wanted in (Scoring.SUM, Scoring.SHARE_HIGH)
    )
    score = pl.when(is_share).then("share").when(is_sum).then("total").otherwise("mean")
    return pl.when("is_enough").then(score)


def _reason() -> pl.Expr:
    why = pl.when("is_enough").then(pl.lit(ALL_ON_THE_MIDDLE)).otherwise(pl.lit(TOO_FEW_READ))
    return pl.when(pl.col("value").is_not_null()).then(pl.lit("")).otherwise(why)


def _by_item(rows: pl.DataFrame, column: str) -> pl.DataFrame:
    """One row an item of a sitting: its mean over the ways in which it was put."""
    state = pl.col("state") if column == "keyed" else (pl.col(column) - (pl.col("low") + pl.col("high")) / 2).sign()
    return rows.group_by(*SITTING, "instrument", "trait", "item", maintain_order=True).agg(
        score=pl.col(column).mean(),
        n_read=pl.col(column).count(),
        n_put=pl.len(),
        n_high=(state > 0).sum(),
        n_low=(state < 0).sum(),
    )


def _names(scored: pl.DataFrame) -> pl.Expr:
    several = scored.group_by("trait").agg(pl.col("instrument").n_unique().alias("n")).filter(pl.col("n") > 1)
    longer = pl.format("{} ({})", "trait", "instrument")
    return pl.when(pl.col("trait").is_in(several["trait"].to_list())).then(longer).otherwise(pl.col("trait"))


def reliability_of(answers: pl.DataFrame) -> list[Reliability]:
    """Of each model and instrument of ANSWERS: the whole first (`trait` ""), then each trait.

    Every index is undefined with a reason where the answers do not vary, or are too few. Rows are not independent
    where one model gave them all: intervals say how well that model's index is known under these conditions.
    """
    found = []
    for (model, instrument), rows in sorted(keyed(answers).group_by("model", "instrument"), key=lambda each: each[0]):
        traits = [_of_trait(str(model), str(instrument), trait, part) for trait, part in _by_trait(rows)]
        found += [_of_whole(str(model), str(instrument), rows, traits), *traits]
    return found


def _by_trait(rows: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    for trait in rows["trait"].unique(maintain_order=True):
        yield str(trait), rows.filter(pl.col("trait") == trait)


def _of_trait(model: str, instrument: str, trait: str, rows: pl.DataFrame) -> Reliability:
    table = _table(rows)
    return Reliability(
        model,
        instrument,
        trait,
        cronbach_alpha(table),
        mcdonald_omega(table),
        keyed_consistency(*_two_halves(rows)),
        _leaning(rows),
        icc(_repeats(rows)),
        len(table),
        table.shape[1],
    )


def _of_whole(model: str, instrument: str, rows: pl.DataFrame, traits: Sequence[Reliability]) -> Reliability:
    halves = [_two_halves(part) for _, part in _by_trait(rows)]
    return Reliability(
        model,
        instrument,
        "",
        _OF_ONE_TRAIT,
        _OF_ONE_TRAIT,
        keyed_consistency(*(np.concatenate([half[k] for half in halves]) for k in (0, 1))),
        _mean_leaning([trait.acquiescence for trait in traits]),
        icc(_repeats(rows)),
        rows.select(GIVING).n_unique(),
        rows["item"].n_unique(),
    )


def _table(rows: pl.DataFrame) -> Floats:
    """Givings by items, keyed; NaN where a reply was not read."""
    wide = rows.pivot("item", index=list(GIVING), values="keyed", aggregate_function="mean")
    return _floats(wide.drop(GIVING))


def _two_halves(rows: pl.DataFrame) -> tuple[Floats, Floats]:
    """Of each giving the mean keyed answer to its plain items, and to its reversed ones."""
    means = rows.group_by(GIVING, maintain_order=True).agg(
        plain=pl.col("keyed").filter(~pl.col("is_reversed")).mean(),
        turned=pl.col("keyed").filter(pl.col("is_reversed")).mean(),
    )
    table = _floats(means.select("plain", "turned"))
    return table[:, 0], table[:, 1]


def _repeats(rows: pl.DataFrame) -> Floats:
    """Trait scores: one row a cell and trait, one column a repeat."""
    cell = [name for name in (*SITTING, *VARIANT, "instrument", "trait") if name != "sample"]
    wide = rows.pivot("sample", index=cell, values="keyed", aggregate_function="mean")
    return _floats(wide.drop(cell))


def _leaning(rows: pl.DataFrame) -> Index:
    """How far raw answers lean to agreeing, plain and reversed items weighing the same; Welch's interval over items."""
    half = (pl.col("high") - pl.col("low")) / 2
    leaning = ((pl.col("value") - (pl.col("low") + pl.col("high")) / 2) / half).mean().alias("leaning")
    items = rows.group_by("item", "is_reversed").agg(leaning).drop_nulls("leaning")
    plain, turned = (
        items.filter(pl.col("is_reversed") == kind)["leaning"].to_numpy().astype(np.float64) for kind in (False, True)
    )
    n = len(plain) + len(turned)
    if not len(plain) or not len(turned):
        both = rows["is_reversed"].n_unique() == 2
        return Index(None, n=n, reason=UNREAD_KIND if both else ONE_KIND)
    value = float((plain.mean() + turned.mean()) / 2)
    if min(len(plain), len(turned)) < 2:
        return Index(value, n=n, reason="one item of a direction: no interval over items")
    parts = [float(each.var(ddof=1) / len(each)) for each in (plain, turned)]
    if not sum(parts):
        return Index(value, n=n, reason=f"{NO_VARIANCE}: no interval over items")
    df = sum(parts) ** 2 / sum(v**2 / (len(each) - 1) for v, each in zip(parts, (plain, turned), strict=True))
    reach = t_value(df) * sum(parts) ** 0.5 / 2
    return Index(value, value - reach, value + reach, n)


def _mean_leaning(traits: Sequence[Index]) -> Index:
    """Mean over traits that have items of both directions; Student's interval over traits."""
    values = [each.value for each in traits if each.value is not None]
    n = sum(each.n for each in traits if each.value is not None)
    if not values:
        return Index(None, n=n, reason=traits[0].reason if traits else ONE_KIND)
    mean = float(np.mean(values))
    if len(values) < 2:
        return traits[0] if len(traits) == 1 else Index(mean, n=n, reason="one trait: no interval over traits")
    reach = t_value(len(values) - 1) * float(np.std(values, ddof=1)) / len(values) ** 0.5
    if not reach:
        return Index(mean, n=n, reason=f"{NO_VARIANCE}: no interval over traits")
    return Index(mean, mean - reach, mean + reach, n)


def _floats(table: pl.DataFrame) -> Floats:
    """With NaN for null."""
    found: Floats = table.cast(pl.Float64).fill_null(float("nan")).to_numpy().astype(np.float64)
    return found
