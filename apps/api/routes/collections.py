"""Collections: list, one, changes, deletion, candidate sets, analyses."""

from django.http import Http404
from ninja import Query, Router, Status

from analysis.answers.extract import DEFAULT
from apps.accounts.permissions import Act
from apps.api.gate import ApiRequest, allows
from apps.api.paging import Page, Paging, page_of, page_of_known
from apps.api.schemas.collections import (
    AnalysisAsked,
    AnalysisOut,
    CandidateSetOut,
    CollectionChange,
    CollectionOut,
)
from apps.api.schemas.kinds import PathId
from apps.api.writes import idempotent
from apps.traces.models import Analysis, Collection
from apps.traces.queries.candidate_sets import choices_of
from apps.traces.queries.collections import collections_of, find_collection
from apps.traces.services import corrections, deletions
from apps.traces.services.analyses import request_analysis

router = Router(tags=["collections"])


@router.get("/projects/{project}/collections", auth=allows(Act.VIEW), response=Page[CollectionOut])
def list_collections(request: ApiRequest, project: str, paging: Query[Paging]) -> Page[CollectionOut]:
    """The collections of a project, newest first."""
    return page_of(request, collections_of(request.project), paging, CollectionOut.of, newest_first=True)


@router.get("/projects/{project}/collections/{collection_id}", auth=allows(Act.VIEW), response=CollectionOut)
def get_collection(request: ApiRequest, project: str, collection_id: PathId) -> CollectionOut:
    """One collection, and how far its import, its analysis and its search index are."""
    return shown(request, collection_id)


@router.patch("/projects/{project}/collections/{collection_id}", auth=allows(Act.CORRECT), response=CollectionOut)
@idempotent()
def change_collection(
    request: ApiRequest, project: str, collection_id: PathId, change: CollectionChange
) -> CollectionOut:
    """Rename a collection, or choose whose grades count in its numbers."""
    found = reach(request, collection_id)
    if change.name is not None:
        corrections.rename(collection=found, name=change.name, actor=request.user)
    if change.counting_grade is not None:
        corrections.count_grades_of(collection=found, source=change.counting_grade, actor=request.user)
    return shown(request, collection_id)


@router.delete("/projects/{project}/collections/{collection_id}", auth=allows(Act.DELETE), response={204: None})
@idempotent()
def delete_collection(request: ApiRequest, project: str, collection_id: PathId) -> Status[None]:
    """Delete a collection with all that hangs on it: hidden at once, emptied in the background."""
    deletions.delete_collection(collection=reach(request, collection_id), actor=request.user)
    return Status(204, None)


@router.post(
    "/projects/{project}/collections/{collection_id}/regrade", auth=allows(Act.CORRECT), response={202: CollectionOut}
)
@idempotent()
def regrade_collection(request: ApiRequest, project: str, collection_id: PathId) -> Status[CollectionOut]:
    """Grade and measure a collection anew from what is stored."""
    corrections.regrade(collection=reach(request, collection_id), actor=request.user)
    return Status(202, shown(request, collection_id))


@router.get(
    "/projects/{project}/collections/{collection_id}/candidate-sets",
    auth=allows(Act.VIEW),
    response=Page[CandidateSetOut],
)
def list_candidate_sets(
    request: ApiRequest, project: str, collection_id: PathId, paging: Query[Paging]
) -> Page[CandidateSetOut]:
    """The candidate sets that a collection's numbers can be computed on: of rules, models and people."""
    choices = [CandidateSetOut.of(each) for each in choices_of(reach(request, collection_id))]
    return page_of_known(request, choices, paging)


@router.get(
    "/projects/{project}/collections/{collection_id}/analyses", auth=allows(Act.VIEW), response=Page[AnalysisOut]
)
def list_analyses(request: ApiRequest, project: str, collection_id: PathId, paging: Query[Paging]) -> Page[AnalysisOut]:
    """The analyses of a collection, newest first."""
    rows = Analysis.objects.filter(collection=reach(request, collection_id)).select_related("candidate_set")
    return page_of(request, rows, paging, AnalysisOut.of, newest_first=True)


@router.post(
    "/projects/{project}/collections/{collection_id}/analyses", auth=allows(Act.CORRECT), response={202: AnalysisOut}
)
@idempotent()
def request_analysis_of(
    request: ApiRequest, project: str, collection_id: PathId, asked: AnalysisAsked
) -> Status[AnalysisOut]:
    """Have a collection analysed by a candidate set, in the background; asked twice it is done once."""
    collection = reach(request, collection_id)
    return Status(202, AnalysisOut.of(request_analysis(collection=collection, extractor=asked.extractor or DEFAULT)))


@router.get(
    "/projects/{project}/collections/{collection_id}/analyses/{analysis_id}",
    auth=allows(Act.VIEW),
    response=AnalysisOut,
)
def get_analysis(request: ApiRequest, project: str, collection_id: PathId, analysis_id: PathId) -> AnalysisOut:
    """One analysis, and how far it is."""
    rows = Analysis.objects.filter(collection=reach(request, collection_id)).select_related("candidate_set")
    found = rows.filter(pk=analysis_id).first()
    if found is None:
        raise Http404("no such analysis")
    return AnalysisOut.of(found)


def reach(request: ApiRequest, pk: int) -> Collection:
    """The collection, reached through its project; 404 where there is none."""
    found = find_collection(request.project, pk)
    if found is None:
        raise Http404("no such collection")
    return found


def shown(request: ApiRequest, pk: int) -> CollectionOut:
    found = collections_of(request.project).filter(pk=pk).first()
    if found is None:
        raise Http404("no such collection")
    return CollectionOut.of(found)
