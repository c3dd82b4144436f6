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
Blocks = dict[int, list[int]]
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


def estimated(term: Term) -> int:
    """In how many blocks the store expects the term, without looking; SQLite, which finds the first ones soon, 0."""
    if connection.vendor == "sqlite":
        return 0
    with connection.cursor() as cursor:
        sql = "EXPLAIN (FORMAT JSON) SELECT id FROM traces_searchblock WHERE words @@ %s::tsquery"
        cursor.execute(sql, [tsquery(term)])
        plan = cursor.fetchone()[0]
    return int((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]["Plan Rows"])


def blocks_of_rollouts(rollout_ids: Collection[int]) -> Iterable[tuple[int, int]]:
    """Pairs (rollout, block) of the blocks of all texts of the rollouts. On SQLite."""
    sql = (
        "SELECT t.rollout_id, b.id FROM traces_turn t JOIN traces_searchblock b ON b.text_id = t.text_id "
        "WHERE t.rollout_id IN (SELECT value FROM json_each(%s))"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [json.dumps(list(rollout_ids))])
        return list(cursor.fetchall())


class Probe:
    """Asks of given rollouts whether a term stands in them, again and again as somebody walks through a list.

    Nothing is asked twice; `blocks`, of rollouts asked for before, are shared by the terms of a query.
    """

    def __init__(self, term: Term, blocks: Blocks) -> None:
        self._term = term
        self._blocks = blocks
        self._all: set[int] | None = None
        self._asked: set[int] = set()
        self._held: set[int] = set()

    def rollouts(self, rollout_ids: set[int]) -> set[int]:
        """Those of the rollouts in which the term stands."""
        new = rollout_ids - self._asked
        if new:
            self._held |= self._by_blocks(new) if connection.vendor == "sqlite" else self._by_texts(new)
            self._asked |= new
        return rollout_ids & self._held

    def _by_texts(self, rollout_ids: set[int]) -> set[int]:
        """OFFSET 0 keeps PostgreSQL to one look-up after the other; else it reads the words of all blocks there are."""
        sql = (
            "SELECT r.id FROM unnest(%s::bigint[]) r(id), "
            "LATERAL (SELECT text_id FROM traces_turn WHERE rollout_id = r.id OFFSET 0) t, "
            "LATERAL (SELECT words FROM traces_searchblock WHERE text_id = t.text_id OFFSET 0) b "
            "WHERE b.words @@ %s::tsquery"
        )
        return set(_ids(sql, [sorted(rollout_ids), tsquery(self._term)]))

    def _by_blocks(self, rollout_ids: set[int]) -> set[int]:
        new = rollout_ids - self._blocks.keys()
        self._blocks.update((pk, []) for pk in new)
        for rollout, block in blocks_of_rollouts(new) if new else ():
            self._blocks[rollout].append(block)
        hits = self._hits({block for pk in rollout_ids for block in self._blocks[pk]})
        return {pk for pk in rollout_ids if not hits.isdisjoint(self._blocks[pk])}

    def _hits(self, blocks: set[int]) -> set[int]:
        if not blocks:
            return set()
        if self._all is None and max(blocks) - min(blocks) > SPARSE * len(blocks):
            self._all = set(blocks_with(self._term))
        if self._all is not None:
            return self._all & blocks
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
