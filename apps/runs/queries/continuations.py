"""Where runs wrote on from a rollout. Knows rows and conditions, no text."""

from collections import defaultdict
from typing import NamedTuple

from apps.runs.models import Run
from apps.traces.models import Condition, Rollout

MOST_RUNS = 3
STEP = "continued_after_step"
"""The factor of a continuation's condition that says after which step it begins."""


class Place(NamedTuple):
    """The end of a step: code points into the turn's text, and the step's number (0: the start)."""

    offset: int
    step: int


def continued_of(rollout: Rollout, turn_index: int) -> list[tuple[Run, list[Place]]]:
    """The places that the last runs continued this turn from, in order."""
    rows = Rollout.objects.filter(parent=rollout, parent_turn=turn_index, collection__is_deleted=False)
    starts = list(rows.values_list("collection_id", "parent_offset", "condition_id").distinct())
    if not starts:
        return []
    conditions = Condition.objects.in_bulk({condition for _, _, condition in starts})
    places: dict[int, set[Place]] = defaultdict(set)
    for collection, offset, condition in starts:
        step = str(conditions[condition].factors.get(STEP, ""))
        if step.isdecimal():
            places[collection].add(Place(offset or 0, int(step)))
    runs = Run.objects.filter(output_id__in=places).select_related("project").order_by("-pk")[:MOST_RUNS]
    return [(run, sorted(places[run.output_id or 0])) for run in runs]
