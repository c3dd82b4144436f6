"""Runs: what can be asked and of whom, a draft, its start, how far it is, what came of it."""

from collections.abc import Callable
from typing import Any, Literal

import orjson
from django.http import Http404
from ninja import Query, Router, Status

from analysis.catalogue import PROTOCOLS
from apps.accounts.permissions import Act
from apps.api.gate import ApiRequest, allows, any_token
from apps.api.paging import Page, Paging, page_of, page_of_known
from apps.api.schemas.kinds import PathId
from apps.api.schemas.runs import (
    DeleteIn,
    EngineOut,
    EstimateOut,
    OfCollection,
    OfRows,
    ProtocolOut,
    ProvenanceOut,
    ResultsOut,
    RunIn,
    RunOut,
    UnitOut,
)
from apps.api.writes import idempotent
from apps.runs.models import Engine, Run, Unit
from apps.runs.presenters.runs import provenance_of
from apps.runs.queries import runs as queries
from apps.runs.services import drafts, running
from apps.runs.services.plans import Plan, bound, find_engine
from apps.traces.queries.filters import RolloutFilter

router = Router(tags=["runs"])
RUN = "/projects/{project}/runs/{run_id}"
FILE = "problems.jsonl"
ACTS: dict[str, Callable[[Run], object]] = {
    "start": lambda run: running.start(run=run),
    "pause": lambda run: running.pause(run=run),
    "resume": lambda run: running.resume(run=run),
    "cancel": lambda run: running.cancel(run=run),
    "retry": lambda run: running.retry(run=run),
}
MOST_ERRORS = 20


@router.get("/protocols", auth=any_token, response=Page[ProtocolOut])
def list_protocols(request: ApiRequest, paging: Query[Paging]) -> Page[ProtocolOut]:
    """Every protocol with its roles and settings."""
    return page_of_known(request, [ProtocolOut.of(name) for name in PROTOCOLS], paging)


@router.get("/projects/{project}/engines", auth=allows(Act.RUN), response=Page[EngineOut])
def list_engines(request: ApiRequest, project: str, paging: Query[Paging]) -> Page[EngineOut]:
    """The engines that runs may use, with their models."""
    return page_of(request, Engine.objects.filter(is_enabled=True), paging, EngineOut.of)


@router.get("/projects/{project}/runs", auth=allows(Act.VIEW), response=Page[RunOut])
def list_runs(request: ApiRequest, project: str, paging: Query[Paging]) -> Page[RunOut]:
    """The runs of a project, newest first; drafts too."""
    return page_of(request, queries.runs_of(request.project), paging, RunOut.of, newest_first=True)


@router.post("/projects/{project}/runs", auth=allows(Act.RUN), response={201: RunOut})
@idempotent()
def create_run(request: ApiRequest, project: str, sent: RunIn) -> Status[RunOut]:
    """Make a draft of a run; `estimate_run` says what it asks for, `act_on_run` starts it."""
    run = drafts.create_draft(project=request.project, user=request.user, plan=plan_of(sent))
    return Status(201, RunOut.of(reach(request, run.pk)))


@router.get(RUN, auth=allows(Act.VIEW), response=RunOut)
def get_run(request: ApiRequest, project: str, run_id: PathId) -> RunOut:
    """One run, and how far it is."""
    return RunOut.of(reach(request, run_id))


@router.delete(RUN, auth=allows(Act.DELETE), response={204: None})
@idempotent()
def delete_run(request: ApiRequest, project: str, run_id: PathId, asked: Query[DeleteIn]) -> Status[None]:
    """Delete a run that has ended with its units and probes and, if wanted, the collection that it filled."""
    running.delete(run=reach(request, run_id), actor=request.user, with_output=asked.with_output)
    return Status(204, None)


@router.get(f"{RUN}/estimate", auth=allows(Act.VIEW), response=EstimateOut)
def estimate_run(request: ApiRequest, project: str, run_id: PathId) -> EstimateOut:
    """What a run asks for at most."""
    return EstimateOut(**drafts.estimate(reach(request, run_id))._asdict())


@router.post(f"{RUN}/acts/{{act}}", auth=allows(Act.RUN), response={202: RunOut})
@idempotent()
def act_on_run(
    request: ApiRequest,
    project: str,
    run_id: PathId,
    act: Literal["start", "pause", "resume", "cancel", "retry"],
) -> Status[RunOut]:
    """Start, pause, resume or cancel a run, or try its failed units once more."""
    ACTS[act](reach(request, run_id))
    return Status(202, RunOut.of(reach(request, run_id)))


@router.post(f"{RUN}/discard", auth=allows(Act.RUN), response={204: None})
@idempotent()
def discard_run(request: ApiRequest, project: str, run_id: PathId) -> Status[None]:
    """Throw a draft away."""
    drafts.discard(run=reach(request, run_id))
    return Status(204, None)


@router.get(f"{RUN}/units", auth=allows(Act.VIEW), response=Page[UnitOut])
def list_units(
    request: ApiRequest,
    project: str,
    run_id: PathId,
    paging: Query[Paging],
    state: Literal["queued", "running", "done", "failed", "cancelled"] | None = None,
) -> Page[UnitOut]:
    """The units of a run, in the order in which they were made."""
    rows = Unit.objects.filter(run=reach(request, run_id))
    return page_of(request, rows.filter(state=state) if state else rows, paging, UnitOut.of)


@router.get(f"{RUN}/results", auth=allows(Act.VIEW), response=ResultsOut)
def get_run_results(request: ApiRequest, project: str, run_id: PathId) -> ResultsOut:
    """What a run has made so far; rows of probes and judgements are tables (`export_table`)."""
    found = reach(request, run_id)
    output = found.output if found.output is not None and not found.output.is_deleted else None
    return ResultsOut(
        collection=output.pk if output else None,
        n_rollouts=output.rollouts.count() if output else 0,
        n_probes=found.probes.count(),
        n_judgements=found.judgements.count(),
        candidate_sets=[str(each) for each in queries.sets_of(found)],
        errors=list(dict.fromkeys(unit.error for unit in queries.failed_units(found, MOST_ERRORS))),
    )


@router.get(f"{RUN}/provenance", auth=allows(Act.VIEW), response=ProvenanceOut)
def get_run_provenance(request: ApiRequest, project: str, run_id: PathId) -> ProvenanceOut:
    """Everything that is known of where a run's output comes from."""
    found = reach(request, run_id)
    return ProvenanceOut(provenance=dict(provenance_of(found, queries.bindings_of(found))))


def plan_of(sent: RunIn) -> Plan:
    """As the form of a new run makes it. Raises UserError."""
    roles = {role: bound(find_engine(each.engine), each.model) for role, each in sent.roles.items()}
    source = source_of(sent) | ({"limit": sent.limit} if sent.limit else {})
    return Plan(sent.protocol, roles, source, sent.settings, sent.seed, sent.name.strip())


def source_of(sent: RunIn) -> dict[str, Any]:
    source = sent.source
    if isinstance(source, OfRows):
        chunks = (orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in source.problems)
        return drafts.keep_problems_file(chunks=chunks, name=FILE)
    if isinstance(source, OfCollection):
        filters = RolloutFilter.parse(source.filter, with_text=True)
        return {"kind": "collection", "collection": source.collection, "filter": filters.given}
    return source.dict(exclude_none=True)


def reach(request: ApiRequest, pk: int) -> Run:
    """The run, reached through its project; 404 where there is none."""
    found = queries.find_run(request.project, pk)
    if found is None:
        raise Http404("no such run")
    return found
