"""Which rollout another is compared with, where a judge is to choose between two of one problem. Knows no text."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from apps.accounts.models import Project
from apps.runs.services.sources import SourceRefused
from apps.traces.models import Collection, Rollout
from apps.traces.queries.collections import find_collection
from apps.traces.queries.many import among

RIVALS = "rivals"
"""The setting of a protocol that names the collection."""


class Candidate(NamedTuple):
    """A rollout that may be the rival, in the order in which one is chosen within equals."""

    sample: int
    pk: int
    model_id: int


def rival_collection(project: Project, parameters: Mapping[str, Any]) -> Collection | None:
    """The collection that a plan compares with, None where it compares with none; raises SourceRefused if unknown."""
    pk = parameters.get(RIVALS)
    if pk is None:
        return None
    found = find_collection(project, int(pk))
    if found is None:
        raise SourceRefused(f"there is no collection {pk} in {project.name!r} to compare with")
    return found


def rivals_of(rollouts: Sequence[Rollout], collection: Collection) -> dict[int, int]:
    """Rollout id -> id of its rival in the collection: of the same problem, never itself; of another model if there
    is one, then of the same sample number, then the first. One without a rival is left out."""
    by_problem = _by_problem({each.problem_id for each in rollouts}, collection)
    chosen = {each.pk: _chosen(each, by_problem[each.problem_id]) for each in rollouts}
    return {pk: rival.pk for pk, rival in chosen.items() if rival is not None}


def _by_problem(problem_ids: set[int], collection: Collection) -> Mapping[int, Sequence[Candidate]]:
    rows = Rollout.objects.filter(among("problem_id", problem_ids), collection=collection)
    found: dict[int, list[Candidate]] = defaultdict(list)
    for problem_id, *candidate in rows.values_list("problem_id", "sample", "pk", "model_id"):
        found[problem_id].append(Candidate(*candidate))
    return found


def _chosen(rollout: Rollout, candidates: Iterable[Candidate]) -> Candidate | None:
    others = (each for each in candidates if each.pk != rollout.pk)
    return min(
        others, key=lambda each: (each.model_id == rollout.model_id, each.sample != rollout.sample, each), default=None
    )
