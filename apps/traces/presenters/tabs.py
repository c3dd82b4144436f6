"""The links between the pages of statistics of one collection, under the same filter. Knows addresses only."""

from typing import NamedTuple

from django.urls import reverse

from apps.traces.presenters.families import FAMILIES, REFLECTION
from apps.traces.queries.filters import RolloutFilter


class Tab(NamedTuple):
    label: str
    href: str
    is_here: bool


def tabs_of(slug: str, pk: int, filters: RolloutFilter, here: str = REFLECTION) -> list[Tab]:
    """Reflection first, then every family; the filter goes along."""
    first = Tab("Reflection", reverse("traces:dashboard", args=[slug, pk]) + filters.query, here == REFLECTION)
    others = [
        Tab(family.label, reverse("traces:family", args=[slug, pk, name]) + filters.query, here == name)
        for name, family in FAMILIES.items()
    ]
    return [first, *others]
