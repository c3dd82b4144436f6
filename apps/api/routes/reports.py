"""Reports: begun, given blocks, frozen, read, downloaded and shared."""

from dataclasses import asdict
from typing import Any

from django.http import Http404, HttpResponseBase
from django.urls import reverse
from ninja import Query, Router, Status

from apps.accounts.permissions import Act
from apps.api.gate import ApiRequest, allows
from apps.api.paging import Page, Paging, page_of
from apps.api.schemas.kinds import PathId
from apps.api.schemas.reports import (
    BlockGiven,
    BlockIn,
    ContentOut,
    FrozenOut,
    LinkIn,
    LinkOut,
    PlaceIn,
    ReportChange,
    ReportIn,
    ReportOut,
    SectionOut,
)
from apps.api.writes import idempotent
from apps.core.models import JobState
from apps.reports.models import FrozenReport, Report, ShareLink
from apps.reports.outlines import blocks_from
from apps.reports.queries.reports import drifts_of, find_frozen, find_report, frozen_of, reports_of
from apps.reports.services import reports as writing
from apps.reports.services import sharing
from apps.reports.services.composing import blocks_of, made
from apps.reports.services.freezing import content_of, request_freeze
from apps.reports.views.frozen import attached

router = Router(tags=["reports"])
REPORT = "/projects/{project}/reports/{report}"
FROZEN = f"{REPORT}/frozen/{{number}}"


@router.get("/projects/{project}/reports", auth=allows(Act.VIEW), response=Page[ReportOut])
def list_reports(request: ApiRequest, project: str, paging: Query[Paging]) -> Page[ReportOut]:
    """The project's reports."""
    return page_of(request, reports_of(request.project), paging, ReportOut.of)


@router.post("/projects/{project}/reports", auth=allows(Act.REPORT), response={201: ReportOut})
@idempotent()
def create_report(request: ApiRequest, project: str, sent: ReportIn) -> Status[ReportOut]:
    """Begin a report: empty, with blocks, or from an outline."""
    begun = blocks_from(sent.outline, request.project, [str(pk) for pk in sent.collections])
    blocks = [*begun, *((block.kind, block.given) for block in sent.blocks)]
    found = writing.create_report(project=request.project, user=request.user, title=sent.title, blocks=blocks)
    if sent.authors:
        found = writing.change_report(report=found, title=sent.title, authors=sent.authors)
    return Status(201, ReportOut.of(found))


@router.get(REPORT, auth=allows(Act.VIEW), response=ReportOut)
def get_report(request: ApiRequest, project: str, report: PathId) -> ReportOut:
    """One report as it stands."""
    return ReportOut.of(_report(request, report))


@router.patch(REPORT, auth=allows(Act.REPORT), response=ReportOut)
@idempotent()
def change_report(request: ApiRequest, project: str, report: PathId, sent: ReportChange) -> ReportOut:
    """Give a report another title and other authors."""
    found = _report(request, report)
    return ReportOut.of(writing.change_report(report=found, title=sent.title, authors=sent.authors))


@router.delete(REPORT, auth=allows(Act.REPORT), response={204: None})
@idempotent()
def delete_report(request: ApiRequest, project: str, report: PathId) -> Status[None]:
    """Delete a report with its frozen versions, their files and links."""
    writing.delete_report(report=_report(request, report))
    return Status(204, None)


@router.post(f"{REPORT}/blocks", auth=allows(Act.REPORT), response={201: ReportOut})
@idempotent()
def add_block(request: ApiRequest, project: str, report: PathId, sent: BlockIn) -> Status[ReportOut]:
    """Add a block at the end."""
    found = writing.add_block(report=_report(request, report), kind=sent.kind, given=sent.given)
    return Status(201, ReportOut.of(found))


@router.get(f"{REPORT}/blocks/{{block}}", auth=allows(Act.VIEW), response=SectionOut)
def get_block(request: ApiRequest, project: str, report: PathId, block: str) -> SectionOut:
    """What a block shows now: its figures with their numbers."""
    for each in blocks_of(_report(request, report).blocks):
        if each.id == block:
            return SectionOut(section=asdict(made(request.project, each).section))
    raise Http404("no such block")


@router.put(f"{REPORT}/blocks/{{block}}", auth=allows(Act.REPORT), response=ReportOut)
@idempotent()
def change_block(request: ApiRequest, project: str, report: PathId, block: str, sent: BlockGiven) -> ReportOut:
    """Give a block something else."""
    return ReportOut.of(writing.change_block(report=_report(request, report), block_id=block, given=sent.given))


