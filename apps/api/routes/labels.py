"""Annotation: schemes, queues, items to label, labels given as acts, labels in and out as files."""

from io import BytesIO
from typing import Any

from django.http import StreamingHttpResponse
from django.utils.text import slugify
from ninja import File, Form, Query, Router, UploadedFile

from analysis.labelling.exchange import FORMATS
from analysis.labelling.exchange.types import BadFile
from apps.accounts.permissions import Act
from apps.annotation.models import Item, Label, Queue
from apps.annotation.presenters.label_state import state_of, suggestions_of
from apps.annotation.queries.places import placed
from apps.annotation.queries.queues import queues_for, queues_of
from apps.annotation.queries.schemes import schemes_for, schemes_of
from apps.annotation.queries.suggesters import suggester_of
from apps.annotation.services import saving, taking
from apps.annotation.services.exchange import export, import_bundle
from apps.annotation.services.suggestions import suggest_for
from apps.annotation.views.exchange import MOST_BYTES
from apps.annotation.views.labelling import assignment_or_404, layer_for
from apps.annotation.views.reached import queue_or_404, scheme_or_404
from apps.api.errors import Refused
from apps.api.gate import ApiRequest, allows
from apps.api.paging import Page, Paging, page_of
from apps.api.routes.collections import reach as reach_collection
from apps.api.schemas.kinds import PathId
from apps.api.schemas.labels import (
    ActedOut,
    ActsIn,
    FlagIn,
    ImportedOut,
    ItemOut,
    LabelOut,
    LeftOut,
    NextOut,
    QueueOut,
    RefusedAct,
    SchemeOut,
    TextOut,
)
from apps.api.writes import idempotent
from apps.traces.models import Turn
from apps.traces.services.texts import contents

router = Router(tags=["labels"])
SCHEME, ITEM = "/projects/{project}/schemes/{scheme_id}", "/projects/{project}/items/{item_id}"
TEXT = {"schema": {"type": "string"}}
FILES = {"responses": {200: {"content": {FORMATS[name].content_type: TEXT for name in FORMATS}}}}
ROLES_SHOWN = ("user", "assistant")
"""Whose turns are given in a blind queue: others may tell the grade or the condition."""


@router.get("/projects/{project}/schemes", auth=allows(Act.ANNOTATE), response=Page[SchemeOut])
def list_schemes(request: ApiRequest, project: str, paging: Query[Paging]) -> Page[SchemeOut]:
    """The schemes of a project; an annotator's are those of their queues."""
    is_lead = Act.LEAD in request.acts
    rows = schemes_of(request.project) if is_lead else schemes_for(request.project, request.user)
    return page_of(request, rows, paging, SchemeOut.of)


@router.get(SCHEME, auth=allows(Act.ANNOTATE), response=SchemeOut)
def get_scheme(request: ApiRequest, project: str, scheme_id: PathId) -> SchemeOut:
    """One scheme with its labels."""
    return SchemeOut.of(scheme_or_404(request, scheme_id))


@router.get(f"{SCHEME}/labels", auth=allows(Act.LEAD), response=Page[LabelOut])
def list_labels(
    request: ApiRequest, project: str, scheme_id: PathId, paging: Query[Paging], layer: str = ""
) -> Page[LabelOut]:
    """The labels of a scheme that stand on their text, of all layers or of those with one name."""
    rows = placed(Label.objects.filter(layer__scheme=scheme_or_404(request, scheme_id)))
    related = rows.select_related("layer", "first", "other", "author")
    return page_of(request, related.filter(layer__name=layer) if layer else related, paging, LabelOut.of)


@router.get(f"{SCHEME}/export", auth=allows(Act.LEAD), response={200: Any}, openapi_extra=FILES)
def export_labels(
    request: ApiRequest, project: str, scheme_id: PathId, format: str = "project", layer: str = ""
) -> StreamingHttpResponse:
    """The labels of a scheme as a file of one of the formats: project, labelstudio, doccano, csv."""
    scheme = scheme_or_404(request, scheme_id)
    form = FORMATS[known_format(format)]
    parts = export(scheme=scheme, form=form, layers=[layer] if layer else [])
    response = StreamingHttpResponse((part.encode() for part in parts), content_type=form.content_type)
    name = f"{slugify(scheme.name) or 'labels'}{form.suffix}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@router.post(f"{SCHEME}/import", auth=allows(Act.LEAD), response=ImportedOut)
@idempotent()
def import_labels(
    request: ApiRequest,
    project: str,
    scheme_id: PathId,
    file: File[UploadedFile],
    format: Form[str] = "project",
    layer: Form[str] = "",
    collection: Form[int | None] = None,
) -> ImportedOut:
    """Take a file of labels in: each where its very text is, or left out with a reason."""
    scheme = scheme_or_404(request, scheme_id)
    if (file.size or 0) > MOST_BYTES:
        raise Refused(413, f"more than {MOST_BYTES >> 20} MB of labels at once")
    bundle = FORMATS[known_format(format)].read(BytesIO(file.read()), scheme.plain)
    within = reach_collection(request, collection) if collection is not None else None
    found = import_bundle(
        scheme=scheme, bundle=bundle, actor=request.user, layer=layer.strip()[:150], collection=within
    )
    left = [LeftOut(where=each.where, reason=each.reason) for each in found.unplaced]
    return ImportedOut(stored=found.n_stored, known=found.n_known, layers=list(found.layers), left_out=left)


