"""Pages of collections: the list with its drop zone, and the settings of one."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from analysis.errors import UserError
from apps.accounts.access import ProjectRequest, project_page
from apps.accounts.permissions import Act, may
from apps.traces.forms import SettingsForm, TypedNameForm, key_before
from apps.traces.models import Collection
from apps.traces.presenters.collections import present_collections, present_settings, present_unfinished
from apps.traces.queries.collections import (
    collections_page,
    find_collection,
    find_sample,
    totals_of,
)
from apps.traces.services import corrections, deletions


@require_safe
@project_page(Act.VIEW)
def collections(request: ProjectRequest) -> HttpResponse:
    """The project's collections, and where files are dropped."""
    may_upload = may(request.membership.role, Act.UPLOAD)
    found, more = collections_page(request.project, before=key_before(request.GET))
    context = {
        **present_collections(request.project, found),
        "more": more,
        "totals": totals_of(request.project),
        "sample": None if found else find_sample(request.user),
        **(present_unfinished(request.project) if may_upload else {}),
        "may_upload": may_upload,
        "may_correct": may(request.membership.role, Act.CORRECT),
        "section": "collections",
    }
    return render(request, "traces/collections.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@project_page(Act.CORRECT)
def settings(request: ProjectRequest, pk: int) -> HttpResponse:
    """A collection's name and counting grade, its files, its imports, its history, its end."""
    collection = get_collection(request, pk)
    form = SettingsForm(request.POST or None, initial={"name": collection.name, "source": collection.counting_grade})
    if request.method == "POST" and form.is_valid():
        try:
            corrections.rename(collection=collection, name=form.cleaned_data["name"], actor=request.user)
            corrections.count_grades_of(collection=collection, source=form.cleaned_data["source"], actor=request.user)
            messages.success(request, "Saved.")
            return redirect("traces:settings", request.project.slug, pk)
        except UserError as error:
            form.add_error(None, str(error))
    context = {
        **present_settings(collection),
        "form": form,
        "deletion": TypedNameForm(name=collection.name),
        "may_delete": may(request.membership.role, Act.DELETE),
        "section": "collections",
    }
    return render(request, "traces/settings.html", context, status=422 if form.errors else 200)


@require_POST
@project_page(Act.DELETE)
def delete(request: ProjectRequest, pk: int) -> HttpResponse:
    """Delete a collection once its name was typed."""
    collection = get_collection(request, pk)
    if not TypedNameForm(request.POST, name=collection.name).is_valid():
        messages.error(request, f"Nothing was deleted: type the collection’s name, “{collection.name}”, to delete it.")
        return redirect("traces:settings", request.project.slug, pk)
    deletions.delete_collection(collection=collection, actor=request.user)
    messages.success(request, f"Collection “{collection.name}” is deleted.")
    return redirect("traces:collections", request.project.slug)


@require_POST
@project_page(Act.CORRECT)
def regrade(request: ProjectRequest, pk: int) -> HttpResponse:
    """Grade and measure anew from what is stored."""
    corrections.regrade(collection=get_collection(request, pk), actor=request.user)
    messages.success(request, "Every answer is graded anew; the figures follow when the analysis is done.")
    return redirect("traces:dashboard", request.project.slug, pk)


def get_collection(request: ProjectRequest, pk: int) -> Collection:
    """The collection, reached through its project; 404 where there is none."""
    collection = find_collection(request.project, pk)
    if collection is None:
        raise Http404("no such collection")
    return collection
