"""Lists of rollouts, of a collection and of a project: filtered, sorted, paged by key, and as CSV."""

from collections.abc import Sequence
from dataclasses import dataclass

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
from apps.traces.presenters.rollouts import Address
from apps.traces.presenters.rollouts import listing as presented
from apps.traces.queries import listing
from apps.traces.queries.choices import choices_of
from apps.traces.queries.collections import collections_of
from apps.traces.queries.filters import RolloutFilter
from apps.traces.queries.listing import Order, Place
from apps.traces.queries.standing import shown_analyses, standing_of
from apps.traces.services import measuring, summaries
from apps.traces.views.dashboards import collection_or_404
from apps.traces.views.exports import csv_response
from apps.traces.views.refusals import refusing


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks of a list, and the rollouts that it chooses from."""

    every: QuerySet[Rollout]
    analyses: Sequence[Analysis]
    filters: RolloutFilter
    order: Order

    @property
    def is_answerable(self) -> bool:
        return bool(self.analyses) or not (self.filters.needs_analysis or self.order.needs_analysis)

    @property
    def chosen(self) -> QuerySet[Rollout]:
        if not self.is_answerable:
            return self.every.none()
        part = self.filters.frame_only
        return listing.chosen(self.every, self.filters, measuring.matching_ids(self.analyses, part) if part else None)


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
    rows = listing.every_row(asked.chosen, asked.order)
    return csv_response(rollout_lines(rows), f"{standing.collection.name} rollouts")


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
    return Asked(every, analyses, RolloutFilter.parse(parameters), Order.parse(parameters.get("sort", "")))


def _page(request: ProjectRequest, asked: Asked, url: str, csv_url: str, context: dict[str, object]) -> HttpResponse:
    filters, chosen = asked.filters, asked.chosen
    place = Place.parse(request.GET.get("after", ""), request.GET.get("before", ""))
    page = listing.page(chosen, asked.order, place)
    extra = [] if asked.order == Order() else [("sort", str(asked.order))]
    choices = _choices(asked)
    form = filter_form(url, filters, choices, is_list=True, has_analysis=bool(asked.analyses), extra=extra)
    n_all = asked.every.count()
    return render(
        request,
        "traces/rollouts.html",
        context
        | {
            "form": form,
            "list": presented(page, Address(url, filters, asked.order), csv_url, choices),
            "n_all": n_all,
            "n_chosen": chosen.count() if filters else n_all,
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
    counts = {
        name: Asked(asked.every, asked.analyses, part, asked.order).chosen.count() for name, part in asked.filters
    }
    return clear_words(asked.filters, min(counts, key=lambda name: counts[name]))
