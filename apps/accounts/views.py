"""Pages of members: who is in a project, in which role."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import PasswordResetConfirmView
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods, require_POST

from analysis.errors import UserError
from apps.accounts import invitations, services
from apps.accounts.access import ProjectRequest, project_page
from apps.accounts.models import Project, Role, User
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
    return render(request, "accounts/members.html", _context(request.project))


def _context(project: Project) -> dict[str, object]:
    members = [(each, invitations.awaits_password(each.user, project)) for each in members_of(project)]
    return {"members": members, "roles": Role.choices, "section": "members"}


@require_POST
@project_page(Act.MANAGE)
def invite(request: ProjectRequest) -> HttpResponse:
    """Make an account, or a new link for one that nobody has used; the link stands on the page that answers."""
    username, role = request.POST.get("username", "").strip(), request.POST.get("role", "")
    try:
        user = User.objects.filter(memberships__project=request.project, username=username).first()
        if user is None:
            if role not in Role.values:
                raise UserError(f"there is no role {role!r}; known: {', '.join(Role.values)}")
            user = invitations.invite(project=request.project, username=username, role=role)
        link = request.build_absolute_uri(invitations.path_of(user, request.project))
    except UserError as error:
        messages.error(request, str(error))
        return redirect("accounts:members", request.project.slug)
    return render(request, "accounts/members.html", _context(request.project) | {"invited": user, "link": link})


@method_decorator(login_not_required, name="dispatch")
class Join(PasswordResetConfirmView):
    """Who follows an invitation sets a password and is logged in; the link then ends."""

    template_name = "accounts/join.html"
    post_reset_login = True
    success_url = reverse_lazy("traces:projects")


@require_POST
@project_page(Act.MANAGE)
def remove(request: ProjectRequest) -> HttpResponse:
    user = get_object_or_404(User, memberships__project=request.project, pk=request.POST.get("user"))
    try:
        services.remove_member(project=request.project, user=user)
    except UserError as error:
        messages.error(request, str(error))
    return redirect("accounts:members", request.project.slug)
