"""Texts in and out of storage: compressed, one row per hash."""

import hashlib
from collections.abc import Iterable

import zstandard

from apps.traces.models import SearchBlock, Text, Turn, UnusedText

LEVEL = 3
STEP = 500
"""Ids in one query, well under what SQLite takes."""


def put_texts(contents: Iterable[str]) -> dict[str, int]:
    """Store each distinct text once; returns content -> id. Call inside a transaction."""
    wanted = {_digest(content): content for content in set(contents)}
    if not wanted:
        return {}
    known = _ids(wanted)
    new = [digest for digest in wanted if digest not in known]
    if new:
        compressor = zstandard.ZstdCompressor(level=LEVEL)
        rows = [
            Text(hash=digest, n_chars=len(wanted[digest]), body=compressor.compress(wanted[digest].encode()))
            for digest in new
        ]
        Text.objects.bulk_create(rows, ignore_conflicts=True)
        known |= _ids(new)
    return {content: known[digest] for digest, content in wanted.items()}


def content_of(text: Text) -> str:
    return _decompress(text.body)


def contents(text_ids: Iterable[int]) -> dict[int, str]:
    """The texts with these ids."""
    rows = Text.objects.filter(pk__in=list(text_ids)).values_list("pk", "body")
    return {pk: _decompress(body) for pk, body in rows}


def delete_unused(text_ids: Iterable[int]) -> None:
    """Delete those of the texts that no turn refers to; indexed ones go later, with their words (services.indexing)."""
    ids = sorted(set(text_ids))
    for start in range(0, len(ids), STEP):
        chunk = ids[start : start + STEP]
        there = Text.objects.select_for_update().filter(pk__in=chunk).values_list("pk", flat=True)
        used = set(Turn.objects.filter(text_id__in=list(there)).values_list("text_id", flat=True))
        unused = [pk for pk in chunk if pk not in used]
        indexed = set(SearchBlock.objects.filter(text_id__in=unused, number=0).values_list("text_id", flat=True))
        UnusedText.objects.bulk_create([UnusedText(text_id=pk) for pk in indexed], ignore_conflicts=True)
        Text.objects.filter(pk__in=[pk for pk in unused if pk not in indexed]).delete()


def _digest(content: str) -> bytes:
    return hashlib.sha256(content.encode()).digest()


def _ids(digests: Iterable[bytes]) -> dict[bytes, int]:
    return {bytes(digest): pk for digest, pk in Text.objects.filter(hash__in=list(digests)).values_list("hash", "pk")}


def _decompress(body: bytes | memoryview) -> str:
    return zstandard.ZstdDecompressor().decompress(bytes(body)).decode()
