"""The pages of statistics beside the reflection dashboard: self-correction and those that follow it."""

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from apps.accounts.access import ProjectRequest, project_page
from apps.accounts.permissions import Act
from apps.traces.presenters.dashboard import by_select, cut_off_of
from apps.traces.presenters.families import FAMILIES, SETTING, Family
from apps.traces.presenters.filters import clear_words, filter_form
from apps.traces.presenters.settings_form import fields_of
from apps.traces.presenters.sources import source_select
from apps.traces.queries.filters import RolloutFilter
from apps.traces.queries.standing import Standing, standing_of
from apps.traces.services import families, measuring, summaries
from apps.traces.views.dashboards import collection_or_404, frame_of, links_of, state_of_standing
from apps.traces.views.refusals import refusing


@require_safe
@project_page(Act.VIEW)
@refusing
def family(request: ProjectRequest, pk: int, name: str) -> HttpResponseBase:
    """One page of statistics over a collection's rollouts, under the page's filter and settings."""
    asked = FAMILIES.get(name)
    if asked is None:
        raise Http404("no such page")
    filters = RolloutFilter.parse(request.GET.dict())
    standing = standing_of(collection_or_404(request, pk), filters.extractor)
    context = frame_of(request, standing, state_of_standing(standing), name) | {"family": asked, "family_name": name}
    numbers = _numbers(request, standing, filters, asked, name) if standing.shown else {}
    return render(request, "traces/family.html", context | numbers)


def _numbers(
    request: ProjectRequest, standing: Standing, filters: RolloutFilter, asked: Family, name: str
) -> dict[str, object]:
    assert standing.shown is not None
    analyses, whole = [standing.shown], summaries.summary_of([standing.shown], RolloutFilter())
    summary = summaries.summary_of(analyses, filters) if filters else whole
    chosen = asked.chosen(request.GET.dict())
    page_url = reverse("traces:family", args=[request.project.slug, standing.collection.pk, name])
    by = asked.asks.by(summary, request.GET.get("by", ""))
    form = filter_form(
        page_url,
        filters,
        whole.choices,
        extra=[(SETTING + setting, value) for setting, value in chosen.items()],
        by=by_select(asked.asks.groupings(summary), by),
        source=source_select(standing),
    )
    context: dict[str, object] = {"form": form, "n_chosen": summary.n_rollouts, "n_all": whole.n_rollouts}
    links = links_of(request, standing.collection, filters)
    if not summary.n_rollouts:
        words = clear_words(filters, summaries.narrowest(analyses, filters))
        return context | {"clear": words, "page_url": page_url}
    rows = measuring.measured(analyses, asked.asks.wanted(by, chosen), filters)
    page = asked.page(asked.asked(rows, by, chosen), links, chosen)
    kept = [*filters.given.items(), *([("by", by)] if request.GET.get("by") and by else [])]
    return context | {
        "page": page,
        "list_url": links.to(),
        "cut_off": cut_off_of(summary, links),
        "is_too_old": families.is_too_old(analyses),
        "settings": fields_of(asked, chosen),
        "kept": kept,
        "page_url": page_url,
    }
