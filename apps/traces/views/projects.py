"""Pages of projects: the list with its form, deletion with a typed name, and the history of changes."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.access import ProjectRequest, project_page
from apps.accounts.models import User
from apps.accounts.permissions import Act
from apps.accounts.services import create_project
from apps.traces.forms import ProjectForm, TypedNameForm, key_before
from apps.traces.presenters.history import present_changes
from apps.traces.queries.collections import history_page, memberships_with_counts
from apps.traces.services.deletions import delete_project


@require_http_methods(["GET", "HEAD", "POST"])
def projects(request: HttpRequest) -> HttpResponse:
    """The projects of the person who asks; a new one is made here."""
    assert isinstance(request.user, User)
    form = ProjectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        project = create_project(name=form.cleaned_data["name"], owner=request.user)
        return redirect("traces:collections", project.slug)
    memberships = memberships_with_counts(request.user)
    status = 422 if form.errors else 200
    return render(request, "traces/projects.html", {"memberships": memberships, "form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@project_page(Act.DELETE)
def delete(request: ProjectRequest) -> HttpResponse:
    """Delete a project once its name was typed."""
    form = TypedNameForm(request.POST or None, name=request.project.name)
    if request.method == "POST" and form.is_valid():
        delete_project(project=request.project, actor=request.user)
        messages.success(request, f"Project “{request.project.name}” is deleted with all its collections.")
        return redirect("traces:projects")
    status = 422 if form.errors else 200
    return render(request, "traces/delete_project.html", {"form": form, "section": "collections"}, status=status)


@require_safe
@project_page(Act.VIEW)
def history(request: ProjectRequest) -> HttpResponse:
    """Who changed what, newest first, a page at a time."""
    changes, more = history_page(request.project, before=key_before(request.GET))
    context = {"changes": present_changes(changes), "more": more, "section": "history"}
    return render(request, "traces/history.html", context)
