"""Saved views of lists: their permalinks, saving, changing, deleting."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from analysis.errors import UserError
from apps.accounts.access import ProjectRequest, project_page
from apps.accounts.permissions import Act, may
from apps.traces.forms import SavedViewForm
from apps.traces.models import SavedView
from apps.traces.queries.saved_views import views_for
from apps.traces.services import saved_views
from apps.traces.views.dashboards import collection_or_404


@require_POST
@project_page(Act.SAVE)
def save(request: ProjectRequest) -> HttpResponse:
    """Keep the list that the form stood on under a name."""
    form = SavedViewForm(request.POST)
    pk = form.collection
    collection = collection_or_404(request, pk) if pk is not None else None
    try:
        view = saved_views.save_view(
            project=request.project,
            owner=request.user,
            name=form.name,
            query=form.query,
            collection=collection,
            is_shared=form.is_shared,
        )
    except UserError as error:
        messages.error(request, str(error))
        return redirect(_list_url(request, pk))
    messages.success(request, f"Saved as “{view.name}”.")
    return redirect("traces:saved_view", request.project.slug, view.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@project_page(Act.VIEW)
def view(request: ProjectRequest, pk: int) -> HttpResponse:
    """The permalink: to the list as it was saved. A POST renames, shares or renews it."""
    found = get_object_or_404(views_for(request.project, request.user), pk=pk)
    if request.method == "POST":
        return _change(request, found)
    query = f"?{found.query}&view={found.pk}" if found.query else f"?view={found.pk}"
    return redirect(_list_url(request, found.collection_id) + query)


@require_POST
@project_page(Act.SAVE)
def delete(request: ProjectRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(views_for(request.project, request.user), pk=pk)
    url = _list_url(request, found.collection_id)
    try:
        saved_views.delete_view(view=found, user=request.user, role=request.membership.role)
        messages.success(request, f"The view “{found.name}” is deleted.")
    except UserError as error:
        messages.error(request, str(error))
    return redirect(url)


def _change(request: ProjectRequest, found: SavedView) -> HttpResponse:
    form = SavedViewForm(request.POST)
    try:
        if not may(request.membership.role, Act.SAVE):
            raise saved_views.NotYourView("as a viewer of this project you may not change views")
        saved_views.change_view(
            view=found, user=request.user, name=form.name, is_shared=form.is_shared, query=form.new_query
        )
        messages.success(request, f"The view “{found.name}” is changed.")
    except UserError as error:
        messages.error(request, str(error))
    return redirect("traces:saved_view", request.project.slug, found.pk)


def _list_url(request: ProjectRequest, collection: int | None) -> str:
    slug = request.project.slug
    return (
        reverse("traces:rollouts", args=[slug, collection])
        if collection
        else reverse("traces:project_rollouts", args=[slug])
    )
