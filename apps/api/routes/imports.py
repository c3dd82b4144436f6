"""Imports: a draft, its files, its preview, and what came of it.

1. `create_import`, 2. `add_import_file` for each file, 3. `preview_import` and `change_import` as wanted,
4. `confirm_import`: the collection is there, and `get_import` says how far it is filled.
"""

from typing import Literal

from django.http import Http404
from ninja import File, Form, Query, Router, Status, UploadedFile

from analysis.errors import UserError
from apps.accounts.permissions import Act
from apps.api.gate import ApiRequest, allows
from apps.api.paging import Page, Paging, page_of
from apps.api.parsing import require_text
from apps.api.routes.collections import reach as reach_collection
from apps.api.routes.collections import shown as shown_collection
from apps.api.schemas.collections import CollectionOut
from apps.api.schemas.imports import FileOut, ImportIn, ImportOut, IssueOut, PreviewOut
from apps.api.schemas.kinds import PathId
from apps.api.writes import idempotent
from apps.core.models import JobState
from apps.traces.importers.presets import IMPORTERS
from apps.traces.models import Import
from apps.traces.queries.collections import draft_again_of, find_import, issues_of
from apps.traces.services import deletions, drafts, imports

router = Router(tags=["imports"])
SHOWN_ROWS = 5


class UnknownFormat(UserError):
    """A format that there is not."""


@router.get("/projects/{project}/imports", auth=allows(Act.VIEW), response=Page[ImportOut])
def list_imports(
    request: ApiRequest,
    project: str,
    paging: Query[Paging],
    state: Literal["draft", "queued", "running", "done", "failed", "cancelled"] | None = None,
) -> Page[ImportOut]:
    """The imports of a project, newest first; drafts too."""
    rows = Import.objects.filter(project=request.project).exclude(collection__is_deleted=True)
    return page_of(request, rows.filter(state=state) if state else rows, paging, ImportOut.of, newest_first=True)


@router.post("/projects/{project}/imports", auth=allows(Act.UPLOAD), response={201: ImportOut})
@idempotent()
def create_import(request: ApiRequest, project: str, body: ImportIn) -> Status[ImportOut]:
    """Make a draft that waits for its files."""
    reading = imports.create_draft(project=request.project, user=request.user, name=body.name)
    imports.set_options(reading=reading, options=options_of(body))
    return Status(201, ImportOut.of(reading))


@router.get("/projects/{project}/imports/{import_id}", auth=allows(Act.VIEW), response=ImportOut)
def get_import(request: ApiRequest, project: str, import_id: PathId) -> ImportOut:
    """One import, and how far it is."""
    return ImportOut.of(reach(request, import_id))


@router.put("/projects/{project}/imports/{import_id}", auth=allows(Act.UPLOAD), response=ImportOut)
@idempotent()
def change_import(request: ApiRequest, project: str, import_id: PathId, body: ImportIn) -> ImportOut:
    """How a draft's files are to be read, in place of how they were."""
    reading = reach(request, import_id)
    imports.set_options(reading=reading, options=options_of(body))
    if body.name:
        drafts.rename_draft(reading=reading, name=body.name)
    return ImportOut.of(reach(request, import_id))


@router.post("/projects/{project}/imports/{import_id}/files", auth=allows(Act.UPLOAD), response={201: FileOut})
@idempotent(is_atomic=False)
def add_import_file(
    request: ApiRequest, project: str, import_id: PathId, file: File[UploadedFile], name: Form[str] = ""
) -> Status[FileOut]:
    """Add a file to a draft; one of the same name is replaced. `name` may hold the path within an uploaded folder."""
    reading = reach(request, import_id)
    drafts.require_room(reading)
    wanted = name or file.name or "file"
    require_text(wanted)
    return Status(
        201,
        FileOut.of(imports.add_upload(reading=reading, name=drafts.safe_name(wanted), chunks=file.chunks())),
    )


@router.delete("/projects/{project}/imports/{import_id}/files/{file_id}", auth=allows(Act.UPLOAD), response={204: None})
@idempotent()
def remove_import_file(request: ApiRequest, project: str, import_id: PathId, file_id: PathId) -> Status[None]:
    """Take a file out of a draft; again is no harm."""
    drafts.remove_upload(reading=reach(request, import_id), upload_id=file_id)
    return Status(204, None)


@router.get("/projects/{project}/imports/{import_id}/preview", auth=allows(Act.UPLOAD), response=PreviewOut)
def preview_import(request: ApiRequest, project: str, import_id: PathId) -> PreviewOut:
    """How the files of a draft would be read: the mapping, the first rows, what cannot be read."""
    reading = reach(request, import_id)
    if not reading.uploads.exists():
        raise imports.NothingToImport("no file was uploaded; add a file of rollouts first")
    return PreviewOut.of(imports.source_of(reading).preview(SHOWN_ROWS))


@router.post("/projects/{project}/imports/{import_id}/confirm", auth=allows(Act.UPLOAD), response={202: CollectionOut})
@idempotent()
def confirm_import(request: ApiRequest, project: str, import_id: PathId) -> Status[CollectionOut]:
    """Import what the preview shows, in the background; sent twice it is one import."""
    collection = imports.confirm(reading=reach(request, import_id))
    return Status(202, shown_collection(request, collection.pk))


@router.delete("/projects/{project}/imports/{import_id}", auth=allows(Act.UPLOAD), response={204: None})
@idempotent()
def cancel_import(request: ApiRequest, project: str, import_id: PathId) -> Status[None]:
    """Discard a draft or a failed import with its files; stop one that waits or runs, with what it has stored."""
    reading = reach(request, import_id)
    if reading.is_open:
        imports.cancel(reading=reading)
    elif reading.state == JobState.DRAFT or reading.collection is None:
        deletions.discard_draft(reading=reading)
    else:
        raise imports.ImportIsClosed(f"this import is {reading.state}; there is nothing to cancel")
    return Status(204, None)


@router.get("/projects/{project}/imports/{import_id}/issues", auth=allows(Act.VIEW), response=Page[IssueOut])
def list_import_issues(request: ApiRequest, project: str, import_id: PathId, paging: Query[Paging]) -> Page[IssueOut]:
    """What of the files was not stored, or was stored with a remark."""
    return page_of(request, issues_of(reach(request, import_id)), paging, IssueOut.of)


@router.post(
    "/projects/{project}/collections/{collection_id}/imports", auth=allows(Act.UPLOAD), response={201: ImportOut}
)
@idempotent()
def read_collection_again(request: ApiRequest, project: str, collection_id: PathId) -> Status[ImportOut]:
    """A draft over a collection's own files, to correct how they are read; one that was begun is gone on with."""
    collection = reach_collection(request, collection_id)
    draft = draft_again_of(collection) or imports.read_again(collection=collection, user=request.user)
    return Status(201, ImportOut.of(draft))


def reach(request: ApiRequest, pk: int) -> Import:
    """The import, reached through its project; 404 where there is none."""
    found = find_import(request.project, pk)
    if found is None:
        raise Http404("no such import")
    return found


def options_of(body: ImportIn) -> imports.Options:
    """Raises UnknownFormat; a mapping that cannot be used is refused by the preview, with what is wrong with it."""
    if body.format != "auto" and body.format not in IMPORTERS:
        raise UnknownFormat(f"there is no format {body.format!r}; known: auto, {', '.join(IMPORTERS)}")
    return imports.Options(body.format, body.mapping, body.map_values, body.set_values, body.keep_good)
