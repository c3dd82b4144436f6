"""Pages of queues: a new one, how far one is, and the next item of whoever asks."""

import secrets
from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from analysis.errors import UserError
from analysis.labelling.drawing import ALLOCATIONS, STRATEGIES
from apps.accounts.access import ProjectRequest, project_page
from apps.accounts.permissions import Act
from apps.annotation.forms.queues import QueueForm, keys_in
from apps.annotation.models import Queue, Scheme
from apps.annotation.presenters import queues as presenting
from apps.annotation.presenters.suggesters import titled
from apps.annotation.queries.population import STRATA
from apps.annotation.queries.queues import every_item, may_label, n_queues_of, who_may_label
from apps.annotation.queries.schemes import schemes_of
from apps.annotation.queries.suggesters import suggester_of, worth_of
from apps.annotation.services import queues as services
from apps.annotation.services.suggestions import make_suggestions, sources_of
from apps.annotation.services.taking import take_next
from apps.annotation.views.reached import queue_or_404
from apps.traces.models import Collection
from apps.traces.queries.collections import collections_of
from apps.traces.queries.filters import RolloutFilter
from apps.traces.views.exports import csv_response

MOST_COLLECTIONS = 200


@require_http_methods(["GET", "HEAD", "POST"])
@project_page(Act.LEAD)
def new(request: ProjectRequest) -> HttpResponse:
    """Say what is labelled, by whom and how it is drawn; what that draws is shown before the queue is made."""
    sent = request.POST if request.method == "POST" else request.GET
    form = QueueForm(sent, secrets.randbelow(services.MOST_SEED))
    schemes = list(schemes_of(request.project))
    scheme = next((each for each in schemes if each.pk == form.scheme), schemes[0] if schemes else None)
    if request.method != "POST" or scheme is None:
        return _form(request, form, schemes, scheme)
    try:
        plan = form.plan()
        if sent.get("act") != "make":
            return _form(request, form, schemes, scheme, sample=services.sample_of(scheme=scheme, plan=plan))
        people = [person for person in who_may_label(request.project) if person.pk in form.people]
        made = services.create_queue(scheme=scheme, user=request.user, plan=plan, people=people)
    except UserError as error:
        return _form(request, form, schemes, scheme, refused=str(error))
    if made.suggestions:
        make_suggestions(queue=made)
    return redirect("annotation:queue", request.project.slug, made.pk)


def _form(
    request: ProjectRequest,
    form: QueueForm,
    schemes: list[Scheme],
    scheme: Scheme | None,
    sample: services.Sample | None = None,
    refused: str = "",
) -> HttpResponse:
    sent, is_new = form.data, request.method != "POST"
    collections = list(collections_of(request.project)[:MOST_COLLECTIONS])
    context: dict[str, Any] = {
        "schemes": schemes,
        "scheme": scheme,
        "collections": collections,
        "keys": form.keys,
        "filter": sent.get("filter", ""),
        "filter_words": _filter_words(form, refused),
        "strategies": STRATEGIES.choices(),
        "strategy": form.strategy,
        "strata": [(name, stratum.label) for name, stratum in STRATA.items()],
        "allocations": ALLOCATIONS,
        "people": [(person, is_new or person.pk in form.people) for person in who_may_label(request.project)],
        "sources": _sources(schemes, collections),
        "seed": sent.get("seed") or form.seed,
        "name": f"Round {n_queues_of(request.project) + 1}" if is_new else sent.get("name", ""),
        "is_blind": is_new or "is_blind" in sent,
        "sample": presenting.preview(sample, form.strategy) if sample else None,
        "sent": sent,
        "refused": refused,
        "section": "annotation",
    }
    return render(request, "annotation/new_queue.html", context, status=422 if refused else 200)


def _sources(schemes: Sequence[Scheme], collections: Sequence[Collection]) -> dict[str, str]:
    """What can suggest labels in at least one of the schemes."""
    return {source: words for scheme in schemes for source, words in sources_of(scheme, collections)}


def _filter_words(form: QueueForm, refused: str) -> str:
    """Of a filter that cannot be read, what was refused."""
    try:
        return RolloutFilter.parse(form.filter, with_text=True).words
    except UserError as error:
        return refused or str(error)


