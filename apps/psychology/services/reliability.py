"""How far answers can be trusted, over a project's sheet, kept for as long as its rows do not change."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

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
from apps.accounts.models import Project
from apps.psychology.queries.administrations import state_of
from apps.psychology.queries.sheet import answers_of

KEPT = 8


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


def trust(project: Project, names: tuple[str, ...] = ()) -> Trust:
    return _trust(project.pk, names, state_of(project, names))


@lru_cache(maxsize=KEPT)
def _trust(project: int, names: tuple[str, ...], state: tuple[object, ...]) -> Trust:
    answers = answers_of(Project.objects.get(pk=project), names)
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
    )
