"""Pages of an import: its draft with the preview, its files, its mapping, its progress, its end."""

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from analysis.errors import UserError
from apps.accounts.access import ProjectRequest, project_page
from apps.accounts.permissions import Act, may
from apps.core.models import JobState
from apps.traces.forms import MappingForm, NamedFile, named_files
from apps.traces.models import Import
from apps.traces.presenters.imports import present_draft, present_status
from apps.traces.queries.collections import draft_again_of, find_import, find_preset, open_import_of
from apps.traces.services import deletions, drafts, imports
from apps.traces.views.collections import get_collection


@require_POST
@project_page(Act.UPLOAD)
def start(request: ProjectRequest) -> HttpResponse:
    """Make a draft; the plain form brings its files along, the script asks for the addresses first."""
    files = named_files(request.POST, request.FILES)
    if not files and not wants_json(request):
        messages.error(request, "No file was chosen. Choose one, or drop it on the page.")
        return redirect("traces:collections", request.project.slug)
    drafts.forget_empty_drafts(project=request.project)
    return _take(request, imports.create_draft(project=request.project, user=request.user), files)


@require_POST
@project_page(Act.UPLOAD)
def add_file(request: ProjectRequest, pk: int) -> HttpResponse:
    """Keep files in a draft; the script sends small ones together, each with its path."""
    reading = get_import(request, pk)
    files = named_files(request.POST, request.FILES)
    return _take(request, reading, files) if files else _refuse(request, reading, "no file came with this request")


def _take(request: ProjectRequest, reading: Import, files: list[NamedFile]) -> HttpResponse:
    try:
        for file, name in files:
            drafts.require_room(reading)
            imports.add_upload(reading=reading, name=drafts.safe_name(name), chunks=file.chunks())
    except UserError as error:
        return _refuse(request, reading, str(error))
    return JsonResponse(addresses(reading)) if wants_json(request) else to_import(reading)


def _refuse(request: ProjectRequest, reading: Import, words: str) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"error": words}, status=400)
    messages.error(request, words)
    return to_import(reading)


@require_http_methods(["GET", "HEAD", "POST"])
@project_page(Act.UPLOAD)
def draft(request: ProjectRequest, pk: int) -> HttpResponse:
    """A draft's preview and mapping; once confirmed, how far it is or why it failed."""
    reading = get_import(request, pk)
    if reading.state != JobState.DRAFT:
        return _after_draft(request, reading)
    if request.method == "POST":
        if upload_id := request.POST.get("remove", ""):
            drafts.remove_upload(reading=reading, upload_id=int(upload_id) if upload_id.isdecimal() else 0)
        else:
            _save(request, reading)
        return to_import(reading)
    return render(request, "traces/import.html", {**present_draft(reading), "section": "collections"})


def _after_draft(request: ProjectRequest, reading: Import) -> HttpResponse:
    if request.method == "POST" and request.POST.get("act") == "again":
        try:
            return to_import(drafts.try_again(reading=reading, user=request.user))
        except UserError as error:
            messages.error(request, str(error))
            return to_import(reading)
    context = {**present_status(reading), "may_upload": True, "section": "collections"}
    return render(request, "traces/import_status.html", context)


def _save(request: ProjectRequest, reading: Import) -> bool:
    """Take the mapping form over into the draft; False, with a message, where it cannot be used."""
    form = MappingForm(request.POST)
    preset = find_preset(request.project, request.POST.get("preset", ""))
    before = imports.Options(reading.format, reading.mapping, reading.map_values, reading.set_values, reading.keep_good)
    try:
        options = form.options(before, preset=preset, shown=lambda: imports.source_of(reading).detection.mapping)
        drafts.rename_draft(reading=reading, name=form.name(reading.name))
        imports.set_options(reading=reading, options=options)
        try:
            imports.source_of(reading)
        except UserError:
            imports.set_options(reading=reading, options=before)
            raise
    except UserError as error:
        messages.error(request, f"The mapping was not changed. {error}")
        return False
    return True