@require_safe
@project_page(Act.LEAD)
def queue(request: ProjectRequest, pk: int) -> HttpResponse:
    """How far a queue is, by person and by item."""
    found = queue_or_404(request, pk)
    first = next(iter(keys_in([request.GET.get("from", "")])), 0)
    layer = suggester_of(found)
    context = {
        "queue": found,
        "page": presenting.page_of(found, first),
        "who": [(person, may_label(found, person)) for person in who_may_label(request.project)],
        "is_mine": may_label(found, request.user),
        "sources": sources_of(found.scheme, collections_of(request.project)),
        "worths": [(layer, titled(found.scheme, worth_of(layer, found)))] if layer else [],
        "section": "annotation",
    }
    return render(request, "annotation/queue.html", context)


@require_safe
@project_page(Act.LEAD)
def queue_csv(request: ProjectRequest, pk: int) -> HttpResponseBase:
    """The items of a queue with who did what of each."""
    found = queue_or_404(request, pk)
    return csv_response(presenting.csv_lines(every_item(found)), f"{request.project.slug} {found.name}")


@require_POST
@project_page(Act.LEAD)
def act(request: ProjectRequest, pk: int) -> HttpResponse:
    """A button of the queue's page."""
    found, name = queue_or_404(request, pk), request.POST.get("act", "")
    if name not in ACTS:
        raise BadRequest(f"unknown act {name[:40]!r}; known: {', '.join(ACTS)}")
    try:
        messages.success(request, ACTS[name](request, found))
    except UserError as error:
        messages.error(request, str(error))
        name = ""
    if name == "delete":
        return redirect("annotation:home", request.project.slug)
    return redirect("annotation:queue", request.project.slug, pk)


def _open(request: ProjectRequest, found: Queue) -> str:
    services.set_open(queue=found, user=request.user, is_open=True)
    return "The queue is open."


def _close(request: ProjectRequest, found: Queue) -> str:
    services.set_open(queue=found, user=request.user, is_open=False)
    return "The queue is closed; it gives nothing out."


def _people(request: ProjectRequest, found: Queue) -> str:
    keys = set(keys_in(request.POST.getlist("people")))
    chosen = [person for person in who_may_label(request.project) if person.pk in keys]
    services.set_people(queue=found, user=request.user, people=chosen)
    return f"People of the queue: {', '.join(person.username for person in chosen) or 'nobody'}."


def _assign(request: ProjectRequest, found: Queue) -> str:
    return f"{services.assign_items(queue=found, user=request.user)} places were given out."


def _take_back(request: ProjectRequest, found: Queue) -> str:
    return f"{services.take_back(queue=found, user=request.user)} places were taken back."


def _suggest(request: ProjectRequest, found: Queue) -> str:
    made = make_suggestions(queue=found, source=request.POST.get("source", ""))
    unread = f" The set has not read {made.n_unread} of them." if made.n_unread else ""
    rest = " The others get theirs when they are opened." if made.n_rollouts < found.items.count() else ""
    return f"{made.n_new} new suggestions on {made.n_rollouts} rollouts.{unread}{rest}"


def _delete(request: ProjectRequest, found: Queue) -> str:
    services.delete_queue(queue=found, user=request.user)
    return f"The queue “{found.name}” is deleted."


ACTS: dict[str, Callable[[ProjectRequest, Queue], str]] = {
    "open": _open,
    "close": _close,
    "people": _people,
    "assign": _assign,
    "take_back": _take_back,
    "suggest": _suggest,
    "delete": _delete,
}


@require_POST
@project_page(Act.ANNOTATE)
def next_item(request: ProjectRequest, pk: int) -> HttpResponse:
    """The next item of the person who asks, taken for them."""
    found = queue_or_404(request, pk)
    if not may_label(found, request.user):
        raise PermissionDenied(f"you are not among the people of queue {found.name!r}")
    taken = take_next(queue=found, user=request.user)
    if taken is None:
        words = "Nothing is left for you in it." if found.is_open else "It is closed."
        messages.success(request, f"Queue “{found.name}”: {words}")
        return redirect("annotation:home", request.project.slug)
    return redirect(reverse("annotation:item", args=[request.project.slug, taken.item_id]))
