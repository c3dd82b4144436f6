"""The one store of bytes by hash: put, open, discard. Knows files and the quota, nothing of what the bytes mean."""

import hashlib
import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.db.models import Sum

from analysis.errors import UserError
from apps.core.models import Blob

CHUNK = 1 << 20


class QuotaExceeded(UserError):
    """The store is full."""


def path_of(blob: Blob) -> Path:
    root: Path = settings.BLOB_ROOT
    return root / blob.sha256[:2] / blob.sha256


def chunks_of(file: BinaryIO) -> Iterable[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk


def put(chunks: Iterable[bytes]) -> Blob:
    """Keep the bytes; the same bytes are kept once. The file is whole and on disk before its row exists."""
    root: Path = settings.BLOB_ROOT
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    incoming = root / f"incoming-{secrets.token_hex(8)}"
    digest, size, room = hashlib.sha256(), 0, _room()
    try:
        with incoming.open("xb") as file:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                if size > room:
                    raise QuotaExceeded(f"the store has room for {room:,} bytes more; free some or raise its quota")
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        target = root / digest.hexdigest()[:2] / digest.hexdigest()
        target.parent.mkdir(mode=0o700, exist_ok=True)
        incoming.replace(target)
    finally:
        incoming.unlink(missing_ok=True)
    blob, _ = Blob.objects.get_or_create(sha256=digest.hexdigest(), defaults={"n_bytes": size})
    return blob


def adopt(path: Path) -> Blob:
    """Keep a finished file by moving it into the store, from the store's own folder; the same bytes are kept once."""
    digest, size = hashlib.sha256(), path.stat().st_size
    if size > (room := _room()):
        raise QuotaExceeded(f"the store has room for {room:,} bytes more; free some or raise its quota")
    with path.open("rb") as file:
        for chunk in chunks_of(file):
            digest.update(chunk)
    target: Path = settings.BLOB_ROOT / digest.hexdigest()[:2] / digest.hexdigest()
    target.parent.mkdir(mode=0o700, exist_ok=True)
    path.replace(target)
    blob, _ = Blob.objects.get_or_create(sha256=digest.hexdigest(), defaults={"n_bytes": size})
    return blob


def open_blob(blob: Blob) -> BinaryIO:
    return path_of(blob).open("rb")


def read(blob: Blob) -> bytes:
    return path_of(blob).read_bytes()


def discard_unused(blob_ids: Iterable[int]) -> int:
    """Delete those of the blobs that no row refers to any more; returns how many."""
    n_deleted = 0
    for blob in Blob.objects.filter(pk__in=list(blob_ids)):
        if not _is_used(blob):
            path = path_of(blob)
            blob.delete()
            transaction.on_commit(lambda path=path: path.unlink(missing_ok=True))  # type: ignore[misc]
            n_deleted += 1
    return n_deleted


def _is_used(blob: Blob) -> bool:
    relations = [field for field in Blob._meta.get_fields(include_hidden=True) if field.one_to_many or field.one_to_one]
    return any(
        relation.related_model._default_manager.filter(**{relation.field.name: blob}).exists()  # type: ignore
        for relation in relations
    )


def _room() -> int:
    used = Blob.objects.aggregate(total=Sum("n_bytes"))["total"] or 0
    return int(settings.BLOB_QUOTA_BYTES) - int(used)
