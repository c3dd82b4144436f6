"""A disk that is full and a database that crashes stop an import for a while; it then goes on and stores each row once.

The embedded database has no server of its own: its crash is the worker's, in test_kills.py. Needs root, for a small
file system of its own (tmpfs).
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.interrupting import (
    Undisturbed,
    connection,
    digest_at_the_end,
    prepare,
    progress,
    progress_in,
    served,
    wait_until,
)
from tests.nursery import nursery
from tests.processes import environment
from tests.services import Cluster, postgres_cluster, private_folder, unprivileged

pytestmark = pytest.mark.xdist_group("kills")
ROOM = 60 << 20
LEFT = 600_000
"""Bytes left free when the import begins: a few hundred of its rollouts."""


@contextmanager
def small_disk(folder: Path, owner: str | None = None) -> Iterator[Path]:
    """A file system of 60 MB."""
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(folder)], check=False)
    if mounted.returncode:
        pytest.skip("this machine does not let us mount a small file system")
    try:
        if owner:
            shutil.chown(folder, owner)
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@contextmanager
def full(disk: Path) -> Iterator[None]:
    """All but a little room is taken while this lasts."""
    ballast = disk / "ballast"
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(disk).free - LEFT)
    try:
        yield
    finally:
        ballast.unlink()


def where_it_stands_still(database: Any, seconds: float) -> int:
    """Wait until the import has begun and its count has then stood still for that long; the count.

    `database` was opened while there was room: PostgreSQL may need some for each new connection.
    """
    last, since, deadline = 0, time.monotonic(), time.monotonic() + 120
    while not last or time.monotonic() - since < seconds:
        state, n_done = progress_in(database)["traces_import"]
        assert state in {"queued", "running"}, f"the import is {state}"
        assert time.monotonic() < deadline, f"the import neither ends nor stands still, at {n_done}"
        if n_done != last:
            last, since = n_done, time.monotonic()
        time.sleep(0.1)
    return last


def test_a_full_disk_stops_an_import_that_goes_on_when_there_is_room_on_the_embedded_database(
    tmp_path: Path, undisturbed: Undisturbed
) -> None:
    with small_disk(tmp_path / "disk") as disk:
        variables = environment(disk / "home", JOB_LEASE_SECONDS="1")
        prepare(variables, undisturbed.file)
        with nursery(variables) as workers:
            with closing(connection(variables)) as database, full(disk), workers.worker():
                n_done = where_it_stands_still(database, 6)
                assert 0 < n_done < 3000
            assert digest_at_the_end(variables, workers) == undisturbed.digest


@pytest.mark.postgres
@pytest.mark.redis
def test_a_full_disk_stops_an_import_that_goes_on_when_there_is_room_on_postgresql(
    tmp_path: Path, postgres_server: Cluster, redis_url: str, undisturbed: Undisturbed
) -> None:
    user = unprivileged()
    with private_folder(user) as folder, small_disk(folder / "disk", user) as disk:
        space = f"small_{os.getpid()}"
        postgres_server.execute(f"CREATE TABLESPACE {space} LOCATION '{disk}'")
        variables = served(tmp_path / "home", postgres_server.new_database(space), redis_url)
        prepare(variables, undisturbed.file)
        with nursery(variables) as workers:
            with closing(connection(variables)) as database, full(disk), workers.worker():
                n_done = where_it_stands_still(database, 6)
                assert 0 < n_done < 3000
            assert digest_at_the_end(variables, workers) == undisturbed.digest
        postgres_server.execute(f'DROP DATABASE "{variables["DATABASE_URL"].rpartition("/")[2]}" WITH (FORCE)')
        postgres_server.execute(f"DROP TABLESPACE {space}")


@pytest.mark.postgres
@pytest.mark.redis
def test_a_database_that_crashes_twice_loses_and_doubles_nothing(
    tmp_path: Path, redis_url: str, undisturbed: Undisturbed
) -> None:
    with postgres_cluster() as cluster:
        with cluster.served():
            variables = served(tmp_path / "home", cluster.new_database(), redis_url)
            prepare(variables, undisturbed.file)
        with nursery(variables) as workers:
            with workers.worker():
                with cluster.served(signal.SIGQUIT):
                    wait_until("traces_import", 100, variables)
                with cluster.served(signal.SIGQUIT):
                    wait_until("traces_analysis", 800, variables)
                    assert progress(variables)["traces_analysis"][0] != "done", "the crash came too late"
                with cluster.served():
                    wait_until("traces_analysis", 3001, variables)
            with cluster.served():
                assert digest_at_the_end(variables, workers) == undisturbed.digest
