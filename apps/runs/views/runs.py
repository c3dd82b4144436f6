"""Pages of runs: the list, a new one in three steps, how far one is, its units, its provenance, its buttons."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from analysis.catalogue import PROTOCOL_PURPOSES, PROTOCOLS
from analysis.errors import UserError
from apps.accounts.access import ProjectRequest, project_page
from apps.accounts.permissions import Act, may
from apps.runs.forms import Field, RunForm, choices_of, fields_of
from apps.runs.models import Run, RunState
from apps.runs.presenters import runs as presenting
from apps.runs.presenters.progress import Progress, progress_of, reasons_of
from apps.runs.queries import runs as queries
from apps.runs.queries.workers import live_workers, service_of
from apps.runs.services import drafts, running, trials
from apps.runs.services.plans import Plan, conductor_of
from apps.traces.forms import key_before
from apps.traces.queries.collections import collections_of
from apps.traces.queries.filters import RolloutFilter

SHOWN_FAILED = 300
SHOWN_SETTINGS = 8
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


@require_http_methods(["GET", "HEAD", "POST"])
@project_page(Act.RUN)
def new(request: ProjectRequest) -> HttpResponse:
    """Choose a protocol, then say on what, by whom and how; what is sent becomes a draft."""
    sent = request.POST if request.method == "POST" else request.GET
    protocol = sent.get("protocol", "")
    if protocol not in PROTOCOLS:
        return render(request, "runs/protocols.html", {"protocols": _protocols(request), "section": "runs"})
    form = RunForm(sent, conductor_of(protocol), queries.engines_for_runs())
    if request.method != "POST":
        return _form(request, protocol, form, {})
    try:
        run = drafts.create_draft(project=request.project, user=request.user, plan=_plan(request, protocol, form))
    except UserError as error:
        return _form(request, protocol, form, form.settings, str(error))
    return redirect("runs:run", request.project.slug, run.pk)


def _plan(request: ProjectRequest, protocol: str, form: RunForm) -> Plan:
    file = request.FILES.get("problems")
    if request.POST.get("source") == "file" and file is not None:
        source = drafts.keep_problems_file(chunks=file.chunks(), name=file.name or "problems.jsonl")
        return form.plan(protocol, source)
    return form.plan(protocol)


def _protocols(request: ProjectRequest) -> list[dict[str, Any]]:
    """Protocols with what they start from and the address of the next step, which keeps what was chosen before."""
    kept = request.GET.copy()
    found = []
    for name, label in PROTOCOLS.choices():
        kept["protocol"] = name
        about = {"name": name, "label": label, "purpose": PROTOCOL_PURPOSES[name], "query": kept.urlencode()}
        found.append(about | {"needs": PROTOCOLS[name].needs, "roles": PROTOCOLS[name].roles})
    return sorted(found, key=lambda each: str(each["needs"]))


def _form(
    request: ProjectRequest, protocol: str, form: RunForm, given: dict[str, str], refused: str = ""
) -> HttpResponse:
    conductor, engines = conductor_of(protocol), queries.engines_for_runs()
    sent = request.POST if request.method == "POST" else request.GET
    fields = fields_of(conductor.parameters, given, refused)
    workers = live_workers()
    context = {
        "protocol": protocol,
        "label": PROTOCOLS.label(protocol),
        "conductor": conductor,
        **_arranged(fields),
        "roles": [(role, sent.get(f"role-{role}", "")) for role in conductor.roles],
        "choices": choices_of(engines),
        "unserved": [each for each in engines if not service_of(each.queue, [each.kind], workers).is_served],
        "refused": "" if any(each.error for each in fields) else refused,
        "chosen": _chosen(request, sent),
        "collections": list(collections_of(request.project)[:200]),
        "problem_sets": queries.problem_sets_of(request.project),
        "sent": sent,
        "section": "runs",
    }
    return render(request, "runs/new.html", context, status=422 if refused else 200)


def _arranged(fields: Sequence[Field]) -> dict[str, Any]:
    """The first settings that take a line, then the others, folded unless something in them was changed."""
    shown = [each for each in fields if not each.is_wide][:SHOWN_SETTINGS]
    more = [each for each in fields if each not in shown]
    return {
        "fields": shown,
        "more_fields": more,
        "more_are_open": any(each.error or not each.is_usual for each in more),
    }


def _chosen(request: ProjectRequest, sent: QueryDict) -> dict[str, Any]:
    """What to run on, as it was chosen in a list or before: the kind, the collection, its filter in words."""
    pk = sent.get("collection", "")
    query = sent.get("filter", "")
    try:
        words = RolloutFilter.parse(QueryDict(query).dict(), with_text=True).words
    except UserError:
        query, words = "", ""
    kind = sent.get("source") or ("collection" if pk else "")
    return {"kind": kind, "collection": int(pk) if pk.isdigit() else 0, "filter": query, "filter_words": words}


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
        "probed": queries.probed_rollouts(run, 6),
        "n_probes": run.probes.count(),
        "judged": queries.judged(run),
        "judgements": queries.latest_judgements(run, 6),
        "reasons": reasons_of(queries.failed_units(run, SHOWN_FAILED)),
        "remarks": queries.remarks_of(run, 6),
    }


def _progress(run: Run) -> Progress:
    kinds = run.roles.values_list("engine__kind", flat=True)
    return progress_of(run, queries.counts_of(run), service_of(run.queue, kinds))


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


@require_POST
@project_page(Act.RUN)
def act(request: ProjectRequest, pk: int) -> HttpResponse:
    """A button of a run's page."""
    found = run_or_404(request, pk)
    name = request.POST.get("act", "")
    if name not in ACTS:
        raise Http404("no such act")
    try:
        said = ACTS[name](request, found)
    except UserError as error:
        messages.error(request, str(error))
        return redirect("runs:run", request.project.slug, pk)
    if said:
        messages.success(request, said)
    return redirect("runs:runs" if name == "discard" else "runs:run", *_place(request, name, pk))


