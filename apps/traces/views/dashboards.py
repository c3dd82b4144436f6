"""The reflection dashboard of a collection, the progress of its analysis, and its measures as CSV."""

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from analysis.answers.extract import DEFAULT
from analysis.measures import MEASURES
from analysis.measures.accuracy import FIRST
from apps.accounts.access import ProjectRequest, project_page
from apps.accounts.permissions import Act, may
from apps.traces.models import Collection
from apps.traces.presenters.dashboard import by_select
from apps.traces.presenters.dashboard import dashboard as presented
from apps.traces.presenters.exports import measure_lines
from apps.traces.presenters.families import REFLECTION, SETTING
from apps.traces.presenters.figures.card import Links
from apps.traces.presenters.filters import clear_words, filter_form
from apps.traces.presenters.sources import source_select
from apps.traces.presenters.standing import State, state_of
from apps.traces.presenters.tabs import tabs_of
from apps.traces.queries.collections import find_collection, open_import_of
from apps.traces.queries.filters import RolloutFilter
from apps.traces.queries.standing import Standing, standing_of
from apps.traces.services import measuring, summaries
from apps.traces.services.analyses import request_analysis
from apps.traces.services.questions import question_of, settings_of, several
from apps.traces.views.exports import csv_response
from apps.traces.views.refusals import refusing


@require_safe
@project_page(Act.VIEW)
@refusing
def dashboard(request: ProjectRequest, pk: int) -> HttpResponseBase:
    """What the reflections of a collection's rollouts were worth."""
    filters = RolloutFilter.parse(request.GET.dict())
    standing = standing_of(collection_or_404(request, pk), filters.extractor)
    numbers = _numbers(request, standing, filters) if standing.shown else {}
    return render(request, "traces/dashboard.html", frame_of(request, standing, state_of_standing(standing)) | numbers)


@require_POST
@project_page(Act.CORRECT)
@refusing
def analyse(request: ProjectRequest, pk: int) -> HttpResponseBase:
    """Have the collection analysed by a candidate set, in the background; pressed twice it is done once."""
    collection = collection_or_404(request, pk)
    filters = RolloutFilter.parse({"extractor": request.POST.get("extractor", "")})
    request_analysis(collection=collection, extractor=filters.extractor or DEFAULT)
    return redirect(dashboard_url(request, pk) + filters.query)


@require_safe
@project_page(Act.VIEW)
@refusing
def progress(request: ProjectRequest, pk: int) -> HttpResponseBase:
    """The line that says where the analysis stands; the whole page where there is no script to swap it in."""
    filters = RolloutFilter.parse(request.GET.dict())
    standing = standing_of(collection_or_404(request, pk), filters.extractor)
    if not request.headers.get("HX-Request"):
        return redirect(dashboard_url(request, pk) + filters.query)
    state = state_of_standing(standing)
    response = render(request, "traces/parts/state.html", frame_of(request, standing, state))
    if not state.is_working:
        response.headers["HX-Refresh"] = "true"
    return response


@require_safe
@project_page(Act.VIEW)
@refusing
def measure_csv(request: ProjectRequest, pk: int, name: str) -> HttpResponseBase:
    """All rows of one measure, under the page's filter, as a file."""
    filters = RolloutFilter.parse(request.GET.dict())
    standing = standing_of(collection_or_404(request, pk), filters.extractor)
    measuring.label_of(name)
    if standing.shown is None:
        return HttpResponse("This collection has no finished analysis yet.", status=404, content_type="text/plain")
    by = [column for column in request.GET.get("by", "").split(",") if column]
    settings = (*settings_of(name, request.GET.get(FIRST.name, FIRST.default)), *_settings_in(request, name))
    wanted = [measuring.Wanted(name, columns, settings) for columns in dict.fromkeys([(), tuple(by)])]
    found = measuring.measured([standing.shown], wanted, filters)
    rows = [row for each in wanted for row in found[each]]
    return csv_response(measure_lines(rows, by), f"{standing.collection.name} {name}")


def _settings_in(request: ProjectRequest, name: str) -> list[tuple[str, str]]:
    """Settings of the measure that the address gives, in order; raises SettingError for a value that is not taken."""
    own = {setting.name: setting for setting in MEASURES[name].settings}
    given = {each: request.GET.get(SETTING + each, "").strip() for each in own}
    return sorted((each, own[each].check(text)) for each, text in given.items() if text)


def collection_or_404(request: ProjectRequest, pk: int) -> Collection:
    collection = find_collection(request.project, pk)
    if collection is None:
        raise Http404("no such collection")
    return collection


def dashboard_url(request: ProjectRequest, pk: int) -> str:
    return reverse("traces:dashboard", args=[request.project.slug, pk])


def state_of_standing(standing: Standing) -> State:
    is_importing = not standing.is_current and open_import_of(standing.collection) is not None
    return state_of(standing, is_importing=is_importing)


def frame_of(request: ProjectRequest, standing: Standing, state: State, here: str = REFLECTION) -> dict[str, object]:
    """What every page of a collection's statistics shows around its numbers."""
    filters = RolloutFilter.parse(request.GET.dict())
    return {
        "section": "collections",
        "tabs": tabs_of(request.project.slug, standing.collection.pk, filters, here),
        "collection": standing.collection,
        "standing": standing,
        "source": source_select(standing) if standing.extractor else None,
        "analysis": standing.shown,
        "state": state,
        "reading": None if standing.is_current else open_import_of(standing.collection),
        "may_correct": may(request.membership.role, Act.CORRECT),
        "may_upload": may(request.membership.role, Act.UPLOAD),
    }


def _numbers(request: ProjectRequest, standing: Standing, filters: RolloutFilter) -> dict[str, object]:
    assert standing.shown is not None
    analyses, whole = [standing.shown], summaries.summary_of([standing.shown], RolloutFilter())
    summary = summaries.summary_of(analyses, filters) if filters else whole
    question = question_of(summary, request.GET.get("by", ""), request.GET.get(FIRST.name, ""))
    page_url = dashboard_url(request, standing.collection.pk)
    extra = [(FIRST.name, question.no_candidate)] if question.no_candidate != FIRST.default else []
    form = filter_form(
        page_url,
        filters,
        whole.choices,
        extra=extra,
        by=by_select(several(summary), question.by),
        source=source_select(standing),
    )
    context: dict[str, object] = {"form": form, "n_chosen": summary.n_rollouts, "n_all": whole.n_rollouts}
    links = links_of(request, standing.collection, filters)
    if not summary.n_rollouts:
        words = clear_words(filters, summaries.narrowest(analyses, filters))
        return context | {"clear": words, "page_url": page_url}
    rows = measuring.measured(analyses, question.wanted, filters)
    return context | {"page": presented(summary, standing.shown, question, rows, links), "list_url": links.to()}


def links_of(request: ProjectRequest, collection: Collection, filters: RolloutFilter) -> Links:
    slug, pk = request.project.slug, collection.pk
    pairs = urlencode([("c", str(pk)), *filters.given.items()])
    return Links(
        reverse("traces:rollouts", args=[slug, pk]),
        lambda measure: reverse("traces:measure_csv", args=[slug, pk, measure]),
        filters,
        f"{reverse('traces:pairs', args=[slug])}?{pairs}",
    )
