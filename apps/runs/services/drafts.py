"""A run before it starts: made from a plan, counted, estimated, thrown away. Knows rows, no engine's code."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from itertools import islice
from typing import Any, NamedTuple

from django.db import transaction

from analysis.asking import Reply, Splitting
from analysis.catalogue import PROTOCOLS
from analysis.protocols.conduct import Conductor, Estimate, Item, ProtocolFailed
from apps.accounts.models import Project, User
from apps.core import blobs
from apps.core.models import Blob
from apps.runs.models import RoleBinding, Run, RunState
from apps.runs.services import problem_files
from apps.runs.services.items import items_from
from apps.runs.services.plans import Bound, Plan, PlanRefused, check, conductor_of, queue_for
from apps.runs.services.rivals import rival_collection
from apps.runs.services.sources import Filed, Given, Start, count_of, source_of, starts_of
from apps.traces.models import Collection

MOST_UNITS = 200_000
LOOKED_AT = 50
"""So many items are estimated; the others are taken to be like them."""


class Estimated(NamedTuple):
    """Units, requests and new tokens at most; `is_whole` where every item was looked at."""

    n_items: int
    n_units: int
    n_requests: int
    n_tokens: int
    is_whole: bool


@transaction.atomic
def create_draft(*, project: Project, user: User | None, plan: Plan) -> Run:
    """A run that waits for somebody to start it. Raises UserError where it could not be run as planned."""
    conductor = check(plan)
    needs = conductor.needs_for(plan.parameters)
    given = source_of(project, plan.source, needs=needs)
    items = first_items(given, limit_of(plan.source), 1, rival_collection(project, conductor.settle(plan.parameters)))
    if not items:
        raise PlanRefused(f"there is nothing to run on: no {needs} matches ({given.words})")
    try_out(conductor, items[0], plan.parameters)
    run = Run.objects.create(
        project=project,
        created_by=user,
        name=(plan.name or f"{PROTOCOLS.label(plan.protocol)}: {given.words}")[:200],
        protocol=plan.protocol,
        protocol_version=conductor.version,
        parameters=plain(conductor.settle(plan.parameters)),
        source=plain(plan.source) | {"words": given.words},
        first_seed=plan.first_seed,
        queue=queue_for(plan.roles),
        problems_file=_file_of(plan.source),
    )
    for role in conductor.roles:
        each = plan.roles[role]
        RoleBinding.objects.create(run=run, role=role, engine=each.engine, model=each.model)
    return run


def keep_problems_file(*, chunks: Iterable[bytes], name: str) -> dict[str, Any]:
    """The source that a file of problems is, once it has been kept and read. Raises BadProblems."""
    blob = blobs.put(chunks)
    try:
        for _ in problem_files.read(blob.pk, name[:200]):
            continue
    except problem_files.BadProblems:
        blobs.discard_unused([blob.pk])
        raise
    return {"kind": "file", "blob": blob.pk, "name": name[:200]}


def _file_of(source: Mapping[str, Any]) -> Blob | None:
    return Blob.objects.filter(pk=source["blob"]).first() if source.get("kind") == "file" else None


def try_out(conductor: Conductor, item: Item, parameters: Mapping[str, Any]) -> None:
    """Let the protocol ask its first questions, so that a template that cannot be filled is told before the start."""
    conducting = conductor.conduct(item, parameters)
    with suppress(ProtocolFailed):  # this item's own fault, which its unit will tell; others may be sound
        asks = next(conducting, ())
        if any(isinstance(each, Splitting) for each in asks):
            conducting.send([Reply() for _ in asks])
    conducting.close()


def given_of(run: Run) -> Given:
    return source_of(run.project, run.source, needs=conductor_of(run.protocol).needs_for(run.parameters))


def limit_of(source: Mapping[str, Any]) -> int | None:
    limit = source.get("limit")
    return int(limit) if limit else None


def n_samples_of(run: Run) -> int:
    """How many units each problem or rollout is given."""
    return int(run.parameters.get("samples", 1))


def first_items(given: Given, limit: int | None, n: int, against: Collection | None = None) -> list[Item]:
    """The first items of a source; of a file nothing is stored for it."""
    if isinstance(given, Filed):
        return [Item(problem) for problem in islice(problem_files.read(given.blob_id, given.name), n)]
    starts: list[Start] = list(islice(starts_of(given, limit), n))
    return [item for item in items_from(starts, against) if item is not None]


def estimate(run: Run) -> Estimated:
    """What the run will ask for at most."""
    conductor, given = conductor_of(run.protocol), given_of(run)
    n_items = count_of(given, limit_of(run.source))
    looked = first_items(given, limit_of(run.source), LOOKED_AT, rival_collection(run.project, run.parameters))
    each = [found for item in looked if (found := _estimated(conductor, item, run)) is not None]
    n_units = n_items * n_samples_of(run)
    share = n_units / max(len(looked), 1)
    return Estimated(
        n_items,
        n_units,
        round(share * sum(found.n_requests for found in each)),
        round(share * sum(found.n_tokens for found in each)),
        n_items <= LOOKED_AT,
    )


def _estimated(conductor: Conductor, item: Item, run: Run) -> Estimate | None:
    """None for an item that the protocol cannot be run on: its unit will say why."""
    try:
        return conductor.estimate(item, run.parameters)
    except ProtocolFailed:
        return None


def plan_of(run: Run) -> Plan:
    """The plan that a run was made from, to change it and run it again."""
    roles = {each.role: Bound(each.engine, each.model) for each in run.roles.select_related("engine")}
    source = {name: value for name, value in run.source.items() if name != "words"}
    return Plan(run.protocol, roles, source, run.parameters, run.first_seed, run.name)


def discard(*, run: Run) -> None:
    """Throw a draft away, with its file of problems."""
    if run.state != RunState.DRAFT:
        raise PlanRefused(f"this run is {run.state}; only one that was not started can be discarded")
    blob_id = run.problems_file_id
    with transaction.atomic():
        run.delete()
        blobs.discard_unused([blob_id] if blob_id else [])


def plain(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings in values that JSON holds."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in settings.items()}
