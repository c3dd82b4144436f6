"""How far people agree: a page for leads, and the same as a table."""

from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from apps.accounts.access import ProjectRequest, project_page
from apps.accounts.permissions import Act
from apps.annotation.models import Scheme
from apps.annotation.presenters.agreement import csv_lines, page_of
from apps.annotation.presenters.confusion import Chosen
from apps.annotation.services.agreement import report_of
from apps.traces.views.exports import csv_response


@require_safe
@project_page(Act.LEAD)
def agreement(request: ProjectRequest, pk: int) -> HttpResponse:
    scheme = scheme_or_404(request, pk)
    page = page_of(report_of(scheme), _chosen(request.GET))
    return render(request, "annotation/agreement.html", {"scheme": scheme, "page": page, "section": "annotation"})


@require_safe
@project_page(Act.LEAD)
def agreement_csv(request: ProjectRequest, pk: int) -> HttpResponseBase:
    scheme = scheme_or_404(request, pk)
    return csv_response(csv_lines(report_of(scheme)), f"agreement-{scheme.name}")


def scheme_or_404(request: ProjectRequest, pk: int) -> Scheme:
    return get_object_or_404(Scheme.objects.select_related("project"), project=request.project, pk=pk)


def _chosen(asked: QueryDict) -> Chosen:
    return Chosen(
        first=asked.get("first", ""),
        second=asked.get("second", ""),
        of=asked.get("of", "steps"),
        label=asked.get("label", ""),
        row=_number(asked.get("row", "")),
        column=_number(asked.get("column", "")),
    )


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else None
