"""How far answers can be trusted, over a project's sheet, kept for as long as its rows do not change."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import polars as pl

from analysis.psychometrics.item_tests import ItemTest, item_tests
from analysis.psychometrics.scores import Reliability, reliability_of
from analysis.psychometrics.sensitivity import (
    OrderBias,
    Refusals,
    Sensitivity,
    Symmetry,
    order_biases,
    refusals,
    sensitivities,
    symmetries,
)
from analysis.psychometrics.stability import Stability, stability
from apps.accounts.models import Project
from apps.psychology.queries.administrations import state_of
from apps.psychology.queries.sheet import answers_of, figures_of, kinds_of
from apps.traces.services.measuring import SEED

KEPT = 8
COMPARED = ("base", "instruct")


class Trust(NamedTuple):
    """Everything that the reliability page says, by model and instrument."""

    refusals: Sequence[Refusals]
    sensitivities: Sequence[Sensitivity]
    symmetries: Sequence[Symmetry]
    order_biases: Sequence[OrderBias]
    tests: Sequence[ItemTest]
    indices: Sequence[Reliability]
    n_answers: int
    statuses: Sequence[tuple[str, int]]
    stability: Sequence[Stability]


def trust(project: Project, names: tuple[str, ...] = ()) -> Trust:
    return _trust(project.pk, names, state_of(project, names))


@lru_cache(maxsize=KEPT)
def _trust(project: int, names: tuple[str, ...], state: tuple[object, ...]) -> Trust:
    found = Project.objects.get(pk=project)
    return trust_of(answers_of(found, names), _stability(found, names))


def trust_of(answers: pl.DataFrame, stable: Sequence[Stability] = ()) -> Trust:
    """Of one table of ANSWERS."""
    statuses = answers.group_by("status").agg(pl.len().alias("n")).sort("n", descending=True).rows()
    return Trust(
        refusals(answers),
        sensitivities(answers),
        symmetries(answers),
        order_biases(answers),
        item_tests(answers),
        reliability_of(answers),
        answers.height,
        statuses,
        stable,
    )


def _stability(project: Project, names: tuple[str, ...]) -> list[Stability]:
    """Base models against instruct models, where there are both."""
    kinds = kinds_of(project, names)
    if not set(COMPARED) <= set(kinds.values()):
        return []
    return stability(figures_of(project, names), kinds, np.random.default_rng(SEED), *COMPARED)
