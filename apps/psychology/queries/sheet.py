"""Rollouts of administrations as the two tables of analysis.psychometrics.frames. Reads columns, never texts.

What is read of a collection is kept in this process for as long as the collection does not change.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import polars as pl

from analysis.psychometrics.expected import EXPECTED
from analysis.psychometrics.frames import ANSWERS, FIGURES, SITTING, STATUSES, VARIANT, empty
from analysis.psychometrics.instrument import Instrument
from analysis.psychometrics.scores import trait_figures
from analysis.psychometrics.shipped import INSTRUMENTS
from analysis.psychometrics.tasks.cross_prediction import Foretold, rows_of
from analysis.psychometrics.tasks.table import TASKS
from apps.accounts.models import Project
from apps.psychology.models import Administration
from apps.psychology.queries.administrations import administrations_of, with_replies
from apps.traces.models import Collection, Condition, LanguageModel, Rollout, Score

KEPT = 32
PREDICTION = "self_prediction"
FACTORS = (*(name for name in SITTING if name not in ("model", "sample")), *VARIANT)
RAW: Mapping[str, Any] = {
    "rollout": pl.Int64,
    "problem": pl.String,
    "model": pl.String,
    **dict.fromkeys(FACTORS, pl.String),
    "kind": pl.String,
    "sample": pl.Int64,
}
SCORES: Mapping[str, Any] = {"rollout": pl.Int64, "prefix": pl.String, "name": pl.String, "score": pl.Float64}
READ_IN = {"trait": "trait", "behaviour": "behaviour"}
"""Prefixes of scores that are figures already, as published files have them."""


def answers_of(project: Project, names: Sequence[str] = ()) -> pl.DataFrame:
    """ANSWERS of the project's questionnaires, or of the administrations under some names."""
    found = [part for each in with_replies(administrations_of(project, names)) for part in _answered(each)]
    return pl.concat([empty(ANSWERS), *found])


def _answered(administration: Administration) -> Iterator[pl.DataFrame]:
    """The answers of one administration; of one that was read in, the shipped instrument that its problem names."""
    rollouts, scores = _raw(administration.replies)
    if administration.instrument is not None:
        yield _answers(rollouts, scores, administration.instrument.name, administration.instrument.plain)
    elif administration.run is None:
        for name in sorted(set(rollouts["problem"]) & set(INSTRUMENTS)):
            yield _answers(rollouts.filter(pl.col("problem") == name), scores, name, INSTRUMENTS[name])


def figures_of(project: Project, names: Sequence[str] = ()) -> pl.DataFrame:
    """FIGURES: traits by the instruments' keys, behaviours as tasks sum them up, and those that were read in.

    A figure that several administrations give of equal sittings is there several times.
    """
    given = with_replies(administrations_of(project, names))
    instruments = {each.instrument.name: each.instrument for each in given if each.instrument is not None}
    scorings = {name: each.plain.scoring for name, each in instruments.items()}
    found = [trait_figures(answers_of(project, names), scorings)]
    for each in given:
        assert each.replies is not None
        found += [_read_in(_raw(each.replies)), _behaviours(_raw(each.replies), each)]
    return pl.concat(found)


def foretold_of(project: Project, names: Sequence[str] = ()) -> list[Foretold]:
    """What models foretold of replies and what the replies were, of every self-prediction without persona."""
    found: list[Foretold] = []
    for each in with_replies(administrations_of(project, names)):
        if each.task != PREDICTION:
            continue
        rollouts, scores = _raw(each.replies)
        told = _told(scores, PREDICTION)
        plain = rollouts.filter(pl.col("persona") == "").select("rollout", "model", "problem")
        found += [row for pk, model, key in plain.iter_rows() for row in rows_of(model, key, told.get(pk, {}))]
    return found


def main_only(figures: pl.DataFrame) -> pl.DataFrame:
    """Without the behaviours beside the first of each task and those whose direction in people is known."""
    main = {TASKS[name].behaviours[0].name for name in TASKS} | set(EXPECTED)
    return figures.filter((pl.col("kind") != "behaviour") | pl.col("name").is_in(sorted(main)))


def kinds_of(project: Project, names: Sequence[str] = ()) -> dict[str, str]:
    """Model -> its kind (base, instruct ...), of those whose rollouts tell one."""
    rows = [_raw(each.replies)[0] for each in with_replies(administrations_of(project, names))]
    told = [pair for each in rows for pair in each.select("model", "kind").unique().rows() if pair[1]]
    return dict(sorted(told))


