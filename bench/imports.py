"""Storing uploads: real rollouts of about 5.5 KB a row, stored and listed, against a bare loop of orjson and INSERT.

Real traces of AFTERTHOUGHT_SHARED repeated under new ids with a mark at their end, so that no two texts are the same.
The bare loop writes the same rows into one table without an index, on the same store, in the same run. Reading and
storing work side by side, so on a machine that is busy otherwise the processor time of the longer of them is what to
compare (of our processes only, not of PostgreSQL's).
"""

import os
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import psycopg

from bench.pipeline import ROOT, laps, real_rows

N_ROLLOUTS = int(os.environ.get("BENCH_IMPORT_ROLLOUTS", "60000"))
BATCH = 1000
COLUMNS = ("id", "model", "problem", "sample", "response")
STAGES = """
import resource, time
from pathlib import Path
from apps.accounts.services import create_project
from apps.core import blobs
from apps.traces.models import Rollout
from apps.traces.services import imports
draft = imports.create_draft(project=create_project(name="bench", owner=None), user=None)
with Path({path!r}).open("rb") as file:
    imports.add_upload(reading=draft, name="rollouts.jsonl", chunks=blobs.chunks_of(file))
began, before = time.perf_counter(), time.process_time()
imports.confirm(reading=draft, wake=False)
imports.execute(import_id=draft.pk)
print("seconds", time.perf_counter() - began)
print("store_cpu", time.process_time() - before)
child = resource.getrusage(resource.RUSAGE_CHILDREN)
print("read_cpu", child.ru_utime + child.ru_stime)
print("stored", Rollout.objects.filter(collection__project=draft.project).count())
print("store_rss", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
print("read_rss", child.ru_maxrss / 1024)
"""


class Spent(NamedTuple):
    """Seconds of the clock and of the processor."""

    clock: float
    processor: float


def write_file(path: Path, shared: Path, n_rollouts: int = N_ROLLOUTS) -> int:
    """The file to be imported; its size in bytes."""
    with path.open("wb") as file:
        for number, row in enumerate(islice(cycle(list(real_rows(shared))), n_rollouts)):
            marked = {"id": f"r{number}", "sample": number, **row, "response": f"{row['response']}\n\n({number})"}
            file.write(orjson.dumps(marked) + b"\n")
    return path.stat().st_size


def batches(path: Path) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of the file, parsed, a thousand at a time."""
    with path.open("rb") as file:
        while lines := list(islice(file, BATCH)):
            rows = map(orjson.loads, lines)
            yield [tuple(row[name] for name in COLUMNS) for row in rows]


def bare_sqlite(path: Path, database: Path) -> Spent:
    began = _now()
    connection = sqlite3.connect(database)
    connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;")
    connection.execute("CREATE TABLE bare (id TEXT, model TEXT, problem TEXT, sample INTEGER, response TEXT)")
    for rows in batches(path):
        with connection:
            connection.executemany("INSERT INTO bare VALUES (?, ?, ?, ?, ?)", rows)
    connection.close()
    return _since(began)


def bare_postgres(path: Path, url: str) -> Spent:
    began = _now()
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bare (id TEXT, model TEXT, problem TEXT, sample INTEGER, response TEXT)")
        for rows in batches(path):
            cursor.executemany("INSERT INTO bare VALUES (%s, %s, %s, %s, %s)", rows)
            connection.commit()
        cursor.execute("DROP TABLE bare")
    return _since(began)


def _now() -> Spent:
    return Spent(time.perf_counter(), time.process_time())


def _since(began: Spent) -> Spent:
    now = _now()
    return Spent(now.clock - began.clock, now.processor - began.processor)


def row(store: str, n_bytes: int, found: Sequence[tuple[str, float]], bare: Spent) -> dict[str, str | float]:
    measured = dict(found)
    assert measured["stored"] == N_ROLLOUTS
    return {
        "store": store,
        "rollouts": N_ROLLOUTS,
        "KB each": n_bytes / N_ROLLOUTS / 1000,
        "rollouts/s": N_ROLLOUTS / measured["seconds"],
        "MB/s": n_bytes / measured["seconds"] / 1e6,
        "bare loop rollouts/s": N_ROLLOUTS / bare.clock,
        "times the bare loop": measured["seconds"] / bare.clock,
        "processor µs, storing": 1e6 * measured["store_cpu"] / N_ROLLOUTS,
        "reading": 1e6 * measured["read_cpu"] / N_ROLLOUTS,
        "bare": 1e6 * bare.processor / N_ROLLOUTS,
        "the longer in bare loops": max(measured["store_cpu"], measured["read_cpu"]) / bare.processor,
        "RSS MB, storing": measured["store_rss"],
        "RSS MB, reading": measured["read_rss"],
    }


def rows() -> list[dict[str, str | float]]:
    """One row a store: the embedded database, and PostgreSQL where BENCH_DATABASE_URL names an empty one."""
    shared = Path(os.environ.get("AFTERTHOUGHT_SHARED") or ROOT.parent / "shared")
    with tempfile.TemporaryDirectory(prefix="afterthought-bench-") as folder:
        home, path = Path(folder), Path(folder) / "rollouts.jsonl"
        size = write_file(path, shared)
        code = STAGES.format(path=str(path))
        table = [row("SQLite", size, laps(code, home / "sqlite"), bare_sqlite(path, home / "bare.sqlite3"))]
        if url := os.environ.get("BENCH_DATABASE_URL"):
            variables = {"DATABASE_URL": url, "SECRET_KEY": "only for the bench"}
            found = laps(code, home / "postgres", variables)
            table.append(row("PostgreSQL", size, found, bare_postgres(path, url)))
    return table
