"""The methods page: the papers, what is done for each, and where it begins on the reader's own data."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.accounts.models import Membership, User
from apps.accounts.permissions import Act
from apps.accounts.queries import acts_of, find_membership, projects_of
from apps.reports.presenters.doors import Place
from apps.reports.presenters.methods import page_of
from apps.reports.queries.moving import collections_to_choose

MOST_WORDS = 200


@require_safe
def methods(request: HttpRequest) -> HttpResponse:
    """Methods by `q` and `group`; buttons lead into `project` and `collection`, or into the reader's only project."""
    assert isinstance(request.user, User)
    words, group = request.GET.get("q", "")[:MOST_WORDS].strip(), request.GET.get("group", "")
    membership = _membership(request.user, request.GET.get("project", ""))
    collections = _collections(membership)
    place = _place(membership, collections, request.GET.get("collection", ""))
    context = {
        "page": page_of(words, group, place),
        "words": words,
        "group": group,
        "projects": list(projects_of(request.user)),
        "collections": collections,
        "place": place,
        "project": membership.project if membership else None,
        "acts": place.acts if place else frozenset(),
        "section": "methods",
    }
    return render(request, "reports/methods.html", context)


def _membership(user: User, slug: str) -> Membership | None:
    """In the project that is named, else in the only one that there is."""
    if slug:
        found = find_membership(user, slug)
        if found is None:
            raise Http404("no such project")
        return found
    own = list(projects_of(user)[:2])
    return find_membership(user, own[0].slug) if len(own) == 1 else None


def _collections(membership: Membership | None) -> list[tuple[int, str]]:
    if membership is None or Act.VIEW not in acts_of(membership):
        return []
    return collections_to_choose(membership.project)


def _place(membership: Membership | None, collections: list[tuple[int, str]], asked: str) -> Place | None:
    """The collection that is asked for, if the project has it; else its newest."""
    if membership is None:
        return None
    known = [pk for pk, _ in collections]
    named = [pk for pk in known if str(pk) == asked]
    return Place(membership.project.slug, acts_of(membership), next(iter([*named, *known]), None))
