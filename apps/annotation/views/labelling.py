"""The labelling page, and what its script and its buttons send."""

import json
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from analysis.errors import UserError
from apps.accounts.access import ProjectRequest, project_page
from apps.accounts.permissions import Act
from apps.annotation.models import Assignment, Item, Layer, Queue
from apps.annotation.presenters.label_state import state_of
from apps.annotation.presenters.labelling import KEYS, item_page
from apps.annotation.services import saving, taking
from apps.annotation.services.acts import BadAct
from apps.annotation.services.layers import layer_of_person
from apps.annotation.services.suggestions import suggest_for
from apps.traces.presenters.reader import View


@require_safe
@project_page(Act.ANNOTATE)
def item(request: ProjectRequest, pk: int) -> HttpResponse:
    """One item of a queue, to be labelled by whoever has it."""
    found = _item_or_404(request, pk)
    try:
        assignment = taking.take(item=found, user=request.user)
    except taking.NotYours as error:
        raise Http404(str(error)) from None
    assignment.item, queue = found, found.queue
    layer = layer_for(assignment)
    suggest_for(queue=queue, rollout=found.rollout)
    page = item_page(assignment, layer, _suggester(queue), _view_of(request))
    context = {"page": page, "keys_rows": KEYS, "may_lead": Act.LEAD in request.acts, "section": "annotation"}
    return render(request, "annotation/item.html", context)


@require_POST
@project_page(Act.ANNOTATE)
def acts(request: ProjectRequest, pk: int) -> HttpResponse:
    """Acts as JSON, carried out in their order; what stands now is told where it was not what the page knew."""
    assignment = assignment_or_404(request, pk)
    try:
        sent = _sent(request)
        layer = layer_for(assignment)
        saved = saving.save(assignment=assignment, layer=layer, acts=sent["acts"], known=str(sent.get("standing", "")))
    except BadAct as error:
        return JsonResponse({"error": str(error)}, status=400)
    answer = {"done": saved.applied.n_done, "refused": saved.applied.refused, "standing": saved.standing}
    return JsonResponse(answer | (state_of(layer, assignment.item.rollout) if saved.is_news else {}))


@require_POST
@project_page(Act.ANNOTATE)
def submit(request: ProjectRequest, pk: int) -> HttpResponse:
    """Done with this item; on to the next."""
    assignment = assignment_or_404(request, pk)
    taking.submit(assignment=assignment)
    return _onward(request, assignment.item.queue)


@require_POST
@project_page(Act.ANNOTATE)
def skip(request: ProjectRequest, pk: int) -> HttpResponse:
    """Leave this item to somebody else; on to the next."""
    assignment = assignment_or_404(request, pk)
    taking.skip(assignment=assignment)
    return _onward(request, assignment.item.queue)


@require_POST
@project_page(Act.ANNOTATE)
def flag(request: ProjectRequest, pk: int) -> HttpResponse:
    """Put a flag on this item for the leads, with a reason, or take it away."""
    assignment = assignment_or_404(request, pk)
    is_flagged = request.POST.get("flagged") == "1"
    taking.flag(assignment=assignment, is_flagged=is_flagged, reason=request.POST.get("reason", ""))
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"flagged": is_flagged})
    return redirect("annotation:item", request.project.slug, pk)


def _items(request: ProjectRequest) -> QuerySet[Item]:
    found = Item.objects.filter(queue__scheme__project=request.project, rollout__collection__is_deleted=False)
    return found.select_related("queue__scheme", "rollout__collection", "rollout__model", "rollout__problem")


def _item_or_404(request: ProjectRequest, pk: int) -> Item:
    """Any item for a lead; for others those that they have."""
    items = _items(request)
    if Act.LEAD not in request.acts:
        items = items.filter(assignments__user=request.user)
    return get_object_or_404(items, pk=pk)


def assignment_or_404(request: ProjectRequest, pk: int) -> Assignment:
    """The person's own hold on the item."""
    related = ("item__queue__scheme", "item__rollout")
    mine = Assignment.objects.filter(item__in=_items(request).select_related(None), user=request.user)
    found = get_object_or_404(mine.select_related(*related), item_id=pk)
    found.user = request.user
    return found


def layer_for(assignment: Assignment) -> Layer:
    scheme = assignment.item.queue.scheme
    layer = layer_of_person(scheme=scheme, user=assignment.user)
    layer.scheme = scheme
    return layer


def _suggester(queue: Queue) -> Layer | None:
    if not queue.suggestions:
        return None
    return Layer.objects.filter(scheme=queue.scheme, kind=Layer.Kind.SUGGESTER, name=queue.suggestions).first()


def _sent(request: ProjectRequest) -> dict[str, Any]:
    try:
        sent = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise BadAct(f"what was sent is no JSON: {error}") from None
    if not isinstance(sent, dict) or not isinstance(sent.get("acts"), list):
        raise BadAct('what was sent is not {"acts": […]}')
    if not all(isinstance(act, dict) for act in sent["acts"]):
        raise BadAct("an act is no object")
    return sent


def _onward(request: ProjectRequest, queue: Queue) -> HttpResponse:
    try:
        after = taking.take_next(queue=queue, user=request.user)
    except UserError as error:
        messages.error(request, str(error))
        after = None
    if after is not None:
        return redirect("annotation:item", request.project.slug, after.item_id)
    messages.success(request, f"Nothing is left for you in “{queue}”.")
    return redirect("annotation:home", request.project.slug)


def _view_of(request: ProjectRequest) -> View:
    chosen = request.GET
    return View(
        raw=chosen.get("raw") == "1",
        all_maths=chosen.get("maths") == "all",
        line=_number(chosen.get("line")),
        turn=_number(chosen.get("turn")),
    )


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None
