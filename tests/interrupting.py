"""An import of 3,000 rollouts with its indexing and its analysis, to be interrupted, and what is stored in the end."""

import contextlib
import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest

from tests.nursery import Nursery, nursery
from tests.processes import ROOT, environment, migrate

N_ROLLOUTS = 3000
DIGEST = """
import hashlib, json
from django.db.models import Count, Sum
from apps.traces import models as m
from apps.core.models import Blob
from apps.core import blobs
from apps.traces.queries import search_index
from apps.traces.queries.asking import Asking
import polars as pl
rows = []
for c in m.Collection.objects.order_by("pk"):
    keys = sorted(m.Rollout.objects.filter(collection=c).values_list("unit_key", flat=True))
    rows.append([c.n_rollouts, c.revision, hashlib.sha256("".join(keys).encode()).hexdigest()])
count = lambda model: model.objects.count()
analysis = m.Analysis.objects.filter(state="done").order_by("-pk").first()
frame = pl.read_parquet(blobs.path_of(analysis.features))
print(json.dumps({
    "collections": rows,
    "turns": count(m.Turn), "texts": count(m.Text), "problems": count(m.Problem), "grades": count(m.Grade),
    "readings": count(m.Reading), "candidates": count(m.Candidate), "features": count(m.RolloutFeature),
    "parts": count(m.AnalysisPart),
    "blocks": count(m.SearchBlock),
    "found": [
        len(search_index.blocks_with(term)) for term in Asking.parse('"let me check" "the answer is 17" ans*').wanted
    ],
    "parquet": [frame.height] + [int(frame[name].sum()) for name in ("n_candidates", "n_tt", "n_ft", "n_tf")],
}))
"""
QUEUE = """
import sys
from apps.accounts.services import create_project
from apps.core.blobs import chunks_of
from apps.traces.services import imports
r = imports.create_draft(project=create_project(name="kills", owner=None), user=None)
imports.add_upload(reading=r, name="rollouts.jsonl", chunks=chunks_of(open(FILE, "rb")))
imports.confirm(reading=r)
"""


def rollouts(path: Path) -> Path:
    """Short traces of our own, a few candidates each."""
    with path.open("w") as file:
        for i in range(N_ROLLOUTS):
            a, b = i % 37, i % 53
            row = {
                "id": f"r{i}",
                "problem_id": f"p{i % 300}-{a}-{b}",
                "model": f"m{i % 3}",
                "problem": f"What is {a} + {b}? (number {i % 300})",
                "answer": str(a + b),
                "reasoning": f"I add.\nSo the answer is {a + b + i % 2}.\nWait, let me check.\nThe answer is {a + b}.",
                "response": f"FINAL ANSWER: {a + b}",
            }
            file.write(json.dumps(row) + "\n")
    return path


def run(code: str, variables: Mapping[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", code],
        cwd=ROOT,
        env=dict(variables),
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


def progress(variables: Mapping[str, str]) -> dict[str, tuple[str, int]]:
    """State and count of the import and its newest analysis, straight from the tables, since kills must hit in time."""
    with contextlib.closing(connection(variables)) as database:
        return progress_in(database)


def progress_in(database: Any) -> dict[str, tuple[str, int]]:
    found = {}
    for table in ("traces_import", "traces_indexing", "traces_analysis"):
        cursor = database.cursor()
        cursor.execute(f"SELECT state, n_done FROM {table} ORDER BY id DESC LIMIT 1")
        found[table] = cursor.fetchone() or ("none", 0)
    return found


def connection(variables: Mapping[str, str]) -> Any:
    """Each question through it is a transaction of its own."""
    if "DATABASE_URL" in variables:
        return psycopg.connect(variables["DATABASE_URL"], autocommit=True)
    return sqlite3.connect(Path(variables["AFTERTHOUGHT_HOME"]) / "db.sqlite3", timeout=20)


def wait_until(table: str, n_done: int, variables: Mapping[str, str]) -> None:
    """Until the job has done that much, or is over."""
    deadline = time.monotonic() + 120
    while True:
        state, done = progress(variables)[table]
        if state == "done" or done >= n_done:
            return
        assert state != "failed"
        assert time.monotonic() < deadline, f"stuck at {progress(variables)}"
        time.sleep(0.002)


def served(home: Path, postgres_url: str, redis_url: str) -> dict[str, str]:
    """The environment of a site on PostgreSQL and Redis, which reads files in a process of its own."""
    return environment(
        home,
        DATABASE_URL=postgres_url,
        CELERY_BROKER_URL=redis_url,
        SECRET_KEY="only for tests",
        JOB_LEASE_SECONDS="1",
        READ_AHEAD_BYTES="1",
    )


def prepare(variables: Mapping[str, str], file: Path) -> None:
    """An empty database in which the import of the file waits for a worker."""
    migrate(variables)
    run(QUEUE.replace("FILE", repr(str(file))), variables)


def digest_at_the_end(variables: Mapping[str, str], workers: Nursery) -> dict[str, object]:
    """What is stored once a worker has done all that is left."""
    with workers.worker():
        wait_until("traces_analysis", N_ROLLOUTS + 1, variables)
        wait_until("traces_indexing", N_ROLLOUTS + 1, variables)
    digest: dict[str, object] = json.loads(run(DIGEST, variables))
    return digest


def digest_after(variables: Mapping[str, str], file: Path, points: Sequence[tuple[str, int]]) -> dict[str, object]:
    """Import and analyse with a worker that is killed at each of the points; what is stored in the end."""
    prepare(variables, file)
    with nursery(variables) as workers:
        for table, n_done in points:
            with workers.worker():
                wait_until(table, n_done, variables)
                assert progress(variables)["traces_analysis"][0] != "done", "the kill came too late to prove anything"
        return digest_at_the_end(variables, workers)


class Undisturbed(NamedTuple):
    """The file, and what is stored of it where nothing goes wrong."""

    file: Path
    digest: dict[str, object]


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    folder = tmp_path_factory.mktemp("undisturbed")
    file = rollouts(folder / "rollouts.jsonl")
    return Undisturbed(file, digest_after(environment(folder / "home", JOB_LEASE_SECONDS="1"), file, []))
