"""Pages of schemes: a new one, what one holds, changes to it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from analysis.errors import UserError
from analysis.labelling.shipped import SCHEMES
from apps.accounts.access import ProjectRequest, project_page
from apps.accounts.permissions import Act
from apps.annotation.services import schemes
from apps.annotation.views.reached import scheme_or_404


@require_http_methods(["GET", "HEAD", "POST"])
@project_page(Act.LEAD)
def new(request: ProjectRequest) -> HttpResponse:
    """Take a copy of a shipped scheme, or begin an empty one."""
    refused = ""
    if request.method == "POST":
        given = request.POST
        try:
            made = schemes.create_scheme(
                project=request.project,
                user=request.user,
                name=given.get("name", ""),
                shipped=given.get("shipped", ""),
            )
            messages.success(request, f"The scheme “{made.name}” is made; its labels can be changed here.")
            return redirect("annotation:scheme", request.project.slug, made.pk)
        except UserError as error:
            refused = str(error)
    shipped = [(name, label, SCHEMES[name]) for name, label in SCHEMES.choices()]
    context = {"shipped": shipped, "refused": refused, "sent": request.POST, "section": "annotation"}
    return render(request, "annotation/new_scheme.html", context, status=422 if refused else 200)


@require_safe
@project_page(Act.ANNOTATE)
def scheme(request: ProjectRequest, pk: int) -> HttpResponse:
    """What a scheme holds; who leads changes it here."""
    found = scheme_or_404(request, pk)
    context = {"scheme": found, "plain": found.plain, "may_lead": Act.LEAD in request.acts, "section": "annotation"}
    return render(request, "annotation/scheme.html", context)