def _raw(collection: Collection | None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rollouts with their factors, and their scores, of a collection as it is now."""
    assert collection is not None
    return _loaded(collection.pk, collection.revision, collection.n_rollouts)


@lru_cache(maxsize=KEPT)
def _loaded(collection: int, revision: int, n_rollouts: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    rollouts = Rollout.objects.filter(collection=collection).order_by("pk")
    models = dict(LanguageModel.objects.filter(rollouts__collection=collection).values_list("pk", "name").distinct())
    conditions = Condition.objects.filter(pk__in=rollouts.order_by().values("condition"))
    factors = {pk: _factors(each) for pk, each in conditions.values_list("pk", "factors")}
    rows = rollouts.values_list("pk", "problem__key", "model", "condition", "sample")
    raw = [(pk, key, models[model], *factors[of], sample) for pk, key, model, of, sample in rows.iterator()]
    scores = Score.objects.filter(rollout__collection=collection).order_by("pk").values_list("rollout", "name", "value")
    told = [(pk, *name.partition("/")[::2], value) for pk, name, value in scores.iterator() if "/" in name]
    return pl.DataFrame(raw, dict(RAW), orient="row"), pl.DataFrame(told, dict(SCORES), orient="row")


def _factors(told: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(told.get(name, "")) for name in (*FACTORS, "kind"))


def _answers(rollouts: pl.DataFrame, scores: pl.DataFrame, name: str, instrument: Instrument) -> pl.DataFrame:
    """A row for each item that was put: those with a status."""
    of = {
        prefix: scores.filter(pl.col("prefix") == prefix).select("rollout", item="name", **{prefix: "score"})
        for prefix in ("status", "answer", "expected")
    }
    statuses = pl.col("status").cast(pl.Int64).replace_strict(dict(STATUSES), return_dtype=pl.String, default="unread")
    put = of["status"].with_columns(status=statuses)
    for prefix in ("answer", "expected"):
        put = put.join(of[prefix], on=("rollout", "item"), how="left", maintain_order="left")
    found = put.join(_key(instrument), on="item", how="inner", maintain_order="left").join(
        rollouts, on="rollout", how="inner", maintain_order="left"
    )
    named = found.with_columns(instrument=pl.lit(name), value=pl.col("answer"))
    return named.select([pl.col(name).cast(kind) for name, kind in ANSWERS.items()])


def _key(instrument: Instrument) -> pl.DataFrame:
    """What the instrument's key says of each item."""
    rows = [
        (item.id, item.scale, item.is_reversed, item.pair, *map(float, instrument.ends_of(item)))
        for item in instrument.items
    ]
    columns = {name: ANSWERS[name] for name in ("item", "trait", "is_reversed", "pair", "low", "high")}
    return pl.DataFrame(rows, columns, orient="row")


def _read_in(raw: tuple[pl.DataFrame, pl.DataFrame]) -> pl.DataFrame:
    """Figures that came as they are; nothing is known of the replies behind them."""
    rollouts, scores = raw
    told = scores.filter(pl.col("prefix").is_in(list(READ_IN))).with_columns(
        kind=pl.col("prefix"), value=pl.col("score"), n=pl.lit(0), n_unread=pl.lit(0), reason=pl.lit("")
    )
    found = told.join(rollouts.drop("kind"), on="rollout", how="inner", maintain_order="left")
    return found.select([pl.col(name).cast(kind) for name, kind in FIGURES.items()])


def _told(scores: pl.DataFrame, prefix: str) -> dict[int, dict[str, float]]:
    """Rollout -> its scores under a prefix, without it."""
    found: dict[int, dict[str, float]] = {}
    for pk, name, value in scores.filter(pl.col("prefix") == prefix).select("rollout", "name", "score").iter_rows():
        found.setdefault(pk, {})[name] = value
    return found


def _behaviours(raw: tuple[pl.DataFrame, pl.DataFrame], administration: Administration) -> pl.DataFrame:
    """A task's figures of every sitting, summed up by the task itself."""
    if not administration.task or administration.task not in TASKS:
        return empty(FIGURES)
    task, (rollouts, scores) = TASKS[administration.task], raw
    told = _told(scores, task.name)
    rows = []
    for sitting, part in rollouts.group_by(*SITTING, maintain_order=True):
        for figure in task.summarise([told.get(pk, {}) for pk in part["rollout"]]):
            rows.append((*sitting, "behaviour", figure.name, figure.value, figure.n, figure.n_unread, figure.reason))
    return pl.DataFrame(rows, dict(FIGURES), orient="row")
