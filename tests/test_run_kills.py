"""Workers killed (-9) at twenty moments of a run of 500 units, and its broker: every unit ends exactly once.

The workers are the real ones, each in a process group that is killed whole; at the end a second one joins. What is
stored is held against the same run in one process that nobody kills.
"""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from apps.core.serving import answers
from tests.interrupting import connection, run, served
from tests.nursery import Nursery, nursery
from tests.processes import MANAGE, ROOT, environment, migrate, processes_of, running_site, wait_for
from tests.services import START_SECONDS, answers_ping, free_port

pytestmark = [pytest.mark.timeout(900), pytest.mark.xdist_group("kills of runs")]
N_UNITS, N_KILLS = 500, 20
MOMENTS = sorted(random.Random(500).sample(range(450), N_KILLS))
"""A kill once so many units have ended."""
BROKER_DIES_AFTER = 8
"""Kills of a worker."""
ENGINE = """
from apps.runs.models import Engine
Engine.objects.update_or_create(
    name="slow script", defaults={"kind": "scripted", "settings": {"delay_seconds": 0.01}, "queue": "models"}
)
"""
DIGEST = """
import hashlib, json
from django.db.models import Count
from apps.runs.models import Run, Unit
from apps.traces import models as m
r = Run.objects.get()
turns = m.Turn.objects.filter(rollout__collection=r.output).order_by("rollout__unit_key", "index")
texts = [f"{k} {i} {bytes(h).hex()} {n}" for k, i, h, n in turns.values_list(
    "rollout__unit_key", "index", "text__hash", "n_tokens")]
print(json.dumps({
    "state": [r.state, r.n_done, r.n_failed, r.n_total, r.n_tokens, r.n_requests],
    "units": list(r.units.values("state").annotate(n=Count("id")).values_list("state", "n")),
    "outputs": r.units.values("output").distinct().count(),
    "rollouts": [r.output.rollouts.count(), r.output.n_rollouts],
    "texts": hashlib.sha256("\\n".join(texts).encode()).hexdigest(),
}))
"""


def problems(path: Path) -> Path:
    rows = [{"id": f"p{k}", "problem": f"What is {k} + {k + 7}?", "answer": str(2 * k + 7)} for k in range(N_UNITS)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def queue_run(variables: Mapping[str, str], file: Path, *more: str) -> None:
    """A new database in which a run of 500 units waits for a worker (or, with --wait, has been done)."""
    migrate(variables)
    run(ENGINE, variables)
    command = [sys.executable, "manage.py", "run", "regenerate", "--engine", "slow script", "--problems", str(file)]
    subprocess.run([*command, *more], cwd=ROOT, env=dict(variables), check=True, stdout=subprocess.DEVNULL)


def of(name: str) -> tuple[str, ...]:
    """Options of a worker of runs with that name."""
    return ("--queues", "models", "--hostname", f"{name}@%h")


def state_of(variables: Mapping[str, str]) -> tuple[str, int]:
    """The run's state and how many of its units have ended, straight from the tables, since kills must hit in time."""
    with contextlib.closing(connection(variables)) as database:
        cursor = database.cursor()
        cursor.execute("SELECT state, n_done + n_failed FROM runs_run")
        state, n_ended = cursor.fetchone()
    return str(state), int(n_ended)


def kill_at(moment: int, variables: Mapping[str, str], workers: Nursery) -> None:
    """A worker that lives until so many units have ended."""
    with workers.worker(*of("one")):
        wait_for(lambda: state_of(variables)[1] >= moment, 120, f"{moment} units")
        assert state_of(variables)[0] != "done", "the kill came too late to prove anything"


def finish_with_two(variables: Mapping[str, str], workers: Nursery) -> dict[str, object]:
    with workers.worker(*of("one")), workers.worker(*of("two")):
        wait_for(lambda: state_of(variables)[0] == "done", 120, "the end of the run")
    digest: dict[str, object] = json.loads(run(DIGEST, variables))
    return digest


class Quiet(NamedTuple):
    """The file of problems, and what a run on it leaves where nobody kills anything."""

    file: Path
    digest: dict[str, object]


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Quiet:
    folder = tmp_path_factory.mktemp("quiet")
    file, variables = problems(folder / "problems.jsonl"), environment(folder / "home")
    queue_run(variables, file, "--wait", "--json")
    digest: dict[str, object] = json.loads(run(DIGEST, variables))
    assert digest["rollouts"] == [N_UNITS, N_UNITS]
    assert digest["outputs"] == N_UNITS
    return Quiet(file, digest)


def test_twenty_kills_lose_and_double_nothing_on_the_embedded_database(tmp_path: Path, quiet: Quiet) -> None:
    variables = environment(tmp_path / "loud", JOB_LEASE_SECONDS="1")
    queue_run(variables, quiet.file)
    with nursery(variables) as workers:
        for moment in MOMENTS:
            kill_at(moment, variables, workers)
        assert finish_with_two(variables, workers) == quiet.digest


def web_processes(home: Path) -> list[int]:
    return [pid for pid in processes_of(home) if b"granian" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def test_a_web_process_killed_during_a_run_is_started_again_and_costs_the_run_nothing(
    tmp_path: Path, quiet: Quiet
) -> None:
    home = tmp_path / "loud"
    with running_site(home, command=(*MANAGE, "serve"), last_words=r"Afterthought is at (\S+)") as site:
        variables = environment(home)
        queue_run(variables, quiet.file)
        wait_for(lambda: state_of(variables)[1] > 50, 120, "some units")
        before = web_processes(home)
        assert before
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        wait_for(lambda: state_of(variables)[0] == "done", 180, "the end of the run")
        wait_for(lambda: answers(int(site.url.rstrip("/").rpartition(":")[2])), 60, "the web process's return")
        assert not set(web_processes(home)) & set(before)
        digest = json.loads(run(DIGEST, variables))
    assert digest == quiet.digest


@contextmanager
def broker(port: int, folder: Path) -> Iterator[None]:
    """A Redis that forgets everything when it is killed."""
    folder.mkdir(exist_ok=True)
    options = f"--bind 127.0.0.1 --port {port} --appendonly no --daemonize no".split()
    process = subprocess.Popen(["redis-server", *options, "--save", ""], cwd=folder, stdout=subprocess.DEVNULL)
    try:
        wait_for(lambda: answers_ping(f"redis://127.0.0.1:{port}"), START_SECONDS, "Redis")
        yield
    finally:
        process.kill()
        process.wait()


@pytest.mark.postgres
@pytest.mark.redis
def test_twenty_kills_and_one_of_the_broker_lose_and_double_nothing_on_postgresql_and_redis(
    tmp_path: Path, postgres_url: str, quiet: Quiet
) -> None:
    port = free_port()
    variables = served(tmp_path / "loud", postgres_url, f"redis://127.0.0.1:{port}/0")
    with nursery(variables) as workers:
        with ExitStack() as first:
            first.enter_context(broker(port, tmp_path / "redis"))
            queue_run(variables, quiet.file)
            for moment in MOMENTS[:BROKER_DIES_AFTER]:
                kill_at(moment, variables, workers)
            with workers.worker(*of("one")):  # it outlives the broker, and goes on with the units that it has
                wait_for(lambda: state_of(variables)[1] > MOMENTS[BROKER_DIES_AFTER - 1], 120, "a unit more")
                first.close()
        with broker(port, tmp_path / "redis"):
            for moment in MOMENTS[BROKER_DIES_AFTER:]:
                kill_at(moment, variables, workers)
            assert finish_with_two(variables, workers) == quiet.digest
