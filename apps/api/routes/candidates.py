"""Candidates: of a rollout with their outcomes and transitions, of a collection set by set."""

from ninja import Query, Router

from apps.accounts.permissions import Act
from apps.api.gate import ApiRequest, allows
from apps.api.paging import Page, Paging, page_of, page_of_known
from apps.api.routes.collections import reach as reach_collection
from apps.api.routes.rollouts import reach as reach_rollout
from apps.api.schemas.kinds import PathId
from apps.api.schemas.rollouts import CandidateOut, JudgedCandidate
from apps.traces.models import Candidate
from apps.traces.presenters.candidates import shown_candidates
from apps.traces.queries.candidate_sets import OF_DEFAULT, get_name, of_name
from apps.traces.queries.verdicts import verdicts_for
from apps.traces.services.attempts import problem_of
from apps.traces.services.verdicts import GRADER_NAME

router = Router(tags=["candidates"])


@router.get(
    "/projects/{project}/rollouts/{rollout_id}/candidates", auth=allows(Act.VIEW), response=Page[JudgedCandidate]
)
def list_candidates(
    request: ApiRequest, project: str, rollout_id: PathId, paging: Query[Paging], extractor: str | None = None
) -> Page[JudgedCandidate]:
    """The candidates of a rollout in the order of its text, by the default set or the one that is named."""
    rollout = reach_rollout(request, rollout_id)
    of_set = of_name(get_name(rollout.collection, extractor)) if extractor else OF_DEFAULT
    rows = list(Candidate.objects.filter(of_set, rollout=rollout).order_by("candidate_set", "index"))
    problem = problem_of(rollout.problem)
    grades = verdicts_for(GRADER_NAME, problem, {row.value for row in rows})
    shown = shown_candidates(rows, problem, GRADER_NAME)
    judged = [
        JudgedCandidate(
            **CandidateOut.of(row).model_dump(),
            outcome=grades[row.value].outcome.value if row.value in grades else None,
            transition=each.transition.value if each.transition else None,
        )
        for row, each in zip(rows, shown, strict=True)
    ]
    return page_of_known(request, judged, paging)


@router.get(
    "/projects/{project}/collections/{collection_id}/candidates",
    auth=allows(Act.VIEW),
    response=Page[CandidateOut],
)
def list_collection_candidates(
    request: ApiRequest, project: str, collection_id: PathId, paging: Query[Paging], extractor: str | None = None
) -> Page[CandidateOut]:
    """All candidates of a collection, by the default set or the one that is named."""
    collection = reach_collection(request, collection_id)
    of_set = of_name(get_name(collection, extractor)) if extractor else OF_DEFAULT
    return page_of(
        request, Candidate.objects.filter(of_set, candidate_set__collection=collection), paging, CandidateOut.of
    )
