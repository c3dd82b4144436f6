"""Pages of schemes: a new one, what one holds, changes to it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from analysis.errors import UserError
from analysis.labelling.scheme import FREE_KEYS, N_COLOURS
from analysis.labelling.shipped import SCHEMES
from apps.accounts.access import ProjectRequest, project_page
from apps.accounts.permissions import Act
from apps.annotation.forms.schemes import TARGETS, SchemeForm
from apps.annotation.models import Scheme
from apps.annotation.presenters import schemes as presenting
from apps.annotation.presenters.suggesters import titled
from apps.annotation.queries.layers import layers_of
from apps.annotation.queries.schemes import n_labels_by_name
from apps.annotation.queries.suggesters import suggesters_of, worth_of
from apps.annotation.services import schemes
from apps.annotation.views.reached import scheme_or_404


@require_http_methods(["GET", "HEAD", "POST"])
@project_page(Act.LEAD)
def new(request: ProjectRequest) -> HttpResponse:
    """Take a copy of a shipped scheme, or begin an empty one."""
    sent, refused = request.POST, ""
    if request.method == "POST":
        name, shipped = sent.get("name", ""), sent.get("shipped", "")
        try:
            made = schemes.create_scheme(project=request.project, user=request.user, name=name, shipped=shipped)
            return redirect("annotation:scheme", request.project.slug, made.pk)
        except UserError as error:
            refused = str(error)
    choices = [(name, label, SCHEMES[name]) for name, label in SCHEMES.choices()]
    context = {"shipped": choices, "refused": refused, "sent": sent, "section": "annotation"}
    return render(request, "annotation/new_scheme.html", context, status=422 if refused else 200)


@require_safe
@project_page(Act.ANNOTATE)
def scheme(request: ProjectRequest, pk: int) -> HttpResponse:
    """What the labels mean; for who leads also who gave how many, and what suggestions were worth."""
    found = scheme_or_404(request, pk)
    may_lead = Act.LEAD in request.acts
    counts = n_labels_by_name(found) if may_lead else {}
    context = {
        "scheme": found,
        "groups": presenting.groups_of(found.plain, counts),
        "layers": layers_of(request.project).filter(scheme=found).order_by("kind", "name") if may_lead else [],
        "worths": [(each, titled(found, worth_of(each))) for each in suggesters_of(found)] if may_lead else [],
        "may_lead": may_lead,
        "section": "annotation",
    }
    return render(request, "annotation/scheme.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@project_page(Act.LEAD)
def edit(request: ProjectRequest, pk: int) -> HttpResponse:
    """The labels of a scheme, to be changed; labels that were given are carried along."""
    found = scheme_or_404(request, pk)
    form = SchemeForm(found, n_labels_by_name(found), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_good:
        try:
            n = schemes.change_scheme(scheme=found, user=request.user, change=form.change())
            carried = f" {n} labels were carried along." if n else ""
            messages.success(request, f"The scheme is changed.{carried}")
            return redirect("annotation:scheme", request.project.slug, pk)
        except UserError as refused:
            form.attach(refused)
    return _editor(request, found, form)


def _editor(request: ProjectRequest, found: Scheme, form: SchemeForm) -> HttpResponse:
    context = {
        "scheme": found,
        "form": form,
        "targets": TARGETS,
        "colours": range(1, N_COLOURS + 1),
        "free_keys": FREE_KEYS,
        "section": "annotation",
    }
    status = 200 if request.method != "POST" else 422
    return render(request, "annotation/edit_scheme.html", context, status=status)


@require_POST
@project_page(Act.LEAD)
def delete(request: ProjectRequest, pk: int) -> HttpResponse:
    found = scheme_or_404(request, pk)
    try:
        schemes.delete_scheme(scheme=found, user=request.user)
    except UserError as error:
        messages.error(request, str(error))
        return redirect("annotation:scheme", request.project.slug, pk)
    messages.success(request, f"The scheme “{found.name}” is deleted.")
    return redirect("annotation:home", request.project.slug)
