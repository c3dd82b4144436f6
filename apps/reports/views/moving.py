"""Pages that move projects: a project's backup, and archives that become projects."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from analysis.errors import UserError
from apps.accounts.access import ProjectRequest, project_page
from apps.accounts.models import User
from apps.accounts.permissions import Act
from apps.core import blobs
from apps.reports.forms import ArchiveForm
from apps.reports.queries.moving import archive_imports_of, find_archive, find_export
from apps.reports.services.archive_imports import request_import
from apps.reports.services.exports import request_export


@require_http_methods(["GET", "HEAD", "POST"])
@project_page(Act.MANAGE)
def backup(request: ProjectRequest) -> HttpResponse:
    """The newest archive of a project; pressed twice, one is written."""
    if request.method == "POST":
        request_export(project=request.project, user=request.user)
        return redirect("reports:backup", request.project.slug)
    export = find_export(request.project)
    return render(request, "reports/backup.html", {"export": export, "section": "collections"})


@require_safe
@project_page(Act.MANAGE)
def download(request: ProjectRequest, pk: int) -> HttpResponseBase:
    """The archive as an attachment."""
    export = find_archive(request.project, pk)
    if export is None or export.blob is None:
        raise Http404("no such archive")
    day = f"{export.finished_at or export.created_at:%Y-%m-%d}"
    name = f"{request.project.slug}-{day}.afterthought.zip"
    return FileResponse(blobs.open_blob(export.blob), as_attachment=True, filename=name, content_type="application/zip")


@require_http_methods(["GET", "HEAD", "POST"])
def archives(request: HttpRequest) -> HttpResponse:
    """Archives that the person who asks has given, and the form for the next; anybody may make a project this way."""
    assert isinstance(request.user, User)
    form = ArchiveForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and _started(request, form):
        return redirect("reports:archives")
    imports = list(archive_imports_of(request.user))
    context = {"form": form, "imports": imports, "is_working": any(each.is_open for each in imports)}
    return render(request, "reports/archives.html", context, status=422 if form.errors else 200)


def _started(request: HttpRequest, form: ArchiveForm) -> bool:
    given = form.cleaned_data
    assert isinstance(request.user, User)
    try:
        request_import(
            chunks=given["archive"].chunks(blobs.CHUNK),
            file_name=given["archive"].name,
            key=f"{request.user.pk}-{given['key']}",
            user=request.user,
            name=given["name"],
        )
    except UserError as error:
        messages.error(request, str(error))
        return False
    return True
