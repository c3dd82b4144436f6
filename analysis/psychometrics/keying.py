"""Answers turned the way of their trait, and pairs of answers that differ in one way of asking. Knows no statistic.

Two answers are compared where all else is equal: the sitting, the item and the other two ways of asking.
"""

from collections.abc import Iterator
from itertools import combinations

import polars as pl

from analysis.psychometrics.frames import SITTING, VARIANT

GIVING = (*SITTING, *VARIANT, "instrument")
"""One giving of an instrument: what its items have in common."""
WAYS = (*VARIANT, "paraphrase")
"""The ways of asking by which two answers may differ."""
_COMPARED = (
    "item",
    "trait",
    "versus",
    "n_options",
    "first",
    "second",
    "first_state",
    "second_state",
    "first_side",
    "second_side",
    "turned",
)


def keyed(answers: pl.DataFrame) -> pl.DataFrame:
    """ANSWERS with `keyed` (turned round where the item is reversed), `state` and `n_options`.

    `state` is 1 above the middle of the scale, -1 below it and 0 exactly on it: a midpoint takes no side, so it is a
    state of its own, and moving to or from it is a difference. All are null where the reply was not read. `leaning` is
    the keyed mean over the options by their probabilities, null where there are none.
    """
    turned = pl.col("low") + pl.col("high")
    middle = turned / 2
    key = pl.col("is_reversed")
    return answers.with_columns(
        keyed=pl.when(key).then(turned - pl.col("value")).otherwise(pl.col("value")),
        leaning=pl.when(key).then(turned - pl.col("expected")).otherwise(pl.col("expected")),
        n_options=(pl.col("high") - pl.col("low")).cast(pl.Int64) + 1,
    ).with_columns(state=(pl.col("keyed") - middle).sign().cast(pl.Int64))


def compared(answers: pl.DataFrame, way: str) -> pl.DataFrame:
    """Pairs of keyed answers that differ in `way` alone, one row a pair, with null where one was not read.

    Columns: model, instrument, item (of paraphrases: the pair), trait, versus (the two variants, "a | b"), n_options,
    first, second, first_state, second_state; first_side and second_side, the states before keying (1 agrees, -1 does
    not); turned, -1 where one of the two items is reversed and the other is not, else 1. Raises ValueError for an
    unknown way.
    """
    if way not in WAYS:
        raise ValueError(f"{way!r} is no way of asking; known are {', '.join(WAYS)}")
    rows = keyed(answers)
    parts = list(_paraphrased(rows) if way == "paraphrase" else _varied(rows, way))
    columns = ["model", "instrument", *_COMPARED]
    return pl.concat(parts).select(columns) if parts else _named(rows.head(0), "item").select(columns)


def variants(answers: pl.DataFrame, way: str) -> list[tuple[str, str]]:
    """The pairs of variants that were given, in the order of their names ("" first)."""
    return list(combinations(sorted(answers[way].unique().drop_nulls().to_list()), 2))


def _varied(rows: pl.DataFrame, way: str) -> Iterator[pl.DataFrame]:
    equal = [name for name in (*GIVING, "item") if name != way]
    for first, second in variants(rows, way):
        one, two = (rows.filter(pl.col(way) == each).unique(equal, keep="first") for each in (first, second))
        both = one.join(two, on=equal, suffix="_two")
        yield _named(both, "item", f"{first or 'plain'} | {second or 'plain'}")


def _paraphrased(rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    equal = [*GIVING, "pair"]
    paired = rows.filter(pl.col("pair") != "").unique([*equal, "item"], keep="first")
    both = paired.join(paired, on=equal, suffix="_two").filter(pl.col("item") < pl.col("item_two"))
    yield _named(both, "pair", "two wordings")


def _named(both: pl.DataFrame, item: str, versus: str = "") -> pl.DataFrame:
    """The columns of a comparison; of an empty table with those of one answer only."""
    two = "_two" if "keyed_two" in both.columns else ""
    return both.select(
        "model",
        "instrument",
        pl.col(item).alias("item"),
        "trait",
        pl.lit(versus).alias("versus"),
        "n_options",
        pl.col("keyed").alias("first"),
        pl.col(f"keyed{two}").alias("second"),
        pl.col("state").alias("first_state"),
        pl.col(f"state{two}").alias("second_state"),
        pl.when(pl.col("is_reversed") == pl.col(f"is_reversed{two}")).then(1).otherwise(-1).alias("turned"),
        pl.when("is_reversed").then(-pl.col("state")).otherwise("state").alias("first_side"),
        pl.when(f"is_reversed{two}").then(-pl.col(f"state{two}")).otherwise(f"state{two}").alias("second_side"),
    )
