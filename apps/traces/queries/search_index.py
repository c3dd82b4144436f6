"""The words of blocks in the store's own index: put, taken out, and which blocks hold a term.

The only file that speaks the stores' languages. Every word is letters and digits (queries.words), so that what is
written into a match expression holds no operator and no quote.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from django.db import connection

from apps.traces.models import SearchBlock, Turn
from apps.traces.queries.asking import Term
from apps.traces.queries.many import among

Words = Sequence[str]
EVERY = 2**40
SPARSE = 40
"""FTS5 reads a range of blocks at once, but single ones slowly: farther apart than this, all hits are read instead."""


def put(blocks: Iterable[tuple[int, Words]]) -> None:
    """The words of blocks that have none in the index yet, by the blocks' ids. Call in a transaction."""
    if connection.vendor == "sqlite":
        _many("INSERT INTO traces_searchwords(rowid, words) VALUES (%s, %s)", [(pk, " ".join(w)) for pk, w in blocks])
    else:
        sql = "UPDATE traces_searchblock SET words = %s::tsvector WHERE id = %s"
        _many(sql, [(_tsvector(words), pk) for pk, words in blocks])


def take_out(blocks: Iterable[tuple[int, Words]]) -> None:
    """The same words out again, before their blocks are deleted. Call in a transaction."""
    if connection.vendor == "sqlite":
        sql = "INSERT INTO traces_searchwords(traces_searchwords, rowid, words) VALUES ('delete', %s, %s)"
        _many(sql, [(pk, " ".join(words)) for pk, words in blocks])


def blocks_with(term: Term, most: int | None = None) -> list[int]:
    """Ids of the blocks that hold the term, at most so many of them."""
    if connection.vendor == "sqlite":
        sql, written = "SELECT rowid FROM traces_searchwords WHERE words MATCH %s LIMIT %s", fts5(term)
    else:
        sql, written = "SELECT id FROM traces_searchblock WHERE words @@ %s::tsquery LIMIT %s", tsquery(term)
    return _ids(sql, [written, EVERY if most is None else most])


def rollouts_of_blocks(blocks: Sequence[int], most: int) -> list[int]:
    """Ids of the rollouts with a turn whose text has one of the blocks, at most so many of them."""
    texts = SearchBlock.objects.filter(among("pk", blocks)).values("text_id")
    rollouts = Turn.objects.filter(text_id__in=texts).order_by().values_list("rollout_id", flat=True).distinct()
    return list(rollouts[:most])


def rollouts_with(term: Term) -> list[int]:
    """Ids of all rollouts of all projects in which the term stands."""
    if connection.vendor == "sqlite":
        held, written = "b.id IN (SELECT rowid FROM traces_searchwords WHERE words MATCH %s)", fts5(term)
    else:
        held, written = "b.words @@ %s::tsquery", tsquery(term)
    texts = f"SELECT b.text_id FROM traces_searchblock b WHERE {held}"  # noqa: S608
    return _ids(f"SELECT DISTINCT rollout_id FROM traces_turn WHERE text_id IN ({texts})", [written])  # noqa: S608


def blocks_of_rollouts(rollout_ids: Iterable[int]) -> list[tuple[int, int]]:
    """Pairs (rollout, block) of the blocks of all texts of the rollouts."""
    ids = list(rollout_ids)
    is_sqlite = connection.vendor == "sqlite"
    among_these = "SELECT value FROM json_each(%s)" if is_sqlite else "SELECT unnest(%s::bigint[])"
    sql = (
        "SELECT t.rollout_id, b.id FROM traces_turn t JOIN traces_searchblock b ON b.text_id = t.text_id "  # noqa: S608
        f"WHERE t.rollout_id IN ({among_these})"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [json.dumps(ids) if is_sqlite else ids])
        return list(cursor.fetchall())


class Probe:
    """Asks of given blocks whether a term stands in them, again and again as somebody walks through a list."""

    def __init__(self, term: Term) -> None:
        self._term = term
        self._all: set[int] | None = None

    def hits(self, blocks: Collection[int]) -> set[int]:
        if not blocks:
            return set()
        if connection.vendor != "sqlite":
            sql = "SELECT id FROM traces_searchblock WHERE id = ANY(%s) AND words @@ %s::tsquery"
            return set(_ids(sql, [list(blocks), tsquery(self._term)]))
        if self._all is None and max(blocks) - min(blocks) > SPARSE * len(blocks):
            self._all = set(blocks_with(self._term))
        if self._all is not None:
            return self._all.intersection(blocks)
        sql = "SELECT rowid FROM traces_searchwords WHERE words MATCH %s AND rowid BETWEEN %s AND %s"
        return set(_ids(sql, [fts5(self._term), min(blocks), max(blocks)]))


def fts5(term: Term) -> str:
    """
    >>> fts5(Term(("the", "ans"), is_prefix=True))
    '"the ans"*'
    """
    return f'"{" ".join(term.words)}"' + ("*" if term.is_prefix else "")


def tsquery(term: Term) -> str:
    """
    >>> tsquery(Term(("the", "ans"), is_prefix=True))
    "'the' <-> 'ans':*"
    """
    return " <-> ".join(f"'{word}'" for word in term.words) + (":*" if term.is_prefix else "")


def _tsvector(words: Words) -> str:
    places: dict[str, list[int]] = defaultdict(list)
    for place, word in enumerate(words, 1):
        places[word].append(place)
    return " ".join(f"'{word}':{','.join(map(str, found))}" for word, found in places.items())


def _many(sql: str, rows: Sequence[tuple[int | str, ...]]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(sql, rows)


def _ids(sql: str, parameters: Sequence[int | str | list[int]]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [row[0] for row in cursor.fetchall()]
