"""Lists of rollouts, of a collection and of a project: filtered, sorted, paged by key, and as CSV."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from apps.accounts.access import ProjectRequest, project_page
from apps.accounts.permissions import Act, may
from apps.core.tables.paging import BATCH
from apps.traces.exports import rollouts as table
from apps.traces.models import Collection
from apps.traces.presenters.filters import clear_words, filter_form
from apps.traces.presenters.indexing import warning
from apps.traces.presenters.rollouts import Address
from apps.traces.presenters.rollouts import listing as presented
from apps.traces.presenters.saved_views import Menu, menu
from apps.traces.presenters.snippets import snippets
from apps.traces.queries.choices import choices_of, merged_choices
from apps.traces.queries.collections import unindexed_of
from apps.traces.queries.columns import Columns
from apps.traces.queries.filters import RolloutFilter
from apps.traces.queries.orders import Place
from apps.traces.queries.saved_views import views_of_list
from apps.traces.queries.standing import standing_of
from apps.traces.services import summaries
from apps.traces.services.asked import Asked, asked_of_collection, asked_of_project
from apps.traces.services.cells import add_cells
from apps.traces.services.exporting import own_rows
from apps.traces.views.dashboards import collection_or_404
from apps.traces.views.exports import jsonl_response, table_response
from apps.traces.views.refusals import refusing


@require_safe
@project_page(Act.VIEW)
@refusing
def collection_rollouts(request: ProjectRequest, pk: int) -> HttpResponseBase:
    """The rollouts of one collection."""
    standing = standing_of(collection_or_404(request, pk), _set_of(request))
    collection, asked = standing.collection, asked_of_collection(standing, request.GET.dict())
    args = [request.project.slug, pk]
    context = {"section": "collections", "collection": collection, "is_current": standing.is_current}
    exports = {kind: reverse(f"traces:rollouts_{kind}", args=args) for kind in EXPORTS}
    return _page(request, asked, reverse("traces:rollouts", args=args), exports, context)


@require_safe
@project_page(Act.VIEW)
@refusing
def export(request: ProjectRequest, pk: int, kind: str) -> HttpResponseBase:
    """The chosen rollouts of one collection as a file: all that match, whatever the page shows."""
    standing = standing_of(collection_or_404(request, pk), _set_of(request))
    return EXPORTS[kind](asked_of_collection(standing, request.GET.dict()), f"{standing.collection.name} rollouts")


@require_safe
@project_page(Act.VIEW)
@refusing
def project_export(request: ProjectRequest, kind: str) -> HttpResponseBase:
    """The chosen rollouts of a project as a file."""
    asked = asked_of_project(request.project, request.GET.dict())
    return EXPORTS[kind](asked, f"{request.project.slug} rollouts")


EXPORTS: dict[str, Callable[[Asked, str], HttpResponseBase]] = {
    "csv": lambda asked, name: table_response(table.frames_of(asked, BATCH), table.COLUMNS, "csv", name),
    "parquet": lambda asked, name: table_response(table.frames_of(asked, BATCH), table.COLUMNS, "parquet", name),
    "jsonl": lambda asked, name: jsonl_response(own_rows(asked.rows()), name),
}
EXPORT_WORDS = {
    "csv": ("CSV", "columns, no texts"),
    "parquet": ("Parquet", "columns, no texts"),
    "jsonl": ("JSONL", "with texts, can be imported again"),
}


@require_safe
@project_page(Act.VIEW)
@refusing
def project_rollouts(request: ProjectRequest) -> HttpResponseBase:
    """The rollouts of all collections of a project."""
    asked = asked_of_project(request.project, request.GET.dict())
    url = reverse("traces:project_rollouts", args=[request.project.slug])
    exports = {kind: reverse(f"traces:project_{kind}", args=[request.project.slug]) for kind in EXPORTS}
    return _page(request, asked, url, exports, {"section": "rollouts", "is_current": True})


def _set_of(request: ProjectRequest) -> str | None:
    """The candidate set that the address names."""
    return RolloutFilter.parse(request.GET.dict(), with_text=True).extractor


def _page(
    request: ProjectRequest, asked: Asked, url: str, exports: Mapping[str, str], context: dict[str, Any]
) -> HttpResponse:
    filters, columns = asked.filters, Columns.parse(request.GET.getlist("columns"))
    address = Address(url, filters, asked.order, columns)
    place = Place.parse(request.GET.get("after", ""), request.GET.get("before", ""))
    page = asked.page(place)
    add_cells(page.rows, columns, asked.analyses)
    found = snippets([row["pk"] for row in page.rows], filters.asking) if filters.asking else {}
    extra = [(name, value) for name, value in address.state.items() if name in {"sort", "columns"}]
    choices = _choices(asked)
    form = filter_form(url, filters, choices, is_list=True, has_analysis=bool(asked.analyses), extra=extra)
    collection = context.get("collection")
    files = [(EXPORT_WORDS[kind][0], href, EXPORT_WORDS[kind][1]) for kind, href in exports.items()]
    return render(
        request,
        "traces/rollouts.html",
        context
        | {
            "form": form,
            "list": presented(page, address, choices, found, files if page.rows else ()),
            "views": view_menu(request, address, collection),
            "n_all": asked.n_all,
            "n_chosen": asked.count.n,
            "n_chosen_is_bound": asked.count.is_bound,
            "index_warning": warning(unindexed_of(request.project, collection)) if filters.q else "",
            "filter_words": filters.words,
            "has_analysis": bool(asked.analyses),
            "is_answerable": asked.is_answerable,
            "page_url": url,
            "clear": _clear(asked) if not (page.rows or place or page.n_looked) else ("", ""),
        },
    )


def view_menu(request: ProjectRequest, address: Address, collection: Collection | None) -> Menu:
    """The saved views of this list, and which of them is open."""
    views = views_of_list(request.project, request.user, collection)
    role = request.membership.role
    return menu(views, request.GET.get("view", ""), address, request.user, role, may_save=may(role, Act.SAVE))


def _choices(asked: Asked) -> dict[str, Sequence[str]]:
    """From the analysis where there is one; it has them counted."""
    known = [summaries.summary_of([analysis], RolloutFilter()).choices for analysis in asked.analyses]
    if not known or sum(analysis.n_done for analysis in asked.analyses) < asked.n_all:
        analysed = [analysis.collection_id for analysis in asked.analyses]
        known.append(choices_of(asked.every.exclude(collection_id__in=analysed)))
    return merged_choices(known)


def _clear(asked: Asked) -> tuple[str, str]:
    if not asked.filters or not asked.is_answerable:
        return "", ""
    if len(asked.filters.choosing) == 1:
        return clear_words(asked.filters, next(iter(asked.filters.choosing)))
    counts = {name: asked.with_only(part).count.n for name, part in asked.filters}
    return clear_words(asked.filters, min(counts, key=lambda name: counts[name]))
