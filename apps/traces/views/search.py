"""The search over all collections of a project."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.accounts.access import ProjectRequest, project_page
from apps.accounts.permissions import Act
from apps.traces.forms import key_before
from apps.traces.presenters.indexing import warning
from apps.traces.presenters.search import present_groups, query_of
from apps.traces.presenters.snippets import snippets
from apps.traces.queries.asking import Asking, BadSearchError
from apps.traces.queries.collections import unindexed_of
from apps.traces.services import searching


@require_safe
@project_page(Act.VIEW)
def search(request: ProjectRequest) -> HttpResponse:
    """Collections with rollouts that match, the newest first; an empty query is the form alone."""
    q = request.GET.get("q", "").strip()
    context: dict[str, object] = {"q": q, "section": "search"}
    status = 200
    if q:
        try:
            context |= _answer(request, Asking.parse(q))
        except BadSearchError as error:
            context, status = context | {"error": str(error)}, 400
    return render(request, "traces/search.html", context, status=status)


def _answer(request: ProjectRequest, asking: Asking) -> dict[str, object]:
    found = searching.search(request.project, asking, key_before(request.GET))
    ids = [row["pk"] for group in found.groups for row in group.rows]
    return {
        "groups": present_groups(found, snippets(ids, asking)),
        "more": found.more,
        "query": query_of(asking.text),
        "index_warning": warning(unindexed_of(request.project)),
    }
