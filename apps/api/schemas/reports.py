"""What the API says of reports, and takes for them."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import Field

from apps.api.schemas.kinds import Id
from apps.reports.models import FrozenReport, Report, ShareLink
from apps.reports.services.sharing import LONGEST_DAYS, USUAL_DAYS

Text = Annotated[str, Field(max_length=100_000)]
Given = dict[Annotated[str, Field(max_length=60)], Text | Annotated[list[Text], Field(max_length=100)]]
Title = Annotated[str, Field(min_length=1, max_length=200)]


class BlockIn(Schema):
    """A block: its kind, and what the kind takes (the fields of its form, as texts)."""

    kind: Annotated[str, Field(max_length=60)]
    given: Given = {}


class BlockGiven(Schema):
    """What a block is given instead."""

    given: Given


class BlockOut(Schema):
    id: str
    kind: str
    given: dict[str, Any]


class PlaceIn(Schema):
    """The block's new place, counted from 0."""

    place: Annotated[int, Field(ge=0, le=100_000)]


class ReportIn(Schema):
    """A report to begin: with these blocks, after those of an outline over some collections where one is named."""

    title: Title
    authors: Annotated[str, Field(max_length=300)] = ""
    outline: Annotated[str, Field(max_length=60)] = ""
    collections: Annotated[list[Id], Field(max_length=200)] = []
    blocks: Annotated[list[BlockIn], Field(max_length=100)] = []


class ReportChange(Schema):
    title: Title
    authors: Annotated[str, Field(max_length=300)] = ""


class ReportOut(Schema):
    """A report as it stands; `revision` rises with every change."""

    id: int
    title: str
    authors: str
    revision: int
    blocks: list[BlockOut]
    changed_at: datetime

    @classmethod
    def of(cls, report: Report) -> "ReportOut":
        return cls(
            id=report.pk,
            title=report.title,
            authors=report.authors,
            revision=report.revision,
            blocks=[BlockOut(**block) for block in report.blocks],
            changed_at=report.changed_at,
        )


class FrozenOut(Schema):
    """A frozen report; `files` are those that can be had, `notes` say what they lack."""

    number: int
    title: str
    state: str
    error: str
    files: list[str]
    notes: list[str]
    created_at: datetime
    finished_at: datetime | None

    @classmethod
    def of(cls, frozen: FrozenReport) -> "FrozenOut":
        names = ("html", "pdf", "package")
        return cls(
            number=frozen.number,
            title=frozen.title,
            state=frozen.state,
            error=frozen.error,
            files=[name for name in names if getattr(frozen, f"{name}_id") is not None],
            notes=frozen.notes,
            created_at=frozen.created_at,
            finished_at=frozen.finished_at,
        )


class ContentOut(Schema):
    """Everything that a frozen report says, as apps/reports/content.py has it, and what became of its data."""

    content: dict[str, Any]
    drifts: list[str]


class SectionOut(Schema):
    """What one block shows now."""

    section: dict[str, Any]


class LinkIn(Schema):
    days: Annotated[int, Field(ge=1, le=LONGEST_DAYS)] = USUAL_DAYS


class LinkOut(Schema):
    """A link to a frozen report. `url` is there in the answer that makes it, and never again."""

    id: int
    url: str | None
    created_at: datetime
    expires_at: datetime
    withdrawn_at: datetime | None

    @classmethod
    def of(cls, link: ShareLink, url: str | None = None) -> "LinkOut":
        return cls(
            id=link.pk,
            url=url,
            created_at=link.created_at,
            expires_at=link.expires_at,
            withdrawn_at=link.withdrawn_at,
        )
