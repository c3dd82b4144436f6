"""A report as people write it: begun, given blocks, ordered, deleted. Every change is of one block, under a lock.

So two people at one report lose nothing of each other's; a block sent twice (its id is the form's) is there once.
"""

import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from analysis.errors import UserError
from apps.accounts.models import Project, User
from apps.core import blobs
from apps.reports.blocks import KINDS
from apps.reports.models import FrozenReport, Report

MOST_BLOCKS, MOST_REPORTS, MOST_TITLE, MOST_AUTHORS = 100, 500, 200, 300
_ID = re.compile(r"[a-z0-9]{6,32}")
Stored = dict[str, Any]


class BadReportError(UserError):
    """A report cannot be changed this way; the message says why."""


def new_id() -> str:
    """An id of a block, which is part of its address and of its files' names."""
    return secrets.token_hex(6)


@transaction.atomic
def create_report(
    *, project: Project, user: User | None, title: str, blocks: Sequence[tuple[str, Mapping[str, Any]]] = ()
) -> Report:
    """A report with blocks of (kind, given)."""
    if Report.objects.filter(project=project).count() >= MOST_REPORTS:
        raise BadReportError(f"a project holds at most {MOST_REPORTS} reports; delete one first")
    stored = [stored_block(project, new_id(), kind, given) for kind, given in blocks]
    return Report.objects.create(project=project, title=_title(title), blocks=stored, created_by=user)


@transaction.atomic
def change_report(*, report: Report, title: str, authors: str) -> Report:
    locked = _locked(report)
    locked.title, locked.authors = _title(title), " ".join(authors.split())[:MOST_AUTHORS]
    return _saved(locked)


@transaction.atomic
def add_block(*, report: Report, kind: str, given: Mapping[str, Any], block_id: str = "") -> Report:
    """A block at the end; one that is there already is left as it is."""
    locked, block_id = _locked(report), block_id or new_id()
    if not _ID.fullmatch(block_id):
        raise BadReportError("the id of a block is 6 to 32 small letters and digits")
    if any(each["id"] == block_id for each in locked.blocks):
        return locked
    if len(locked.blocks) >= MOST_BLOCKS:
        raise BadReportError(f"a report holds at most {MOST_BLOCKS} blocks")
    locked.blocks = [*locked.blocks, stored_block(locked.project, block_id, kind, given)]
    return _saved(locked)


@transaction.atomic
def change_block(*, report: Report, block_id: str, given: Mapping[str, Any]) -> Report:
    locked = _locked(report)
    kind = _block(locked, block_id)["kind"]
    changed = stored_block(locked.project, block_id, kind, given)
    locked.blocks = [changed if each["id"] == block_id else each for each in locked.blocks]
    return _saved(locked)


@transaction.atomic
def remove_block(*, report: Report, block_id: str) -> Report:
    """Without the block; one that is gone already is no error."""
    locked = _locked(report)
    locked.blocks = [each for each in locked.blocks if each["id"] != block_id]
    return _saved(locked)


@transaction.atomic
def move_block(*, report: Report, block_id: str, place: int) -> Report:
    """The block at a place counted from 0, the others in their order; a place beyond an end is that end."""
    locked = _locked(report)
    moved = _block(locked, block_id)
    others = [each for each in locked.blocks if each is not moved]
    place = min(max(place, 0), len(others))
    locked.blocks = [*others[:place], moved, *others[place:]]
    return _saved(locked)


@transaction.atomic
def delete_report(*, report: Report) -> None:
    """The report with its frozen states, their files and links."""
    discard_frozen(FrozenReport.objects.filter(report=report))
    report.delete()


@transaction.atomic
def discard_reports(*, project_id: int) -> None:
    """Every report of a project that is being deleted."""
    discard_frozen(FrozenReport.objects.filter(report__project_id=project_id))
    Report.objects.filter(project_id=project_id).delete()


def discard_frozen(rows: Any) -> None:
    """Frozen states with those of their files that nobody else holds."""
    columns = ("content_id", "html_id", "pdf_id", "package_id")
    held = {pk for row in rows.values_list(*columns) for pk in row if pk}
    rows.delete()
    blobs.discard_unused(held)


def _locked(report: Report) -> Report:
    found = Report.objects.select_for_update().select_related("project").filter(pk=report.pk).first()
    if found is None:
        raise BadReportError("this report was deleted")
    return found


def _saved(report: Report) -> Report:
    report.revision += 1
    report.save()
    return report


def _block(report: Report, block_id: str) -> Stored:
    for each in report.blocks:
        if each["id"] == block_id:
            found: Stored = each
            return found
    raise BadReportError("this block was removed")


def stored_block(project: Project, block_id: str, kind: str, given: Mapping[str, Any]) -> Stored:
    """As it is kept: checked by its kind, with its heading. Raises UserError."""
    if kind not in KINDS:
        raise BadReportError(f"unknown kind of block {kind[:40]!r}; known: {', '.join(KINDS)}")
    kept = KINDS[kind].checked(project, given)
    title = " ".join(str(given.get("title", "")).split())[:MOST_TITLE]
    return {"id": block_id, "kind": kind, "given": kept | ({"title": title} if title else {})}


def _title(title: str) -> str:
    title = " ".join(title.split())
    if not title or len(title) > MOST_TITLE:
        raise BadReportError(f"a report needs a title of 1 to {MOST_TITLE} characters, not {len(title)}")
    return title
