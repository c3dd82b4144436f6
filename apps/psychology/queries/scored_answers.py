"""Answers to items that rollouts carry as the table ANSWERS. Knows no statistic.

A rollout's scores `status/ITEM` (always) and `answer/ITEM`, `expected/ITEM` (where there is one) are those of one
giving; the key is that of the shipped instrument whose name is the rollout's problem.
"""

import polars as pl
from django.db.models import Q

from analysis.psychometrics.frames import ANSWERS, STATUSES, VARIANT, empty
from analysis.psychometrics.shipped import INSTRUMENTS
from apps.accounts.models import Project
from apps.psychology.queries.scored import FACTORS, MANY
from apps.traces.models import Condition, Score

COLUMNS = ("rollout_id", "rollout__model__name", "rollout__condition_id", "rollout__sample", "rollout__problem__key")
HEAD = {
    "rollout": pl.Int64, "model": pl.String, "condition": pl.Int64, "sample": pl.Int64, "instrument": pl.String,
    "score": pl.String, "number": pl.Float64,
}  # fmt: skip


def answers_of(project: Project) -> pl.DataFrame:
    """ANSWERS of the project's rollouts to whole forms of shipped instruments."""
    named = Q()
    for part in ("status", "answer", "expected"):
        named |= Q(name__startswith=f"{part}/")
    scores = Score.objects.filter(named, rollout__collection__project=project, turn_index=None)
    scores = scores.filter(rollout__collection__is_deleted=False, rollout__problem__key__in=list(INSTRUMENTS))
    rows = list(scores.values_list(*COLUMNS, "name", "value").iterator(MANY))
    if not rows:
        return empty(ANSWERS)
    found = pl.DataFrame(rows, schema=HEAD, orient="row").with_columns(
        pl.col("score").str.splitn("/", 2).struct.rename_fields(["part", "item"]).alias("named")
    )
    wide = found.unnest("named").pivot("part", index=[*list(HEAD)[:5], "item"], values="number")
    missing = [pl.lit(None, pl.Float64).alias(part) for part in ("answer", "expected") if part not in wide.columns]
    told = wide.with_columns(missing).join(_keys(), on=["instrument", "item"])
    told = told.join(_factors(project), on="condition").with_columns(
        status=pl.col("status").cast(pl.Int64).replace_strict(dict(STATUSES), return_dtype=pl.String),
        value=pl.col("answer"),
    )
    return told.select([pl.col(name).cast(kind) for name, kind in ANSWERS.items()]).sort("rollout", maintain_order=True)


def _keys() -> pl.DataFrame:
    """Every item of every shipped instrument: its trait, direction, pair and scale."""
    rows = [
        (name, item.id, item.scale, item.is_reversed, item.pair, float(instrument.low), float(instrument.high))
        for name in INSTRUMENTS
        for instrument in [INSTRUMENTS[name]]
        for item in instrument.items
    ]
    return pl.DataFrame(
        rows, schema=["instrument", "item", "trait", "is_reversed", "pair", "low", "high"], orient="row"
    )


def _factors(project: Project) -> pl.DataFrame:
    names = (*FACTORS, *VARIANT)
    rows = [
        (pk, *(str(factors.get(name, "")) for name in names))
        for pk, factors in Condition.objects.filter(project=project).values_list("pk", "factors")
    ]
    return pl.DataFrame(rows, schema={"condition": pl.Int64, **dict.fromkeys(names, pl.String)}, orient="row")
