"""Pages of administrations: the list, a new one, one group of runs with its acts."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from analysis.errors import UserError
from apps.accounts.access import ProjectRequest, project_page
from apps.accounts.permissions import Act
from apps.psychology.forms.grid import GridForm
from apps.psychology.models import Administration
from apps.psychology.presenters import giving as presenting
from apps.psychology.queries.administrations import Group, find_group, groups_of, question_sets_of, ready_instruments
from apps.psychology.services import administering
from apps.runs.forms import choices_of
from apps.runs.queries.runs import engines_for_runs

SECTION = {"section": "psychology"}


@require_safe
@project_page(Act.VIEW)
def home(request: ProjectRequest) -> HttpResponse:
    """What was given to whom, the latest first."""
    rows = presenting.rows_of(groups_of(request.project))
    return render(request, "psychology/home.html", {"rows": rows, "tab": "home", **SECTION})


@require_http_methods(["GET", "HEAD", "POST"])
@project_page(Act.RUN)
def new(request: ProjectRequest) -> HttpResponse:
    """Choose instruments, tasks, models and the grid; what is sent becomes drafts."""
    instruments, engines = list(ready_instruments(request.project)), list(engines_for_runs())
    form = GridForm(request.POST, instruments, engines)
    refused = ""
    if request.method == "POST":
        try:
            made = administering.administer(project=request.project, user=request.user, wanted=form.wanted())
            return redirect("psychology:group", request.project.slug, made[0].pk)
        except UserError as error:
            refused = str(error)
    context = {
        "boxes": presenting.choices(form, instruments, choices_of(engines), question_sets_of(request.project)),
        "form": form,
        "sent": {name: form.text(name) for name in TEXTS},
        "refused": refused,
        "tab": "home",
        **SECTION,
    }
    return render(request, "psychology/new.html", context, status=422 if refused else 200)


TEXTS = (
    "name", "own_prompts", "own_personas", "own_template", "temperatures", "repeats", "seed", "max_tokens", "given",
    "marks", "read_by", "form",
)  # fmt: skip


@require_safe
@project_page(Act.VIEW)
def group(request: ProjectRequest, pk: int) -> HttpResponse:
    """The runs of one administration: how far each is, and what can be done with them."""
    found = group_or_404(request, pk)
    context: dict[str, Any] = {"group": found, "pk": pk, "parts": presenting.parts_of(found), "tab": "home", **SECTION}
    context["conclusions"] = presenting.conclusions_of(found)
    if found.n_drafts:
        try:
            context["estimate"] = administering.estimate_all(project=request.project, name=found.name)
        except UserError as error:
            context["refused"] = str(error)
    return render(request, "psychology/group.html", context)


@require_POST
@project_page(Act.RUN)
def act(request: ProjectRequest, pk: int) -> HttpResponse:
    """Start or throw away what is not started yet."""
    found = group_or_404(request, pk)
    try:
        if request.POST.get("act") == "start":
            administering.start_all(project=request.project, name=found.name)
        elif request.POST.get("act") == "discard":
            administering.discard_all(project=request.project, name=found.name)
    except UserError as error:
        messages.error(request, str(error))
    left = find_group(request.project, found.name)
    return (
        redirect("psychology:group", request.project.slug, left.parts[0].pk)
        if left
        else redirect("psychology:home", request.project.slug)
    )


def group_or_404(request: ProjectRequest, pk: int) -> Group:
    one = Administration.objects.filter(project=request.project, pk=pk).first()
    found = find_group(request.project, one.name) if one else None
    if found is None:
        raise Http404("no such administration")
    return found
