"""Rollouts: lists with the filters of the pages, one with its turns and texts, and a person's grade."""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.http import Http404
from ninja import Query, Router

from apps.accounts.permissions import Act
from apps.api.gate import ApiRequest, allows
from apps.api.paging import Page, cursor_for, place_in
from apps.api.routes.collections import reach as reach_collection
from apps.api.schemas.filters import ListIn
from apps.api.schemas.kinds import PathId
from apps.api.schemas.rollouts import GradeOut, OverruleIn, RolloutLine, RolloutOut, ScoreOut, TurnOut
from apps.api.writes import idempotent
from apps.traces.models import Analysis, Grade, Rollout
from apps.traces.queries import listing
from apps.traces.queries.collections import collections_of
from apps.traces.queries.orders import Order, Place
from apps.traces.queries.reader import rollouts_in, scores_of, turns_of
from apps.traces.queries.standing import know_all, shown_analyses, standing_of
from apps.traces.queries.walking import WALK
from apps.traces.services import corrections
from apps.traces.services.asked import Asked
from apps.traces.services.texts import contents

router = Router(tags=["rollouts"])


@router.get("/projects/{project}/rollouts", auth=allows(Act.VIEW), response=Page[RolloutLine])
def list_rollouts(request: ApiRequest, project: str, asked: Query[ListIn]) -> Page[RolloutLine]:
    """The rollouts of all collections of a project.

    A search for words looks at a bounded number of rollouts for each page, so that one may be empty and have a `next`.
    """
    collections = list(collections_of(request.project))
    extractor = asked.parsed(with_text=True).extractor
    analyses = shown_analyses(collections, extractor)
    is_whole = not extractor and know_all(analyses, collections)
    return _page(request, asked, listing.of_project(request.project, analyses), analyses, is_whole)


@router.get(
    "/projects/{project}/collections/{collection_id}/rollouts", auth=allows(Act.VIEW), response=Page[RolloutLine]
)
def list_collection_rollouts(
    request: ApiRequest, project: str, collection_id: PathId, asked: Query[ListIn]
) -> Page[RolloutLine]:
    """The rollouts of one collection."""
    collection = reach_collection(request, collection_id)
    standing = standing_of(collection, asked.parsed(with_text=True).extractor)
    analyses = [standing.shown] if standing.shown else []
    return _page(request, asked, listing.of_collection(collection, standing.shown), analyses, standing.is_whole)


@router.get("/projects/{project}/rollouts/{rollout_id}", auth=allows(Act.VIEW), response=RolloutOut)
def get_rollout(request: ApiRequest, project: str, rollout_id: PathId) -> RolloutOut:
    """One rollout with its turns and texts, its grades and scores."""
    return shown(reach(request, rollout_id))


@router.put("/projects/{project}/rollouts/{rollout_id}/grade", auth=allows(Act.CORRECT), response=RolloutOut)
@idempotent()
def overrule_grade(request: ApiRequest, project: str, rollout_id: PathId, body: OverruleIn) -> RolloutOut:
    """A person's grade for the last attempt, or (null) an earlier one taken back; the collection is measured anew."""
    rollout = reach(request, rollout_id)
    attempts = [turn.index for turn in turns_of(rollout) if turn.is_attempt]
    turn_index = attempts[-1] if attempts else 0
    corrections.overrule(
        rollout=rollout, turn_index=turn_index, outcome=body.outcome or "", actor=request.user, reason=body.reason
    )
    return shown(rollout)


def _page(
    request: ApiRequest, asked: ListIn, every: QuerySet[Rollout], analyses: Sequence[Analysis], is_whole: bool
) -> Page[RolloutLine]:
    order = Order.parse(asked.sort)
    wanted = Asked(every, analyses, asked.parsed(with_text=True), order, is_whole)
    place = Place.parse(place_in(request, asked.cursor) or "", "")
    found = listing.page(every, order, place, asked.limit, wanted.matches, WALK, wanted.source)
    return Page(items=[RolloutLine.of(row) for row in found.rows], next=cursor_for(request, found.after))


def shown(rollout: Rollout) -> RolloutOut:
    turns = turns_of(rollout)
    texts = contents(turn.text_id for turn in turns if turn.text_id)
    grades = Grade.objects.filter(rollout=rollout).select_related("graded_by").order_by("turn_index", "source", "pk")
    return RolloutOut.of(
        rollout,
        [TurnOut.of(turn, texts) for turn in turns],
        [GradeOut.of(grade) for grade in grades],
        [ScoreOut.of(score) for score in scores_of(rollout)],
    )


def reach(request: ApiRequest, pk: int) -> Rollout:
    """The rollout, reached through its project; 404 where there is none."""
    found = rollouts_in(request.project).filter(pk=pk).first()
    if found is None:
        raise Http404("no such rollout")
    return found
