"""The link and dissociation pages, with every figure and table as a file."""

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_safe

from apps.accounts.access import ProjectRequest, project_page
from apps.accounts.permissions import Act
from apps.psychology.presenters import linking
from apps.psychology.presenters.asking import ALL, FIELDS, asked_of, values_of
from apps.psychology.presenters.pages import FIGURES, TABLES, dissociation_page, link_page
from apps.psychology.queries.administrations import names_of
from apps.psychology.services.linking import Asked
from apps.traces.views.exports import csv_response


@require_safe
@project_page(Act.VIEW)
def link(request: ProjectRequest) -> HttpResponse:
    """Trait by behaviour: coefficients, within and between models, alignment by both ways."""
    asked = asked_in(request)
    return _rendered(request, link_page(request.project, asked, _hrefs(request)), asked, "link")


@require_safe
@project_page(Act.VIEW)
def dissociation(request: ProjectRequest) -> HttpResponse:
    """Personas on report and behaviour, then the links, at a glance."""
    asked = asked_in(request)
    return _rendered(request, dissociation_page(request.project, asked, _hrefs(request)), asked, "dissociation")


def asked_in(request: ProjectRequest) -> Asked:
    return asked_of(request.project, request.GET.dict())


def _hrefs(request: ProjectRequest) -> linking.Hrefs:
    return linking.Hrefs(reverse("psychology:link", args=[request.project.slug]), request.GET.urlencode())


def _rendered(request: ProjectRequest, page: linking.Page, asked: Asked, tab: str) -> HttpResponse:
    values = values_of(asked)
    context = {
        "page": page,
        "names": names_of(request.project),
        "of": asked.names[0] if asked.names else ALL,
        "fields": [(name, label, choices, values[name]) for name, (label, choices) in FIELDS.items()],
        "tab": tab,
        "section": "psychology",
    }
    return render(request, "psychology/link.html", context)


@require_safe
@project_page(Act.VIEW)
def table_csv(request: ProjectRequest, name: str) -> HttpResponseBase:
    """One table of the pages, every number plain."""
    if name not in TABLES:
        raise Http404("no such table")
    return csv_response(TABLES[name](request.project, asked_in(request)), name)


@require_safe
@project_page(Act.VIEW)
def figure_svg(request: ProjectRequest, name: str) -> HttpResponse:
    """One figure as a file that stands alone."""
    if name not in FIGURES:
        raise Http404("no such figure")
    template, context = FIGURES[name](request.project, asked_in(request))
    drawn = render_to_string(f"psychology/figures/{template}.html", {**context, "alone": True})
    response = HttpResponse(drawn.strip(), content_type="image/svg+xml")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.svg"'
    return response
