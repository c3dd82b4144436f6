"""A worker killed (-9) at twenty moments of a run of 500 units, a second one that joins, a broker that forgets.

The workers are the real ones, each in a process group of its own that is killed whole; a short lease lets the next
take over.
"""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis

from tests.processes import ROOT, environment
from tests.test_kills import connection, run, served

N_UNITS, N_KILLS = 500, 20
QUEUE = """
import json, io
from apps.accounts.services import create_project
from apps.runs.models import Engine
from apps.runs.services import drafts, running
from apps.runs.services.plans import Bound, Plan
engine = Engine.objects.create(name="slow", kind="scripted", settings={"models": {}, "delay_seconds": 0.004})
lines = "".join(json.dumps({"id": f"p{k}", "problem": f"What is {k} + {k * 7 % 90}?", "answer": str(k + k * 7 % 90)})
                + chr(10) for k in range(250))
source = drafts.keep_problems_file(chunks=[lines.encode()], name="p.jsonl")
plan = Plan("regenerate", {"solver": Bound(engine, "slow")}, source, {"samples": 2, "temperature": 1.0})
running.start(run=drafts.create_draft(project=create_project(name="kills", owner=None), user=None, plan=plan))
"""
DIGEST = """
import hashlib, json
from django.db.models import Count
from apps.runs.models import Run, Unit
from apps.traces import models as m
run = Run.objects.get()
keys = sorted((u, bytes(h).hex()) for u, h in m.Turn.objects.filter(is_attempt=True)
              .values_list("rollout__unit_key", "text__hash"))
print(json.dumps({
    "run": [run.state, run.n_total, run.n_done, run.n_failed, run.n_tokens, run.n_requests],
    "units": dict(Unit.objects.values_list("state").annotate(n=Count("pk"))),
    "rollouts": [m.Rollout.objects.count(), run.output.n_rollouts, run.output.revision],
    "turns": m.Turn.objects.count(), "texts": m.Text.objects.count(), "collections": m.Collection.objects.count(),
    "said": hashlib.sha256(json.dumps(keys).encode()).hexdigest(),
}))
"""


@contextmanager
def model_worker(variables: Mapping[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    options = "-P solo --queues models,cpu --without-mingle --without-gossip"
    process = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "workers.celery", "worker", *options.split()],
        cwd=ROOT,
        env=dict(variables),
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def progress(variables: Mapping[str, str]) -> tuple[str, int]:
    with contextlib.closing(connection(variables)) as database:
        cursor = database.cursor()
        cursor.execute("SELECT state, n_done + n_failed FROM runs_run")
        state, n = cursor.fetchone()
    return str(state), int(n)


def wait_for_units(n: int, variables: Mapping[str, str]) -> None:
    deadline = time.monotonic() + 120
    while True:
        state, done = progress(variables)
        if state == "done" or done >= n:
            return
        assert state != "failed"
        assert time.monotonic() < deadline, f"stuck at {progress(variables)}"
        time.sleep(0.005)


def prepared(variables: Mapping[str, str]) -> None:
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=dict(variables), check=True)
    run(QUEUE, variables)


def at_the_end(variables: Mapping[str, str], n_workers: int = 1) -> dict[str, object]:
    with contextlib.ExitStack() as stack:
        for _ in range(n_workers):
            stack.enter_context(model_worker(variables))
        wait_for_units(N_UNITS + 1, variables)
    digest: dict[str, object] = json.loads(run(DIGEST, variables))
    return digest


def killed(variables: Mapping[str, str]) -> None:
    """Kill one worker after another at drawn numbers of finished units; the last but one has a companion."""
    draw = random.Random(4)
    for n, at in enumerate(sorted(draw.sample(range(N_UNITS - 40), N_KILLS))):
        with contextlib.ExitStack() as stack:
            stack.enter_context(model_worker(variables))
            if n == N_KILLS // 2:
                stack.enter_context(model_worker(variables))
            wait_for_units(at, variables)
            time.sleep(draw.random() / 10)


def quiet_digest(tmp_path: Path) -> dict[str, object]:
    variables = environment(tmp_path / "quiet", JOB_LEASE_SECONDS="1")
    prepared(variables)
    found = at_the_end(variables)
    assert found["units"] == {"done": N_UNITS}
    return found


def test_twenty_kills_of_a_run_lose_and_double_nothing_on_the_embedded_database(tmp_path: Path) -> None:
    variables = environment(tmp_path / "loud", JOB_LEASE_SECONDS="1")
    prepared(variables)
    killed(variables)
    assert at_the_end(variables, n_workers=2) == quiet_digest(tmp_path)


@pytest.mark.postgres
@pytest.mark.redis
def test_twenty_kills_and_a_broker_that_forgets_lose_and_double_nothing_on_postgresql_and_redis(
    tmp_path: Path, postgres_url: str, redis_url: str
) -> None:
    variables = served(tmp_path / "loud", postgres_url, redis_url)
    prepared(variables)
    killed(variables)
    with redis.Redis.from_url(redis_url) as client:
        client.flushall()
    assert at_the_end(variables, n_workers=2) == quiet_digest(tmp_path)
