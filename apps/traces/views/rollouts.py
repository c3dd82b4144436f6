"""Lists of rollouts, of a collection and of a project: filtered, sorted, paged by key, and as CSV."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from apps.accounts.access import ProjectRequest, project_page
from apps.accounts.permissions import Act
from apps.traces.models import Analysis, Rollout
from apps.traces.presenters.exports import rollout_lines
from apps.traces.presenters.filters import clear_words, filter_form
from apps.traces.presenters.indexing import warning
from apps.traces.presenters.rollouts import Address
from apps.traces.presenters.rollouts import listing as presented
from apps.traces.presenters.snippets import snippets
from apps.traces.queries import listing
from apps.traces.queries.choices import choices_of
from apps.traces.queries.collections import collections_of, unindexed_of
from apps.traces.queries.filters import RolloutFilter
from apps.traces.queries.listing import Order, Place
from apps.traces.queries.standing import shown_analyses, standing_of
from apps.traces.services import summaries
from apps.traces.services.asked import Asked
from apps.traces.views.dashboards import collection_or_404
from apps.traces.views.exports import csv_response
from apps.traces.views.refusals import refusing


@require_safe
@project_page(Act.VIEW)
@refusing
def collection_rollouts(request: ProjectRequest, pk: int) -> HttpResponseBase:
    """The rollouts of one collection."""
    standing = standing_of(collection_or_404(request, pk))
    collection, shown = standing.collection, standing.shown
    asked = _asked(request, listing.of_collection(collection, shown), [shown] if shown else [])
    args = [request.project.slug, pk]
    context = {"section": "collections", "collection": collection, "is_current": standing.is_current}
    return _page(
        request, asked, reverse("traces:rollouts", args=args), reverse("traces:rollouts_csv", args=args), context
    )


@require_safe
@project_page(Act.VIEW)
@refusing
def rollouts_csv(request: ProjectRequest, pk: int) -> HttpResponseBase:
    """The chosen rollouts of one collection as a file; every column, no text of a rollout."""
    standing = standing_of(collection_or_404(request, pk))
    shown = standing.shown
    asked = _asked(request, listing.of_collection(standing.collection, shown), [shown] if shown else [])
    return csv_response(rollout_lines(asked.rows()), f"{standing.collection.name} rollouts")


@require_safe
@project_page(Act.VIEW)
@refusing
def project_rollouts(request: ProjectRequest) -> HttpResponseBase:
    """The rollouts of all collections of a project."""
    analyses = shown_analyses(collections_of(request.project))
    asked = _asked(request, listing.of_project(request.project, analyses), analyses)
    url = reverse("traces:project_rollouts", args=[request.project.slug])
    return _page(request, asked, url, "", {"section": "rollouts", "is_current": True})


def _asked(request: ProjectRequest, every: QuerySet[Rollout], analyses: Sequence[Analysis]) -> Asked:
    parameters = request.GET.dict()
    filters = RolloutFilter.parse(parameters, with_text=True)
    return Asked(every, analyses, filters, Order.parse(parameters.get("sort", "")))


def _page(request: ProjectRequest, asked: Asked, url: str, csv_url: str, context: dict[str, Any]) -> HttpResponse:
    filters = asked.filters
    place = Place.parse(request.GET.get("after", ""), request.GET.get("before", ""))
    page = asked.page(place)
    found = snippets([row["pk"] for row in page.rows], filters.asking) if filters.asking else {}
    extra = [] if asked.order == Order() else [("sort", str(asked.order))]
    choices = _choices(asked)
    form = filter_form(url, filters, choices, is_list=True, has_analysis=bool(asked.analyses), extra=extra)
    return render(
        request,
        "traces/rollouts.html",
        context
        | {
            "form": form,
            "list": presented(page, Address(url, filters, asked.order), csv_url, choices, found),
            "n_all": asked.n_all,
            "n_chosen": asked.count.n,
            "n_chosen_is_bound": asked.count.is_bound,
            "index_warning": warning(unindexed_of(request.project, context.get("collection"))) if filters.q else "",
            "filter_words": filters.words,
            "has_analysis": bool(asked.analyses),
            "is_answerable": asked.is_answerable,
            "page_url": url,
            "clear": _clear(asked) if not page.rows and place is None else ("", ""),
        },
    )


def _choices(asked: Asked) -> dict[str, Sequence[str]]:
    """From the analysis where there is one; it has them counted."""
    if len(asked.analyses) == 1:
        return dict(summaries.summary_of(asked.analyses, RolloutFilter()).choices)
    return dict(choices_of(asked.every))


def _clear(asked: Asked) -> tuple[str, str]:
    if not asked.filters or not asked.is_answerable:
        return "", ""
    counts = {name: asked.with_only(part).count.n for name, part in asked.filters}
    return clear_words(asked.filters, min(counts, key=lambda name: counts[name]))
