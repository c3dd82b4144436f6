"""A new run in its first two steps: which protocol, then on what, by whom and how. What is sent becomes a draft."""

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from analysis.catalogue import PROTOCOLS
from analysis.errors import UserError
from apps.accounts.access import ProjectRequest, project_page
from apps.accounts.permissions import Act
from apps.runs.forms import RunForm, choices_of, fields_of
from apps.runs.models import Run
from apps.runs.presenters import making as presenting
from apps.runs.queries import runs as queries
from apps.runs.queries.workers import live_workers, service_of
from apps.runs.services import drafts
from apps.runs.services.plans import Plan, conductor_of
from apps.traces.queries.collections import collections_of


@require_http_methods(["GET", "HEAD", "POST"])
@project_page(Act.RUN)
def new(request: ProjectRequest) -> HttpResponse:
    """Choose a protocol, then say on what, by whom and how; `?like=RUN` begins from what another run was made of."""
    like = _like(request)
    sent = request.POST if request.method == "POST" else _given(request, like)
    protocol = sent.get("protocol", "")
    if protocol not in PROTOCOLS:
        return render(request, "runs/protocols.html", {"cards": presenting.cards(sent), "section": "runs"})
    form = RunForm(sent, conductor_of(protocol), queries.engines_for_runs())
    if request.method != "POST":
        return _form(request, sent, form, like)
    try:
        run = drafts.create_draft(project=request.project, user=request.user, plan=_plan(request, protocol, form, like))
    except UserError as error:
        return _form(request, sent, form, like, str(error))
    return redirect("runs:run", request.project.slug, run.pk)


def _like(request: ProjectRequest) -> Run | None:
    """The run of this project that the new one is like, if one is named."""
    given = request.POST.get("like") or request.GET.get("like", "")
    if not given:
        return None
    is_key = given.isascii() and given.isdigit() and len(given) < 19
    found = queries.find_run(request.project, int(given)) if is_key else None
    if found is None:
        raise Http404("no such run")
    return found


def _given(request: ProjectRequest, like: Run | None) -> QueryDict:
    return presenting.sent_for(like, queries.bindings_of(like)) if like else request.GET


def _plan(request: ProjectRequest, protocol: str, form: RunForm, like: Run | None) -> Plan:
    file = request.FILES.get("problems")
    if request.POST.get("source") == "file" and file is not None:
        return form.plan(protocol, drafts.keep_problems_file(chunks=file.chunks(), name=file.name or "problems.jsonl"))
    if request.POST.get("source") == "file" and like is not None and like.problems_file_id:
        return form.plan(
            protocol, {name: value for name, value in drafts.plan_of(like).source.items() if name != "limit"}
        )
    return form.plan(protocol)


def _form(request: ProjectRequest, sent: QueryDict, form: RunForm, like: Run | None, refused: str = "") -> HttpResponse:
    protocol, engines, workers = sent.get("protocol", ""), queries.engines_for_runs(), live_workers()
    conductor = conductor_of(protocol)
    given = form.settings if request.method == "POST" else form.settings_sent
    fields = fields_of(conductor.parameters, given, refused)
    context = {
        "protocol": protocol,
        "label": PROTOCOLS.label(protocol),
        "needs": presenting.needs_of(conductor, given),
        "for_rollouts": list(presenting.settings_for_rollouts(conductor)),
        **presenting.arranged(fields),
        "roles": [(role, sent.get(f"role-{role}", "")) for role in conductor.roles],
        "choices": choices_of(engines),
        "unserved": [each for each in engines if not service_of(each.queue, [each.kind], workers).is_served],
        "refused": "" if any(each.error for each in fields) else refused,
        "chosen": presenting.chosen(sent, like if like and like.problems_file_id else None),
        "collections": list(collections_of(request.project)[:200]),
        "problem_sets": queries.problem_sets_of(request.project),
        "sent": sent,
        "section": "runs",
    }
    return render(request, "runs/new.html", context, status=422 if refused else 200)
