"""The names that rollouts can be filtered by, where no analysis knows them: one query each."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from apps.traces.models import Condition, LanguageModel, Problem, ProblemSet, Rollout

MOST = 500


def choices_of(rollouts: QuerySet[Rollout]) -> dict[str, list[str]]:
    """Models, problem sets, subjects, levels and conditions of the rollouts."""
    problems = Problem.objects.filter(pk__in=rollouts.values("problem"))
    return {
        "model": _names(LanguageModel.objects.filter(pk__in=rollouts.values("model")), "name"),
        "problem_set": _names(ProblemSet.objects.filter(pk__in=problems.values("problem_set")), "name"),
        "subject": _names(problems, "subject"),
        "level": _names(problems, "level", _in_order),
        "condition": _names(Condition.objects.filter(pk__in=rollouts.values("condition")), "label"),
    }


def merged_choices(known: Iterable[Mapping[str, Sequence[str]]]) -> dict[str, Sequence[str]]:
    """The names of several collections together, each once."""
    names: dict[str, dict[str, None]] = {}
    for choices in known:
        for column, found in choices.items():
            names.setdefault(column, {}).update(dict.fromkeys(found))
    return {column: sorted(found, key=_in_order)[:MOST] for column, found in names.items()}


def _names(rows: QuerySet[Any], column: str, order: Callable[[str], Any] | None = None) -> list[str]:
    names = rows.order_by(column).values_list(column, flat=True).distinct()[:MOST]
    return sorted(names, key=order) if order else list(names)


def _in_order(name: str) -> tuple[bool, float, str]:
    return (False, float(name), name) if name.isdecimal() and name.isascii() else (True, 0.0, name.casefold())
