"""Drafts before they are confirmed: files' names, a file taken out, a second try, mappings kept for the next time."""

import unicodedata
from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction

from analysis.errors import UserError
from apps.accounts.models import Project, User
from apps.core import blobs
from apps.core.jobs import database_now
from apps.core.models import JobState
from apps.traces.models import Import, Preset, Upload

MOST_FILES = 2_000
LONGEST_NAME, LONGEST_PART = 1_000, 255
ABANDONED = timedelta(days=1)


class TooManyFiles(UserError):
    """More files than one collection takes."""


class NamelessPreset(UserError):
    """A preset needs a name."""


class StillOpen(UserError):
    """The import is not at rest, so it cannot be taken up again."""


def safe_name(given: str) -> str:
    """A file's name with its folders: no way up, no drive, no control characters; never empty.

    >>> safe_name("../../etc/./passwd"), safe_name("runs\\\\a\\x00.jsonl"), safe_name("..")
    ('etc/passwd', 'runs/a.jsonl', 'file')
    """
    shown = "".join(mark for mark in given.replace("\\", "/") if unicodedata.category(mark)[0] != "C")
    parts = [part.strip()[:LONGEST_PART] for part in shown.split("/")]
    kept = [part for part in parts if part not in {"", ".", ".."}]
    return "/".join(kept)[-LONGEST_NAME:].lstrip("/") or "file"


def require_room(reading: Import) -> None:
    """Refuse one file too many."""
    if reading.uploads.count() >= MOST_FILES:
        raise TooManyFiles(f"one collection takes at most {MOST_FILES} files; put the rows into fewer, larger files")


@transaction.atomic
def remove_upload(*, reading: Import, upload_id: int) -> None:
    """Take a file out of a draft; again is no harm."""
    upload = reading.uploads.filter(pk=upload_id).first()
    if upload is not None and reading.state == JobState.DRAFT:
        blob_id = upload.blob_id
        upload.delete()
        blobs.discard_unused([blob_id])


@transaction.atomic
def try_again(*, reading: Import, user: User | None) -> Import:
    """A draft over the files and options of an import that failed; it takes the place of one that stored nothing."""
    if reading.state not in {JobState.FAILED, JobState.CANCELLED}:
        raise StillOpen(f"this import is {reading.state}; only one that failed can be tried again")
    draft = Import.objects.create(
        project=reading.project,
        collection=reading.collection,
        created_by=user,
        name=reading.name,
        state=JobState.DRAFT,
        replaces=reading.collection is not None,
        format=reading.format,
        mapping=reading.mapping,
        map_values=reading.map_values,
        set_values=reading.set_values,
        keep_good=reading.keep_good,
    )
    for upload in reading.uploads.all():
        Upload.objects.create(reading=draft, name=upload.name, blob=upload.blob, order=upload.order)
    if reading.collection is None:
        reading.delete()
    return draft


def rename_draft(*, reading: Import, name: str) -> None:
    Import.objects.filter(pk=reading.pk, state=JobState.DRAFT).update(name=name.strip()[:200])


def forget_empty_drafts(*, project: Project) -> None:
    """Drafts that never got a file and are a day old."""
    old = Import.objects.filter(project=project, state=JobState.DRAFT, uploads__isnull=True)
    old.filter(created_at__lt=database_now() - ABANDONED).delete()


def save_preset(*, project: Project, name: str, mapping: Mapping[str, object], set_values: Mapping[str, str]) -> Preset:
    """Keep a mapping under a name; the same name replaces."""
    wanted = name.strip()[:100]
    if not wanted:
        raise NamelessPreset("a preset needs a name")
    preset, _ = Preset.objects.update_or_create(
        project=project, name=wanted, defaults={"mapping": dict(mapping), "set_values": dict(set_values)}
    )
    return preset