@require_POST
@project_page(Act.UPLOAD)
def save_preset(request: ProjectRequest, pk: int) -> HttpResponse:
    """Keep the mapping as it stands in the form for the next file of this shape."""
    reading = get_import(request, pk)
    if not _save(request, reading):
        return to_import(reading)
    try:
        mapping = imports.source_of(reading).detection.mapping
        preset = drafts.save_preset(
            project=request.project,
            name=request.POST.get("preset_name", ""),
            mapping=mapping.to_json(),
            set_values=reading.set_values,
        )
        messages.success(request, f"Preset “{preset.name}” is saved for this project.")
    except UserError as error:
        messages.error(request, str(error))
    return to_import(reading)


@require_POST
@project_page(Act.UPLOAD)
def confirm(request: ProjectRequest, pk: int) -> HttpResponse:
    """Import what the preview shows; pressed twice, it is one import."""
    reading = get_import(request, pk)
    if reading.state == JobState.DRAFT and not _save(request, reading):
        return to_import(reading)
    try:
        collection = imports.confirm(reading=reading, name=request.POST.get("name", "").strip())
    except UserError as error:
        messages.error(request, str(error))
        return to_import(reading)
    return redirect("traces:dashboard", request.project.slug, collection.pk)


@require_POST
@project_page(Act.UPLOAD)
def cancel(request: ProjectRequest, pk: int) -> HttpResponse:
    """Discard a draft or a failed import with its files; stop one that waits or runs."""
    reading = get_import(request, pk)
    collection = reading.collection
    try:
        if reading.is_open:
            imports.cancel(reading=reading)
            messages.success(request, "The import is cancelled.")
        elif reading.state == JobState.DRAFT or collection is None:
            deletions.discard_draft(reading=reading)
            messages.success(request, "Discarded; the uploaded files are not kept.")
        else:
            messages.error(request, f"This import is {reading.state}; there is nothing to cancel.")
    except UserError as error:
        messages.error(request, str(error))
    url = reverse("traces:collections", args=[request.project.slug])
    return JsonResponse({"url": url}) if wants_json(request) else redirect(url)


@require_safe
@project_page(Act.VIEW)
def progress(request: ProjectRequest, pk: int) -> HttpResponse:
    """The part of a page that says how far an import is; once it has ended, where to go."""
    reading = find_import(request.project, pk)
    is_htmx = bool(request.headers.get("HX-Request"))
    may_upload = may(request.membership.role, Act.UPLOAD)
    if reading is not None and reading.is_open and is_htmx:
        return render(request, "traces/import_progress.html", {"reading": reading, "may_upload": may_upload})
    if reading is None and not is_htmx:
        raise Http404("no such import")
    url = _whereabouts(request, reading, may_upload)
    return HttpResponseClientRedirect(url) if is_htmx else redirect(url)


def _whereabouts(request: ProjectRequest, reading: Import | None, may_upload: bool) -> str:
    slug = request.project.slug
    if reading is not None and reading.state == JobState.FAILED and may_upload:
        return reverse("traces:import", args=[slug, reading.pk])
    if reading is not None and reading.collection_id:
        return reverse("traces:dashboard", args=[slug, reading.collection_id])
    return reverse("traces:collections", args=[slug])


@require_POST
@project_page(Act.UPLOAD)
def again(request: ProjectRequest, pk: int) -> HttpResponse:
    """Open a collection's files in the preview again; one that was begun is gone on with."""
    collection = get_collection(request, pk)
    if running := open_import_of(collection):
        messages.error(request, "An import of this collection is running; read it again when that has ended.")
        return to_import(running)
    try:
        return to_import(draft_again_of(collection) or imports.read_again(collection=collection, user=request.user))
    except UserError as error:
        messages.error(request, str(error))
        return redirect("traces:settings", request.project.slug, pk)


def get_import(request: ProjectRequest, pk: int) -> Import:
    """The import, reached through its project; 404 where there is none."""
    reading = find_import(request.project, pk)
    if reading is None:
        raise Http404("no such import")
    return reading


def to_import(reading: Import) -> HttpResponse:
    return redirect("traces:import", reading.project.slug, reading.pk)


def addresses(reading: Import) -> dict[str, str]:
    """Where the uploading script goes on."""
    key = [reading.project.slug, reading.pk]
    return {
        "url": reverse("traces:import", args=key),
        "files_url": reverse("traces:add_file", args=key),
        "cancel_url": reverse("traces:cancel_import", args=key),
    }


def wants_json(request: ProjectRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")
