"""The statistics of saying and doing over a project's sheet, kept for as long as its rows do not change."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import polars as pl

from analysis.psychometrics.alignments import ModelAlignment, alignments
from analysis.psychometrics.dissociation import Dissociation, Moved, dissociation, persona_effects
from analysis.psychometrics.link import CLUSTERED, Link, joint, marginal, within_between
from analysis.psychometrics.persona_regression import Regressed, regressions
from analysis.psychometrics.tasks.cross_prediction import Prediction, cross_prediction, privileged_access
from analysis.psychometrics.tasks.self_description import faithfulness_table
from apps.accounts.models import Project
from apps.psychology.queries.administrations import names_of, state_of
from apps.psychology.queries.sheet import answers_of, figures_of, foretold_of, main_only
from apps.traces.services.measuring import SEED

KEPT = 16
MOST_MODELS = 12
"""So many models are held against each other in self-prediction."""
LEVELS = {"joint": joint, "marginal": marginal}


class Asked(NamedTuple):
    """What a page of links is of: administrations by name (none: all), which coefficients, which behaviours."""

    names: tuple[str, ...] = ()
    level: str = "joint"
    inference: str = CLUSTERED
    behaviours: str = "main"
    with_personas: bool = False


def linkable_of(project: Project) -> tuple[str, ...]:
    """The latest administration that has both self-report and behaviour; none where no single one has: then all."""
    return _linkable(project.pk, state_of(project))


@lru_cache(maxsize=KEPT)
def _linkable(project: int, state: tuple[object, ...]) -> tuple[str, ...]:
    owner = Project.objects.get(pk=project)
    for name in names_of(owner):
        if set(figures_of(owner, (name,)).drop_nulls("value")["kind"]) == {"trait", "behaviour"}:
            return (name,)
    return ()


def sheet(project: Project, asked: Asked) -> pl.DataFrame:
    """FIGURES with the behaviours that were asked for: "main" are the first of each task and the published ones."""
    figures = figures_of(project, asked.names)
    return main_only(figures) if asked.behaviours == "main" else figures


def links(project: Project, asked: Asked) -> Sequence[Link]:
    return _links(project.pk, state_of(project, asked.names), asked)


def split_links(project: Project, asked: Asked) -> Sequence[Link]:
    return _split(project.pk, state_of(project, asked.names), asked)


def aligned(project: Project, asked: Asked, way: str) -> Sequence[ModelAlignment]:
    return _aligned(project.pk, state_of(project, asked.names), asked, way)


def moved(project: Project, asked: Asked) -> Sequence[Moved]:
    """Effects of every persona, then of each target's personas together (`persona` "")."""
    return _moved(project.pk, state_of(project, asked.names), asked)


def gaps(project: Project, asked: Asked) -> Sequence[Dissociation]:
    """How much further each target's personas moved the report than each behaviour."""
    return _gaps(project.pk, state_of(project, asked.names), asked)


def regressed(project: Project, asked: Asked) -> Sequence[Regressed]:
    """Persona against none on each figure, as published; none where there is no persona."""
    return _regressed(project.pk, state_of(project, asked.names), asked)


def described(project: Project, asked: Asked) -> pl.DataFrame:
    """What models say they would do against what tasks measured of them: CORRELATED, of pairs that were both given."""
    return faithfulness_table(figures_of(project, asked.names)).filter(pl.col("n") > 0)


class CrossPrediction(NamedTuple):
    """How often `by` foretells what `of` replies; equal names: itself. `access` is how much better `of` is at it."""

    of: str
    by: str
    found: Prediction
    access: Prediction | None


def predictions(project: Project, asked: Asked) -> Sequence[CrossPrediction]:
    """Every model's replies foretold by every model, itself first."""
    return _predictions(project.pk, state_of(project, asked.names), asked.names)


@lru_cache(maxsize=KEPT)
def _predictions(project: int, state: tuple[object, ...], names: tuple[str, ...]) -> Sequence[CrossPrediction]:
    rows = foretold_of(Project.objects.get(pk=project), names)
    models = sorted({row.model for row in rows})
    rng = np.random.default_rng(SEED)
    return [
        CrossPrediction(
            of,
            by,
            cross_prediction(rows, of=of, by=by, rng=rng),
            None if by == of else privileged_access(rows, of=of, by=by, rng=rng),
        )
        for of in models[:MOST_MODELS]
        for by in sorted(models[:MOST_MODELS], key=lambda each: each != of)
    ]


def counts(project: Project, asked: Asked) -> tuple[dict[str, int], int, int]:
    """Models, sittings, instruments, tasks and personas there are; replies that were not read, and all replies."""
    figures, answers = figures_of(project, asked.names), answers_of(project, asked.names)
    personas = figures.filter(pl.col("persona") != "")["persona"].n_unique()
    told = {
        "models": figures["model"].n_unique(),
        "sittings": figures.select("model", "system_prompt", "persona", "temperature", "sample").n_unique(),
        "traits": figures.filter(pl.col("kind") == "trait")["name"].n_unique(),
        "behaviours": figures.filter(pl.col("kind") == "behaviour")["name"].n_unique(),
        "personas": personas,
    }
    behaviours = figures.filter(pl.col("kind") == "behaviour")
    n_unread = int((answers["status"] != "read").sum()) + int(behaviours["n_unread"].sum())
    n_replies = answers.height + int(behaviours["n"].sum()) + int(behaviours["n_unread"].sum())
    return told, n_unread, n_replies


@lru_cache(maxsize=KEPT)
def _links(project: int, state: tuple[object, ...], asked: Asked) -> Sequence[Link]:
    figures = sheet(Project.objects.get(pk=project), asked)
    return LEVELS[asked.level](figures, asked.inference, with_personas=asked.with_personas)


@lru_cache(maxsize=KEPT)
def _split(project: int, state: tuple[object, ...], asked: Asked) -> Sequence[Link]:
    return within_between(sheet(Project.objects.get(pk=project), asked), with_personas=asked.with_personas)


@lru_cache(maxsize=KEPT)
def _aligned(project: int, state: tuple[object, ...], asked: Asked, way: str) -> Sequence[ModelAlignment]:
    return alignments(sheet(Project.objects.get(pk=project), asked), way, np.random.default_rng(SEED))


@lru_cache(maxsize=KEPT)
def _moved(project: int, state: tuple[object, ...], asked: Asked) -> Sequence[Moved]:
    figures = sheet(Project.objects.get(pk=project), asked)
    return [*persona_effects(figures, by_persona=True), *persona_effects(figures)]


@lru_cache(maxsize=KEPT)
def _gaps(project: int, state: tuple[object, ...], asked: Asked) -> Sequence[Dissociation]:
    return dissociation(sheet(Project.objects.get(pk=project), asked))


@lru_cache(maxsize=KEPT)
def _regressed(project: int, state: tuple[object, ...], asked: Asked) -> Sequence[Regressed]:
    return regressions(sheet(Project.objects.get(pk=project), asked))
