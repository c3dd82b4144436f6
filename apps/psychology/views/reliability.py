"""The reliability page and its tables as files."""

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from apps.accounts.access import ProjectRequest, project_page
from apps.accounts.permissions import Act
from apps.psychology.presenters import trust as presenting
from apps.psychology.presenters.asking import ALL, names_asked
from apps.psychology.queries.administrations import names_of
from apps.psychology.services.reliability import trust
from apps.traces.views.exports import csv_response


@require_safe
@project_page(Act.VIEW)
def reliability(request: ProjectRequest) -> HttpResponse:
    """How far the answers to questionnaires can be trusted, by model."""
    names, query = names_asked(request.project, request.GET.get("of")), request.GET.urlencode()
    page = presenting.page_of(trust(request.project, names), lambda name: _csv(request, name, query))
    context = {
        "page": page,
        "names": names_of(request.project),
        "of": names[0] if names else ALL,
        "fields": (),
        "tab": "reliability",
        "section": "psychology",
    }
    return render(request, "psychology/reliability.html", context)


def _csv(request: ProjectRequest, name: str, query: str) -> str:
    address = reverse("psychology:reliability_csv", args=[request.project.slug, name])
    return f"{address}?{query}" if query else address


@require_safe
@project_page(Act.VIEW)
def table_csv(request: ProjectRequest, name: str) -> HttpResponseBase:
    if name not in presenting.TABLES:
        raise Http404("no such table")
    return csv_response(
        presenting.lines_of(trust(request.project, names_asked(request.project, request.GET.get("of"))), name),
        f"reliability-{name}",
    )
