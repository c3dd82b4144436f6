"""Pages of members: who is in a project, in which role."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from analysis.errors import UserError
from apps.accounts import services
from apps.accounts.access import ProjectRequest, project_page
from apps.accounts.models import Role, User
from apps.accounts.permissions import Act
from apps.accounts.queries import members_of


@require_http_methods(["GET", "POST"])
@project_page(Act.MANAGE)
def members(request: ProjectRequest) -> HttpResponse:
    """The members of a project; an owner gives roles here."""
    if request.method == "POST":
        try:
            role = request.POST.get("role", "")
            if role not in Role.values:
                raise UserError(f"there is no role {role!r}; known: {', '.join(Role.values)}")
            services.set_role(project=request.project, username=request.POST.get("username", "").strip(), role=role)
        except UserError as error:
            messages.error(request, str(error))
        return redirect("accounts:members", request.project.slug)
    found = members_of(request.project)
    return render(request, "accounts/members.html", {"members": found, "roles": Role.choices, "section": "members"})


@require_POST
@project_page(Act.MANAGE)
def remove(request: ProjectRequest) -> HttpResponse:
    user = get_object_or_404(User, memberships__project=request.project, pk=request.POST.get("user"))
    try:
        services.remove_member(project=request.project, user=user)
    except UserError as error:
        messages.error(request, str(error))
    return redirect("accounts:members", request.project.slug)
