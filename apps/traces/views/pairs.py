"""Two arms problem by problem: a list of the pairs behind a comparison, and one pair side by side."""

from typing import NamedTuple

from django.core.paginator import Paginator
from django.http import Http404, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from apps.accounts.access import ProjectRequest, project_page
from apps.accounts.permissions import Act
from apps.traces.models import Rollout
from apps.traces.presenters.word_diff import sides_of
from apps.traces.queries.filters import RolloutFilter
from apps.traces.queries.reader import rollouts_in
from apps.traces.queries.standing import shown_analyses
from apps.traces.services.attempts import Attempt, load_attempts
from apps.traces.services.pairing import KINDS, Pair, arms_in, pairs_between
from apps.traces.views.comparisons import chosen_or_404
from apps.traces.views.refusals import refusing

PER_PAGE = 50


class Row(NamedTuple):
    """A pair as the list shows it: what was asked, and what each arm said."""

    pair: Pair
    question: str
    said: list[str]


@require_safe
@project_page(Act.VIEW)
@refusing
def pairs(request: ProjectRequest) -> HttpResponseBase:
    """The problems of two arms by what became of them (`?c=1&c=2&a=ARM&b=ARM&kind=gained`)."""
    chosen = chosen_or_404(request)
    filters = RolloutFilter.parse(request.GET.dict())
    analyses = shown_analyses(chosen, filters.extractor)
    if not analyses:
        raise Http404("nothing here is analysed")
    names = {each.pk: each.name for each in chosen}
    arms = arms_in(analyses, filters, names)
    labels = [request.GET.get("a") or arms[0], request.GET.get("b") or arms[-1]] if arms else []
    kind = request.GET.get("kind") or "gained"
    found = pairs_between(analyses, filters, names, labels, kind)
    page = Paginator(found.shown, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "collections",
        "collections": chosen,
        "arms": arms,
        "found": found,
        "kinds": [(name, words, found.counts[name], _query(request.GET, kind=name)) for name, words in KINDS.items()],
        "kind": kind,
        "rows": _rows(request, list(page)),
        "page": page,
        "older": _query(request.GET, page=str(page.next_page_number())) if page.has_next() else "",
        "newer": _query(request.GET, page=str(page.previous_page_number())) if page.has_previous() else "",
        "kept": [(name, value) for name, value in _kept(request.GET) if name not in {"a", "b", "page"}],
    }
    return render(request, "traces/pairs.html", context)


@require_safe
@project_page(Act.VIEW)
def beside(request: ProjectRequest, first: int, second: int) -> HttpResponseBase:
    """Two rollouts of one problem side by side, words that only one has marked."""
    both = [get_object_or_404(rollouts_in(request.project), pk=pk) for pk in (first, second)]
    if both[0].problem_id != both[1].problem_id:
        raise Http404("these rollouts answer different problems")
    by_id = {attempt.rollout.pk: attempt for attempt in load_attempts(list({each.pk: each for each in both}.values()))}
    one, other = (by_id[each.pk] for each in both)
    sides = sides_of(one.text, other.text)
    context = {
        "section": "collections",
        "problem": both[0].problem,
        "columns": [(both[0], one, sides.first), (both[1], other, sides.second)],
        "sides": sides,
    }
    return render(request, "traces/beside.html", context)


def _rows(request: ProjectRequest, shown: list[Pair]) -> list[Row]:
    ids = {pk for pair in shown for pk in (pair.first_id, pair.second_id)}
    related = ("model", "problem__problem_set", "condition")
    rollouts = Rollout.objects.filter(collection__project=request.project, pk__in=ids).select_related(*related)
    attempts = {attempt.rollout.pk: attempt for attempt in load_attempts(list(rollouts))}
    there = [pair for pair in shown if pair.first_id in attempts and pair.second_id in attempts]
    return [_row(pair, attempts[pair.first_id], attempts[pair.second_id]) for pair in there]


def _row(pair: Pair, one: Attempt, other: Attempt) -> Row:
    said = [(each.turn and each.turn.answer) or each.text or "no answer" for each in (one, other)]
    return Row(pair, one.problem.question or one.problem.key, said)


def _kept(given: QueryDict) -> list[tuple[str, str]]:
    return [(name, value) for name, values in given.lists() for value in values]


def _query(given: QueryDict, **changed: str) -> str:
    """The address's end with something changed; another kind begins at its first page."""
    query = given.copy()
    query.pop("page", None)
    for name, value in changed.items():
        query[name] = value
    return f"?{query.urlencode()}"
