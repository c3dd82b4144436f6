"""Pages of runs: the list, how far one is, its units, its provenance."""

from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from analysis.errors import UserError
from apps.accounts.access import ProjectRequest, project_page
from apps.accounts.permissions import Act, may
from apps.runs.models import Run, RunState
from apps.runs.presenters import runs as presenting
from apps.runs.presenters.progress import Progress, progress_of, reasons_of
from apps.runs.queries import runs as queries
from apps.runs.queries.workers import live_workers, service_of
from apps.runs.services import drafts
from apps.runs.services.plans import conductor_of
from apps.traces.forms import key_before

SHOWN_FAILED = 300
UNIT_STATES = ("queued", "running", "done", "failed", "cancelled")


@require_safe
@project_page(Act.VIEW)
def runs(request: ProjectRequest) -> HttpResponse:
    """The project's runs, newest first."""
    found, more = queries.runs_page(request.project, key_before(request.GET))
    context = {
        "rows": [presenting.row_of(run) for run in found],
        "more": more,
        "is_working": any(run.state in (RunState.QUEUED, RunState.RUNNING) for run in found),
        "may_run": may(request.membership.role, Act.RUN),
        "section": "runs",
    }
    return render(request, "runs/runs.html", context)


@require_safe
@project_page(Act.VIEW)
def run(request: ProjectRequest, pk: int) -> HttpResponse:
    """A draft with its estimate and dry run; a run with how far it is."""
    found = run_or_404(request, pk)
    return _draft(request, found) if found.state == RunState.DRAFT else _started(request, found)


def _draft(request: ProjectRequest, run: Run) -> HttpResponse:
    bindings = queries.bindings_of(run)
    context: dict[str, Any] = {
        "run": run,
        "asked": presenting.asked_of(run, bindings),
        "service": service_of(run.queue, [each.engine.kind for each in bindings]),
        "trial": queries.last_trial(run=run),
        "may_run": may(request.membership.role, Act.RUN),
        "are_alike": presenting.are_alike(run),
        "section": "runs",
    }
    try:
        context["is_oracle_gated"] = conductor_of(run.protocol).is_oracle_gated(run.parameters)
        context["estimate"] = drafts.estimate(run)
    except UserError as error:
        context["refused"] = str(error)
    return render(request, "runs/draft.html", context)


def _started(request: ProjectRequest, run: Run) -> HttpResponse:
    bindings = queries.bindings_of(run)
    progress = _progress(run)
    context = {
        "run": run,
        "progress": progress,
        "asked": presenting.asked_of(run, bindings),
        "answered": presenting.answered_by(run),
        "promise": presenting.promise_of(run),
        "served": presenting.served_by(progress.service, live_workers()),
        "may_run": may(request.membership.role, Act.RUN),
        "may_delete": may(request.membership.role, Act.DELETE),
        "is_oracle_gated": run.provenance.get("is_oracle_gated"),
        "section": "runs",
        **presenting.acts_of(run),
        **_came(run),
    }
    return render(request, "runs/run.html", context)


def _came(run: Run) -> dict[str, Any]:
    """What the run has made so far."""
    return {
        "latest": presenting.latest_of(queries.latest_rollouts(run, 6)),
        "sets": queries.sets_of(run),
        "probed": queries.probed_rollouts(run, 6),
        "n_probes": run.probes.count(),
        "judged": queries.judged(run),
        "judgements": queries.latest_judgements(run, 6),
        "reasons": reasons_of(queries.failed_units(run, SHOWN_FAILED)),
        "remarks": queries.remarks_of(run, 6),
    }


def _progress(run: Run) -> Progress:
    kinds = run.roles.values_list("engine__kind", flat=True)
    return progress_of(run, queries.counts_of(run), service_of(run.queue, kinds), queries.n_before(run))


@require_safe
@project_page(Act.VIEW)
def progress(request: ProjectRequest, pk: int) -> HttpResponse:
    """The live part of a run's page; the whole page where there is no script, and once the run has ended."""
    found = run_or_404(request, pk)
    if not request.headers.get("HX-Request"):
        return redirect("runs:run", request.project.slug, pk)
    now = _progress(found)
    response = render(request, "runs/parts/progress_live.html", {"run": found, "progress": now, **_came(found)})
    if not now.is_live:
        response.headers["HX-Refresh"] = "true"
    return response


@require_safe
@project_page(Act.VIEW)
def units(request: ProjectRequest, pk: int) -> HttpResponse:
    """The units of a run with their errors, a page at a time."""
    found = run_or_404(request, pk)
    state = request.GET.get("state", "")
    state = state if state in UNIT_STATES else ""
    after = request.GET.get("after", "")
    rows, more = queries.units_page(found, state, int(after) if after.isdigit() and len(after) < 19 else 0)
    counts = queries.counts_of(found)
    context = {"run": found, "units": rows, "more": more, "state": state, "counts": counts, "section": "runs"}
    return render(request, "runs/units.html", context)


@require_safe
@project_page(Act.VIEW)
def provenance(request: ProjectRequest, pk: int) -> HttpResponse:
    """Everything that is known of where the output comes from, as JSON."""
    found = run_or_404(request, pk)
    told = presenting.provenance_of(found, queries.bindings_of(found))
    response = JsonResponse(told, json_dumps_params={"indent": 2, "ensure_ascii": False})
    response.headers["Content-Disposition"] = f'attachment; filename="run-{found.pk}-provenance.json"'
    return response


def run_or_404(request: ProjectRequest, pk: int) -> Run:
    """The run, reached through its project."""
    found = queries.find_run(request.project, pk)
    if found is None:
        raise Http404("no such run")
    return found
