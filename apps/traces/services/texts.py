"""Texts in and out of storage: compressed, one row per hash."""

import hashlib
from collections.abc import Iterable, Sequence

import zstandard
from django.db import connection

from apps.core.bulk import find_ids, insert_rows, reserved_ids
from apps.traces.models import SearchBlock, Text, Turn, UnusedText

LEVEL = 1
STEP = 500
"""Ids in one query, well under what SQLite takes."""
INSERT_NEW = """
    INSERT INTO traces_text (hash, n_chars, body) SELECT * FROM unnest(%s::bytea[], %s::int[], %s::bytea[])
    ON CONFLICT (hash) DO NOTHING
"""


class Texts:
    """Texts that are to be stored: hashed and compressed beforehand, so that the transaction is short."""

    def __init__(self, contents: Iterable[tuple[bytes, int]], *, may_be_known: bool = True) -> None:
        """`contents` are UTF-8 and its length in characters.

        Those stored already are not compressed, unless the caller says that hardly any is: then nobody looks.
        """
        self.n_known_chars = 0
        """Characters of the texts put that had been stored before."""
        self._n_chars = dict(contents)
        self.n_chars = sum(self._n_chars.values())
        self._digests = {content: hashlib.sha256(content).digest() for content in self._n_chars}
        known = find_ids(Text, "hash", list(self._digests.values())) if may_be_known else {}
        self._compress = zstandard.ZstdCompressor(level=LEVEL).compress
        new = [content for content, digest in self._digests.items() if digest not in known]
        self._bodies = {content: self._compress(content) for content in new}

    def put(self, contents: Iterable[bytes]) -> dict[bytes, int]:
        """Store some of the texts, each once; content -> id. Call in a transaction."""
        wanted = {self._digests[content]: content for content in contents}
        known = find_ids(Text, "hash", list(wanted))
        self.n_known_chars += sum([self._n_chars[wanted[digest]] for digest in known])
        if new := sorted(digest for digest in wanted if digest not in known):
            known |= _insert([self._row(digest, wanted[digest]) for digest in new])
        return {content: known[digest] for digest, content in wanted.items()}

    def _row(self, digest: bytes, content: bytes) -> tuple[bytes, int, bytes]:
        return digest, self._n_chars[content], self._bodies.get(content) or self._compress(content)


def put_packed(texts: Iterable[tuple[bytes, int, bytes]]) -> dict[bytes, int]:
    """Store texts that are compressed already, each once: hash, length, body; ids by hash. Call in a transaction."""
    wanted = {digest: (digest, n_chars, body) for digest, n_chars, body in texts}
    known = {bytes(digest): pk for digest, pk in find_ids(Text, "hash", list(wanted)).items()}
    new = sorted(digest for digest in wanted if digest not in known)
    return known | (_insert([wanted[digest] for digest in new]) if new else {})


def _insert(rows: Sequence[tuple[bytes, int, bytes]]) -> dict[bytes, int]:
    """New texts, in the order of their hashes; on PostgreSQL another import may store the same ones at this moment."""
    digests = [row[0] for row in rows]
    if connection.vendor == "sqlite":
        ids = reserved_ids(Text, len(rows))
        insert_rows(Text, ("id", "hash", "n_chars", "body"), [(pk, *row) for pk, row in zip(ids, rows, strict=True)])
        return dict(zip(digests, ids, strict=True))
    with connection.cursor() as cursor:
        columns = [list(column) for column in zip(*rows, strict=True)]
        cursor.execute(INSERT_NEW, columns)
    return {bytes(digest): pk for digest, pk in find_ids(Text, "hash", digests).items()}


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


def _decompress(body: bytes | memoryview) -> str:
    return zstandard.ZstdDecompressor().decompress(bytes(body)).decode()