def _place(request: ProjectRequest, name: str, pk: int) -> list[Any]:
    return [request.project.slug] if name == "discard" else [request.project.slug, pk]


def _start(request: ProjectRequest, run: Run) -> str:
    running.start(run=run)
    return ""


def _dry(request: ProjectRequest, run: Run) -> str:
    trials.request_dry_run(run=run, user=request.user)
    return ""


def _pause(request: ProjectRequest, run: Run) -> str:
    running.pause(run=run)
    return "Paused. Units that are under way are finished; no other is taken up."


def _resume(request: ProjectRequest, run: Run) -> str:
    running.resume(run=run)
    return "Resumed."


def _cancel(request: ProjectRequest, run: Run) -> str:
    running.cancel(run=run)
    return "Cancelled. What the run has stored stays and is analysed."


def _retry(request: ProjectRequest, run: Run) -> str:
    n = running.retry(run=run)
    return f"{n} units are tried once more." if n else "The run goes on."


def _discard(request: ProjectRequest, run: Run) -> str:
    drafts.discard(run=run)
    return "The draft is discarded."


ACTS: dict[str, Callable[[ProjectRequest, Run], str]] = {
    "start": _start,
    "dry": _dry,
    "pause": _pause,
    "resume": _resume,
    "cancel": _cancel,
    "retry": _retry,
    "discard": _discard,
}


@require_POST
@project_page(Act.DELETE)
def delete(request: ProjectRequest, pk: int) -> HttpResponse:
    """Delete a run, with its output if that is ticked."""
    found = run_or_404(request, pk)
    try:
        running.delete(run=found, actor=request.user, with_output="with_output" in request.POST)
    except UserError as error:
        messages.error(request, str(error))
        return redirect("runs:run", request.project.slug, pk)
    messages.success(request, f"Run “{found}” is deleted.")
    return redirect("runs:runs", request.project.slug)


def run_or_404(request: ProjectRequest, pk: int) -> Run:
    """The run, reached through its project."""
    found = queries.find_run(request.project, pk)
    if found is None:
        raise Http404("no such run")
    return found
