"""What the browser sends of one item, carried out in one transaction, and whether others were at it since."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from apps.annotation.models import Assignment, Layer
from apps.annotation.queries.labels import standing
from apps.annotation.services import taking
from apps.annotation.services.labelling import Applied, apply
from apps.core.first_gap import prompt_transaction


@dataclass(frozen=True, slots=True)
class Saved:
    """`standing` is that after these acts; `is_news` says that it was not the known one before them."""

    applied: Applied
    standing: str
    is_news: bool


@prompt_transaction()
def save(*, assignment: Assignment, layer: Layer, acts: Iterable[Mapping[str, Any]], known: str) -> Saved:
    """Carry out the acts of the person whose assignment it is; raises BadAct where they are too many."""
    rollout, rows = assignment.item.rollout, list(acts)
    before = standing(layer, rollout)
    if not rows:
        return Saved(Applied(), before, before != known)
    applied = apply(layer=layer, rollout=rollout, user=assignment.user, acts=rows)
    taking.keep(assignment=assignment)
    return Saved(applied, standing(layer, rollout), before != known)
