"""Any table as a file: a page that chooses and previews it, the file, and its data dictionary."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.accounts.access import ProjectRequest, project_page
from apps.accounts.permissions import Act
from apps.core.tables.dictionary import dictionary_csv
from apps.core.tables.formats import FORMATS, get_format
from apps.reports.exports.wanted import Wanted
from apps.reports.presenters.exporting import page_of
from apps.traces.views.exports import attachment
from apps.traces.views.refusals import refusing

DEFAULT_TABLE, DEFAULT_FORMAT = "rollouts", "csv"
DICTIONARIES = {"json": "application/json", "csv": "text/csv; charset=utf-8"}


@require_safe
@project_page(Act.VIEW)
@refusing
def export(request: ProjectRequest) -> HttpResponseBase:
    """Choose a table, its part of the project, columns and format; see its first rows and what each column means."""
    wanted = _wanted(request)
    form = request.GET.get("format", DEFAULT_FORMAT)
    get_format(form)
    page = page_of(wanted, request.acts, request.GET, form)
    return render(request, "reports/export.html", {"page": page, "formats": FORMATS, "section": "collections"})


@require_safe
@project_page(Act.VIEW)
@refusing
def export_file(request: ProjectRequest) -> HttpResponseBase:
    """The table as an attachment that is written while it is read; with `with=dictionary` a ZIP of both."""
    wanted = _wanted(request)
    form = get_format(request.GET.get("format", DEFAULT_FORMAT))
    name = request.GET.get("format", DEFAULT_FORMAT)
    if request.GET.get("with") == "dictionary":
        return attachment(wanted.zipped(name), "application/zip", wanted.file_name, "zip")
    return attachment(wanted.parts(name), form.content_type, wanted.file_name, form.suffix.removeprefix("."))


@require_safe
@project_page(Act.VIEW)
@refusing
def dictionary(request: ProjectRequest, kind: str) -> HttpResponseBase:
    """What each column of a table is, for programs."""
    if kind not in DICTIONARIES:
        raise Http404("no such dictionary")
    wanted = _wanted(request)
    body = wanted.dictionary_json() if kind == "json" else dictionary_csv(wanted.columns)
    response = HttpResponse(body, content_type=DICTIONARIES[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="{wanted.name}.dictionary.{kind}"'
    return response


def _wanted(request: ProjectRequest) -> Wanted:
    """The columns that are checked are of the table `of`; another table has others."""
    name = request.GET.get("table", DEFAULT_TABLE)
    is_same = request.GET.get("of", name) == name
    only = request.GET.getlist("only") if is_same else []
    wanted = Wanted.parse(request.project, name, request.GET.dict(), only)
    if wanted.table.act not in request.acts:
        raise PermissionDenied(f"as {request.membership.role} of this project you may not {wanted.table.act} here")
    return wanted
