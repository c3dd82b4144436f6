"""Pages of queues: a new one, how far one is, and the next item of whoever asks."""

import secrets
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from analysis.errors import UserError
from analysis.labelling.drawing import ALLOCATIONS, STRATEGIES
from apps.accounts.access import ProjectRequest, project_page
from apps.accounts.permissions import Act
from apps.annotation.forms.queues import QueueForm
from apps.annotation.models import Scheme
from apps.annotation.presenters import queues as presenting
from apps.annotation.queries.population import STRATA
from apps.annotation.queries.queues import may_label, who_may_label
from apps.annotation.queries.schemes import schemes_of
from apps.annotation.services import queues as services
from apps.annotation.services.taking import take_next
from apps.annotation.views.reached import queue_or_404
from apps.traces.queries.collections import collections_of
from apps.traces.queries.filters import RolloutFilter

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
    context: dict[str, Any] = {
        "schemes": schemes,
        "scheme": scheme,
        "collections": list(collections_of(request.project)[:MOST_COLLECTIONS]),
        "keys": form.keys,
        "filter": sent.get("filter", ""),
        "filter_words": _filter_words(form, refused),
        "strategies": STRATEGIES.choices(),
        "strategy": form.strategy,
        "strata": [(name, stratum.label) for name, stratum in STRATA.items()],
        "allocations": ALLOCATIONS,
        "people": [(person, is_new or person.pk in form.people) for person in who_may_label(request.project)],
        "seed": sent.get("seed") or form.seed,
        "is_blind": is_new or "is_blind" in sent,
        "sample": presenting.preview(sample, form.strategy) if sample else None,
        "sent": sent,
        "refused": refused,
        "section": "annotation",
    }
    return render(request, "annotation/new_queue.html", context, status=422 if refused else 200)


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
    context = {
        "queue": found,
        "page": presenting.page_of(found),
        "is_mine": may_label(found, request.user),
        "section": "annotation",
    }
    return render(request, "annotation/queue.html", context)


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
