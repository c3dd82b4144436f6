"""The search over all collections of a project."""

from ninja import Query, Router

from apps.accounts.permissions import Act
from apps.api.gate import ApiRequest, allows
from apps.api.paging import Page, cursor_for, place_in
from apps.api.schemas.search import HitsOut, SearchIn
from apps.traces.presenters.snippets import snippets
from apps.traces.queries.asking import Asking
from apps.traces.services import searching

router = Router(tags=["search"])


@router.get("/projects/{project}/search", auth=allows(Act.VIEW), response=Page[HitsOut])
def search_project(request: ApiRequest, project: str, asked: Query[SearchIn]) -> Page[HitsOut]:
    """Collections with rollouts that match, newest first, each with how many and the first of them."""
    asking = Asking.parse(asked.q)
    found = searching.search(request.project, asking, place_in(request, asked.cursor))
    words = snippets([row["pk"] for group in found.groups for row in group.rows], asking)
    return Page(items=[HitsOut.of(group, words) for group in found.groups], next=cursor_for(request, found.more))