@router.delete(f"{REPORT}/blocks/{{block}}", auth=allows(Act.REPORT), response=ReportOut)
@idempotent()
def remove_block(request: ApiRequest, project: str, report: PathId, block: str) -> ReportOut:
    """Take a block out."""
    return ReportOut.of(writing.remove_block(report=_report(request, report), block_id=block))


@router.post(f"{REPORT}/blocks/{{block}}/place", auth=allows(Act.REPORT), response=ReportOut)
@idempotent()
def move_block(request: ApiRequest, project: str, report: PathId, block: str, sent: PlaceIn) -> ReportOut:
    """Move a block to another place."""
    return ReportOut.of(writing.move_block(report=_report(request, report), block_id=block, place=sent.place))


@router.get(f"{REPORT}/frozen", auth=allows(Act.VIEW), response=Page[FrozenOut])
def list_frozen(request: ApiRequest, project: str, report: PathId, paging: Query[Paging]) -> Page[FrozenOut]:
    """The frozen versions of a report."""
    return page_of(request, frozen_of(_report(request, report)), paging, FrozenOut.of)


@router.post(f"{REPORT}/frozen", auth=allows(Act.REPORT), response={201: FrozenOut})
@idempotent()
def freeze_report(request: ApiRequest, project: str, report: PathId) -> Status[FrozenOut]:
    """Freeze a report as it is; a worker makes it and its files."""
    return Status(201, FrozenOut.of(request_freeze(report=_report(request, report), user=request.user)))


@router.get(FROZEN, auth=allows(Act.VIEW), response=FrozenOut)
def get_frozen(request: ApiRequest, project: str, report: PathId, number: PathId) -> FrozenOut:
    """How far a frozen version is, and which files it has."""
    return FrozenOut.of(_frozen(request, report, number))


@router.get(f"{FROZEN}/content", auth=allows(Act.VIEW), response=ContentOut)
def get_frozen_content(request: ApiRequest, project: str, report: PathId, number: PathId) -> ContentOut:
    """All that a frozen version says, and what became of its data since."""
    found = _frozen(request, report, number)
    if found.state != JobState.DONE or found.content is None:
        raise Http404("not frozen yet")
    content = content_of(found)
    drifts = [f"{drift.collection} {drift.words}" for drift in drifts_of(request.project, content.sources)]
    return ContentOut(content=asdict(content), drifts=drifts)


@router.get(f"{FROZEN}/files/{{name}}", auth=allows(Act.VIEW), response={200: Any})
def get_frozen_file(request: ApiRequest, project: str, report: PathId, number: PathId, name: str) -> HttpResponseBase:
    """A file of a frozen version: html, pdf or package (a zip of figures, tables and the manifest)."""
    return attached(_frozen(request, report, number), name)


@router.get(f"{FROZEN}/links", auth=allows(Act.REPORT), response=Page[LinkOut])
def list_links(
    request: ApiRequest, project: str, report: PathId, number: PathId, paging: Query[Paging]
) -> Page[LinkOut]:
    """The links to a frozen version, without their secrets."""
    rows = ShareLink.objects.filter(frozen=_frozen(request, report, number))
    return page_of(request, rows, paging, LinkOut.of)


@router.post(f"{FROZEN}/links", auth=allows(Act.REPORT), response={201: LinkOut})
@idempotent(told_once=("url",))
def share_frozen(request: ApiRequest, project: str, report: PathId, number: PathId, sent: LinkIn) -> Status[LinkOut]:
    """Make a link by which anybody who has it reads a frozen version."""
    link, secret = sharing.share(frozen=_frozen(request, report, number), user=request.user, days=sent.days)
    url = request.build_absolute_uri(reverse("reports:shared", args=[secret]))
    return Status(201, LinkOut.of(link, url))


@router.delete(f"{FROZEN}/links/{{link}}", auth=allows(Act.REPORT), response={204: None})
@idempotent()
def withdraw_link(request: ApiRequest, project: str, report: PathId, number: PathId, link: PathId) -> Status[None]:
    """Withdraw a link; again is no harm."""
    found = _frozen(request, report, number)
    if not ShareLink.objects.filter(pk=link, frozen=found).exists():
        raise Http404("no such link")
    sharing.withdraw(project=request.project, pk=link)
    return Status(204, None)


def _report(request: ApiRequest, pk: int) -> Report:
    found = find_report(request.project, pk)
    if found is None:
        raise Http404("no such report")
    return found


def _frozen(request: ApiRequest, pk: int, number: int) -> FrozenReport:
    found = find_frozen(request.project, pk, number)
    if found is None:
        raise Http404("no such frozen report")
    return found
