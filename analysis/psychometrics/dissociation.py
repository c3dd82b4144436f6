"""What personas do to the report and to the behaviour, in standard deviations, side by side. Knows no persona.

Source: The Personality Illusion (arXiv 2509.03730), persona injection: the report moves by more than one standard
deviation, behaviour hardly at all. Models, not runs, are the cases: every interval is over models.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import polars as pl

from analysis.psychometrics.expected import expected_sign
from analysis.psychometrics.persona import Effect, moved_by_model, over_models


class Moved(NamedTuple):
    """What runs under personas of one target (of one `persona`, or "" for all of them) moved in one figure.

    `is_target` tells the trait that the personas aim at. A control has target "" and the name of its persona.
    """

    target: str
    persona: str
    kind: str
    name: str
    is_target: bool
    effect: Effect


class Dissociation(NamedTuple):
    """One target and one behaviour: how far the report of the target moved, and how far the behaviour did.

    `expected` is the direction of the behaviour with the trait in people. `gap` is the report's effect less the
    behaviour's in the expected direction, both the way the report went, paired within models: above 0 the report moved
    further; None where no direction is expected.
    """

    target: str
    behaviour: str
    expected: int
    report: Effect
    behaviour_effect: Effect
    gap: Effect


def persona_effects(figures: pl.DataFrame, *, by_persona: bool = False) -> list[Moved]:
    """Effects on every trait and behaviour of FIGURES, of each target's personas together, or of each persona.

    Runs without persona are what is compared with; where there are none, those of neutral personas (no target).
    """
    plain, moved = _arms(figures)
    found = []
    for target, persona, rows in _groups(moved, by_persona):
        for (kind, name), own in _by_figure(rows):
            by_model, reason = _moved(plain, own, name)
            effect = over_models(by_model, reason)
            found.append(Moved(target, persona, kind, name, kind == "trait" and _is(name, target), effect))
    return found


def dissociation(figures: pl.DataFrame) -> list[Dissociation]:
    """For each target that FIGURES report on, each behaviour beside the report: one picture's rows."""
    plain, moved = _arms(figures)
    found = []
    for target, _, rows in _groups(moved.filter(pl.col("target") != ""), by_persona=False):
        names = rows.select("kind", "name").unique().sort("name").rows()
        report = next((name for kind, name in names if kind == "trait" and _is(name, target)), None)
        if report is None:
            continue
        said = _moved(plain, rows.filter(pl.col("name") == report), report)
        for behaviour in (name for kind, name in names if kind == "behaviour"):
            did = _moved(plain, rows.filter(pl.col("name") == behaviour), behaviour)
            expected = expected_sign(target, behaviour)
            effects = over_models(*said), over_models(*did)
            found.append(Dissociation(target, behaviour, expected, *effects, _gap(said, did, expected)))
    return found


def _gap(said: tuple[Mapping[int, float], str], did: tuple[Mapping[int, float], str], expected: int) -> Effect:
    both = [model for model in said[0] if model in did[0]]
    reason = said[1] or did[1] or ("" if expected else "no direction is expected")
    if reason:
        return Effect(None, None, None, len(both), reason)
    way = 1 if np.mean([said[0][model] for model in both]) >= 0 else -1
    return over_models({model: way * (said[0][model] - expected * did[0][model]) for model in both})


def _arms(figures: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Runs to compare with, and runs under personas; models as codes."""
    codes = {model: code for code, model in enumerate(figures["model"].unique().sort())}
    rows = figures.drop_nulls("value").with_columns(
        model_code=pl.col("model").replace_strict(codes, return_dtype=pl.Int64)
    )
    bare = (pl.col("persona") == "") & (pl.col("target") == "")
    plain = rows.filter(bare)
    if plain.height:
        return plain, rows.filter(~bare)
    return rows.filter(pl.col("target") == ""), rows.filter(pl.col("target") != "")


def _groups(rows: pl.DataFrame, by_persona: bool) -> Iterator[tuple[str, str, pl.DataFrame]]:
    """Targets, each with its personas together or apart; controls always apart."""
    label = pl.col("persona") if by_persona else pl.when(pl.col("target") == "").then("persona").otherwise(pl.lit(""))
    told = rows.with_columns(label=label)
    for target, persona in told.select("target", "label").unique().sort("target", "label").rows():
        yield target, persona, told.filter((pl.col("target") == target) & (pl.col("label") == persona))


def _by_figure(rows: pl.DataFrame) -> Iterator[tuple[tuple[str, str], pl.DataFrame]]:
    for kind, name in rows.select("kind", "name").unique().sort("kind", "name", descending=[True, False]).rows():
        yield (kind, name), rows.filter((pl.col("kind") == kind) & (pl.col("name") == name))


def _moved(plain: pl.DataFrame, rows: pl.DataFrame, name: str) -> tuple[dict[int, float], str]:
    without = plain.filter(pl.col("name") == name)
    values = [part["value"].to_numpy().astype(np.float64) for part in (without, rows)]
    models = [part["model_code"].to_numpy().astype(np.int64) for part in (without, rows)]
    return moved_by_model(values[0], values[1], models[0], models[1])


def _is(name: str, target: str) -> bool:
    return name.split(" (")[0] == target
