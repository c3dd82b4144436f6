"""Collections side by side: the page with its choice of collections, and its table as CSV."""

from django.http import Http404, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from analysis.errors import UserError
from apps.accounts.access import ProjectRequest, project_page
from apps.accounts.permissions import Act
from apps.traces.models import Collection
from apps.traces.presenters.comparison import LinksAcross, comparison
from apps.traces.presenters.exports import measure_lines
from apps.traces.queries.collections import collections_of
from apps.traces.queries.filters import RolloutFilter
from apps.traces.services.comparing import (
    FEWEST,
    GROUP,
    MOST,
    analyses_in_order,
    lines_of,
    pairs_of,
    truncated_of,
)
from apps.traces.views.exports import csv_response
from apps.traces.views.refusals import refusing

MOST_CHOICES = 200


class WrongNumberOfCollectionsError(UserError):
    """Too few or too many collections to stand side by side."""


@require_safe
@project_page(Act.VIEW)
@refusing
def compare(request: ProjectRequest) -> HttpResponseBase:
    """The chosen collections side by side; without a choice, what there is to choose."""
    chosen = chosen_or_404(request)
    context: dict[str, object] = {
        "section": "collections",
        "choices": collections_of(request.project)[:MOST_CHOICES],
        "chosen": {collection.pk for collection in chosen},
        "fewest": FEWEST,
        "most": MOST,
    }
    if FEWEST <= len(chosen) <= MOST:
        context["page"] = _page(request, chosen)
    return render(request, "traces/compare.html", context)


@require_safe
@project_page(Act.VIEW)
@refusing
def compare_csv(request: ProjectRequest) -> HttpResponseBase:
    """All lines of the comparison, tidy: one row per line and number."""
    chosen = chosen_or_404(request)
    if not FEWEST <= len(chosen) <= MOST:
        raise WrongNumberOfCollectionsError(f"choose {FEWEST} to {MOST} collections (c=1&c=2), not {len(chosen)}")
    filters = RolloutFilter.parse(request.GET.dict())
    analyses, names = analyses_in_order(chosen, filters), {each.pk: each.name for each in chosen}
    if request.GET.get("of") == "pairs":
        rows = pairs_of(analyses, names, filters)
        return csv_response(measure_lines(rows, ()), f"{request.project.name} pairs")
    rows = [row for line in lines_of(analyses, names, filters) for row in line.table_rows()]
    return csv_response(measure_lines(rows, GROUP), f"{request.project.name} side by side")


def chosen_or_404(request: ProjectRequest) -> list[Collection]:
    """The collections that the address names, each once and in its order; 404 for one that the project has not."""
    keys = ids_of(request.GET)
    found = {each.pk: each for each in collections_of(request.project).filter(pk__in=keys[:MOST_CHOICES])}
    if any(key not in found for key in keys):
        raise Http404("no such collection")
    return [found[key] for key in keys]


def ids_of(query: QueryDict) -> list[int]:
    """The numbers of `c`; 404 for what is none."""
    given = list(dict.fromkeys(query.getlist("c")))
    if any(not (text.isascii() and text.isdigit() and len(text) < 19) for text in given):
        raise Http404("no such collection")
    return list(dict.fromkeys(map(int, given)))


def _page(request: ProjectRequest, chosen: list[Collection]) -> object:
    filters, slug = RolloutFilter.parse(request.GET.dict()), request.project.slug
    lists = {str(each.pk): reverse("traces:rollouts", args=[slug, each.pk]) for each in chosen}
    links = LinksAcross("", lambda measure: "", filters, lists=lists)
    query = urlencode([*(("c", each.pk) for each in chosen), *filters.given.items()])
    analyses, names = analyses_in_order(chosen, filters), {each.pk: each.name for each in chosen}
    lines = lines_of(analyses, names, filters)
    truncated = truncated_of(analyses, filters)
    csv, pairs = f"{reverse('traces:compare_csv', args=[slug])}?{query}", pairs_of(analyses, names, filters)
    pairs_url = f"{reverse('traces:pairs', args=[slug])}?{query}"
    return comparison(chosen, analyses, lines, truncated, links, csv, pairs, pairs_url)
