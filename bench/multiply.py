"""`python -m bench.multiply --times 10 --home DIR`: a bench.scale database's last collection, multiplied.

Only on PostgreSQL (DATABASE_URL), where ten copies by SQL take minutes and a million imports an hour. Every copy of a
rollout has texts, blocks of the search index, candidates, grades and features of its own, under new ids; texts are the
same letters under other hashes, so a word is found ten times as often. Knows tables, no page.
"""

import argparse
import io
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from bench.scale import said


class Copied(NamedTuple):
    """A table, which of its rows are copied, and how its columns but `id` change with the number k of the copy."""

    name: str
    where: str
    changed: Mapping[str, str] = {}


TEXTS = "IN (SELECT text_id FROM traces_turn WHERE rollout_id BETWEEN {low} AND {high})"
OF_ROLLOUT = "rollout_id BETWEEN {low} AND {high}"
MOVED: Mapping[str, str] = {"rollout_id": "rollout_id + k * {rollouts}"}
TABLES = (
    Copied("traces_text", f"id {TEXTS}", {"hash": "sha256(hash || k::text::bytea)"}),
    Copied("traces_searchblock", f"text_id {TEXTS}", {"text_id": "text_id + k * {texts}"}),
    Copied("traces_turn", OF_ROLLOUT, {**MOVED, "text_id": "text_id + k * {texts}"}),
    Copied(
        "traces_rollout",
        "id BETWEEN {low} AND {high}",
        {"unit_key": "md5(unit_key || k)", "external_id": "external_id || '-' || k"},
    ),
    *(Copied(f"traces_{name}", OF_ROLLOUT, MOVED) for name in ("reading", "candidate", "rolloutfeature", "grade")),
)


def multiply(times: int) -> None:
    from django.db import connection, transaction

    from apps.traces.models import Collection, Rollout

    collection = Collection.objects.order_by("-pk")[0]
    ids = Rollout.objects.filter(collection=collection).order_by("pk").values_list("pk", flat=True)
    low, high = ids[0], ids.reverse()[0]
    with connection.cursor() as cursor:
        places = {"low": low, "high": high, "rollouts": high, "texts": _last(cursor, "traces_text")}
        cursor.execute("SET maintenance_work_mem = '1GB'")
        cursor.execute("SET session_replication_role = replica")
        for table in TABLES:
            with transaction.atomic(), _without_indexes(cursor, table.name):
                _copy(cursor, table, places, times)
            said(f"{table.name} copied")
        cursor.execute("VACUUM ANALYZE")
    _count(collection, times)
    _copy_features(collection, times, high)
    said("features copied")


def _last(cursor: Any, table: str) -> int:
    cursor.execute(f"SELECT max(id) FROM {table}")
    return int(cursor.fetchone()[0])


def _copy(cursor: Any, table: Copied, places: Mapping[str, int], times: int) -> None:
    cursor.execute("SELECT column_name FROM information_schema.columns WHERE table_name = %s", [table.name])
    columns = [name for (name,) in cursor.fetchall()]
    changed = {"id": f"id + k * {_last(cursor, table.name)}", **table.changed}
    names = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(changed.get(name, f'"{name}"') for name in columns).format(**places)
    where = table.where.format(**places)
    cursor.execute(
        f"INSERT INTO {table.name} ({names}) SELECT {values} FROM {table.name}, "
        f"generate_series(1, {times - 1}) k WHERE {where}"
    )
    cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), max(id)) FROM {table.name}")


@contextmanager
def _without_indexes(cursor: Any, table: str) -> Iterator[None]:
    """The table without its unique constraints and other indexes, which are made again at the end."""
    cursor.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'u'",
        [table],
    )
    constraints = cursor.fetchall()
    for name, _ in constraints:
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}" CASCADE')
    cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s", [table])
    indexes = [(name, definition) for name, definition in cursor.fetchall() if not name.endswith("_pkey")]
    for name, _ in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    yield
    for name, definition in constraints:
        cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
    for _, definition in indexes:
        cursor.execute(definition)


def _count(collection: Any, times: int) -> None:
    from apps.traces.models import Analysis, Indexing

    collection.n_rollouts *= times
    collection.save(update_fields=["n_rollouts"])
    for model in (Analysis, Indexing):
        model.objects.filter(collection=collection).update(n_total=collection.n_rollouts, n_done=collection.n_rollouts)


def _copy_features(collection: Any, times: int, n_rollouts: int) -> None:
    import polars as pl

    from apps.core import blobs
    from apps.traces.models import Analysis

    analysis = Analysis.objects.get(collection=collection)
    assert analysis.features is not None, "the collection has been analysed"
    frame = pl.read_parquet(blobs.path_of(analysis.features))
    copies = [frame.with_columns(pl.col("rollout_id") + k * n_rollouts) for k in range(times)]
    body = io.BytesIO()
    pl.concat(copies).sort("rollout_id").write_parquet(body, compression="zstd")
    analysis.features = blobs.put([body.getvalue()])
    analysis.save(update_fields=["features"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--home", type=Path, required=True)
    given = parser.parse_args()
    os.environ["AFTERTHOUGHT_HOME"] = str(given.home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "apps.settings")
    import django

    django.setup()
    multiply(given.times)


if __name__ == "__main__":
    main()
