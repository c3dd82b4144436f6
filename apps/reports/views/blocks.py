"""The blocks of a report: shown, added, changed, moved, removed."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from analysis.errors import UserError
from apps.accounts.access import ProjectRequest, project_page
from apps.accounts.permissions import Act
from apps.reports.blocks import KINDS
from apps.reports.blocks.block import Block
from apps.reports.models import Report
from apps.reports.services import reports as writing
from apps.reports.services.composing import blocks_of, made
from apps.reports.views.given import given_of
from apps.reports.views.reports import address, edit_form, new_form, page, report_or_404
from apps.traces.views.refusals import refusing

REFUSED = 422


@require_safe
@project_page(Act.VIEW)
@refusing
def block(request: ProjectRequest, pk: int, block_id: str) -> HttpResponse:
    """What one block shows now: a part of the page, or alone."""
    found = report_or_404(request, pk)
    shown = made(request.project, _block_or_404(found, block_id)).section
    context = {"section": "reports", "report": found, "shown": shown}
    template = "reports/parts/shown.html" if request.headers.get("HX-Request") else "reports/block.html"
    return render(request, template, context)


@require_POST
@project_page(Act.REPORT)
@refusing
def add_block(request: ProjectRequest, pk: int) -> HttpResponse:
    """At the end; what cannot be added comes back as it was filled in."""
    found, kind = report_or_404(request, pk), request.POST.get("kind", "")
    if kind not in KINDS:
        raise Http404("no such kind of block")
    given, block_id = given_of(request.POST, kind), request.POST.get("id", "") or writing.new_id()
    try:
        writing.add_block(report=found, kind=kind, given=given, block_id=block_id)
    except UserError as error:
        return page(request, found, new_form(request, found, kind, given, str(error)), REFUSED)
    return redirect(address(request, pk, block_id))


@require_POST
@project_page(Act.REPORT)
@refusing
def change_block(request: ProjectRequest, pk: int, block_id: str) -> HttpResponse:
    found = report_or_404(request, pk)
    given = given_of(request.POST, _block_or_404(found, block_id).kind)
    try:
        writing.change_block(report=found, block_id=block_id, given=given)
    except UserError as error:
        return page(request, found, edit_form(request, found, block_id, given, str(error)), REFUSED)
    return redirect(address(request, pk, block_id))


@require_POST
@project_page(Act.REPORT)
@refusing
def remove_block(request: ProjectRequest, pk: int, block_id: str) -> HttpResponse:
    writing.remove_block(report=report_or_404(request, pk), block_id=block_id)
    return redirect(address(request, pk))


@require_POST
@project_page(Act.REPORT)
@refusing
def move_block(request: ProjectRequest, pk: int, block_id: str) -> HttpResponse:
    """To the place that is named, counted from 0; a script that moved it already only wants to know that it is so."""
    place = request.POST.get("place", "")
    if not (place.isascii() and place.isdigit() and len(place) < 6):
        raise Http404("no such place")
    writing.move_block(report=report_or_404(request, pk), block_id=block_id, place=int(place))
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(status=204)
    return redirect(address(request, pk, block_id))


def _block_or_404(found: Report, block_id: str) -> Block:
    for each in blocks_of(found.blocks):
        if each.id == block_id:
            return each
    raise Http404("no such block")
