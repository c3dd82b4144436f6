"""Texts in and out of storage: compressed, one row per hash."""

from collections.abc import Iterable, Sequence

import zstandard
from django.db import IntegrityError, connection, transaction

from apps.core.bulk import find_ids, insert_rows, reserved_ids
from apps.traces.importers.packed import PackedText
from apps.traces.models import SearchBlock, Text, Turn, UnusedText

COLUMNS, TYPES = ("id", "hash", "n_chars", "body"), ("int8", "bytea", "int4", "bytea")
STEP = 500
"""Ids in one query, well under what SQLite takes."""
INSERT_NEW = "INSERT INTO traces_text (hash, n_chars, body) VALUES (%s, %s, %s) ON CONFLICT (hash) DO NOTHING"


def put_packed(texts: Iterable[PackedText]) -> dict[bytes, int]:
    """Store texts, each once; ids by hash. Call in a transaction."""
    wanted = {text[0]: text for text in texts}
    known = {bytes(digest): pk for digest, pk in find_ids(Text, "hash", list(wanted)).items()}
    new = sorted(wanted.keys() - known.keys())
    return known | (_insert([wanted[digest] for digest in new]) if new else {})


def _insert(rows: Sequence[PackedText]) -> dict[bytes, int]:
    """New texts, in the order of their hashes; on PostgreSQL another import may store the same ones at this moment."""
    if connection.vendor == "sqlite":
        return _insert_alone(rows)
    try:
        with transaction.atomic():
            return _insert_alone(rows)
    except IntegrityError:
        return insert_beside(rows)


def _insert_alone(rows: Sequence[PackedText]) -> dict[bytes, int]:
    ids = reserved_ids(Text, len(rows))
    insert_rows(Text, COLUMNS, [(pk, *row) for pk, row in zip(ids, rows, strict=True)], TYPES)
    return {row[0]: pk for pk, row in zip(ids, rows, strict=True)}


def insert_beside(rows: Sequence[PackedText]) -> dict[bytes, int]:
    """Texts of which another import may have stored some just now; ids by hash."""
    with connection.cursor() as cursor:
        cursor.executemany(INSERT_NEW, rows)
    return {bytes(digest): pk for digest, pk in find_ids(Text, "hash", [row[0] for row in rows]).items()}


def content_of(text: Text) -> str:
    return _decompress(text.body)


def contents(text_ids: Iterable[int]) -> dict[int, str]:
    """The texts with these ids."""
    rows = Text.objects.filter(pk__in=list(text_ids)).values_list("pk", "body")
    decompress = zstandard.ZstdDecompressor().decompress
    return {pk: decompress(bytes(body)).decode() for pk, body in rows}


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


def _decompress(body: bytes | memoryview) -> str:
    return zstandard.ZstdDecompressor().decompress(bytes(body)).decode()
