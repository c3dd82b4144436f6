"""Scores that rollouts carry as the table FIGURES, and what kind of model each is. Knows no statistic.

A figure is a score named `trait/NAME` or `behaviour/NAME`; the sitting is the rollout's model, condition and sample.
"""

import polars as pl
from django.db.models import Q

from analysis.psychometrics.frames import FIGURES, SITTING, empty
from apps.accounts.models import Project
from apps.traces.models import Condition, Rollout, Score

KINDS = ("trait", "behaviour")
FACTORS = SITTING[1:-1]
MANY = 20_000


def scored_figures(project: Project) -> pl.DataFrame:
    """FIGURES of every score of a trait or behaviour in the project; `n` is unknown there."""
    named = Q()
    for kind in KINDS:
        named |= Q(name__startswith=f"{kind}/")
    scores = Score.objects.filter(named, rollout__collection__project=project, turn_index=None)
    told = scores.filter(rollout__collection__is_deleted=False).values_list(
        "rollout__model__name", "rollout__condition_id", "rollout__sample", "name", "value"
    )
    rows = list(told.iterator(MANY))
    if not rows:
        return empty(FIGURES)
    head = {"model": pl.String, "condition": pl.Int64, "sample": pl.Int64, "score": pl.String, "value": pl.Float64}
    split = pl.col("score").str.splitn("/", 2)
    found = pl.DataFrame(rows, schema=head, orient="row").with_columns(
        kind=split.struct.field("field_0"),
        name=split.struct.field("field_1"),
        n=pl.lit(None, pl.Int64),
        n_unread=pl.lit(None, pl.Int64),
        reason=pl.lit(""),
    )
    return found.join(conditions_of(project), on="condition").select(list(FIGURES)).sort(*SITTING, "kind", "name")


def conditions_of(project: Project) -> pl.DataFrame:
    """The project's conditions by id (`condition`), with the factors of a sitting; "" where one is not set."""
    rows = [
        (pk, *(str(factors.get(name, "")) for name in FACTORS))
        for pk, factors in Condition.objects.filter(project=project).values_list("pk", "factors")
    ]
    return pl.DataFrame(rows, schema={"condition": pl.Int64, **dict.fromkeys(FACTORS, pl.String)}, orient="row")


def kinds_of(project: Project) -> dict[str, str]:
    """What kind each model is (base, instruct …), by the factor `kind` of its rollouts; others are left out."""
    told = Condition.objects.filter(project=project).values_list("pk", "factors")
    kinds = {pk: str(factors["kind"]) for pk, factors in told if factors.get("kind")}
    rollouts = Rollout.objects.filter(
        collection__project=project, collection__is_deleted=False, condition_id__in=list(kinds)
    )
    pairs = rollouts.order_by().values_list("model__name", "condition_id").distinct()
    return {model: kinds[condition] for model, condition in sorted(pairs)}
