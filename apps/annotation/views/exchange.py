"""Labels of a scheme out to a file and in from one; leads only. Knows no format: those are in a table."""

from collections.abc import Callable
from io import BytesIO
from typing import Any, BinaryIO

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_POST, require_safe

from analysis.errors import UserError
from analysis.labelling.exchange import FORMATS
from analysis.labelling.exchange.gold import LAYERS
from analysis.labelling.exchange.gold.base import GivenFile
from analysis.labelling.exchange.interfaces import doccano_labels, labelstudio_interface
from analysis.labelling.exchange.types import BadFile, Bundle
from analysis.labelling.scheme import Target
from apps.accounts.access import ProjectRequest, project_page
from apps.accounts.permissions import Act
from apps.annotation.models import Scheme
from apps.annotation.queries.exchange import layers_with_labels, name_of
from apps.annotation.services.exchange import export, import_bundle
from apps.annotation.services.taking_in import Imported
from apps.annotation.views.reached import scheme_or_404
from apps.traces.models import Collection
from apps.traces.queries.collections import collections_of

MOST_BYTES = 64 << 20
MOST_SHOWN = 500
DEFAULT = "project"
FOLDERS = ("thought_anchors",)
"""Layers of several files in folders, which a form cannot send: for the command."""


@require_safe
@project_page(Act.LEAD)
def exchange(request: ProjectRequest, pk: int) -> HttpResponse:
    return _page(request, scheme_or_404(request, pk))


@require_safe
@project_page(Act.LEAD)
def export_labels(request: ProjectRequest, pk: int) -> HttpResponseBase:
    """The file as an attachment, streamed rollout by rollout."""
    scheme = scheme_or_404(request, pk)
    name = request.GET.get("format", DEFAULT)
    if name not in FORMATS:
        messages.error(request, f"There is no format {name[:40]!r}.")
        return redirect("annotation:exchange", request.project.slug, pk)
    try:
        parts = export(scheme=scheme, form=FORMATS[name], layers=request.GET.getlist("layer"))
    except UserError as error:
        messages.error(request, str(error))
        return redirect("annotation:exchange", request.project.slug, pk)
    response = StreamingHttpResponse(
        (part.encode() for part in parts), content_type=f"{FORMATS[name].content_type}; charset=utf-8"
    )
    file_name = f"{slugify(scheme.name) or 'labels'}-{name}{FORMATS[name].suffix}"
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response


@require_POST
@project_page(Act.LEAD)
def import_labels(request: ProjectRequest, pk: int) -> HttpResponse:
    """Take a file in, and show what was stored and what was left out."""
    scheme = scheme_or_404(request, pk)
    files = request.FILES.getlist("files")
    if not files:
        messages.error(request, "No file was chosen.")
        return redirect("annotation:exchange", request.project.slug, pk)
    try:
        result = import_bundle(
            scheme=scheme,
            bundle=_read(scheme, request.POST.get("format", DEFAULT), files),
            actor=request.user,
            layer=request.POST.get("layer", "").strip()[:150],
            collection=_collection(request),
        )
    except UserError as error:
        return _page(request, scheme, refused=str(error))
    return _page(request, scheme, result=result)


def _read(scheme: Scheme, name: str, files: "list[UploadedFile[Any]]") -> Bundle:
    if sum(file.size or 0 for file in files) > MOST_BYTES:
        raise BadFile(f"more than {MOST_BYTES >> 20} MB at once: use the command `labels import`")
    if name in LAYERS:
        return LAYERS[name].read(GivenFile(file.name or "file", _opener(file)) for file in files)
    if name not in FORMATS:
        raise BadFile(f"there is no format {name[:40]!r}; known: {', '.join([*FORMATS, *LAYERS])}")
    if len(files) > 1:
        raise BadFile(f"{len(files)} files were chosen; one at a time is read")
    with _opener(files[0])() as source:
        return FORMATS[name].read(source, scheme.plain)


def _opener(file: "UploadedFile[Any]") -> Callable[[], BinaryIO]:
    return lambda: BytesIO(file.read())


def _collection(request: ProjectRequest) -> Collection | None:
    """Where the texts are looked for; None: everywhere in the project."""
    key = request.POST.get("collection", "")
    found = collections_of(request.project).filter(pk=int(key)).first() if key.isascii() and key.isdigit() else None
    if key and found is None:
        raise BadFile(f"there is no collection {key[:20]!r} in this project")
    return found


def _interfaces(scheme: Scheme) -> list[tuple[str, str]]:
    """What other tools are to be told of the labels: for which, and the text to paste or to save there."""
    plain = scheme.plain
    doccano = [
        ("doccano: types of spans (JSON)", doccano_labels(plain, Target.STEP, Target.SPAN)),
        ("doccano: types of whole texts (JSON)", doccano_labels(plain, Target.ROLLOUT)),
        ("doccano: types of relations (JSON)", doccano_labels(plain, Target.RELATION)),
    ]
    return [
        ("Label Studio: labelling interface (XML)", labelstudio_interface(plain)),
        *(each for each in doccano if each[1] != "[]"),
    ]


def _page(
    request: ProjectRequest, scheme: Scheme, *, result: Imported | None = None, refused: str = ""
) -> HttpResponse:
    sent = request.POST or QueryDict()
    context = {
        "scheme": scheme,
        "formats": FORMATS.choices(),
        "readable": FORMATS.choices() + [each for each in LAYERS.choices() if each[0] not in FOLDERS],
        "layers": [(layer, name_of(layer)) for layer in layers_with_labels(scheme)],
        "collections": collections_of(request.project),
        "interfaces": _interfaces(scheme),
        "result": result,
        "shown": result.unplaced[:MOST_SHOWN] if result else [],
        "refused": refused,
        "sent": sent,
        "section": "annotation",
    }
    return render(request, "annotation/exchange.html", context, status=422 if refused else 200)
