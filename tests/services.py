"""Servers of our own for tests: a PostgreSQL cluster and a Redis on free ports of 127.0.0.1, made and thrown away.

Where the programs are not installed the tests that ask for them are skipped loudly, and fail in CI.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
import redis

from tests.conftest import missing
from tests.processes import wait_for

START_SECONDS = 30.0
QUICK = ("-c", "fsync=off", "-c", "jit=off")
"""Rows of a test's own transaction have no statistics, and by wrong estimates small questions would be compiled."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def postgres_program(name: str) -> str:
    """Debian keeps the server's programs off the PATH."""
    newest = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    found = str(newest[-1]) if newest else shutil.which(name)
    if found is None:
        missing(f"PostgreSQL's {name}")
        raise AssertionError
    return found


def unprivileged() -> str | None:
    """PostgreSQL refuses to run as root: the user to run it as, or None where we are none."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        return "nobody"


@contextmanager
def private_folder(user: str | None) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="afterthought-postgres-"))
    try:
        if user is not None:
            shutil.chown(folder, user)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running(process: "subprocess.Popen[bytes]", end_with: signal.Signals) -> Iterator[None]:
    try:
        yield
    finally:
        process.send_signal(end_with)
        try:
            process.wait(20)
        finally:
            process.kill()
            process.wait()


def accepts_connections(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def answers_ping(url: str) -> bool:
    client = redis.Redis.from_url(url)
    try:
        return bool(client.ping())
    except redis.ConnectionError:
        return False
    finally:
        client.close()


class Cluster:
    """A PostgreSQL cluster of our own: its data in a folder, its server started and stopped at will."""

    def __init__(self, folder: Path, user: str | None) -> None:
        self._folder, self._user, self._port = folder, user, free_port()
        self._data = folder / "data"
        self.url = f"postgresql://afterthought@127.0.0.1:{self._port}"
        make = [postgres_program("initdb"), "-D", str(self._data), "-U", "afterthought", "-A", "trust"]
        options = ["-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        subprocess.run([*make, *options], check=True, user=user, cwd=folder, stdout=subprocess.DEVNULL)

    @contextmanager
    def served(self, end_with: signal.Signals = signal.SIGINT) -> Iterator[None]:
        """The server runs; SIGQUIT at the end is a crash: nothing is written out."""
        options = ["-p", str(self._port), "-k", str(self._folder), "-c", "listen_addresses=127.0.0.1"]
        command = [postgres_program("postgres"), "-D", str(self._data), *options, *QUICK]
        with (self._folder / "log").open("ab") as log:
            process = subprocess.Popen(command, user=self._user, cwd=self._folder, stdout=log, stderr=log)
        with running(process, end_with):
            wait_for(lambda: accepts_connections(f"{self.url}/postgres"), START_SECONDS, "PostgreSQL")
            yield

    def execute(self, statement: str) -> None:
        with psycopg.connect(f"{self.url}/postgres", autocommit=True) as connection:
            connection.execute(statement.encode())

    def new_database(self, tablespace: str = "pg_default") -> str:
        """The address of an empty database."""
        name = f"empty_{uuid4().hex}"
        self.execute(f'CREATE DATABASE "{name}" TABLESPACE "{tablespace}"')
        return f"{self.url}/{name}"


@contextmanager
def postgres_cluster() -> Iterator[Cluster]:
    user = unprivileged()
    with private_folder(user) as folder:
        yield Cluster(folder, user)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Cluster]:
    """A PostgreSQL server of our own that runs."""
    with postgres_cluster() as cluster, cluster.served():
        yield cluster


@pytest.fixture
def postgres_url(postgres_server: Cluster) -> str:
    """The address of an empty database."""
    return postgres_server.new_database()


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Redis of our own, without a database number."""
    program = shutil.which("redis-server")
    if program is None:
        missing("redis-server")
        raise AssertionError
    port = free_port()
    options = f"--bind 127.0.0.1 --port {port} --appendonly no --daemonize no".split()
    process = subprocess.Popen(
        [program, *options, "--save", ""], cwd=tmp_path_factory.mktemp("redis"), stdout=subprocess.DEVNULL
    )
    with running(process, signal.SIGTERM):
        wait_for(lambda: answers_ping(f"redis://127.0.0.1:{port}"), START_SECONDS, "Redis")
        yield f"redis://127.0.0.1:{port}"


@pytest.fixture
def redis_url(redis_server: str) -> str:
    """The address of an empty Redis database."""
    with redis.Redis.from_url(redis_server) as client:
        client.flushall()
    return f"{redis_server}/0"
