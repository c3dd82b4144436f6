"""Reports of a project: the list, the page on which one is written, and what is put into it from other pages."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.access import ProjectRequest, project_page
from apps.accounts.permissions import Act, may
from apps.reports.blocks import KINDS
from apps.reports.models import Report
from apps.reports.outlines import MOST_CHOICES, OUTLINES, blocks_from
from apps.reports.presenters.builder import BlockForm, fields_of, shown_of
from apps.reports.queries.reports import find_report, frozen_of, reports_of
from apps.reports.services import reports as writing
from apps.reports.services.composing import blocks_of
from apps.reports.views.given import given_of
from apps.traces.queries.collections import collections_of
from apps.traces.views.refusals import refusing

MOST_SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
@project_page(Act.VIEW)
@refusing
def reports(request: ProjectRequest) -> HttpResponse:
    """What the project has reported; members begin another."""
    if request.method == "POST":
        return _begun(request)
    context = {
        "section": "reports",
        "reports": reports_of(request.project),
        "outlines": OUTLINES,
        "collections": collections_of(request.project)[:MOST_CHOICES],
    }
    return render(request, "reports/reports.html", context)


@require_safe
@project_page(Act.VIEW)
@refusing
def report(request: ProjectRequest, pk: int) -> HttpResponse:
    """A report as it stands, live; `?add=KIND` and `?edit=BLOCK` open a form."""
    found = report_or_404(request, pk)
    kind, edited = request.GET.get("add", ""), request.GET.get("edit", "")
    form = None
    if may(request.membership.role, Act.REPORT):
        form = edit_form(request, found, edited) or (new_form(request, found, kind) if kind in KINDS else None)
    return page(request, found, form)


@require_POST
@project_page(Act.REPORT)
@refusing
def change(request: ProjectRequest, pk: int) -> HttpResponse:
    """Its title and authors."""
    found, given = report_or_404(request, pk), request.POST
    writing.change_report(report=found, title=given.get("title", ""), authors=given.get("authors", ""))
    return redirect("reports:report", request.project.slug, pk)


@require_POST
@project_page(Act.REPORT)
def delete(request: ProjectRequest, pk: int) -> HttpResponse:
    writing.delete_report(report=report_or_404(request, pk))
    messages.success(request, "The report is deleted, with its frozen versions and links.")
    return redirect("reports:reports", request.project.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@project_page(Act.REPORT)
@refusing
def put_in(request: ProjectRequest) -> HttpResponse:
    """A dashboard, figure or trace that somebody looks at, into a report: which one, or a new one."""
    if request.method == "POST":
        return _put(request)
    kind = request.GET.get("kind", "")
    if kind not in KINDS:
        raise Http404("no such kind of block")
    context = {
        "section": "reports",
        "label": KINDS.label(kind),
        "kind": kind,
        "given": [(name, value) for name, values in request.GET.lists() if name != "kind" for value in values],
        "id": writing.new_id(),
        "reports": reports_of(request.project)[:MOST_SHOWN],
    }
    return render(request, "reports/put_in.html", context)


def report_or_404(request: ProjectRequest, pk: int) -> Report:
    found = find_report(request.project, pk)
    if found is None:
        raise Http404("no such report")
    return found


def address(request: ProjectRequest, pk: int, block_id: str = "") -> str:
    """Of a report's page, at one of its blocks."""
    return reverse("reports:report", args=[request.project.slug, pk]) + (f"#b-{block_id}" if block_id else "")


def page(request: ProjectRequest, found: Report, form: BlockForm | None = None, status: int = 200) -> HttpResponse:
    """The page of a report, with the form of a block that is added or changed."""
    blocks = blocks_of(found.blocks)
    is_known = form is not None and any(block.id == form.id for block in blocks)
    context = {
        "section": "reports",
        "report": found,
        "blocks": shown_of(blocks, form.id if form and is_known else "", form),
        "form": None if is_known else form,
        "kinds": KINDS.choices(),
        "frozen": frozen_of(found)[:MOST_SHOWN],
    }
    return render(request, "reports/report.html", context, status=status)


def new_form(
    request: ProjectRequest, found: Report, kind: str, given: Mapping[str, Any] | None = None, error: str = ""
) -> BlockForm:
    """Raises UnknownName for a kind that there is not."""
    given = given or {}
    return BlockForm(
        heading=f"Add: {KINDS.label(kind)}",
        kind=kind,
        id=str(given.get("id", "")) or writing.new_id(),
        action=reverse("reports:add_block", args=[request.project.slug, found.pk]),
        cancel=address(request, found.pk),
        button="Add it",
        title=str(given.get("title", "")),
        fields=fields_of(request.project, kind, given),
        error=error,
    )


def edit_form(
    request: ProjectRequest, found: Report, block_id: str, given: Mapping[str, Any] | None = None, error: str = ""
) -> BlockForm | None:
    """None where the report has no such block, or its kind is none of today's."""
    block = next((each for each in blocks_of(found.blocks) if each.id == block_id), None)
    if block is None or block.kind not in KINDS:
        return None
    held = given if given is not None else block.given
    return BlockForm(
        heading=f"Change: {KINDS.label(block.kind)}",
        kind=block.kind,
        id=block.id,
        action=reverse("reports:change_block", args=[request.project.slug, found.pk, block.id]),
        cancel=address(request, found.pk, block.id),
        button="Save it",
        title=str(held.get("title", "")),
        fields=fields_of(request.project, block.kind, held),
        error=error,
    )


def _begun(request: ProjectRequest) -> HttpResponse:
    if not may(request.membership.role, Act.REPORT):
        raise PermissionDenied(f"as {request.membership.role} of this project you may not {Act.REPORT} here")
    given, project = request.POST, request.project
    blocks = blocks_from(given.get("outline", ""), project, given.getlist("collections"))
    found = writing.create_report(project=project, user=request.user, title=given.get("title", ""), blocks=blocks)
    return redirect(address(request, found.pk))


def _put(request: ProjectRequest) -> HttpResponse:
    """Into the report that is chosen; without one, into a new one. A wrong block stays on the form of the report."""
    kind, chosen = request.POST.get("kind", ""), request.POST.get("report", "")
    if kind not in KINDS:
        raise Http404("no such kind of block")
    given = given_of(request.POST, kind)
    if chosen.isascii() and chosen.isdigit() and len(chosen) < 19:
        found = report_or_404(request, int(chosen))
        found = writing.add_block(report=found, kind=kind, given=given, block_id=request.POST.get("id", ""))
    else:
        title = request.POST.get("new_title", "").strip() or f"Report of {request.project.name}"[:200]
        found = writing.create_report(project=request.project, user=request.user, title=title, blocks=[(kind, given)])
    return redirect(address(request, found.pk, found.blocks[-1]["id"] if found.blocks else ""))