@router.get("/projects/{project}/queues", auth=allows(Act.ANNOTATE), response=Page[QueueOut])
def list_queues(request: ApiRequest, project: str, paging: Query[Paging]) -> Page[QueueOut]:
    """The queues of a project; an annotator's own."""
    is_lead = Act.LEAD in request.acts
    rows = queues_of(request.project) if is_lead else queues_for(request.project, request.user)
    return page_of(request, rows, paging, QueueOut.of, newest_first=True)


@router.post("/projects/{project}/queues/{queue_id}/next", auth=allows(Act.ANNOTATE), response=NextOut)
@idempotent()
def take_next_item(request: ApiRequest, project: str, queue_id: PathId) -> NextOut:
    """The next item of the token's owner, taken for them for half an hour."""
    queue: Queue = queue_or_404(request, queue_id)
    if not queue.people.filter(pk=request.user.pk).exists():
        raise Refused(403, f"you are not among the people of queue {queue.name!r}")
    taken = taking.take_next(queue=queue, user=request.user)
    return NextOut(item=None if taken is None else shown(request, taken.item_id))


@router.get(ITEM, auth=allows(Act.ANNOTATE), response=ItemOut)
def get_item(request: ApiRequest, project: str, item_id: PathId) -> ItemOut:
    """An item that the token's owner has: its texts, and their labels so far."""
    return shown(request, item_id)


@router.post(f"{ITEM}/acts", auth=allows(Act.ANNOTATE), response=ActedOut)
@idempotent()
def act_on_item(request: ApiRequest, project: str, item_id: PathId, sent: ActsIn) -> ActedOut:
    """Give and take labels of the token's owner on an item; each act is safe to send twice."""
    held = assignment_or_404(request, item_id)
    layer = layer_for(held)
    saved = saving.save(assignment=held, layer=layer, acts=sent.acts, known="")
    refused = [RefusedAct(number=number, reason=reason) for number, reason in saved.applied.refused]
    given = state_of(layer, held.item.rollout)
    return ActedOut(done=saved.applied.n_done, refused=refused, labels=given["labels"], comments=given["comments"])


@router.post(f"{ITEM}/submit", auth=allows(Act.ANNOTATE), response=ItemOut)
@idempotent()
def submit_item(request: ApiRequest, project: str, item_id: PathId) -> ItemOut:
    """Done with an item; again is no harm."""
    taking.submit(assignment=assignment_or_404(request, item_id))
    return shown(request, item_id)


@router.post(f"{ITEM}/skip", auth=allows(Act.ANNOTATE), response=ItemOut)
@idempotent()
def skip_item(request: ApiRequest, project: str, item_id: PathId) -> ItemOut:
    """Leave an item to somebody else; what was labelled stays."""
    taking.skip(assignment=assignment_or_404(request, item_id))
    return shown(request, item_id)


@router.post(f"{ITEM}/flag", auth=allows(Act.ANNOTATE), response=ItemOut)
@idempotent()
def flag_item(request: ApiRequest, project: str, item_id: PathId, sent: FlagIn) -> ItemOut:
    """Put a flag on an item for the leads, with a reason, or take it away."""
    taking.flag(assignment=assignment_or_404(request, item_id), is_flagged=sent.is_flagged, reason=sent.reason)
    return shown(request, item_id)


def shown(request: ApiRequest, pk: int) -> ItemOut:
    """The item as its holder sees it; 404 for who does not have it."""
    held = assignment_or_404(request, pk)
    item = held.item
    suggest_for(queue=item.queue, rollout=item.rollout)
    given, suggester = state_of(layer_for(held), item.rollout), suggester_of(item.queue)
    return ItemOut.of(held, texts_of(item), given, suggestions_of(suggester, item.rollout))


def texts_of(item: Item) -> list[TextOut]:
    turns = Turn.objects.filter(rollout=item.rollout, text__isnull=False).select_related("text").order_by("index")
    if item.queue.is_blind:
        turns = turns.filter(role__in=ROLES_SHOWN)
    texts = contents(turn.text_id for turn in turns if turn.text_id)
    return [
        TextOut(turn=turn.index, role=turn.role, text=texts[turn.text.pk], text_hash=bytes(turn.text.hash).hex())
        for turn in turns
        if turn.text is not None
    ]


def known_format(name: str) -> str:
    if name not in FORMATS:
        raise BadFile(f"there is no format {name[:40]!r}; known: {', '.join(FORMATS)}")
    return name
