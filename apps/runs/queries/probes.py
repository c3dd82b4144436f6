"""Forced answers and scores that runs left on a rollout. Knows no page."""

from apps.runs.models import Probe, Run
from apps.traces.models import Rollout, Score

MOST_RUNS = 3


def probes_of(rollout: Rollout, turn_index: int) -> list[tuple[Run, list[Probe]]]:
    """The first answers at each place by the last runs that probed the turn, in the order of the places."""
    rows = Probe.objects.filter(rollout=rollout, turn_index=turn_index)
    ids = list(rows.order_by("-run_id").values_list("run_id", flat=True).distinct()[:MOST_RUNS])
    runs = Run.objects.select_related("project").in_bulk(ids)
    found: dict[int, list[Probe]] = {pk: [] for pk in ids}
    seen: set[tuple[int, int]] = set()
    for row in rows.filter(run_id__in=ids).order_by("offset", "k"):
        if (row.run_id, row.offset) not in seen:
            seen.add((row.run_id, row.offset))
            found[row.run_id].append(row)
    return [(runs[pk], found[pk]) for pk in ids]


def scores_of(rollout: Rollout, run: Run) -> dict[str, float]:
    """The numbers that a run left on a rollout."""
    return dict(Score.objects.filter(rollout=rollout, source=f"run {run.pk}").values_list("name", "value"))
