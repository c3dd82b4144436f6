"""Training sets: which method, of which collections and rollouts, by which settings; the first rows, and the files."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from analysis.protocols.settings import SettingRefused
from analysis.training.table import TRAINING_SETS
from apps.accounts.access import ProjectRequest, project_page
from apps.accounts.permissions import Act
from apps.reports.presenters import training_sets as presenting
from apps.reports.queries.moving import collections_to_choose
from apps.reports.queries.training_sets import extractors_to_choose, rollouts_of_sources
from apps.reports.services.training_files import KINDS, zipped
from apps.reports.services.training_sets import Wanted, preview_of
from apps.runs.forms import PREFIX, fields_of, lines_of, settings_in
from apps.traces.models import Analysis, Collection
from apps.traces.presenters.filters import filter_form
from apps.traces.queries.filters import RolloutFilter
from apps.traces.queries.standing import shown_analyses
from apps.traces.services import summaries
from apps.traces.views.refusals import refusing

MOST_COLLECTIONS = 100
MODELS = frozenset({"teacher", "student", "demonstrator", "expert"})
"""Settings that are the name of a model."""
SENT = "sent"
"""In the address once the form was sent: only then does a flag that is not there say no."""


class Asked(NamedTuple):
    """What an address asks for; `without` are collections that no finished analysis by the extractor is of."""

    wanted: Wanted
    chosen: Mapping[int, str]
    without: Sequence[str]
    is_old: bool


@require_safe
@project_page(Act.VIEW)
@refusing
def training_sets(request: ProjectRequest) -> HttpResponse:
    """The methods to choose from; of a chosen one the form, the first rows and the counts."""
    name = request.GET.get("method", "")
    if not name:
        query = request.GET.copy()
        context = {"shelves": presenting.shelves(), "n_sets": len(TRAINING_SETS), "kept": query.urlencode()}
        return render(request, "reports/training_sets.html", context | {"section": "rollouts"})
    if name not in TRAINING_SETS:
        raise Http404("no such training set")
    return render(request, "reports/training_set.html", _context(request, name))


@require_safe
@project_page(Act.VIEW)
@refusing
def download(request: ProjectRequest, name: str, kind: str) -> HttpResponseBase:
    """The rows and their manifest as a zip, streamed as they are made."""
    if name not in TRAINING_SETS or kind not in KINDS:
        raise Http404("no such training set")
    asked = _asked(request, name)
    if not asked.wanted.analyses:
        raise Http404("nothing that is analysed was chosen")
    response = StreamingHttpResponse(zipped(asked.wanted, kind), content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{request.project.slug}-{name}.{kind}.zip"'
    return response


def _context(request: ProjectRequest, name: str) -> dict[str, Any]:
    asked = _asked(request, name)
    exporter, given = asked.wanted.exporter, dict(asked.wanted.settings)
    collections = {**dict(collections_to_choose(request.project)), **asked.chosen}
    context = {
        "section": "rollouts",
        "name": name,
        "label": TRAINING_SETS.label(name),
        "exporter": exporter,
        "shape": presenting.SHAPES[exporter.shape],
        "methods": presenting.shelves(),
        "collections": [(pk, words, pk in asked.chosen) for pk, words in collections.items()],
        "extractors": extractors_to_choose(request.project),
        "extractor": asked.wanted.filters.extractor or "",
        "asked": asked,
    }
    refused = ""
    if asked.wanted.analyses:
        context |= _choices(request, asked)
        try:
            context |= _made(request, asked)
        except SettingRefused as error:
            refused = str(error)
    return context | {"fields": fields_of(exporter.parameters, given, refused), "refused": refused}


def _choices(request: ProjectRequest, asked: Asked) -> dict[str, Any]:
    """What the finished analyses let be chosen: filters, and models where the method asks for one."""
    page_url = reverse("reports:training_sets", args=[request.project.slug])
    whole = summaries.summary_of(asked.wanted.analyses, RolloutFilter())
    names = {parameter.name for parameter in asked.wanted.exporter.parameters}
    return {
        "form": filter_form(page_url, asked.wanted.filters, whole.choices, is_list=True),
        "n_all": whole.n_rollouts,
        "models": whole.choices["model"] if names & MODELS else (),
    }


def _made(request: ProjectRequest, asked: Asked) -> dict[str, Any]:
    """The first rows, and the addresses of the files. Raises SettingRefused."""
    preview = preview_of(asked.wanted)
    sources = [source for row in preview.rows for source in row["metadata"]["sources"]]
    return {
        "page": presenting.page_of(preview, asked.wanted.shape, rollouts_of_sources(request.project, sources)),
        "files": _files(request, asked) if preview.making.counts.n_rows or not preview.is_whole else [],
    }


def _files(request: ProjectRequest, asked: Asked) -> list[tuple[str, str]]:
    query = [(key, value) for key, values in request.GET.lists() for value in values if value and key != "method"]
    if "collection" not in request.GET:
        query += [("collection", str(pk)) for pk in asked.chosen]
    args = [request.project.slug, asked.wanted.name]
    return [(kind, f"{reverse(f'reports:training_set_{kind}', args=args)}?{urlencode(query)}") for kind in KINDS]


def _asked(request: ProjectRequest, name: str) -> Asked:
    """Raises BadFilterError. Collections that are not of the project are not there."""
    filters = RolloutFilter.parse(request.GET.dict(), with_text=True)
    given = [pk for pk in request.GET.getlist("collection") if pk.isascii() and pk.isdigit() and len(pk) < 19]
    if not given and SENT not in request.GET:
        given = [str(pk) for pk, _ in collections_to_choose(request.project)[:1]]
    own = Collection.objects.filter(project=request.project, is_deleted=False)
    collections = list(own.filter(pk__in=given[:MOST_COLLECTIONS]).order_by("-pk"))
    analyses = shown_analyses(collections, filters.extractor)
    has = {analysis.collection_id: analysis.revision for analysis in analyses}
    return Asked(
        Wanted(name, _settings(request, name), analyses, filters),
        {each.pk: each.name for each in collections},
        [each.name for each in collections if each.pk not in has],
        _are_old(analyses, collections),
    )


def _are_old(analyses: Sequence[Analysis], collections: Sequence[Collection]) -> bool:
    revisions = {collection.pk: collection.revision for collection in collections}
    return any(analysis.revision != revisions[analysis.collection_id] for analysis in analyses)


def _settings(request: ProjectRequest, name: str) -> Mapping[str, str]:
    """Those that the address names; of another method's settings none."""
    parameters = TRAINING_SETS[name].parameters
    if request.GET.get(SENT) == name:
        return settings_in(request.GET, parameters)
    names = [each.name for each in parameters if PREFIX + each.name in request.GET]
    return {each: lines_of(request.GET[PREFIX + each]) for each in names}
